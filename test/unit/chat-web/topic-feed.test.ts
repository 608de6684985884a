import { expect, test } from "vitest";
import { createWebApp } from "../../../src/chat/web/server.ts";
import { parseFeed } from "../../../src/feeds/parse.ts";
import { samplePage, sampleStory } from "./sample-page.ts";

const NASTY = "Talks & more \u0007\uFFFE\u202E]]> “quoted”";

function feeds(publicUrl: string | null = null, headline = NASTY) {
  const { options } = samplePage({
    publicUrl,
    topicFeed: async (topicId) =>
      topicId === "venezuela-talks"
        ? {
            topicId,
            name: "Venezuela talks",
            about: "Talks & mediation",
            stories: [sampleStory({ headline }), sampleStory({ id: "s0000000002", url: null })],
          }
        : null,
  });
  const { app } = createWebApp(options);
  return (path: string, headers: Record<string, string> = {}) =>
    app.request(`http://127.0.0.1:8080${path}`, {
      headers: { host: "127.0.0.1:8080", ...headers },
    });
}

test.each([
  ["Atom", "/topics/venezuela-talks/feed.xml", "application/atom+xml"],
  ["JSON Feed", "/topics/venezuela-talks/feed.json", "application/feed+json"],
])("the %s of a topic reads back as what was told", async (_, path, type) => {
  const response = await feeds("https://sitrep.example")(path);
  expect(response.headers.get("content-type")).toContain(type);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const parsed = await parseFeed(bytes, {
    contentType: response.headers.get("content-type"),
    base: null,
  });
  expect(parsed.ok).toBe(true);
  expect(parsed.problems).toEqual([]);
  expect(parsed.feed).toMatchObject({
    title: "Venezuela talks",
    url: "https://sitrep.example/topics/venezuela-talks",
  });
  expect(parsed.items.map(({ guid, url }) => [guid, url])).toEqual([
    ["urn:sitrep:story:s0000000001", "https://herald.example/world/mediators-return"],
    ["urn:sitrep:story:s0000000002", "https://sitrep.example/stories/s0000000002"],
  ]);
  expect(parsed.items[0]).toMatchObject({
    title: "Talks & more ]]> “quoted”",
    publishedAt: "2026-11-20T14:20:00.000Z",
    updatedAt: "2026-11-20T16:01:00.000Z",
    author: "Agencia Sur",
    language: "en",
  });
  const said = parsed.items[0]?.summary ?? parsed.items[0]?.text ?? "";
  expect(said).toMatch(
    /^Envoys met .* — The Herald, Agencia Sur, wire.example; first: Agencia Sur; score 91$/,
  );
});

test("without a public address a feed refers to no address of ours", async () => {
  for (const name of ["feed.xml", "feed.json"]) {
    const body = await (await feeds()(`/topics/venezuela-talks/${name}`)).text();
    expect(body).not.toContain("127.0.0.1");
    expect(body).not.toContain("/stories/");
  }
});

test("an Atom entry has a link or its content, as the standard wants", async () => {
  const body = await (await feeds()("/topics/venezuela-talks/feed.xml")).text();
  const entries = body.split("<entry").slice(1);
  expect(entries.map((entry) => entry.includes('rel="alternate"'))).toEqual([true, false]);
  expect(entries.map((entry) => entry.includes("<content>Envoys met"))).toEqual([false, true]);
});

test("a reader that has this version already gets no body", async () => {
  const ask = feeds();
  const first = await ask("/topics/venezuela-talks/feed.xml");
  const etag = first.headers.get("etag") ?? "";
  const again = await ask("/topics/venezuela-talks/feed.xml", {
    "if-none-match": `"x", W/${etag}`,
  });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test("a topic that there is not has no feed", async () => {
  expect((await feeds()("/topics/none/feed.xml")).status).toBe(404);
  expect((await feeds()("/topics/none/feed.json")).status).toBe(404);
});
