import { expect, test } from "vitest";
import { type Steps, toEnd } from "../../../src/feeds/steps.ts";
import { compileTopics, compilingTopics } from "../../../src/topics/matcher.ts";
import { EVEN } from "../../../src/topics/rarity.ts";
import { countingRarity, SAMPLE_MIN } from "../../../src/topics/rarity-sample.ts";
import type { MatchDocument } from "../../../src/topics/topic.ts";
import type { ConceptGroup } from "../../../src/topics/topic-file.ts";
import { topicOf } from "../../support/sample-topic.ts";

const news = (text: string): MatchDocument => ({
  title: "News",
  text,
  source: null,
  language: "en",
});

/** A group of so many names. */
const group = (names: number): ConceptGroup => ({
  name: "ships",
  about: null,
  aliases: Array.from({ length: names }, (_, index) => ({
    words: [`vessel${index}`],
    mode: "inflected",
    language: "en",
  })),
  includes: [],
  where: { file: "concepts/ships.yaml", line: 1 },
});

/** How often others may have their turn before it is done. */
function stepsOf(work: Steps<unknown>): number {
  let steps = 0;
  while (work.next().done !== true) steps += 1;
  return steps;
}

test("to compile topics takes a step for each of them and for each name of a group", () => {
  const topics = Array.from({ length: 20 }, (_, index) =>
    topicOf(`@ships port${index}`, `t${index}`),
  );
  expect(stepsOf(compilingTopics(topics, [group(300)], EVEN))).toBeGreaterThanOrEqual(320);
});

test("to count what is rare takes a step for each article of the sample", () => {
  const sample = Array.from({ length: SAMPLE_MIN }, () => news("The ferry sails."));
  const work = countingRarity(sample, [topicOf("ferry", "t")], []);
  expect(stepsOf(work)).toBeGreaterThanOrEqual(SAMPLE_MIN);
});

test("a language that comes for the first time is learned some words at a step", () => {
  const words = Array.from({ length: 400 }, (_, index) => `harbour${index}`).join(" OR ");
  const { matcher } = compileTopics([topicOf(words, "t")], []);
  expect(stepsOf(matcher.meeting(news("The ferry sails.")))).toBeGreaterThanOrEqual(10);
  expect(stepsOf(matcher.meeting(news("The ferry sails.")))).toBe(0);
});

test("the words of a long text are met in parts, and it matches the same as if it were not met", () => {
  const text = Array.from({ length: 15_000 }, (_, index) => `word${index}`).join(" ");
  const long = news(`${text} The ferry sails again.`);
  const topics = [topicOf("ferry sails", "t"), topicOf("word9 NEAR/3 word11", "u")];
  const { matcher } = compileTopics(topics, []);
  expect(stepsOf(matcher.meeting(long))).toBeGreaterThanOrEqual(6);
  expect(matcher.match(long)).toEqual(compileTopics(topics, []).matcher.match(long));
  expect(matcher.match(long).map(({ topicId }) => topicId)).toEqual(["u", "t"]);
});

test("steps that are gone through at once come to the same end", () => {
  const topics = [topicOf("@ships", "t")];
  const document = news("The vessel7 sails.");
  const inSteps = toEnd(compilingTopics(topics, [group(9)], EVEN));
  expect(inSteps.matcher.match(document)).toEqual(
    compileTopics(topics, [group(9)]).matcher.match(document),
  );
  expect(inSteps.matcher.match(document)).toHaveLength(1);
});
