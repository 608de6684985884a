import type { Validators } from "./feed.ts";
import type { Allowance } from "./flood.ts";
import type { Instant } from "./item.ts";
import type { Move } from "./moves.ts";

/** What is remembered of polling a feed and may be lost: then it is read in full once, and learned again. */
export type FeedMemory = {
  readonly validators: Validators;
  /** A permanent redirect that is being watched, or followed; null: it answers where it is. */
  readonly move: Move | null;
  /** When new entries were seen, oldest first; the first poll is none. */
  readonly newAts: readonly Instant[];
  /** Since when the feed is reported as silent; null: it is not. */
  readonly silentSince: Instant | null;
  /** Null: it never came near its limit. */
  readonly allowance: Allowance | null;
};

export const NOTHING_KNOWN: FeedMemory = {
  validators: { etag: null, lastModified: null, bodyHash: null },
  move: null,
  newAts: [],
  silentSince: null,
  allowance: null,
};

/** Enough for a rhythm. */
const NEW_ATS_MAX = 60;

/** The times of new entries with one more. */
export function withNewAt(newAts: readonly Instant[], at: Instant): readonly Instant[] {
  return [...newAts, at].slice(-NEW_ATS_MAX);
}
