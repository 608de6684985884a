import fc from "fast-check";
import { expect, test } from "vitest";
import { fenced, linked, plain } from "../../../src/chat/discord/markdown.ts";
import { renderDiscord } from "../../../src/chat/discord/render.ts";
import { sampleCard, sampleDigest } from "../../support/chat-samples.ts";
import {
  HOSTILE_TEXTS,
  HOSTILE_URLS,
  holdsUnseen,
  hostileReply,
} from "../../support/hostile-texts.ts";
import {
  activeMentions,
  markdownOf,
  maskedLinks,
  messageFaults,
} from "../../support/wire-discord-rules.ts";
import { record } from "../../support/wire-server.ts";

const POST = { key: "sample0key0sample0key0", mention: null };

test.each([
  ["@everyone and @HERE", "＠everyone and ＠HERE"],
  ["<@123> <@&5> <#7> <t:1:R> </a:1>", "‹@123\\> ‹@&5\\> ‹#7\\> ‹t:1:R\\> ‹/a:1\\>"],
  [
    "**b** __u__ ~~s~~ ||x|| `c`",
    "\\*\\*b\\*\\* \\_\\_u\\_\\_ \\~\\~s\\~\\~ \\|\\|x\\|\\| \\`c\\`",
  ],
  ["# head", "\\# head"],
  ["-# small", "\\-# small"],
  ["> quote", "\\> quote"],
  ["1. list", "1\\. list"],
  ["[a](https://b.example)", "\\[a\\]\\(https://b.example)"],
  ["x < 5", "x \\< 5"],
])("%s loses its meaning as %s", (text, shown) => {
  expect(plain(text, 200)).toBe(shown);
});

test("a fence cannot be left", () => {
  expect(fenced("a\n```\nb", 100)).toBe("```\na\nˋˋˋ\nb\n```");
});

test("a title that shows another host carries no link; the host beside it does", () => {
  const url = "https://evil.example/x";
  expect(linked("Talks resume", url, 100)).toBe("**[Talks resume](https://evil.example/x)**");
  expect(linked("bank.example says", url, 100)).toBe(
    "**bank.example says** [evil.example](https://evil.example/x)",
  );
  expect(linked("Talks resume", "javascript:x", 100)).toBe("**Talks resume**");
});

test("a story is told with its outlets, score, reason and time", () => {
  const [body] = renderDiscord(
    { blocks: [{ kind: "story", card: sampleCard() }], ephemeral: false },
    POST,
  );
  const text = markdownOf(body?.components);
  expect(text).toContain("**[Talks resume in Oslo](https://news.example/talks)**");
  expect(text).toContain("Reuters first · also in Example Daily · 87/100 · en · <t:1772352000:R>");
  expect(text).toContain("because of talks: “Talks resume”");
});

test("a post carries its key where reads return it, and mentions only the role it was told to", () => {
  const [body] = renderDiscord(sampleDigest(2), { ...POST, mention: "77" });
  expect(body).toMatchObject({
    nonce: POST.key,
    enforce_nonce: true,
    allowed_mentions: { parse: [], roles: ["77"] },
  });
  expect(JSON.stringify(body)).toContain(`"custom_id":"${POST.key}|/sitrep why s0000000001"`);
  const [notice] = renderDiscord(
    { blocks: [{ kind: "text", text: "Parked" }], ephemeral: false },
    POST,
  );
  expect(JSON.stringify(notice)).toContain(`"custom_id":"${POST.key}|/sitrep status"`);
});

test("links that do not fit into the text become numbered buttons", () => {
  const digest = sampleDigest(20);
  const long = `https://news.example/${"x".repeat(400)}`;
  const blocks = digest.blocks.map((block) =>
    block.kind === "story" ? { ...block, card: { ...block.card, url: long } } : block,
  );
  const [body] = renderDiscord({ ...digest, blocks }, POST);
  expect(JSON.stringify(body).split('"style":5').length - 1).toBe(20);
  expect(messageFaults({ ...body })).toEqual([]);
});

test("an answer may take several messages, a post is always one", () => {
  const text = "word ".repeat(290);
  const reply = {
    blocks: Array.from({ length: 8 }, () => ({ kind: "text" as const, text })),
    ephemeral: true,
  };
  expect(renderDiscord(reply, null).length).toBeGreaterThan(1);
  expect(renderDiscord(reply, POST)).toHaveLength(1);
  for (const body of [...renderDiscord(reply, null), ...renderDiscord(reply, POST)]) {
    expect(messageFaults({ ...body })).toEqual([]);
  }
});

test("nothing that a feed brings breaks a post or an answer", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constantFrom(...HOSTILE_TEXTS),
  );
  const urls = fc.oneof(fc.webUrl(), fc.constantFrom(...HOSTILE_URLS));
  fc.assert(
    fc.property(texts, urls, fc.integer({ min: 0, max: 30 }), (text, url, stories) => {
      const reply = hostileReply(text, url, stories);
      for (const body of [...renderDiscord(reply, POST), ...renderDiscord(reply, null)]) {
        const shown = markdownOf(body.components);
        expect(messageFaults(record(body))).toEqual([]);
        expect(activeMentions(record(body))).toEqual([]);
        expect(maskedLinks(shown)).toEqual([]);
        expect(holdsUnseen(shown)).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});
