import { expect, test } from "vitest";
import { type BacktestHit, backtest } from "../../../src/topics/backtest.ts";

const topic = { id: "t", name: "T", about: "", query: "x", threshold: 60, where: null };
const hit = (id: string, day: string, score: number): BacktestHit => ({
  id,
  title: id,
  url: null,
  source: null,
  seenAt: `2026-03-${day}T10:00:00.000Z`,
  match: { topicId: "t", score, matched: score >= 60, reasons: [] },
});
const period = { from: "2026-03-01T00:00:00.000Z", to: "2026-03-03T23:00:00.000Z", items: 500 };

test("hits are counted by day, days without hits included", () => {
  const result = backtest(
    topic,
    [hit("a", "01", 80), hit("b", "03", 61), hit("c", "03", 90)],
    period,
  );
  expect(result).toMatchObject({
    items: 500,
    hits: 3,
    precision: null,
    days: [
      { day: "2026-03-01", hits: 1 },
      { day: "2026-03-02", hits: 0 },
      { day: "2026-03-03", hits: 2 },
    ],
  });
});

test("near misses are what lies just below the threshold, best first", () => {
  const result = backtest(
    topic,
    [hit("a", "01", 59), hit("b", "01", 40), hit("c", "01", 20)],
    period,
  );
  expect(result.nearMisses.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("the sample is spread over the whole period", () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    hit(`i${String(index).padStart(2, "0")}`, index < 50 ? "01" : "03", 70),
  );
  const { sample } = backtest(topic, many, period);
  expect(sample).toHaveLength(10);
  expect([sample[0]?.id, sample.at(-1)?.id]).toEqual(["i00", "i99"]);
});

test("precision is estimated from hits that were judged", () => {
  const verdicts = new Map([
    ["a", true],
    ["b", false],
    ["elsewhere", true],
  ]);
  expect(
    backtest(topic, [hit("a", "01", 80), hit("b", "01", 80)], period, verdicts).precision,
  ).toEqual({ relevant: 1, judged: 2 });
});
