import type { Feed, FeedState, Validators } from "./feeds/feed.ts";
import type { Instant } from "./feeds/item.ts";
import { hostHoldUntil, nextState, type PollOutcome } from "./feeds/poll.ts";
import { createHostGate, hostOf, type PollResult, pollFeed } from "./feeds/poller.ts";
import { redactUrl } from "./feeds/redact.ts";
import type { Ingester } from "./ingest.ts";
import type { Metrics } from "./metrics.ts";
import type { Sitrep } from "./wiring.ts";

/** Hears how many feeds of how many are done. */
export type OnPolled = (done: number, total: number) => void;

/** Asks feeds for news; a feed that does something wrong is a line in the log. */
export type Polling = {
  /** Begins with the feeds that are due; resolves when these are done. May be called while others run. */
  pollDue(onPolled: OnPolled): Promise<void>;
  /** One try of every feed, whatever its interval. */
  pollAll(onPolled: OnPolled): Promise<void>;
  /** Begins nothing new, and waits for what is being stored. */
  stop(): Promise<void>;
};

type KnownFeed = Feed & { readonly state: FeedState | null };

/** Polls with the limits of the settings: so many feeds at a time, so many of one host. */
export function createPolling(sitrep: Sitrep, ingester: Ingester, metrics: Metrics): Polling {
  const { config, ledger, now } = sitrep;
  const validators = createValidators(sitrep);
  const gate = createHostGate(config.poll.perHost);
  const slots = createSlots(config.poll.concurrency);
  const running = new Map<string, Promise<void>>();
  const heldHosts = new Map<string, Instant>();
  let isStopped = false;

  const pollOne = async (feed: KnownFeed): Promise<void> => {
    const { log } = sitrep;
    const startedMs = performance.now();
    try {
      const known = await validators.get(feed);
      const result = await pollFeed(feed, sitrep.fetcher, known, sitrep.pool.parse);
      if (isStopped) return;
      const outcome = await storeResult(sitrep, ingester, feed, result);
      if (result.kind === "read" || result.kind === "unchanged") {
        await validators.set(feed, result.validators);
      }
      const held = result.kind === "failed" ? hostHoldUntil(result, now()) : null;
      if (held !== null) heldHosts.set(hostOf(feed.url), held);
      metrics.polled(outcome, performance.now() - startedMs);
    } catch (error) {
      log.error(
        { feed: redactUrl(feed.url), error: String(error) },
        "this poll could not be stored",
      );
    }
  };

  const begin = (feeds: readonly KnownFeed[], onPolled: OnPolled): Promise<void> => {
    let done = 0;
    const started = feeds.map((feed) => {
      const task = gate
        .run(feed.url, () => slots(() => (isStopped ? Promise.resolve() : pollOne(feed))))
        .finally(() => {
          running.delete(feed.id);
          done += 1;
          onPolled(done, feeds.length);
        });
      running.set(feed.id, task);
      return task;
    });
    return Promise.all(started).then(() => undefined);
  };

  const isHeld = (feed: Feed): boolean => (heldHosts.get(hostOf(feed.url)) ?? "") > now();
  return {
    async pollDue(onPolled) {
      const at = now();
      const feeds = await ledger.feeds();
      const due = feeds.filter((feed) => isDue(feed, at) && !running.has(feed.id) && !isHeld(feed));
      await begin(due, onPolled);
    },
    async pollAll(onPolled) {
      await begin(await ledger.feeds(), onPolled);
    },
    async stop() {
      isStopped = true;
      await sitrep.fetcher.close();
      await Promise.allSettled(running.values());
    },
  };
}

function isDue({ state }: KnownFeed, now: Instant): boolean {
  return state === null || (!state.paused && state.nextPollAt <= now);
}

/** Runs so many tasks at a time; the others wait in the order in which they came. */
function createSlots(slotsMax: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = slotsMax;
  return async (task) => {
    if (free > 0) free -= 1;
    // Who leaves hands its slot over, so the count stays.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Stores what a poll brought, with the feed's state, as one operation. */
async function storeResult(
  sitrep: Sitrep,
  ingester: Ingester,
  feed: KnownFeed,
  result: PollResult,
): Promise<"ok" | "unchanged" | "failed"> {
  const stateAfter = (outcome: PollOutcome): FeedState =>
    nextState({ feed, before: feed.state, outcome, now: sitrep.now(), jitter: Math.random() });
  switch (result.kind) {
    case "read": {
      const { status, items, cacheMs, parsed } = result;
      const { title } = parsed.feed;
      const wishes = parsed.wishes ?? null;
      const base = { kind: "read", status, title, items, wishes, cacheMs } as const;
      await ingester.ingest({
        feedId: feed.id,
        items,
        baseline: feed.state?.lastOkAt == null,
        state: (itemsNew) => stateAfter({ ...base, newItems: itemsNew }),
      });
      sayRecovered(sitrep, feed);
      return "ok";
    }
    case "unchanged": {
      const { status, cacheMs } = result;
      const state = stateAfter({ kind: "unchanged", status, cacheMs });
      await sitrep.ledger.saveFeedState(feed.id, state);
      sayRecovered(sitrep, feed);
      return "unchanged";
    }
    case "failed": {
      const { status, retryAfterMs, problem } = result;
      const outcome = { kind: "failed", status, retryAfterMs, problem: problem.message } as const;
      await saveFailure(sitrep, feed, stateAfter(outcome));
      return "failed";
    }
    case "gone":
      await saveFailure(
        sitrep,
        feed,
        stateAfter({ kind: "gone", problem: result.problem.message }),
      );
      return "failed";
  }
}

/** One line when a feed begins to fail, one when it is given up; not one a try. */
async function saveFailure(sitrep: Sitrep, feed: KnownFeed, state: FeedState): Promise<void> {
  await sitrep.ledger.saveFeedState(feed.id, state);
  const fields = { feed: redactUrl(feed.url), problem: state.problem, nextTry: state.nextPollAt };
  if (state.paused && feed.state?.paused !== true) {
    sitrep.log.error(fields, "feed is paused: mend or remove it");
  } else if (state.failures === 1)
    sitrep.log.warn(fields, "feed cannot be read; tried again later");
  else sitrep.log.debug(fields, "feed still cannot be read");
}

function sayRecovered({ log }: Sitrep, feed: KnownFeed): void {
  const failures = feed.state?.failures ?? 0;
  if (failures > 0) log.info({ feed: redactUrl(feed.url), failures }, "feed can be read again");
}

/** Validators of the last answers; losing them costs one full read, so trouble with them is no trouble. */
function createValidators({ keyv, log }: Sitrep): {
  get(feed: Feed): Promise<Validators | null>;
  set(feed: Feed, validators: Validators): Promise<void>;
} {
  const kept = keyv("validators");
  return {
    async get(feed) {
      try {
        return (await kept.get<Validators>(feed.id)) ?? null;
      } catch (error) {
        log.warn({ error: String(error) }, "validators cannot be read; the feed is read in full");
        return null;
      }
    },
    async set(feed, validators) {
      try {
        await kept.set(feed.id, validators);
      } catch (error) {
        log.warn({ error: String(error) }, "validators cannot be kept; the feed is read again");
      }
    },
  };
}
