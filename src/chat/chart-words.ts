import { sparkline } from "../commands/backtest.ts";
import type { Block } from "../commands/reply.ts";

/** A chart as a reply holds it. */
export type Chart = Extract<Block, { readonly kind: "chart" }>;

/** More points than these make a line that breaks on a phone. */
const POINTS_MAX = 60;

/** One series as a row of small bars with its sum; not yet safe to show. */
export type SeriesWords = { readonly name: string; readonly bars: string; readonly sum: number };

/** A chart without a picture: each series as text. Neighbours are added up where there are too many points. */
export function seriesWords(chart: Chart): readonly SeriesWords[] {
  return chart.series.map(({ name, values }) => ({
    name,
    bars: sparkline(folded(values)),
    sum: values.reduce((sum, value) => sum + value, 0),
  }));
}

function folded(values: readonly number[]): readonly number[] {
  const width = Math.ceil(values.length / POINTS_MAX);
  if (width <= 1) return values;
  const sums: number[] = [];
  for (let from = 0; from < values.length; from += width) {
    sums.push(values.slice(from, from + width).reduce((sum, value) => sum + value, 0));
  }
  return sums;
}
