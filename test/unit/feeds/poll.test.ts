import { describe, expect, test } from "vitest";
import type { FeedState } from "../../../src/feeds/feed.ts";
import { hostHoldUntil, nextState, type PollOutcome } from "../../../src/feeds/poll.ts";

const NOW = "2026-03-03T12:00:00.000Z";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function at(ms: number): string {
  return new Date(Date.parse(NOW) + ms).toISOString();
}

function state(changes: Partial<FeedState> = {}): FeedState {
  return {
    title: "Wire",
    nextPollAt: NOW,
    lastPollAt: at(-15 * MINUTE),
    lastOkAt: at(-15 * MINUTE),
    lastNewAt: null,
    failures: 0,
    problem: null,
    status: 200,
    paused: false,
    ...changes,
  };
}

function read(changes: Partial<Extract<PollOutcome, { kind: "read" }>> = {}): PollOutcome {
  return {
    kind: "read",
    status: 200,
    title: "Wire",
    items: [],
    newItems: 0,
    wishes: null,
    cacheMs: null,
    ...changes,
  };
}

function failed(retryAfterMs: number | null = null): PollOutcome {
  return { kind: "failed", status: 503, problem: "out of order", retryAfterMs };
}

function wishes(changes: { ttlMs?: number; skipHours?: number[] }): PollOutcome {
  return read({
    wishes: { ttlMs: null, skipHours: [], hubUrl: null, selfUrl: null, ...changes },
  });
}

/** How long after NOW the next poll is. */
function wait(
  outcome: PollOutcome,
  options: { everyMs?: number; before?: FeedState | null; jitter?: number } = {},
): number {
  const { everyMs = 15 * MINUTE, before = state(), jitter = 0 } = options;
  const next = nextState({ feed: { everyMs }, before, outcome, now: NOW, jitter });
  return Date.parse(next.nextPollAt) - Date.parse(NOW);
}

/** Entries with so much time between them, the newest that long ago. */
function every(gapMs: number, newestAgoMs = gapMs): { publishedAt: string }[] {
  return Array.from({ length: 10 }, (_, index) => ({
    publishedAt: at(-newestAgoMs - index * gapMs),
  }));
}

describe("after a good poll the next one", () => {
  test("is due after the shortest interval when the feed is busy", () => {
    expect(wait(read({ items: every(5 * MINUTE) }))).toBe(15 * MINUTE);
    expect(wait(read(), { everyMs: 1_000 })).toBe(1_000);
  });

  test("waits longer for a quiet feed, but never more than four times", () => {
    expect(wait(read({ items: every(HOUR) }))).toBe(30 * MINUTE);
    expect(wait(read({ items: every(400 * HOUR) }))).toBe(HOUR);
    expect(wait(read({ items: every(HOUR) }), { everyMs: 1_000 })).toBe(4_000);
  });

  test("does not depend on entries from the future", () => {
    expect(wait(read({ items: every(-400 * HOUR) }))).toBe(15 * MINUTE);
  });

  test("respects ttl, max-age and hours to skip, up to a limit", () => {
    expect(wait(wishes({ ttlMs: 40 * MINUTE }))).toBe(40 * MINUTE);
    expect(wait(wishes({ ttlMs: 0 }))).toBe(15 * MINUTE);
    expect(wait(wishes({ ttlMs: 9_999 * HOUR }))).toBe(HOUR);
    expect(wait(read({ cacheMs: 20 * MINUTE }))).toBe(20 * MINUTE);
    expect(wait(read({ cacheMs: 9_999 * HOUR }))).toBe(HOUR);
    expect(wait(wishes({ skipHours: [12, 13] }))).toBe(2 * HOUR);
    expect(wait(wishes({ skipHours: Array.from({ length: 24 }, (_, hour) => hour) }))).toBe(
      15 * MINUTE,
    );
  });

  test("is spread by chance, never earlier", () => {
    expect(wait(read(), { jitter: 1 })).toBe(16.5 * MINUTE);
  });

  test("says when something new was seen, and forgets failures", () => {
    const before = state({ failures: 3, problem: "x", lastOkAt: null });
    const next = nextState({
      feed: { everyMs: MINUTE },
      before,
      outcome: read({ newItems: 2, title: null }),
      now: NOW,
      jitter: 0,
    });
    expect(next).toMatchObject({
      title: "Wire",
      lastOkAt: NOW,
      lastNewAt: NOW,
      failures: 0,
      problem: null,
    });
  });

  test("waits a little longer each time that nothing changed", () => {
    const unchanged: PollOutcome = { kind: "unchanged", status: 304, cacheMs: null };
    const before = state({ lastPollAt: at(-20 * MINUTE) });
    expect(wait(unchanged, { before })).toBe(24 * MINUTE);
    expect(wait(unchanged, { before: state({ lastPollAt: at(-9 * HOUR) }) })).toBe(HOUR);
  });
});

describe("after a failure the next poll", () => {
  test("waits twice as long each time, at most a day", () => {
    const waits = [0, 1, 2, 20].map((failures) => wait(failed(), { before: state({ failures }) }));
    expect(waits).toEqual([15 * MINUTE, 30 * MINUTE, HOUR, 24 * HOUR]);
  });

  test("respects Retry-After between the shortest interval and eight hours", () => {
    expect(wait(failed(2 * HOUR))).toBe(2 * HOUR);
    expect(wait(failed(0))).toBe(15 * MINUTE);
    expect(wait(failed(1e18))).toBe(8 * HOUR);
  });

  test("is left out once the feed failed for a week", () => {
    const next = (before: FeedState): FeedState =>
      nextState({ feed: { everyMs: MINUTE }, before, outcome: failed(), now: NOW, jitter: 0 });
    expect(next(state({ failures: 20, lastOkAt: at(-24 * HOUR) })).paused).toBe(false);
    expect(next(state({ failures: 20, lastOkAt: at(-8 * 24 * HOUR) })).paused).toBe(true);
    expect(next(state({ failures: 5, lastOkAt: at(-8 * 24 * HOUR) })).paused).toBe(false);
    expect(next(state({ failures: 30, lastOkAt: null })).paused).toBe(true);
  });
});

test("a feed that is gone is paused, and says why", () => {
  const outcome: PollOutcome = { kind: "gone", problem: "gone for good" };
  const next = nextState({ feed: { everyMs: MINUTE }, before: null, outcome, now: NOW, jitter: 0 });
  expect(next).toMatchObject({ paused: true, status: 410, problem: "gone for good" });
});

test("a server that asks for less is left alone for as long as it says, at most eight hours", () => {
  expect(hostHoldUntil({ hostWide: false, retryAfterMs: HOUR }, NOW)).toBeNull();
  expect(hostHoldUntil({ hostWide: true, retryAfterMs: HOUR }, NOW)).toBe(at(HOUR));
  expect(hostHoldUntil({ hostWide: true, retryAfterMs: null }, NOW)).toBe(at(10 * MINUTE));
  expect(hostHoldUntil({ hostWide: true, retryAfterMs: 1e18 }, NOW)).toBe(at(8 * HOUR));
});
