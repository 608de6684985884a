import type { Feed, FeedState } from "../feeds/feed.ts";
import { feedIdOf } from "../feeds/identity.ts";
import type { Instant } from "../feeds/item.ts";
import type { Reader } from "../feeds/reader.ts";

/** What is needed of the ledger to let a feed be polled again. */
type FeedStates = {
  feeds(): Promise<readonly (Feed & { readonly state: FeedState | null })[]>;
  saveFeedState(feedId: string, state: FeedState): Promise<void>;
};

/**
 * A reader by whose tests feeds find back: one that failed, or was given up, and can be read by hand is due at once.
 * One that people let rest goes on resting.
 */
export function revivingReader(reader: Reader, ledger: FeedStates, now: () => Instant): Reader {
  return {
    ...reader,
    async test(url) {
      const trial = await reader.test(url);
      if (trial.parsed.ok) await revive(ledger, feedIdOf(url.trim()), now());
      return trial;
    },
  };
}

async function revive(ledger: FeedStates, feedId: string, now: Instant): Promise<void> {
  const feed = (await ledger.feeds()).find(({ id }) => id === feedId);
  const state = feed?.state ?? null;
  if (state === null || state.failures === 0) return;
  await ledger.saveFeedState(feedId, { ...state, paused: false, nextPollAt: now });
}
