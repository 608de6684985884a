import type { Feed, FeedState } from "../feeds/feed.ts";
import type { FeedMemory } from "../feeds/memory.ts";
import type { Sitrep } from "../wiring.ts";

/** Stores what polls leave behind, many at a time: a transaction for each would cost more than the poll. */
export type PollStore = {
  /** Resolves when it is stored. */
  saveState(feedId: string, state: FeedState): Promise<void>;
  /** Null: nothing is remembered; trouble with it is no trouble. */
  recall(feedId: string): Promise<FeedMemory | null>;
  /** Stored soon; losing it costs one full read. */
  remember(feedId: string, memory: FeedMemory): void;
  /** Writes what waits. */
  flush(): Promise<void>;
};

/** What is gathered for so long is written at once. */
const GATHER_MS = 100;

export function createPollStore({
  ledger,
  keyv,
  log,
}: Pick<Sitrep, "ledger" | "keyv" | "log">): PollStore {
  const kept = keyv("polls");
  let states = new Map<string, FeedState>();
  let memories = new Map<string, FeedMemory>();
  let flushing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    const [dueStates, dueMemories] = [states, memories];
    states = new Map();
    memories = new Map();
    if (dueStates.size > 0) {
      await ledger.saveFeedStates([...dueStates].map(([feedId, state]) => ({ feedId, state })));
    }
    if (dueMemories.size === 0) return;
    try {
      await kept.setMany([...dueMemories].map(([key, value]) => ({ key, value })));
    } catch (error) {
      log.warn(
        { error: String(error) },
        "what is known of polls cannot be kept; feeds are read again",
      );
    }
  };
  const gather = (): Promise<void> => {
    flushing ??= new Promise((resolve, reject) => {
      setTimeout(() => {
        flushing = null;
        write().then(resolve, reject);
      }, GATHER_MS);
    });
    return flushing;
  };
  return {
    saveState(feedId, state) {
      states.set(feedId, state);
      return gather();
    },
    async recall(feedId) {
      const waiting = memories.get(feedId);
      if (waiting !== undefined) return waiting;
      try {
        return (await kept.get<FeedMemory>(feedId)) ?? null;
      } catch (error) {
        log.warn(
          { error: String(error) },
          "what is known of polls cannot be read; feeds are read in full",
        );
        return null;
      }
    },
    remember(feedId, memory) {
      memories.set(feedId, memory);
      gather().catch(() => undefined);
    },
    flush: () => write(),
  };
}

/** A feed as the ledger knows it. */
export type PolledFeed = Feed & { readonly state: FeedState | null };
