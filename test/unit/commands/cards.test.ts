import { describe, expect, test } from "vitest";
import { alertReply, digestReply, noticeReply } from "../../../src/commands/cards.ts";
import { digestJson, replyJson, searchJson } from "../../../src/commands/json.ts";
import type { Digest, TopicStory } from "../../../src/digests/digest.ts";
import { busyWorld, fakeArchive, fakePorts, HARBOUR, NOW } from "../../support/fake-archive.ts";
import { replyText } from "../../support/reply-text.ts";

async function harbourStories(): Promise<readonly TopicStory[]> {
  return fakeArchive(busyWorld()).topicStories({
    topicId: "harbour",
    since: "2026-03-09T12:00:00.000Z",
    until: NOW,
    minScore: 60,
    language: null,
    baseline: true,
    limit: 10,
  });
}

async function harbourDigest(over: Partial<Digest> = {}): Promise<Digest> {
  return {
    topicId: "harbour",
    topicName: "Harbour strike",
    from: "2026-03-09T07:00:00.000Z",
    to: "2026-03-10T07:00:00.000Z",
    timezone: "Europe/Berlin",
    stories: await harbourStories(),
    overflow: 0,
    ...over,
  };
}

describe("a digest", () => {
  test("is one card a story under the topic and its period", async () => {
    const digest = await harbourDigest({ overflow: 3 });
    const options = { layout: "cards", publicUrl: "https://sitrep.example" } as const;
    expect(`\n${replyText(digestReply(digest, options))}\n`).toMatchInlineSnapshot(`
      "
      (everybody)
      # Harbour strike
      2 stories, 2026-03-09 08:00 to 2026-03-10 08:00 Europe/Berlin
      * Dockers walk out in Nordhavn (s0000000001) · 82.5
        Dockers in the harbour of Nordhavn walked out on Tuesday.
        North News, also in 2 · en · https://news.example/i00000000001
        strike: “dockers walk out”
      * Ferry crews vote on strike (s0000000002) · 66
        North News · en · https://news.example/i00000000004
        strike: “dockers walk out”
      3 more stories come with the next digest.
      https://sitrep.example/topics/harbour
      [More] /sitrep now harbour
      "
    `);
  });

  test("is one line a story when it is compact", async () => {
    const options = { layout: "compact", publicUrl: null } as const;
    const reply = digestReply(await harbourDigest({ overflow: 1 }), options);
    expect(reply.layout).toBe("compact");
    expect(`\n${replyText(reply)}\n`).toMatchInlineSnapshot(`
      "
      (everybody)
      # Harbour strike
      2 stories, 2026-03-09 08:00 to 2026-03-10 08:00 Europe/Berlin
      * Dockers walk out in Nordhavn (s0000000001) · 82.5
        North News, also in 2 · en · https://news.example/i00000000001
      * Ferry crews vote on strike (s0000000002) · 66
        North News · en · https://news.example/i00000000004
      1 more story comes with the next digest.
      [More] /sitrep now harbour
      "
    `);
  });

  test("says so when there is nothing new", async () => {
    const digest = await harbourDigest({ stories: [] });
    const reply = digestReply(digest, { layout: "thread", publicUrl: null });
    expect(`\n${replyText(reply)}\n`).toMatchInlineSnapshot(`
      "
      (everybody)
      # Harbour strike
      2026-03-09 08:00 to 2026-03-10 08:00 Europe/Berlin
      info: Nothing new.
      "
    `);
  });

  test("marks what has grown", async () => {
    const stories = (await harbourStories()).map((story) => ({ ...story, update: true }));
    const digest = await harbourDigest({ stories });
    const text = replyText(digestReply(digest, { layout: "cards", publicUrl: null }));
    expect(text).toContain("2 stories (2 updates), 2026-03-09 08:00 to");
    expect(text).toContain("* UPDATE Dockers walk out in Nordhavn");
  });

  test("as data holds what programs rely on, and nothing more", async () => {
    const [story] = digestJson(await harbourDigest()).stories;
    expect(story).toEqual({
      id: "s0000000001",
      headline: "Dockers walk out in Nordhavn",
      score: 82.5,
      outlets: [
        { name: "North News", url: "https://news.example/i00000000001" },
        { name: "Coast Daily", url: "https://news.example/i00000000002" },
        { name: "Nordkurier", url: "https://news.example/i00000000003" },
      ],
      firstReporter: "North News",
      items: 3,
      url: "https://news.example/i00000000001",
      publishedAt: null,
      reasons: [
        { concept: "strike", field: "title", quote: "dockers walk out", points: 62.5 },
        { concept: "port", field: "lead", quote: "the harbour of Nordhavn", points: 20 },
      ],
    });
    expect(Object.keys(digestJson(await harbourDigest()))).toEqual([
      "topic",
      "from",
      "to",
      "stories",
    ]);
  });
});

test("an alert is one story with what to do next", async () => {
  const [story] = await harbourStories();
  if (story === undefined) throw new Error("the world has a harbour story");
  const options = { layout: "cards", publicUrl: "https://sitrep.example" } as const;
  expect(`\n${replyText(alertReply(HARBOUR, story, options))}\n`).toMatchInlineSnapshot(`
    "
    (everybody)
    # Harbour strike
    * Dockers walk out in Nordhavn (s0000000001) · 82.5
      Dockers in the harbour of Nordhavn walked out on Tuesday.
      North News, also in 2 · en · https://news.example/i00000000001
      strike: “dockers walk out”
    https://sitrep.example/stories/s0000000001
    [👍] /sitrep feedback s0000000001 relevant harbour
    [👎] /sitrep feedback s0000000001 irrelevant harbour
    [Why] /sitrep why s0000000001 harbour
    [More] /sitrep story s0000000001
    [Mute] /sitrep mute story s0000000001
    "
  `);
  const grown = replyText(alertReply(HARBOUR, { ...story, update: true }, options));
  expect(grown).toContain("# Harbour strike: update");
});

test("a notice is for everybody", () => {
  expect(replyText(noticeReply("warning", "Disk is nearly full."))).toBe(
    "(everybody)\nwarning: Disk is nearly full.",
  );
});

test("a find as data holds what programs rely on, and nothing more", async () => {
  const { search } = fakePorts(busyWorld());
  const { hits } = await search.search("dockers", {
    topicId: null,
    source: null,
    since: null,
    limit: 10,
  });
  expect(hits.map(searchJson)).toEqual([
    {
      id: "i00000000001",
      title: "Dockers walk out in Nordhavn",
      source: "North News",
      agency: null,
      url: "https://news.example/i00000000001",
      publishedAt: null,
      seenAt: "2026-03-10T08:30:00.000Z",
      language: "en",
      story: "s0000000001",
      topics: ["harbour"],
      snippet: "Dockers in the harbour of Nordhavn walked out on Tuesday.",
    },
  ]);
});

test("an answer as data has blocks, who sees it, and choices where there are some", () => {
  expect(Object.keys(replyJson({ blocks: [], ephemeral: true, failed: true }))).toEqual([
    "blocks",
    "ephemeral",
  ]);
});
