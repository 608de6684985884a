import { expect, test } from "vitest";
import { redactUrl } from "../../../src/feeds/redact.ts";

test.each([
  ["https://ann:secret@news.example/rss", "https://news.example/rss"],
  [
    "https://news.example/rss?token=abc&page=2&api_key=x",
    "https://news.example/rss?token=redacted&page=2&api_key=redacted",
  ],
  ["https://news.example/rss?author=ann", "https://news.example/rss?author=ann"],
  ["http://ann:secret@[bad", "http://[bad"],
])("%s is shown as %s", (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});
