import type { Feed, FeedState } from "./feed.ts";
import type { Instant, Item, PollWishes } from "./item.ts";

/** How one poll ended, as far as the next one depends on it. */
export type PollOutcome =
  | {
      readonly kind: "read";
      readonly status: number;
      readonly title: string | null;
      readonly items: readonly Pick<Item, "publishedAt">[];
      /** How many of them had never been seen. */
      readonly newItems: number;
      readonly wishes: PollWishes | null;
      readonly cacheMs: number | null;
    }
  | { readonly kind: "unchanged"; readonly status: number; readonly cacheMs: number | null }
  | {
      readonly kind: "failed";
      readonly status: number | null;
      readonly problem: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: "gone"; readonly problem: string };

export type NextStateInput = {
  readonly feed: Pick<Feed, "everyMs">;
  /** Null before the first poll. */
  readonly before: FeedState | null;
  readonly outcome: PollOutcome;
  readonly now: Instant;
  /** A hub sends what is new, so polls are only the safety net; false when absent. */
  readonly isPushed?: boolean;
  /** Chance from 0 to 1, so that feeds that were added together do not stay together. */
  readonly jitter: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A quiet feed is polled that many times more seldom than `every` says, at most: news must not wait for long. */
const STRETCH_MAX = 4;
/** Longest that a feed's own wishes (ttl, max-age, Expires) are followed; some claim a year. */
const WISH_MS_MAX = HOUR_MS;
/** Longest that Retry-After is followed. */
const RETRY_AFTER_MS_MAX = 8 * HOUR_MS;
/** For "too many requests" without a time. */
const RETRY_AFTER_MS_USUAL = 10 * MINUTE_MS;
const BACKOFF_MS_MAX = DAY_MS;
/** A feed that failed for so long, and so often, is paused. */
const FAILING_MS_MAX = 7 * DAY_MS;
const FAILURES_MAX = 12;
/** The same for one that was never read. */
const FAILURES_WITHOUT_SUCCESS_MAX = 20;
/** The wait grows by up to this share of itself by chance. */
const JITTER_SHARE = 0.1;

/**
 * What is known of a feed after a poll, and when the next one is due. `everyMs` is the shortest wait in any case. A good
 * poll ends a pause that failures brought; whether people let the feed rest is not decided here.
 */
export function nextState(input: NextStateInput): FeedState {
  const { before, outcome, now } = input;
  const base = {
    title: before?.title ?? null,
    lastPollAt: now,
    lastOkAt: before?.lastOkAt ?? null,
    lastNewAt: before?.lastNewAt ?? null,
    paused: before?.paused ?? false,
  };
  // A good poll ends a pause that failures brought; whether people let the feed rest is not kept here.
  const good = { failures: 0, problem: null, lastOkAt: now, paused: false };
  switch (outcome.kind) {
    case "read":
      return {
        ...base,
        ...good,
        title: outcome.title ?? base.title,
        lastNewAt: outcome.newItems > 0 ? now : base.lastNewAt,
        status: outcome.status,
        nextPollAt: later(input, waitAfterRead(input, outcome)),
      };
    case "unchanged":
      return {
        ...base,
        ...good,
        status: outcome.status,
        nextPollAt: later(input, waitAfterUnchanged(input, outcome.cacheMs)),
      };
    case "failed": {
      const failures = (before?.failures ?? 0) + 1;
      return {
        ...base,
        failures,
        problem: outcome.problem,
        status: outcome.status,
        paused: base.paused || isHopeless(failures, base.lastOkAt, now),
        nextPollAt: later(input, waitAfterFailure(input, outcome.retryAfterMs, failures)),
      };
    }
    case "gone":
      return {
        ...base,
        failures: (before?.failures ?? 0) + 1,
        problem: outcome.problem,
        status: 410,
        paused: true,
        nextPollAt: later(input, BACKOFF_MS_MAX),
      };
  }
}

/** Until when nothing of a server is fetched, after one of its feeds got such an answer; null: go on. */
export function hostHoldUntil(
  failure: { readonly hostWide: boolean; readonly retryAfterMs: number | null },
  now: Instant,
): Instant | null {
  if (!failure.hostWide) return null;
  const waitMs = Math.min(failure.retryAfterMs ?? RETRY_AFTER_MS_USUAL, RETRY_AFTER_MS_MAX);
  return waitMs <= 0 ? null : new Date(Date.parse(now) + waitMs).toISOString();
}

/** What is known of a feed that was not asked because its server asks for less; many feeds wake one after the other. */
export function heldState(before: FeedState | null, until: Instant, jitter: number): FeedState {
  const spreadMs = Math.round(HELD_SPREAD_MS * jitter);
  const nextPollAt = new Date(Date.parse(until) + spreadMs).toISOString();
  return { ...(before ?? NEVER_POLLED), nextPollAt };
}

const HELD_SPREAD_MS = MINUTE_MS;

const NEVER_POLLED: Omit<FeedState, "nextPollAt"> = {
  title: null,
  lastPollAt: null,
  lastOkAt: null,
  lastNewAt: null,
  failures: 0,
  problem: null,
  status: null,
  paused: false,
};

function later(input: NextStateInput, waitMs: number): Instant {
  const { feed, now, jitter } = input;
  const shortestMs = feed.everyMs * (input.isPushed === true ? STRETCH_MAX : 1);
  const jittered = Math.max(waitMs, shortestMs) * (1 + JITTER_SHARE * jitter);
  return new Date(Date.parse(now) + Math.round(jittered)).toISOString();
}

function waitAfterRead(
  input: NextStateInput,
  outcome: Extract<PollOutcome, { kind: "read" }>,
): number {
  const { feed, now } = input;
  const rhythmMs = rhythmOf(outcome.items, now);
  const stretched = Math.min(rhythmMs ?? feed.everyMs, feed.everyMs * STRETCH_MAX);
  const wishedMs = Math.max(outcome.wishes?.ttlMs ?? 0, outcome.cacheMs ?? 0);
  const waitMs = Math.max(feed.everyMs, stretched, Math.min(wishedMs, WISH_MS_MAX));
  return pastSkipHours(waitMs, outcome.wishes?.skipHours ?? [], now);
}

/**
 * A good wait for a feed's own rhythm: half the usual gap between its entries. A feed's dates may lie, which costs
 * no more than a poll too many or a wait of STRETCH_MAX times the shortest.
 */
function rhythmOf(items: readonly Pick<Item, "publishedAt">[], now: Instant): number | null {
  const nowMs = Date.parse(now);
  const times = items
    .map(({ publishedAt }) => (publishedAt === null ? Number.NaN : Date.parse(publishedAt)))
    .filter((time) => time <= nowMs)
    .sort((a, b) => b - a);
  const [newest] = times;
  if (newest === undefined || times.length < 3) return null;
  const gaps = times.slice(1).map((time, index) => (times[index] ?? time) - time);
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  // Nothing for longer than usual: it has become slower than its entries say.
  return Math.max(median, Math.min(nowMs - newest, DAY_MS) / 4) / 2;
}

/** A wait that ends in an hour in which the feed does not change goes on until that hour, or the next, is over. */
function pastSkipHours(waitMs: number, skipHours: readonly number[], now: Instant): number {
  if (skipHours.length === 0 || skipHours.length >= 24) return waitMs;
  const due = new Date(Date.parse(now) + waitMs);
  for (let hours = 0; hours < 24; hours += 1) {
    if (!skipHours.includes(due.getUTCHours())) break;
    due.setUTCHours(due.getUTCHours() + 1, 0, 0, 0);
  }
  return Math.min(due.getTime() - Date.parse(now), BACKOFF_MS_MAX);
}

/** Nothing new: the wait stays as it was, or grows towards its limit. */
function waitAfterUnchanged(input: NextStateInput, cacheMs: number | null): number {
  const { feed, before } = input;
  const wasMs =
    before === null || before.lastPollAt === null || before.failures > 0
      ? feed.everyMs
      : Date.parse(before.nextPollAt) - Date.parse(before.lastPollAt);
  const grownMs = Math.min(Math.max(wasMs, feed.everyMs) * 1.2, feed.everyMs * STRETCH_MAX);
  return Math.max(grownMs, Math.min(cacheMs ?? 0, WISH_MS_MAX));
}

function waitAfterFailure(
  input: NextStateInput,
  retryAfterMs: number | null,
  failures: number,
): number {
  const backoffMs = Math.min(input.feed.everyMs * 2 ** Math.min(failures - 1, 40), BACKOFF_MS_MAX);
  return Math.max(backoffMs, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX));
}

function isHopeless(failures: number, lastOkAt: Instant | null, now: Instant): boolean {
  if (lastOkAt === null) return failures >= FAILURES_WITHOUT_SUCCESS_MAX;
  return failures >= FAILURES_MAX && Date.parse(now) - Date.parse(lastOkAt) >= FAILING_MS_MAX;
}
