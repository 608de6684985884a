import type { Instant } from "../feeds/item.ts";
import type { Delivery, Settlement } from "./delivery.ts";
import type { Hold, OpenTry } from "./settle.ts";

/** What a try comes to and the ledger has to note. */
export type Effect = {
  readonly hold: Hold | null;
  readonly again: Delivery | null;
  readonly settlement: Settlement;
};

/** An inflight delivery that is not settled by its own try. Times are of a clock that is never set. */
export type Trouble = {
  /** When its first request left; null when the clock cannot tell. */
  readonly startedMs: number | null;
  /** When its last request ended, or at the latest can have. */
  readonly endedMs: number;
  /** Not looked after before. */
  readonly notBeforeMs: number;
  /** How often it was looked after. */
  readonly tries: number;
  readonly sameKey: boolean;
  /** What is known but could not be noted in the ledger yet. */
  readonly unsaved: Effect | null;
};

/**
 * A delivery that an earlier process left behind: how old its try is, the ledger knows, unless the clock was set
 * back. When its last request ended nobody saw; it may have been just now, so it rests from now on.
 */
export function inherited(delivery: Delivery, now: Instant, nowMs: number): Trouble {
  const ageMs = Date.parse(now) - Date.parse(delivery.attemptAt ?? delivery.createdAt);
  const isKnown = ageMs >= 0;
  return {
    startedMs: isKnown ? nowMs - ageMs : null,
    endedMs: nowMs,
    notBeforeMs: nowMs,
    tries: 0,
    sameKey: isKnown,
    unsaved: null,
  };
}

/** What is known of the try now. */
export function openTry(trouble: Trouble, nowMs: number): OpenTry {
  const { startedMs, endedMs, sameKey } = trouble;
  return {
    ageMs: startedMs === null ? null : nowMs - startedMs,
    restedMs: nowMs - endedMs,
    sameKey,
  };
}
