import { expect, test } from "vitest";
import { renderDiscord } from "../../../src/chat/discord/render.ts";
import { renderSlack } from "../../../src/chat/slack/render.ts";
import { offersOf } from "../../../src/chat/story-words.ts";
import { alertReply, digestReply } from "../../../src/commands/cards.ts";
import type { TopicStory } from "../../../src/digests/digest.ts";
import { LAYOUTS } from "../../../src/digests/subscription.ts";
import { sampleDigest } from "../../support/chat-samples.ts";
import { markdownOf } from "../../support/wire-discord-rules.ts";
import { mrkdwnOf } from "../../support/wire-slack-rules.ts";

const KEY = "k".repeat(22);
const AT = "2026-03-01T08:00:00.000Z";

const told: TopicStory = {
  story: {
    id: "s0123456789",
    headline: "Talks resume in Oslo",
    url: "https://news.example/talks",
    outlets: ["Reuters", "AP", "BBC", "DW", "EFE"].map((name) => ({ name, url: null })),
    firstReporter: "Reuters",
    items: 6,
    languages: ["en"],
    publishedAt: null,
    firstSeenAt: AT,
    lastSeenAt: AT,
  },
  score: 87.4,
  reasons: [{ concept: "talks", field: "title", quote: "Talks resume", points: 40 }],
  gist: "Both sides returned to the table on Monday.",
  itemsNew: 6,
  update: false,
};
const TOPIC = { id: "venezuela-talks", name: "Venezuela talks" };
const alert = alertReply(TOPIC, told, { layout: "cards", publicUrl: null });

const buttonsOf = (body: unknown): readonly string[] =>
  [...JSON.stringify(body).matchAll(/"(?:custom_id|value)":"([^"]*\/sitrep[^"]*)"/g)].map(
    ([, line = ""]) => line.slice(line.indexOf("/")),
  );

const FIVE = [
  "/sitrep feedback s0123456789 relevant venezuela-talks",
  "/sitrep feedback s0123456789 irrelevant venezuela-talks",
  "/sitrep why s0123456789 venezuela-talks",
  "/sitrep story s0123456789",
  "/sitrep mute story s0123456789",
];

test("an alert tells who, how much, why, in what language and when, with five buttons", () => {
  const [body] = renderDiscord(alert, { key: KEY, mention: null });
  const text = markdownOf(body?.components);
  for (const part of [
    "[Talks resume in Oslo](https://news.example/talks)",
    "Both sides returned to the table",
    "Reuters first · also in 4: AP, BBC, DW …",
    "87/100",
    "en",
    "<t:1772352000:R>",
    "because of talks: “Talks resume”",
  ]) {
    expect(text).toContain(part);
  }
  expect(buttonsOf(body)).toEqual(FIVE);
});

test("on Slack it is the same story, with a text for whoever sees no blocks and without previews", () => {
  const [body] = renderSlack(alert, { key: KEY, mention: null });
  const text = mrkdwnOf(body?.blocks);
  for (const part of [
    "<https://news.example/talks|Talks resume in Oslo>",
    "Both sides returned",
    "also in 4: AP, BBC, DW …",
    "87/100",
    "<!date^1772352000^",
  ]) {
    expect(text).toContain(part);
  }
  expect(body?.text).toContain("Talks resume in Oslo");
  expect([body?.unfurl_links, body?.unfurl_media]).toEqual([false, false]);
  expect(buttonsOf(body)).toEqual(FIVE);
});

test("a role is mentioned only when the subscription names one", () => {
  const mentions = (mention: string | null): unknown => {
    const [body] = renderDiscord(alert, { key: KEY, mention });
    return [body?.allowed_mentions, JSON.stringify(body?.components).includes("<@&")];
  };
  expect(mentions(null)).toEqual([{ parse: [] }, false]);
  expect(mentions("123456789012345678")).toEqual([
    { parse: [], roles: ["123456789012345678"] },
    true,
  ]);
});

test("cards tell each story whole; compact and thread give a list of lines with a menu", () => {
  const shown = Object.fromEntries(
    LAYOUTS.map((layout) => {
      const [body] = renderDiscord({ ...sampleDigest(3), layout }, { key: KEY, mention: null });
      return [layout, markdownOf(body?.components)];
    }),
  );
  expect(shown["cards"]).toContain("Both sides returned");
  for (const layout of ["compact", "thread"]) {
    expect(shown[layout]).not.toContain("Both sides returned");
    expect(shown[layout]).toContain("Story number 3");
    const [body] = renderSlack(
      { ...sampleDigest(3), layout: layout === "compact" ? "compact" : "thread" },
      { key: KEY, mention: null },
    );
    expect(mrkdwnOf(body?.blocks)).not.toContain("Both sides returned");
    expect(JSON.stringify(body?.blocks)).toContain("More about a story");
  }
});

test("each card of a digest has the five buttons where there is room; many stories share a menu", () => {
  for (const render of [renderDiscord, renderSlack]) {
    const [few] = render(sampleDigest(3), { key: KEY, mention: null });
    const lines = buttonsOf(few);
    for (const story of ["s0000000000", "s0000000001", "s0000000002"]) {
      expect(lines.filter((line) => line.includes(story))).toHaveLength(FIVE.length);
    }
    expect(JSON.stringify(few)).not.toContain("More about a story");
    const [many] = render(sampleDigest(20), { key: KEY, mention: null });
    expect(JSON.stringify(many)).toContain("More about a story");
  }
});

test("a digest and a card in a thread ring no device, an alert does", () => {
  const flags = (silent: boolean): unknown =>
    renderDiscord(alert, { key: KEY, mention: null, silent })[0]?.flags;
  expect(flags(true)).toBe((1 << 15) | (1 << 12));
  expect(flags(false)).toBe(1 << 15);
});

test("what a reply offers and a story's button names too is offered once", () => {
  const { own, ofStory } = offersOf(alert);
  expect(own).toEqual([]);
  expect(ofStory.map(({ label }) => label)).toEqual(["👍", "👎", "Why", "More", "Mute"]);
  const digest = digestReply(
    {
      topicId: TOPIC.id,
      topicName: TOPIC.name,
      from: AT,
      to: AT,
      timezone: "UTC",
      stories: [told, told],
      overflow: 0,
    },
    { layout: "cards", publicUrl: null },
  );
  expect(offersOf(digest).own.map(({ label }) => label)).toEqual(["More"]);
});
