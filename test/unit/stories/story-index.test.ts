import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoryItem } from "../../../src/stories/story.ts";
import { createStoryIndex, type StoryIndex, storyIdOf } from "../../../src/stories/story-index.ts";

const DAY_MS = 86_400_000;
const at = (days: number): string => new Date(Date.UTC(2026, 0, 1) + days * DAY_MS).toISOString();

function headline(id: string, title: string, day = 0): StoryItem {
  return { id, title, text: "", url: null, language: "en", at: at(day) };
}

function article(id: string, title: string, text: string, day = 0): StoryItem {
  return { ...headline(id, title, day), text };
}

/** Decides and adds items one after the other. */
function feed(index: StoryIndex, items: readonly StoryItem[]) {
  return items.map((item) => {
    const decision = index.decide(item);
    index.add(item, decision.storyId);
    for (const merge of decision.merges) index.merge(merge);
    return decision;
  });
}

const FERRY = `The ferry Aurora ran aground off the island of Kij on Monday with 84 people on board, the coast guard
said. All of them were taken to the mainland in small boats before nightfall. The captain told investigators that he
had lost sight of the buoys in thick fog and left the channel. The owner of the ferry, a company from Port Ember, said
the hull was undamaged and that the ship would be pulled free at the next high tide, perhaps on Tuesday morning.`;

const FERRY_ELSEWHERE = `Passengers of a ferry spent hours waiting for rescue boats on Monday after their ship, the
Aurora, hit a sandbank near Kij in dense fog. Nobody was hurt. Investigators want to know why the captain left the
marked channel; he says that the fog hid the buoys. The coast guard hopes to free the ferry when the tide is high.`;

const QUAKE = `An earthquake of magnitude 6.1 shook the mountain province of Torre early on Monday and brought down
dozens of houses in villages around its epicentre, the interior ministry said. Rescue teams with dogs are on their way,
but landslides have blocked the only road. At least eleven people were injured and schools stay shut this week.`;

test("an item that is like nothing opens a story whose id comes from the item", () => {
  const index = createStoryIndex();
  const decision = index.decide(headline("a", "Ferry runs aground"));
  expect(decision).toMatchObject({ storyId: storyIdOf("a"), opens: true, duplicateOf: null });
  expect(decision.storyId).toMatch(/^s[0-9a-z]{10}$/);
  expect(decision.because).toBe("nothing in the 14 days around it is like it");
});

test("two tellings of one event are one story, another event is another", () => {
  const [first, second, third] = feed(createStoryIndex(), [
    article("a", "Ferry with 84 on board runs aground off Kij", FERRY),
    article("b", "Fog blamed as ferry hits sandbank", FERRY_ELSEWHERE),
    article("c", "Quake destroys houses in Torre", QUAKE),
  ]);
  expect(second).toMatchObject({ storyId: first?.storyId, opens: false, duplicateOf: null });
  expect(second?.because).toMatch(/^it shares “.+” and “.+” with the story$/);
  expect(third?.opens).toBe(true);
});

test("headlines of one event come together by the words that only its headlines have", () => {
  const decisions = feed(createStoryIndex(), [
    headline("1", "Sbaro files for bankruptcy protection again"),
    headline("2", "Pizza chain Sbaro files for bankruptcy"),
    headline("3", "Ministers meet over gas prices"),
    headline("4", "Sbaro bankruptcy: what happens to its pizza restaurants"),
    headline("5", "Gas prices fall for a third week"),
    headline("6", "Thirteen things that we will miss most about Sbaro"),
  ]);
  const [first] = decisions;
  const stories = decisions.map(({ storyId }) => storyId === first?.storyId);
  expect(stories).toEqual([true, true, false, true, false, true]);
});

test("a copy joins the story of its original and names it, whatever its headline", () => {
  const copy = FERRY.replace("84 people", "84 passengers").replace(
    "the coast guard\nsaid",
    "officials said",
  );
  const [first, second] = feed(createStoryIndex(), [
    article("a", "Ferry with 84 on board runs aground off Kij", FERRY),
    article("b", "Ship stuck", `PORT EMBER (AFP) - ${copy}`, 1),
  ]);
  expect(second).toMatchObject({ storyId: first?.storyId, duplicateOf: "a" });
});

test("the beginning of a report is a copy of it", () => {
  const [, second] = feed(createStoryIndex(), [
    article("a", "Ferry runs aground", FERRY),
    article("b", "Ferry aground off Kij", FERRY.split(" ").slice(0, 40).join(" ")),
  ]);
  expect(second?.duplicateOf).toBe("a");
});

test("an appeal that an outlet puts under every article makes no copies of them", () => {
  const appeal = `Before you go: our reporters can only do their work because readers pay for it. If you have two
minutes, please help us with whatever you can spare, and tell your friends about this paper. Every small sum counts, and
it keeps these pages open for those who cannot pay. We thank you from the bottom of our hearts for reading us today.`;
  const decisions = feed(createStoryIndex(), [
    article("a", "Ferry runs aground", `${FERRY} ${appeal}`),
    article("b", "Quake in Torre", `${QUAKE} ${appeal}`),
  ]);
  expect(decisions.map(({ opens }) => opens)).toEqual([true, true]);
});

test("reports of one place that name days far apart are two stories", () => {
  const landed = (day: string, who: string): string =>
    `Two planes with ${who} landed in Port Ember on ${day}, the harbour authority said. The planes brought crates of
equipment for the naval base, which the two countries run together. The government of the island did not comment, while
the opposition asked for a debate in parliament about the use of the naval base by foreign planes.`;
  const decisions = feed(createStoryIndex(), [
    article("a", "Planes land in Port Ember", landed("Sunday", "a hundred soldiers")),
    article(
      "b",
      "Planes reach Port Ember again",
      landed("Wednesday", "a dozen mechanics")
        .split(" ")
        .reverse()
        .join(" ")
        .replaceAll("planes", "planes"),
    ),
  ]);
  expect(decisions[1]?.duplicateOf).toBeNull();
});

test("an item far from a story in time opens a story of its own", () => {
  const decisions = feed(createStoryIndex(), [
    article("a", "Ferry with 84 on board runs aground off Kij", FERRY),
    article("b", "Fog blamed as ferry hits sandbank", FERRY_ELSEWHERE, 20),
  ]);
  expect(decisions[1]?.opens).toBe(true);
});

test("deciding changes nothing", () => {
  const index = createStoryIndex();
  feed(index, [article("a", "Ferry with 84 on board runs aground off Kij", FERRY)]);
  const item = article("b", "Fog blamed as ferry hits sandbank", FERRY_ELSEWHERE);
  expect(index.decide(item)).toEqual(index.decide(item));
});

test("a merged story goes on as the other, and its items are found there", () => {
  const index = createStoryIndex();
  const [ferry, quake] = feed(index, [
    article("a", "Ferry runs aground off Kij", FERRY),
    article("c", "Quake destroys houses in Torre", QUAKE),
  ]);
  if (ferry === undefined || quake === undefined) throw new Error("two decisions");
  index.merge({ from: quake.storyId, into: ferry.storyId });
  expect(index.finalStory(quake.storyId)).toBe(ferry.storyId);
  expect(index.decide(article("d", "Torre shaken", QUAKE)).storyId).toBe(ferry.storyId);
});

test("stories that people took apart are not merged again, whatever comes", () => {
  const index = createStoryIndex();
  const one = headline("a", "Ferry with 84 on board runs aground off Kij");
  const other = headline("b", "Ferry runs aground off Kij with 84 people on board");
  index.add(one, storyIdOf("a"));
  index.add(other, storyIdOf("b"));
  const both = headline("c", "Ferry aground off Kij with 84 on board");
  expect(index.decide(both).merges).toHaveLength(1);
  index.regroup({
    revision: 1,
    items: [{ item: other, storyId: storyIdOf("b") }],
    apart: [[storyIdOf("a"), storyIdOf("b")]],
  });
  expect(index.decide(both).merges).toEqual([]);
  index.regroup({ revision: 2, items: [], apart: [] });
  expect(index.decide(both).merges).toHaveLength(1);
});

test("what was dropped is forgotten", () => {
  const index = createStoryIndex();
  feed(index, [article("a", "Ferry runs aground off Kij", FERRY)]);
  index.dropBefore(at(1));
  expect(index.decide(article("b", "Ferry runs aground off Kij", FERRY, 1)).opens).toBe(true);
});

const word = fc.constantFrom(
  ..."ferry quake torre kij fog rescue island minister gas price talks".split(" "),
);
const items = fc
  .array(fc.tuple(fc.array(word, { minLength: 1, maxLength: 7 }), fc.nat(20)), { maxLength: 25 })
  .map((rows) => rows.map(([words, day], index) => headline(`i${index}`, words.join(" "), day)));

test("the same items in the same order give the same stories", () => {
  fc.assert(
    fc.property(items, (list) => {
      expect(feed(createStoryIndex(), list)).toEqual(feed(createStoryIndex(), list));
    }),
    { numRuns: 60 },
  );
});

test("an index that was restored decides as the one that went on, also after old items went", () => {
  fc.assert(
    fc.property(items, fc.nat(20), (list, day) => {
      const living = createStoryIndex();
      const decisions = feed(living, list);
      living.dropBefore(at(day));
      const restored = createStoryIndex();
      for (const [index, item] of list.entries()) {
        const storyId = decisions[index]?.storyId ?? "";
        if (item.at >= at(day)) restored.add(item, living.finalStory(storyId));
      }
      const next = headline("next", "ferry torre fog talks", 10);
      const { because: _why, ...expected } = living.decide(next);
      expect(restored.decide(next)).toMatchObject(expected);
    }),
    { numRuns: 100 },
  );
});

test("what was decided before other items came in is added as if it were read only then", () => {
  const masthead = `Port Ember Gazette, the daily newspaper of the harbour quarter, founded by its faithful readers
    and printed beside the old customs house every morning since the great storm, sold for two crowns at all kiosks.`;
  const other = article("other", "Torre", `${masthead} ${QUAKE}`, 0);
  const item = article("item", "Aurora", `${masthead} ${FERRY}`, 2);
  // Has nothing but what is the frame of both.
  const probe = article("probe", "A newspaper", masthead.split(/\s+/).toReversed().join(" "), 2);
  const index = createStoryIndex();
  index.decide(item);
  index.add(other, "s-other");
  index.add(item, "s-item");
  index.dropBefore(at(1));
  expect(index.decide(probe).opens).toBe(true);
});

test("a report as long as a book is known as a copy by its first chapters", () => {
  const chapters = Array.from({ length: 9_000 }, (_, index) => `word${(index * 7) % 4_001}`);
  const end = Array.from({ length: 3_000 }, (_, index) => `another${index}`);
  const [, second] = feed(createStoryIndex(), [
    article("a", "The report of the inquiry", chapters.join(" ")),
    article("b", "Inquiry: the report", [...chapters.slice(0, 6_000), ...end].join(" ")),
  ]);
  expect(second?.duplicateOf).toBe("a");
});
