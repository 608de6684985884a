import { expect, test } from "vitest";
import { toEnd } from "../../../src/feeds/steps.ts";
import { feedbackTerms } from "../../../src/topics/feedback.ts";
import { compileTopics } from "../../../src/topics/matcher.ts";
import { countingRarity, SAMPLE_MIN } from "../../../src/topics/rarity-sample.ts";
import type { Match, MatchDocument } from "../../../src/topics/topic.ts";
import { topicOf } from "../../support/sample-topic.ts";

const news = (title: string, text = ""): MatchDocument => ({
  title,
  text,
  source: null,
  language: "en",
});

/** Half of the archive is about the weather, nothing about volcanoes. */
const archive = (size: number): MatchDocument[] =>
  Array.from({ length: size }, (_, index) =>
    news(index % 2 === 0 ? "The weather stays dry" : "Shares fall again"),
  );

function matchOf(query: string, document: MatchDocument, sample: readonly MatchDocument[]): Match {
  const topics = [topicOf(query)];
  const { matcher } = compileTopics(topics, [], toEnd(countingRarity(sample, topics, [])));
  const match = matcher.explain("t", document);
  if (match === null) throw new Error("no such topic");
  return match;
}

const QUERY = "weather OR volcano";

test("of two words the one that is rare in the archive weighs more, and the reason says so", () => {
  const rare = matchOf(QUERY, news("A volcano wakes"), archive(SAMPLE_MIN));
  const common = matchOf(QUERY, news("A weather report"), archive(SAMPLE_MIN));
  expect(rare.score).toBe(100);
  expect(common.score).toBe(80);
  expect(rare.reasons[0]?.concept).toBe("volcano (rare in the archive)");
  expect(common.reasons[0]?.concept).toBe("weather (common in the archive)");
});

test("where both are needed, the rare one decides more how good a match is", () => {
  const both = "weather AND volcano";
  const inTitle = matchOf(both, news("Volcano", "The weather."), archive(SAMPLE_MIN));
  const inText = matchOf(both, news("Weather", "The volcano."), archive(SAMPLE_MIN));
  expect(inTitle.score).toBeGreaterThan(inText.score);
});

test.each([
  ["volcano", 25],
  ["weather", 16],
])("points for %s, of 20, are %i", (word, points) => {
  const { reasons } = matchOf(
    `report^0.5 ${word}^+20`,
    news(`Report ${word}`),
    archive(SAMPLE_MIN),
  );
  expect(reasons.find(({ concept }) => concept.startsWith(word))?.points).toBe(points);
});

test("an archive that is too small to tell, or none, weighs everything alike", () => {
  for (const sample of [[], archive(SAMPLE_MIN - 1)]) {
    const { score, reasons } = matchOf(QUERY, news("A weather report"), sample);
    expect(score).toBe(100);
    expect(reasons[0]?.concept).toBe("weather");
  }
});

test("feedback knows a concept again, however rare it has become", () => {
  const document = news("A volcano wakes");
  const before = feedbackTerms(document, matchOf(QUERY, document, []).reasons);
  const after = feedbackTerms(document, matchOf(QUERY, document, archive(SAMPLE_MIN)).reasons);
  expect(after).toEqual(before);
});
