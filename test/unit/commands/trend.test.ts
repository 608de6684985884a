import { describe, expect, test } from "vitest";
import type { MatchedItem } from "../../../src/commands/ports.ts";
import { trendBlocks, trendSeries } from "../../../src/commands/trend.ts";

const WEEK = { from: "2026-03-03T12:00:00.000Z", to: "2026-03-10T12:00:00.000Z", timezone: "UTC" };

function item(seenAt: string, over: Partial<MatchedItem> = {}): MatchedItem {
  return {
    itemId: seenAt,
    storyId: "s0000000001",
    outlet: "North News",
    language: "en",
    seenAt: `2026-03-${seenAt}:00.000Z`,
    publishedAt: null,
    ...over,
  };
}

describe("a trend", () => {
  test("has a bar for every day of the period, also for those without an item", () => {
    const trend = trendSeries([item("10T09:00"), item("10T10:00"), item("05T00:00")], WEEK, null);
    expect(trend.unit).toBe("day");
    expect(trend.labels).toEqual(
      [3, 4, 5, 6, 7, 8, 9, 10].map((day) => `2026-03-${String(day).padStart(2, "0")}`),
    );
    expect(trend.series).toEqual([{ name: "items", counts: [0, 0, 1, 0, 0, 0, 0, 2], total: 3 }]);
  });

  test("puts an item where it says it belongs, unless that is in the future", () => {
    const published = [
      item("10T09:00", { publishedAt: "2026-03-06T23:00:00.000Z" }),
      item("10T09:00", { publishedAt: "2031-01-01T00:00:00.000Z" }),
      item("10T09:00", { publishedAt: "2019-01-01T00:00:00.000Z" }),
    ];
    const trend = trendSeries(published, WEEK, null);
    expect(trend.series[0]?.counts).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
    expect(trend).toMatchObject({ total: 2, older: 1 });
  });

  test("of two days or less has hours, in the reader's zone, across a change of clocks", () => {
    const period = {
      from: "2026-03-28T12:00:00.000Z",
      to: "2026-03-29T12:00:00.000Z",
      timezone: "Europe/Berlin",
    };
    const { unit, labels } = trendSeries([], period, null);
    expect(unit).toBe("hour");
    expect(labels).toHaveLength(25);
    expect(labels).not.toContain("2026-03-29 02:00");
    expect(labels.at(-1)).toBe("2026-03-29 14:00");
  });

  test("tells outlets apart, the smallest as one, and loses none", () => {
    const outlets = Array.from({ length: 9 }, (_, n) =>
      Array.from({ length: 9 - n }, () => item("10T09:00", { outlet: `Outlet ${n}` })),
    ).flat();
    const { series, total } = trendSeries(outlets, WEEK, "source");
    expect(series.map(({ name }) => name)).toEqual([
      "Outlet 0",
      "Outlet 1",
      "Outlet 2",
      "Outlet 3",
      "Outlet 4",
      "others",
    ]);
    expect(series.reduce((sum, one) => sum + one.total, 0)).toBe(total);
    expect(total).toBe(45);
  });

  test("says in words what the chart shows", () => {
    const items = [item("10T09:00"), item("10T10:00", { language: "de" }), item("09T10:00")];
    const [chart] = trendBlocks(trendSeries(items, WEEK, "language"));
    expect(chart).toMatchObject({
      kind: "chart",
      alt: "3 items in the last 7 days, by day. en: 2, 67 %, most 2026-03-09. de: 1, 33 %, most 2026-03-10.",
    });
    expect(trendBlocks(trendSeries([], WEEK, null))).toEqual([
      { kind: "notice", tone: "info", text: "Nothing in the last 7 days." },
    ]);
  });
});
