import type { Instant } from "../feeds/item.ts";
import { headlineOf, outletOf } from "../feeds/item.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { documentOf } from "../topics/document.ts";
import type { Match, MatchDocument, Reason } from "../topics/topic.ts";
import type { KeptVerdict, Own } from "./own.ts";
import type { Archive, CommandPorts, Topics } from "./ports.ts";
import { movesWeights } from "./weighed.ts";
import { DAY_MS, dayText } from "./words.ts";

/** One item as a backtest found it. */
export type BacktestItem = {
  readonly id: string;
  readonly title: string;
  readonly outlet: string;
  readonly url: string | null;
  readonly seenAt: Instant;
  readonly story: string;
  readonly score: number;
  readonly reason: Reason | null;
};

/** What a topic would have matched. */
export type Backtest = {
  readonly topic: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly threshold: number;
  /** Items that were looked at. */
  readonly looked: number;
  readonly matched: number;
  readonly stories: number;
  /** Every day of the period, oldest first, also those without a match. */
  readonly days: readonly { readonly day: string; readonly items: number }[];
  /** The best, best first. */
  readonly sample: readonly BacktestItem[];
  /** Those just below the threshold, nearest first. */
  readonly nearMisses: readonly BacktestItem[];
  readonly judged: JudgedItems;
};

/** What people of the tenant said of the items that were looked at, each item once, by its latest verdict. */
export type JudgedItems = {
  /** Of those that the topic matches. */
  readonly matched: { readonly relevant: number; readonly irrelevant: number };
  /** Of those that it does not. */
  readonly missed: { readonly relevant: number; readonly irrelevant: number };
  /** The part of matched items that is relevant, each from 0 to 1; null: none of them was judged. */
  readonly precision: {
    readonly estimate: number;
    /** Between these it is with 95 % confidence, if the judged items are like the others. */
    readonly low: number;
    readonly high: number;
  } | null;
};

/** What is looked at, and for whom. */
export type BacktestScope = {
  readonly since: Instant;
  readonly until: Instant;
  /** Whose verdicts tell how precise the topic is. */
  readonly tenant: string;
};

const SAMPLE_MAX = 10;
const NEAR_MISSES_MAX = 10;
/** Points below the threshold that still count as near. */
const NEAR_POINTS = 20;
const PAGE_ITEMS = 2_000;

type BacktestPorts = Pick<CommandPorts, "timezone"> & {
  readonly archive: Pick<Archive, "itemsSince" | "countSince" | "items">;
  readonly own: Pick<Own, "verdicts">;
  readonly topics: Pick<Topics, "narrowing">;
};

/** Scores the archive with the topic as it is now. Null when there is no such topic. */
export async function backtest(
  ports: BacktestPorts & { readonly topics: Pick<Topics, "list" | "matchOne" | "narrowing"> },
  topicId: string,
  scope: BacktestScope,
): Promise<Backtest | null> {
  const topic = ports.topics.list().find(({ id }) => id === topicId);
  if (topic === undefined) return null;
  const matchOne: MatchOne = (document) => ports.topics.matchOne(topicId, document);
  return backtestWith(ports, topic, matchOne, scope);
}

type MatchOne = (document: MatchDocument) => Match | null;

/** Scores the archive with a topic that need not be kept yet. Lets other work go on between pages. */
export async function backtestWith(
  ports: BacktestPorts,
  topic: { readonly id: string; readonly threshold: number; readonly query: string },
  matchOne: MatchOne,
  { since, until, tenant }: BacktestScope,
): Promise<Backtest> {
  const verdicts = await ports.own.verdicts(tenant, topic.id);
  const relevance = relevanceOf(verdicts);
  const tally = new Tally(topic.threshold, ports.timezone, relevance);
  const isOfPeriod = ({ seenAt }: ArchivedItem): boolean => seenAt >= since && seenAt <= until;
  const unread = new Set(relevance.keys());
  // Most of an archive has none of a topic's words, which its index knows without reading it.
  const filter = { narrow: ports.topics.narrowing(topic.query) };
  let after: string | null = null;
  for (;;) {
    const page: readonly ArchivedItem[] = await ports.archive.itemsSince(
      since,
      after,
      PAGE_ITEMS,
      filter,
    );
    for (const item of page.filter(isOfPeriod)) {
      unread.delete(item.id);
      tally.add(item, matchOne(documentOf(item)));
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE_ITEMS) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const missed = await ports.archive.items([...unread]);
  for (const item of missed.filter(isOfPeriod)) tally.add(item, null);
  return {
    topic: topic.id,
    from: since,
    to: until,
    threshold: topic.threshold,
    looked: await ports.archive.countSince(since, until),
    ...tally.result(since, until),
  };
}

/** By item, what was said of it last. */
function relevanceOf(verdicts: readonly KeptVerdict[]): ReadonlyMap<string, boolean> {
  return new Map(
    verdicts.filter(movesWeights).map(({ itemId, relevant }) => [itemId, relevant] as const),
  );
}

class Tally {
  #matched = 0;
  readonly #judged = {
    matched: { relevant: 0, irrelevant: 0 },
    missed: { relevant: 0, irrelevant: 0 },
  };
  readonly #relevance: ReadonlyMap<string, boolean>;
  readonly #stories = new Set<string>();
  readonly #days = new Map<string, number>();
  #sample: BacktestItem[] = [];
  #nearMisses: BacktestItem[] = [];
  readonly #threshold: number;
  readonly #timezone: string;

  constructor(threshold: number, timezone: string, relevance: ReadonlyMap<string, boolean>) {
    this.#relevance = relevance;
    this.#threshold = threshold;
    this.#timezone = timezone;
  }

  add(item: ArchivedItem, match: Match | null): void {
    const score = match?.score ?? 0;
    this.#judge(item, score);
    if (score < this.#threshold - NEAR_POINTS || score <= 0) return;
    const found: BacktestItem = {
      id: item.id,
      title: headlineOf(item),
      outlet: outletOf(item),
      url: item.url,
      seenAt: item.seenAt,
      story: item.storyId,
      score,
      reason: match?.reasons[0] ?? null,
    };
    if (score < this.#threshold) {
      this.#nearMisses = best([...this.#nearMisses, found], NEAR_MISSES_MAX);
      return;
    }
    this.#matched += 1;
    this.#stories.add(item.storyId);
    const day = dayText(item.seenAt, this.#timezone);
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
    const twin = this.#sample.find(({ story }) => story === found.story);
    if (twin !== undefined && twin.score >= score) return;
    this.#sample = best([...this.#sample.filter((other) => other !== twin), found], SAMPLE_MAX);
  }

  #judge({ id }: ArchivedItem, score: number): void {
    const relevant = this.#relevance.get(id);
    if (relevant === undefined) return;
    const counts = this.#judged[score >= this.#threshold ? "matched" : "missed"];
    counts[relevant ? "relevant" : "irrelevant"] += 1;
  }

  result(
    since: Instant,
    until: Instant,
  ): Pick<Backtest, "matched" | "stories" | "days" | "sample" | "nearMisses" | "judged"> {
    const { matched, missed } = this.#judged;
    return {
      matched: this.#matched,
      stories: this.#stories.size,
      days: daysOf(since, until, this.#timezone).map((day) => ({
        day,
        items: this.#days.get(day) ?? 0,
      })),
      sample: this.#sample,
      nearMisses: this.#nearMisses,
      judged: { matched, missed, precision: precisionOf(matched) },
    };
  }
}

/** Standard deviations on either side of an estimate between which 95 % of a normal distribution lie. */
const DEVIATIONS = 1.96;

/** Wilson's interval: it holds for a handful of judgements too, and stays between 0 and 1. */
function precisionOf(counts: JudgedItems["matched"]): JudgedItems["precision"] {
  const { relevant, irrelevant } = counts;
  const judged = relevant + irrelevant;
  if (judged === 0) return null;
  const estimate = relevant / judged;
  const spread = DEVIATIONS ** 2 / judged;
  const middle = (estimate + spread / 2) / (1 + spread);
  const half =
    (DEVIATIONS / (1 + spread)) *
    Math.sqrt((estimate * (1 - estimate)) / judged + spread / (4 * judged));
  return { estimate, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

function best(items: readonly BacktestItem[], max: number): BacktestItem[] {
  return [...items]
    .sort((a, b) => b.score - a.score || (a.seenAt < b.seenAt ? 1 : -1))
    .slice(0, max);
}

/** The calendar days of a period, the first and the last included. */
export function daysOf(since: Instant, until: Instant, timezone: string): readonly string[] {
  const days = new Set<string>();
  for (let at = Date.parse(since); at < Date.parse(until); at += DAY_MS) {
    days.add(dayText(new Date(at).toISOString(), timezone));
  }
  days.add(dayText(until, timezone));
  return [...days];
}

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A row of bars, one a number, the tallest for the greatest; a dot for none. */
export function sparkline(counts: readonly number[]): string {
  const max = Math.max(1, ...counts);
  return counts
    .map((count) =>
      count === 0 ? "·" : (BARS[Math.ceil((count / max) * BARS.length) - 1] ?? BARS[0]),
    )
    .join("");
}
