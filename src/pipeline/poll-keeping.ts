import type { FeedState } from "../feeds/feed.ts";
import { type Allowance, allowanceAt, spent } from "../feeds/flood.ts";
import type { Item } from "../feeds/item.ts";
import { type FeedMemory, NOTHING_KNOWN, withNewAt } from "../feeds/memory.ts";
import { isSettled, type Move, trackMove } from "../feeds/moves.ts";
import { nextState, type PollOutcome } from "../feeds/poll.ts";
import type { PollResult } from "../feeds/poller.ts";
import { silentSince } from "../feeds/silence.ts";
import type { Sitrep } from "../wiring.ts";
import type { FeedNotices } from "./feed-notices.ts";
import type { Ingester } from "./ingest.ts";
import type { PolledFeed, PollStore } from "./poll-store.ts";
import type { Pushes } from "./pushes.ts";

/** What keeping a poll needs. */
export type KeepingParts = {
  readonly sitrep: Pick<Sitrep, "now">;
  readonly ingester: Ingester;
  readonly store: PollStore;
  readonly notices: FeedNotices;
  readonly pushes: Pushes;
  /** Entries with the text of their pages, for a feed that asks for it. */
  fullTexts(feed: PolledFeed, items: readonly Item[]): Promise<ReadonlyMap<string, Item>>;
};

/** One poll of a feed, and what was known before. */
export type Polled = {
  readonly feed: PolledFeed;
  readonly memory: FeedMemory;
  readonly result: PollResult;
};

/** Stores what a poll brought, with the state of the feed, and says what people should know. */
export async function keepPoll(
  parts: KeepingParts,
  polled: Polled,
): Promise<"ok" | "unchanged" | "failed"> {
  const { result } = polled;
  switch (result.kind) {
    case "read":
      await keepRead(parts, polled, result);
      return "ok";
    case "unchanged": {
      const { status, cacheMs } = result;
      const memory = memoryAfter(parts, polled, result, { itemsNew: 0, itemsLeft: 0 });
      const state = stateAfter(parts, polled, { kind: "unchanged", status, cacheMs });
      await finishGood(parts, polled, memory);
      await parts.store.saveState(polled.feed.id, withSilence(state, memory));
      await parts.pushes.polled(polled.feed, null, 0);
      return "unchanged";
    }
    case "failed": {
      const { status, retryAfterMs, problem } = result;
      await keepFailure(parts, polled, {
        kind: "failed",
        status,
        retryAfterMs,
        problem: problem.message,
      });
      return "failed";
    }
    case "gone":
      await keepFailure(parts, polled, { kind: "gone", problem: result.problem.message });
      return "failed";
  }
}

type Brought = { readonly itemsNew: number; readonly itemsLeft: number };

async function keepRead(
  parts: KeepingParts,
  polled: Polled,
  result: Extract<PollResult, { kind: "read" }>,
): Promise<void> {
  const { feed, memory: before } = polled;
  const { status, items, cacheMs, parsed } = result;
  const completed = feed.fullText ? await parts.fullTexts(feed, items) : null;
  const allowance = allowanceAt(before.allowance, parts.sitrep.now());
  const base = {
    kind: "read",
    status,
    title: parsed.feed.title,
    items,
    wishes: parsed.wishes ?? null,
    cacheMs,
  } as const;
  const ingested = await parts.ingester.ingest({
    feedId: feed.id,
    items,
    baseline: isBaseline(feed),
    // What a first poll left would be news at the second.
    ...(isBaseline(feed) ? {} : { itemsNewMax: Math.floor(allowance.entries) }),
    ...(completed === null ? {} : { complete: (item) => completed.get(item.guid) ?? item }),
    state: (newItems) => {
      const state = stateAfter(parts, polled, { ...base, newItems });
      const memory = memoryAfter(parts, polled, result, { itemsNew: newItems, itemsLeft: 0 });
      return withSilence(state, memory);
    },
  });
  if (ingested.itemsLeft > 0) parts.notices.flooded(feed, ingested.itemsLeft);
  await finishGood(parts, polled, memoryAfter(parts, polled, result, ingested));
  const itemsNew = isBaseline(feed) ? 0 : ingested.itemsNew;
  await parts.pushes.polled(feed, parsed.wishes ?? NO_WISHES, itemsNew);
}

const NO_WISHES = { ttlMs: null, skipHours: [], hubUrl: null, selfUrl: null };

function isBaseline({ state }: PolledFeed): boolean {
  return state === null || state.lastOkAt === null;
}

function stateAfter(
  { sitrep, pushes }: KeepingParts,
  { feed }: Polled,
  outcome: PollOutcome,
): FeedState {
  return nextState({
    feed,
    before: feed.state,
    outcome,
    now: sitrep.now(),
    isPushed: pushes.isPushed(feed.id),
    jitter: Math.random(),
  });
}

/** What is remembered after a good poll. */
function memoryAfter(
  { sitrep }: KeepingParts,
  { feed, memory: before }: Polled,
  result: Extract<PollResult, { kind: "read" | "unchanged" }>,
  { itemsNew, itemsLeft }: Brought,
): FeedMemory {
  const now = sitrep.now();
  const isNews = itemsNew > 0 && !isBaseline(feed);
  const newAts = isNews ? withNewAt(before.newAts, now) : before.newAts;
  const allowance = isNews ? spent(allowanceAt(before.allowance, now), itemsNew) : null;
  return {
    // With entries left, the document is wanted again even when it did not change.
    validators: itemsLeft > 0 ? NOTHING_KNOWN.validators : result.validators,
    move: moveAfter(before.move, result.movedTo, now),
    newAts,
    silentSince:
      before.silentSince !== null && !isNews ? before.silentSince : silentSince(newAts, now),
    allowance: allowance ?? grownBack(before.allowance, now),
  };
}

/** Null once all of it is there again, so that what is remembered stays the same. */
function grownBack(before: Allowance | null, now: string): Allowance | null {
  if (before === null) return null;
  return allowanceAt(before, now).entries >= allowanceAt(null, now).entries ? null : before;
}

/** A move that is followed stays while the new address answers itself. */
function moveAfter(before: Move | null, movedTo: string | null, now: string): Move | null {
  if (before !== null && movedTo === null && isSettled(before, now)) return before;
  return trackMove(before, movedTo, now);
}

function withSilence(state: FeedState, { silentSince: since }: FeedMemory): FeedState {
  if (since === null) return state;
  const problem = `It answers, but has brought nothing new since ${since.slice(0, 10)}, which is long for it.`;
  return { ...state, problem };
}

/** After the items are stored: what is remembered, and what people should know. */
async function finishGood(
  { sitrep, store, notices }: KeepingParts,
  { feed, memory: before }: Polled,
  after: FeedMemory,
): Promise<void> {
  const now = sitrep.now();
  if (JSON.stringify(after) !== JSON.stringify(before)) store.remember(feed.id, after);
  await notices.recovered(feed);
  if (after.move !== null && isSettled(after.move, now)) {
    const wasSettled =
      before.move?.to === after.move.to && isSettled(before.move, feed.state?.lastPollAt ?? now);
    if (!wasSettled) notices.moved(feed, after.move.to);
  }
  if (after.silentSince !== null && before.silentSince === null) {
    await notices.silent(feed, after.silentSince);
  }
  if (after.silentSince === null && before.silentSince !== null) {
    await notices.speaks(feed, before.silentSince);
  }
}

async function keepFailure(
  parts: KeepingParts,
  polled: Polled,
  outcome: Extract<PollOutcome, { kind: "failed" | "gone" }>,
): Promise<void> {
  const { feed, memory } = polled;
  const state = stateAfter(parts, polled, outcome);
  await parts.store.saveState(feed.id, state);
  // What fails at its new address is asked at its old one again.
  if (memory.move !== null && isSettled(memory.move, parts.sitrep.now())) {
    parts.store.remember(feed.id, { ...memory, move: null });
  }
  await parts.notices.failed(feed, state);
}
