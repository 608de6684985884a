import type { Instant } from "./item.ts";

/** A place in a file of the operator's, for error messages. */
export type Where = { readonly file: string /** 1-based. */; readonly line: number };

/** A feed to poll. The seed corpus is a feed too, with the id {@link SEED_FEED_ID}. */
export type Feed = {
  /** `f` + 10 of [0-9a-z], derived from the address. */
  readonly id: string;
  /** May hold user:password; never shown: see redactUrl. */
  readonly url: string;
  /** Null: the feed's own title is used once it is known. */
  readonly name: string | null;
  readonly tags: readonly string[];
  /** Shortest interval between two polls, in milliseconds. */
  readonly everyMs: number;
  readonly language: string | null;
  /** Trust of the operator in it; 1 is usual. */
  readonly weight: number;
  readonly fullText: boolean;
  /** Where it is declared; null for one that was added by a command. */
  readonly where: Where | null;
};

/** The id of the seed corpus among the feeds. */
export const SEED_FEED_ID = "seeds";

/** What is known of polling one feed. */
export type FeedState = {
  /** The feed's own title, from its last good poll. */
  readonly title: string | null;
  readonly nextPollAt: Instant;
  /** Null until the first try. */
  readonly lastPollAt: Instant | null;
  /** Null until the first good poll; until then the next good poll is the baseline. */
  readonly lastOkAt: Instant | null;
  /** When an item that was new was last seen. */
  readonly lastNewAt: Instant | null;
  /** Failures in a row. */
  readonly failures: number;
  /** Why the last poll failed, or, without failures, that the feed fell silent; for people. Null: all is well. */
  readonly problem: string | null;
  readonly status: number | null;
  readonly paused: boolean;
};

/** Validators of the last answer, sent back verbatim; kept in Keyv, so losing them costs one full read. */
export type Validators = {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Hash of the body: the same bytes on a 200 count as unchanged. */
  readonly bodyHash: string | null;
};
