import { expect, test } from "vitest";
import {
  applyFeedback,
  FEEDBACK_POINTS_MAX,
  type Feedback,
  feedbackTerms,
  type Judgement,
  reweigh,
  suggestTerms,
  TERM_POINTS_MAX,
  termWeights,
  undoFeedback,
} from "../../../src/topics/feedback.ts";
import type { Match, MatchDocument } from "../../../src/topics/topic.ts";

const news = (title: string): MatchDocument => ({ title, text: "", source: null, language: "en" });
const judge = (title: string, relevant: boolean): Judgement => ({
  itemId: title,
  relevant,
  matched: true,
  by: "web:local",
  at: "2026-03-01T00:00:00.000Z",
  terms: feedbackTerms(news(title)),
});
const match = (score: number): Match => ({
  topicId: "t",
  score,
  matched: score >= 60,
  reasons: [],
});

function learn(judgements: readonly Judgement[]): Feedback {
  return judgements.reduce<Feedback>((all, one) => applyFeedback(all, one).feedback, {
    topicId: "t",
    judgements: [],
  });
}

const taught = learn([
  judge("Envoys mediate in Barbados", true),
  judge("Norway mediates again in Oslo", true),
  judge("Mediation resumes", true),
  judge("Crude exports rise", false),
  judge("Crude cargo leaves port", false),
  judge("Exports of crude fall", false),
]);

test("terms of relevant items give points and terms of irrelevant ones take them", () => {
  const weights = termWeights(taught);
  expect(weights.get("mediat")).toBeGreaterThan(0);
  expect(weights.get("crude")).toBeLessThan(0);
});

test("one kind of verdict alone moves nothing", () => {
  expect(
    termWeights(learn([judge("Envoys mediate", true), judge("They mediate", true)])).size,
  ).toBe(0);
});

test("points stay within their bounds, and points of reasons add up to the new score", () => {
  const many = learn(
    Array.from({ length: 60 }, (_, index) =>
      judge(`crude exports cargo tanker refinery barrel ${index}`, index % 2 === 0 && index < 4),
    ).concat(
      Array.from({ length: 60 }, (_, index) =>
        judge(`mediation envoy dialogue accord summit ${index}`, true),
      ),
    ),
  );
  const weights = termWeights(many);
  for (const points of weights.values())
    expect(Math.abs(points)).toBeLessThanOrEqual(TERM_POINTS_MAX);
  const before: Match = {
    ...match(70),
    reasons: [{ concept: "x", field: "title", quote: "x", points: 70 }],
  };
  const after = reweigh(before, news("crude exports cargo tanker refinery barrel"), weights, 60);
  expect(after.score).toBeLessThan(60);
  expect(after.score).toBeGreaterThanOrEqual(70 - FEEDBACK_POINTS_MAX - 15);
  expect(after.reasons.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(after.score, 0);
});

test("feedback never hides an item and never finds one that the query does not", () => {
  const weights = termWeights(taught);
  expect(reweigh(match(2), news("Crude exports crude"), weights, 60).score).toBeGreaterThanOrEqual(
    1,
  );
  expect(reweigh(match(0), news("Mediation in Barbados"), weights, 60).score).toBe(0);
});

test("a verdict says what it changed, a second one replaces it, and undo takes it back", () => {
  const first = applyFeedback(taught, judge("Crude talks", true));
  expect(first.changes.map(({ term }) => term)).toContain("crude");
  const again = applyFeedback(first.feedback, judge("Crude talks", false));
  expect(again.feedback.judgements).toHaveLength(taught.judgements.length + 1);
  expect(undoFeedback(again.feedback, "Crude talks", "web:local").feedback).toEqual(taught);
});

test("words, not stems, are suggested to add and to exclude, without what the query has", () => {
  expect(suggestTerms(taught, "venezuela")).toEqual({
    add: ["mediate"],
    exclude: ["crude", "exports"],
  });
  expect(suggestTerms(taught, "venezuela AND mediation").add).toEqual([]);
});
