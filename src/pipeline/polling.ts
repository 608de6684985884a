import { setImmediate as nextTurn } from "node:timers/promises";
import type { WebMount } from "../chat/web/ports.ts";
import { isFlooding } from "../feeds/flood.ts";
import type { Instant } from "../feeds/item.ts";
import { type FeedMemory, NOTHING_KNOWN } from "../feeds/memory.ts";
import { isSettled } from "../feeds/moves.ts";
import { heldState, hostHoldUntil } from "../feeds/poll.ts";
import { type PollResult, pollFeed } from "../feeds/poller.ts";
import { createHostGate, type HostGate, hostOf } from "../feeds/poller-gate.ts";
import {
  createLane,
  createLargeGate,
  createRoom,
  type Lane,
  type LargeGate,
  type LargePlace,
  type Room,
} from "../feeds/poller-lanes.ts";
import { redactUrl } from "../feeds/redact.ts";
import type { Sitrep } from "../wiring.ts";
import { createFeedNotices } from "./feed-notices.ts";
import { readFullTexts } from "./full-texts.ts";
import type { Ingester } from "./ingest.ts";
import type { Metrics } from "./metrics.ts";
import { type KeepingParts, keepPoll } from "./poll-keeping.ts";
import { createPollStore, type PolledFeed } from "./poll-store.ts";
import { createPushes } from "./pushes.ts";

/** Hears how many feeds of how many are done. */
export type OnPolled = (done: number, total: number) => void;

/** Asks feeds for news; a feed that does something wrong is a line in the log. */
export type Polling = {
  /** Where others call to bring news themselves. */
  readonly mounts: readonly WebMount[];
  /** Begins with the feeds that are due; resolves when these are done. May be called while others run. */
  pollDue(onPolled: OnPolled): Promise<void>;
  /** One try of every feed, whatever its interval, but for those that people let rest. */
  pollAll(onPolled: OnPolled): Promise<void>;
  /** Begins nothing new, and waits for what is being stored. */
  stop(): Promise<void>;
};

/** A fetch that takes longer gives its place to the next and goes on besides. */
const PATIENCE_MS = 1_000;
/** So many slow fetches go on besides at most: each costs a connection. */
const BESIDES_MAX = 400;
/** A large document that does not come whole gives its place up after so long, when others wait. */
const LARGE_PATIENCE_MS = 3_000;
/** Read at a time from the ledger, besides those that are being polled. */
const DUE_MAX = 512;
/** Polls that begin at a stretch: each takes a fraction of a millisecond, and everything else in this thread waits. */
const BEGUN_TOGETHER_MAX = 16;
/** Documents that were read and wait to be stored; no fetch begins above it. */
const UNSTORED_MAX = 64;

/** Feeds that do well and feeds that fail have places of their own, so that the second never hold up the first. */
type Side = {
  readonly lane: Lane;
  readonly large: LargeGate;
  readonly running: Set<string>;
  readonly runningMax: number;
};

/** What polls share. */
type Polls = {
  readonly sitrep: Sitrep;
  readonly metrics: Metrics;
  readonly keeping: KeepingParts;
  readonly gate: HostGate;
  readonly unstored: Room;
  /** Until when nothing of a host is fetched. */
  readonly heldHosts: Map<string, Instant>;
  readonly started: Promise<void>;
  isStopped: boolean;
};

/** Polls with the limits of the settings: so many feeds at a time, so many of one host. */
export function createPolling(sitrep: Sitrep, ingester: Ingester, metrics: Metrics): Polling {
  const { config, ledger } = sitrep;
  const polls = pollsOf(sitrep, ingester, metrics);
  const { store, pushes } = polls.keeping;
  const besides = { free: BESIDES_MAX };
  const sideOf = (largeMax: number, runningMax: number): Side => ({
    lane: createLane({ tasksMax: config.poll.concurrency, patienceMs: PATIENCE_MS, besides }),
    large: createLargeGate(largeMax, LARGE_PATIENCE_MS),
    running: new Set(),
    runningMax,
  });
  const well = sideOf(6, 2 * DUE_MAX);
  const failing = sideOf(2, DUE_MAX);
  const tasks = new Set<Promise<void>>();

  const isRunning = ({ id }: PolledFeed): boolean =>
    well.running.has(id) || failing.running.has(id);
  const begin = (all: readonly PolledFeed[], onPolled: OnPolled): Promise<void> => {
    let done = 0;
    let turn = Promise.resolve();
    const feeds = all.filter((feed) => !isRunning(feed));
    const begun = feeds.map((feed, index) => {
      const side = (feed.state?.failures ?? 0) > 0 ? failing : well;
      side.running.add(feed.id);
      if (index % BEGUN_TOGETHER_MAX === BEGUN_TOGETHER_MAX - 1) turn = turn.then(() => nextTurn());
      const poll = (): Promise<void> =>
        pollOne(polls, feed, (memory) =>
          isFlooding(memory.allowance, sitrep.now()) ? failing : side,
        );
      const task = turn.then(poll).finally(() => {
        side.running.delete(feed.id);
        tasks.delete(task);
        done += 1;
        onPolled(done, feeds.length);
      });
      tasks.add(task);
      return task;
    });
    return Promise.all(begun).then(() => undefined);
  };
  const dueOf = async (side: Side): Promise<readonly PolledFeed[]> => {
    if (side.running.size >= side.runningMax) return [];
    const query = { failing: side === failing, limit: DUE_MAX + side.running.size };
    return ledger.dueFeeds({ now: sitrep.now(), ...query });
  };
  return {
    mounts: pushes.mount === null ? [] : [pushes.mount],
    async pollDue(onPolled) {
      const dueWell = await dueOf(well);
      await nextTurn();
      const dueFailing = await dueOf(failing);
      await nextTurn();
      const { held, free } = tellHeld(polls, [...dueWell, ...dueFailing]);
      await Promise.all([begin(free, onPolled), putOff(polls, held)]);
    },
    async pollAll(onPolled) {
      const feeds = await ledger.feeds();
      await begin(
        feeds.filter((feed) => !isResting(feed)),
        onPolled,
      );
    },
    async stop() {
      polls.isStopped = true;
      polls.gate.stop();
      await Promise.all([sitrep.fetcher.close(), pushes.stop()]);
      await Promise.allSettled(tasks);
      await store.flush();
    },
  };
}

function pollsOf(sitrep: Sitrep, ingester: Ingester, metrics: Metrics): Polls {
  const store = createPollStore(sitrep);
  const pushes = createPushes(sitrep, ingester, store);
  const gate = createHostGate(sitrep.config.poll.perHost);
  const keeping: KeepingParts = {
    sitrep,
    ingester,
    store,
    notices: createFeedNotices(sitrep),
    pushes,
    fullTexts: (feed, items) => readFullTexts({ ...sitrep, gate }, feed.id, items),
  };
  return {
    sitrep,
    metrics,
    keeping,
    gate,
    unstored: createRoom(UNSTORED_MAX),
    heldHosts: new Map(),
    started: pushes.start(),
    isStopped: false,
  };
}

/** A feed whose server asks for less, and until when. */
type HeldFeed = { readonly feed: PolledFeed; readonly until: Instant };

function tellHeld(
  { sitrep, heldHosts }: Polls,
  due: readonly PolledFeed[],
): { readonly held: readonly HeldFeed[]; readonly free: readonly PolledFeed[] } {
  const at = sitrep.now();
  for (const [host, until] of heldHosts) if (until <= at) heldHosts.delete(host);
  const held: HeldFeed[] = [];
  const free: PolledFeed[] = [];
  for (const feed of due) {
    const until = heldHosts.get(hostOf(feed.url));
    if (until === undefined) free.push(feed);
    else held.push({ feed, until });
  }
  return { held, free };
}

/** They are due when their server may be asked again, so that they do not stand in the way of others until then. */
async function putOff({ keeping }: Polls, held: readonly HeldFeed[]): Promise<void> {
  await Promise.all(
    held.map(({ feed, until }) =>
      keeping.store.saveState(feed.id, heldState(feed.state, until, Math.random())),
    ),
  );
}

async function pollOne(
  polls: Polls,
  feed: PolledFeed,
  sideFor: (memory: FeedMemory) => Side,
): Promise<void> {
  const { sitrep, keeping, heldHosts, unstored } = polls;
  const { now, log } = sitrep;
  const held: Held = { place: null, isPutOff: false };
  try {
    await polls.started;
    const memory = (await keeping.store.recall(feed.id)) ?? NOTHING_KNOWN;
    const side = sideFor(memory);
    const url = addressOf(feed.url, memory, now());
    await unstored.below();
    const result = await polls.gate.run(url, () =>
      side.lane.run(async () =>
        polls.isStopped ? null : fetchOne(polls, { ...feed, url }, memory, side.large, held),
      ),
    );
    if (polls.isStopped || result === null) return;
    if (held.isPutOff) {
      await putOff(polls, [{ feed, until: afterOne(now(), feed.everyMs) }]);
      return;
    }
    const until = result.kind === "failed" ? hostHoldUntil(result, now()) : null;
    if (until !== null) heldHosts.set(hostOf(url), until);
    await unstored.run(() => keepPoll(keeping, { feed, memory, result }));
  } catch (error) {
    log.error({ feed: redactUrl(feed.url), error: String(error) }, "this poll could not be stored");
  } finally {
    held.place?.leave();
  }
}

async function fetchOne(
  { sitrep, metrics }: Polls,
  feed: PolledFeed,
  { validators }: FeedMemory,
  large: LargeGate,
  held: Held,
): Promise<PollResult> {
  const startedMs = performance.now();
  const onLarge = async (giveUp: () => void): Promise<void> => {
    if (held.place !== null) return;
    held.place = await large.enter(giveUp);
    if (held.place !== null) return;
    held.isPutOff = true;
    giveUp();
  };
  const result = await pollFeed(feed, sitrep.fetcher, { validators, onLarge }, (bytes, options) => {
    held.place?.settle();
    return sitrep.pool.parse(bytes, options);
  });
  metrics.polled(outcomeOf(result), performance.now() - startedMs);
  return result;
}

/** The place of a large document, while its feed is polled. */
type Held = {
  place: LargePlace | null;
  /** There was no place for it; it is polled again later, and nothing is held against it. */
  isPutOff: boolean;
};

function afterOne(now: Instant, everyMs: number): Instant {
  return new Date(Date.parse(now) + everyMs).toISOString();
}

function outcomeOf(result: PollResult): "ok" | "unchanged" | "failed" {
  switch (result.kind) {
    case "read":
      return "ok";
    case "unchanged":
      return "unchanged";
    case "failed":
    case "gone":
      return "failed";
  }
}

/** Where a feed is asked: where it is, or where it has moved for good. */
function addressOf(url: string, { move }: FeedMemory, now: Instant): string {
  if (move === null || !isSettled(move, now) || !URL.canParse(move.to)) return url;
  const [was, is] = [new URL(url), new URL(move.to)];
  if (was.origin !== is.origin) return move.to;
  is.username = was.username;
  is.password = was.password;
  return is.href;
}

/** Everybody who added it lets it rest. */
function isResting({
  owners = [],
}: {
  readonly owners?: readonly { readonly paused: boolean }[];
}): boolean {
  return owners.length > 0 && owners.every(({ paused }) => paused);
}
