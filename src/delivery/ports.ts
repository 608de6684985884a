import type { Instant } from "../feeds/item.ts";
import type { Log } from "../log.ts";
import type { Delivery, Edit, EditSettlement, Settlement, Transport } from "./delivery.ts";
import type { Pause } from "./pause.ts";

/**
 * The part of the ledger that deliveries need. Each call outlives this process when it returns; a row that is added or
 * claimed, also a power failure. A call that throws may be made again.
 */
export type Outbox = {
  /** Adds a row; nothing happens when its key is there already. */
  enqueue(delivery: Delivery): Promise<void>;
  /**
   * Takes up to `limit` due rows, at most one a channel and there the oldest, counts the try and marks
   * them inflight. Leaves out channels that are held or have an inflight row.
   */
  claim(limit: number, now: Instant, platforms: readonly string[]): Promise<readonly Delivery[]>;
  /** Rows that were claimed and not settled, oldest first; none that another live process works on. */
  inflight(platforms: readonly string[]): Promise<readonly Delivery[]>;
  settle(key: string, settlement: Settlement, now: Instant): Promise<void>;
  /** Nothing goes to the channel until then; null: parked. True when it was not parked before. */
  holdChannel(channel: string, until: Instant | null, reason: string): Promise<boolean>;
  /** What was written while the clock was ahead waits from now on only as long as it was to wait then. */
  mendClock(now: Instant): Promise<void>;
};

/** The part of the ledger that edits need. */
export type EditOutbox = {
  /** The newest version of each post that is to show it by now, of posts that were sent and are not held. */
  dueEdits(limit: number, now: Instant, platforms: readonly string[]): Promise<readonly Edit[]>;
  /** A version that was overtaken by a newer one meanwhile leaves that one due. */
  settleEdit(edit: Edit, settlement: EditSettlement): Promise<void>;
};

/** What the loop reaches the world through. */
export type DeliveryPorts = {
  readonly outbox: Outbox;
  readonly transports: readonly Transport[];
  now(): Instant;
  /** Milliseconds of a clock that is never set, such as performance.now(). */
  elapsedMs(): number;
  readonly pause: Pause;
  readonly log: Log;
  /** Posts that are to show something newer; absent: posts stay as they are. */
  readonly edits?: EditOutbox;
  /** The end of the quiet hours in which this must not be sent now; null: it may. Never throws. */
  quietUntil?(delivery: Delivery): Promise<Instant | null>;
  /** A post shows its newer version. */
  onEdited?(edit: Edit): Promise<void> | void;
  /** After a try was noted in the ledger; what it throws is only logged. */
  onSettled(delivery: Delivery, settlement: Settlement): Promise<void> | void;
  /** A channel was parked that was not parked before: the admins are to be told. */
  onParked(delivery: Delivery, reason: string): Promise<void> | void;
  /** Default SETTLE_AFTER_MS. */
  readonly settleAfterMs?: number;
};
