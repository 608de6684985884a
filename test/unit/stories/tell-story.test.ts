import fc from "fast-check";
import { expect, test } from "vitest";
import type { ArchivedItem } from "../../../src/stories/story.ts";
import { tellStory } from "../../../src/stories/tell-story.ts";

function archived(guid: string, changes: Partial<ArchivedItem> = {}): ArchivedItem {
  return {
    guid,
    title: `Title of ${guid}`,
    url: `https://${guid}.example/story`,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: null,
    text: null,
    categories: [],
    enclosures: [],
    source: null,
    agency: null,
    language: "en",
    id: `i${guid}`,
    feedId: "f",
    seenAt: "2026-01-01T10:00:00.000Z",
    editedAt: null,
    baseline: false,
    storyId: "s0000000001",
    duplicateOf: null,
    ...changes,
  };
}

const items = [
  archived("b", { source: "The Example", seenAt: "2026-01-01T11:00:00.000Z" }),
  archived("c", { agency: "Reuters", url: null, publishedAt: "2025-12-31T00:00:00.000Z" }),
  archived("d", { agency: "Reuters", language: "es" }),
  archived("e", { source: "The Example", seenAt: "2026-01-02T11:00:00.000Z", language: null }),
];

test("a story is told by its first item, ties going to the lower guid", () => {
  expect(tellStory(items)).toEqual({
    id: "s0000000001",
    headline: "Title of c",
    url: null,
    outlets: [
      { name: "Reuters", url: "https://d.example/story" },
      { name: "The Example", url: "https://b.example/story" },
    ],
    firstReporter: "Reuters",
    items: 4,
    languages: ["en", "es"],
    publishedAt: "2025-12-31T00:00:00.000Z",
    firstSeenAt: "2026-01-01T10:00:00.000Z",
    lastSeenAt: "2026-01-02T11:00:00.000Z",
  });
});

test("the order of the items does not matter", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
      expect(tellStory(shuffled)).toEqual(tellStory(items));
    }),
  );
});

test("a story without items is a bug", () => {
  expect(() => tellStory([])).toThrow("at least one item");
});
