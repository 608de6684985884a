import type { Instant } from "../feeds/item.ts";
import type { Match, Topic } from "./topic.ts";

/** What a backtest needs to know of an archived item. */
export type BacktestItem = {
  readonly id: string;
  readonly title: string;
  readonly url: string | null;
  readonly source: string | null;
  readonly seenAt: Instant;
};

/** An item that a topic would have matched, or nearly. */
export type BacktestHit = BacktestItem & { readonly match: Match };

/** What a topic would have done with the archive. */
export type Backtest = {
  readonly topicId: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Items looked at. */
  readonly items: number;
  /** Items at or above the threshold. */
  readonly hits: number;
  /** Every day of the period in UTC, hits or not. */
  readonly days: readonly { readonly day: string; readonly hits: number }[];
  /** Hits spread evenly over the period, oldest first. */
  readonly sample: readonly BacktestHit[];
  /** Items just below the threshold, best first. */
  readonly nearMisses: readonly BacktestHit[];
  /** Part of judged hits that were judged relevant; null when none was judged. */
  readonly precision: { readonly relevant: number; readonly judged: number } | null;
};

/** How many hits and near misses are shown; as many as one message holds. */
const SAMPLE_MAX = 10;
const NEAR_MISSES_MAX = 5;
/** Points below the threshold within which an item was a near miss. */
const NEAR_MISS_POINTS = 25;
const DAY_MS = 86_400_000;

/** Sums up what a topic matched. `verdicts`: item id to whether people found it relevant. */
export function backtest(
  topic: Topic,
  found: readonly BacktestHit[],
  period: { readonly from: Instant; readonly to: Instant; readonly items: number },
  verdicts: ReadonlyMap<string, boolean> = new Map(),
): Backtest {
  const mine = found.filter(({ match }) => match.topicId === topic.id);
  const hits = mine
    .filter(({ match }) => match.score >= topic.threshold)
    .sort((left, right) => compare(left.seenAt, right.seenAt) || compare(left.id, right.id));
  const nearMisses = mine
    .filter(
      ({ match }) =>
        match.score < topic.threshold && match.score >= topic.threshold - NEAR_MISS_POINTS,
    )
    .sort((left, right) => right.match.score - left.match.score || compare(left.id, right.id))
    .slice(0, NEAR_MISSES_MAX);
  const judged = hits.flatMap(({ id }) => verdicts.get(id) ?? []);
  return {
    topicId: topic.id,
    from: period.from,
    to: period.to,
    items: period.items,
    hits: hits.length,
    days: daysOf(hits, period.from, period.to),
    sample: spread(hits, SAMPLE_MAX),
    nearMisses,
    precision:
      judged.length === 0
        ? null
        : { relevant: judged.filter(Boolean).length, judged: judged.length },
  };
}

function daysOf(
  hits: readonly BacktestHit[],
  from: Instant,
  to: Instant,
): { day: string; hits: number }[] {
  const counts = new Map<string, number>();
  const first = Date.parse(`${from.slice(0, 10)}T00:00:00.000Z`);
  for (let at = first; at <= Date.parse(to); at += DAY_MS)
    counts.set(new Date(at).toISOString().slice(0, 10), 0);
  for (const { seenAt } of hits) {
    const day = seenAt.slice(0, 10);
    if (counts.has(day)) counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return [...counts].map(([day, count]) => ({ day, hits: count }));
}

/** At most `size` entries, evenly spaced, the first and the last among them. */
function spread<T>(entries: readonly T[], size: number): T[] {
  if (entries.length <= size) return [...entries];
  const step = (entries.length - 1) / (size - 1);
  return Array.from({ length: size }, (_, index) => entries[Math.round(index * step)]).filter(
    (one) => one !== undefined,
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
