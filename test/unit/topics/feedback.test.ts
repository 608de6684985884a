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
  weightsInWords,
} from "../../../src/topics/feedback.ts";
import type { Match, MatchDocument, Reason } from "../../../src/topics/topic.ts";

const news = (title: string): MatchDocument => ({ title, text: "", source: null, language: "en" });
const judge = (title: string, relevant: boolean): Judgement => ({
  itemId: title,
  relevant,
  matched: true,
  by: "web:local",
  at: "2026-03-01T00:00:00.000Z",
  terms: feedbackTerms(news(title), []),
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

const reason = (concept: string): Reason => ({ concept, field: "title", quote: "x", points: 10 });
const judgeFound = (id: string, relevant: boolean, concept: string): Judgement => ({
  ...judge(id, relevant),
  terms: feedbackTerms(news(id), [reason(concept)]),
});

test("a concept that parts relevant from irrelevant items moves too, is named, and can be undone", () => {
  const judged = learn([
    judgeFound("one", true, "Russia deploys forces abroad"),
    judgeFound("two", true, "Russia deploys forces abroad"),
    judgeFound("three", false, "Russia deploys forces in Ukraine"),
    judgeFound("four", false, "Russia deploys forces in Ukraine"),
  ]);
  const words = new Map(weightsInWords(judged).map(({ term, points }) => [term, points]));
  const liked = words.get("Russia deploys forces abroad (concept)") ?? 0;
  expect(liked).toBeGreaterThan(0);
  expect(liked).toBeLessThanOrEqual(TERM_POINTS_MAX);
  expect(words.get("Russia deploys forces in Ukraine (concept)")).toBeLessThan(0);
  const found = { ...match(60), reasons: [reason("Russia deploys forces abroad")] };
  const moved = reweigh(found, news("other news"), termWeights(judged), 60);
  expect(moved.score).toBeCloseTo(60 + liked, 1);
  expect(moved.reasons).toContainEqual(
    expect.objectContaining({ concept: "feedback", quote: "Russia deploys forces abroad" }),
  );
  const undone = undoFeedback(judged, "one", "web:local");
  expect(undone.changes.map(({ term }) => term)).toContain(
    "Russia deploys forces abroad (concept)",
  );
  const both = undoFeedback(undone.feedback, "two", "web:local");
  expect(termWeights(both.feedback).size).toBe(0);
});

test("concepts are never suggested as words for the query", () => {
  const judged = learn([
    ...["a", "b", "c"].map((id) => judgeFound(id, true, "opposition")),
    ...["d", "e", "f"].map((id) => judgeFound(id, false, "oil trade")),
  ]);
  expect(suggestTerms(judged, "venezuela")).toEqual({ add: [], exclude: [] });
});
