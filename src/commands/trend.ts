import type { Instant } from "../feeds/item.ts";
import { answer, heading, notice } from "./answers.ts";
import type { Call, Command } from "./command.ts";
import { shareOption, topicOption } from "./option-specs.ts";
import type { MatchedItem } from "./ports.ts";
import type { Block } from "./reply.ts";
import type { OptionSpec } from "./spec.ts";
import {
  countText,
  DAY_MS,
  HOUR_MS,
  instantBefore,
  percentText,
  spanText,
  timeText,
} from "./words.ts";

const RANGE_MS = 7 * DAY_MS;
const RANGE_MS_MAX = 366 * DAY_MS;
/** Up to here a chart has a bar an hour, above it a bar a day. */
const HOURLY_MS_MAX = 2 * DAY_MS;
/** Outlets or languages that are told apart; the rest is one. */
const SERIES_MAX = 6;

export const TREND_BY = ["source", "language"] as const;
export type TrendBy = (typeof TREND_BY)[number];

/** A chart's numbers. */
export type TrendSeries = {
  readonly from: Instant;
  readonly to: Instant;
  readonly unit: "hour" | "day";
  /** Local beginning of each bar, oldest first: `2026-03-10`, or `2026-03-10 14:00`. */
  readonly labels: readonly string[];
  /** Largest first; as many counts as labels. One without `by`. */
  readonly series: readonly {
    readonly name: string;
    readonly counts: readonly number[];
    readonly total: number;
  }[];
  readonly total: number;
  /** Items of the period whose own date lies before it, so that no bar holds them. */
  readonly older: number;
};

/** What a chart is drawn of. */
export type TrendPeriod = {
  readonly from: Instant;
  readonly to: Instant;
  /** IANA name: bars are hours and days there. */
  readonly timezone: string;
};

/** Counts items by the time that they give themselves, or when that is absent or in the future, by when they were seen. */
export function trendSeries(
  items: readonly MatchedItem[],
  { from, to, timezone }: TrendPeriod,
  by: TrendBy | null,
  name = "items",
): TrendSeries {
  const unit = Date.parse(to) - Date.parse(from) <= HOURLY_MS_MAX ? "hour" : "day";
  const labels = labelsOf(from, to, timezone, unit);
  const places = new Map(labels.map((label, index) => [label, index]));
  const counts = new Map<string, number[]>();
  let total = 0;
  for (const item of items) {
    const { publishedAt, seenAt } = item;
    const at = publishedAt !== null && publishedAt <= to ? publishedAt : seenAt;
    const place = at < from ? undefined : places.get(labelOf(at, timezone, unit));
    if (place === undefined) continue;
    const group = groupOf(item, by, name);
    const row = counts.get(group) ?? labels.map(() => 0);
    row[place] = (row[place] ?? 0) + 1;
    counts.set(group, row);
    total += 1;
  }
  const rows = [...counts].map(([group, row]) => ({ name: group, counts: row, total: sum(row) }));
  const series = largest(rows.length > 0 || by !== null ? rows : [emptyRow(name, labels)]);
  return { from, to, unit, labels, series, total, older: items.length - total };
}

type Row = TrendSeries["series"][number];

function emptyRow(name: string, labels: readonly string[]): Row {
  return { name, counts: labels.map(() => 0), total: 0 };
}

function groupOf({ outlet, language }: MatchedItem, by: TrendBy | null, name: string): string {
  if (by === "source") return outlet;
  return by === "language" ? (language ?? "unknown") : name;
}

function largest(rows: readonly Row[]): readonly Row[] {
  const ordered = [...rows].sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
  if (ordered.length <= SERIES_MAX) return ordered;
  const rest = ordered.slice(SERIES_MAX - 1);
  const counts = (rest[0]?.counts ?? []).map((_, at) =>
    sum(rest.map((row) => row.counts[at] ?? 0)),
  );
  return [...ordered.slice(0, SERIES_MAX - 1), { name: "others", counts, total: sum(counts) }];
}

function labelsOf(
  from: Instant,
  to: Instant,
  timezone: string,
  unit: TrendSeries["unit"],
): readonly string[] {
  // Half a step never leaps over a day that a clock change makes shorter.
  const stepMs = unit === "hour" ? HOUR_MS / 2 : DAY_MS / 2;
  const labels = new Set<string>();
  for (let at = Date.parse(from); at < Date.parse(to); at += stepMs) {
    labels.add(labelOf(new Date(at).toISOString(), timezone, unit));
  }
  labels.add(labelOf(to, timezone, unit));
  return [...labels];
}

function labelOf(at: Instant, timezone: string, unit: TrendSeries["unit"]): string {
  const local = timeText(at, timezone);
  return unit === "day" ? local.slice(0, 10) : `${local.slice(0, 13)}:00`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

const rangeOption: OptionSpec = {
  name: "range",
  kind: "duration",
  about: "How far back: 24h, 7d, 30d …; 7 days without it",
  required: false,
  aliases: ["since"],
};
const byOption: OptionSpec = {
  name: "by",
  kind: "choice",
  about: "Tell sources or languages apart",
  required: false,
  choices: TREND_BY,
};

export const trendCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "trend",
    about: "How much is told of a topic over time",
    level: "viewer",
    options: [topicOption, rangeOption, byOption, shareOption],
  },
  async run(call) {
    const { options } = call;
    const by = TREND_BY.find((known) => known === options.text("by")) ?? null;
    const topicId = options.required("topic");
    const trend = await trendOf(call, topicId, by);
    const blocks = [heading(`${nameOf(call, topicId)}: trend`), ...trendBlocks(trend)];
    return answer(blocks, { share: options.flag("share") });
  },
};

export const compareCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "compare",
    about: "How much is told of two topics over time",
    level: "viewer",
    options: [
      topicOption,
      { ...topicOption, name: "other", about: "The other topic", aliases: ["topic_b"] },
      rangeOption,
      shareOption,
    ],
  },
  async run(call) {
    const { options } = call;
    const ids = [options.required("topic"), options.required("other")];
    const trends = await Promise.all(ids.map((id) => trendOf(call, id, null)));
    const title = ids.map((id) => nameOf(call, id)).join(" and ");
    return answer([heading(title), ...trendBlocks(joined(trends))], {
      share: options.flag("share"),
    });
  },
};

function nameOf({ ports }: Call, topicId: string): string {
  return ports.topics.list().find(({ id }) => id === topicId)?.name ?? topicId;
}

async function trendOf(call: Call, topicId: string, by: TrendBy | null): Promise<TrendSeries> {
  const { ports, options, now } = call;
  const rangeMs = Math.min(options.durationMs("range") ?? RANGE_MS, RANGE_MS_MAX);
  const from = instantBefore(now, rangeMs);
  const items = await ports.archive.matchedItems(topicId, from, now);
  const period = { from, to: now, timezone: ports.timezone };
  return trendSeries(items, period, by, nameOf(call, topicId));
}

/** Several charts of one period in one. */
function joined(trends: readonly TrendSeries[]): TrendSeries {
  const [first] = trends;
  if (first === undefined) throw new Error("nothing to compare");
  return {
    ...first,
    series: trends.flatMap(({ series }) => series),
    total: sum(trends.map(({ total }) => total)),
    older: sum(trends.map(({ older }) => older)),
  };
}

/** The chart, with all that it shows in words. */
export function trendBlocks(trend: TrendSeries): readonly Block[] {
  const { series, labels, total, unit, older, from, to } = trend;
  const span = spanText(Date.parse(to) - Date.parse(from));
  const left = older === 0 ? "" : ` ${countText(older, "item")} more came, but bear an older date.`;
  if (total === 0) return [notice("info", `Nothing in the last ${span}.${left}`)];
  const told = series.map(({ name, counts, total: own }) => {
    const peak = labels[counts.indexOf(Math.max(...counts))] ?? "";
    const share = series.length > 1 ? `, ${percentText(own, total)}` : "";
    return `${name}: ${own}${share}${own > 0 ? `, most ${peak}` : ""}.`;
  });
  const [only] = series;
  return [
    {
      kind: "chart",
      title:
        series.length === 1 && only !== undefined
          ? `${only.name}: items by ${unit}`
          : `Items by ${unit}`,
      labels,
      series: series.map(({ name, counts }) => ({ name, values: counts })),
      alt: `${countText(total, "item")} in the last ${span}, by ${unit}.${left} ${told.join(" ")}`,
    },
  ];
}
