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
  /** When its last request ended; null when this process saw none. */
  readonly endedMs: number | null;
  /** Not looked after before. */
  readonly notBeforeMs: number;
  /** How often it was looked after. */
  readonly tries: number;
  readonly sameKey: boolean;
  /** What is known but could not be noted in the ledger yet. */
  readonly unsaved: Effect | null;
};

/** No request is under way longer, its answer included; transports give up before. */
const REQUEST_MS_MAX = 30_000;

/**
 * A delivery that an earlier process left behind: how old its try is, the ledger knows. Its request
 * may have been under way until just now, so a young one rests from now on, and so does one whose
 * age is hidden by a clock that was set back.
 */
export function inherited(
  delivery: Delivery,
  now: Instant,
  nowMs: number,
  settleAfterMs: number,
): Trouble {
  const ageMs = Date.parse(now) - Date.parse(delivery.attemptAt ?? delivery.createdAt);
  const isKnown = ageMs >= 0;
  return {
    startedMs: isKnown ? nowMs - ageMs : null,
    endedMs: ageMs < REQUEST_MS_MAX + settleAfterMs ? nowMs : null,
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
    restedMs: endedMs === null ? null : nowMs - endedMs,
    sameKey,
  };
}
