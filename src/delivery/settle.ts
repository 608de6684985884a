import type { Instant } from "../feeds/item.ts";
import type { Delivery, Found, Outcome, Settlement } from "./delivery.ts";
import { deliveryKey } from "./key.ts";

/**
 * So long after the end of the last request for a post its channel shows it. Counted from the end, whatever ended it,
 * so that a request's own time-out takes nothing of it. What a platform takes up later still is posted twice: no
 * client can tell.
 */
export const SETTLE_AFTER_MS = 10_000;

/** Wait after a first failed try; it doubles with every further one. */
export const RETRY_FIRST_MS = 1_000;
export const RETRY_MAX_MS = 600_000;

/** A platform that asks for less or more is not believed. */
export const RETRY_AFTER_MS_MIN = 250;
export const RETRY_AFTER_MS_MAX = 86_400_000;

/** Tries of a delivery that fails by itself, not for its channel or platform: about seven days. */
export const ATTEMPTS_MAX = 1_000;

/** So many tries hold up what comes after in the same channel; then it may overtake. About four minutes. */
export const ORDER_ATTEMPTS_MAX = 8;

/** An alert that may or may not have arrived is sent again until it is so old. */
export const AGAIN_AGE_MS_MAX = 86_400_000;

/** What a channel's own clock may differ from ours when it is searched for a post. */
export const CLOCK_SLACK_MS = 300_000;

/** What takes nothing for a while. `until` null: until somebody mends it. */
export type Hold = {
  readonly scope: "channel" | "platform";
  readonly until: Instant | null;
  readonly reason: string;
};

/** What a first try of a claimed delivery comes to. `attempts`: tries so far, this one included. */
export function settlementOf(
  outcome: Outcome,
  attempts: number,
  now: Instant,
): { readonly settlement: Settlement; readonly hold: Hold | null } {
  switch (outcome.kind) {
    case "sent": {
      const { messageId } = outcome;
      return { settlement: { state: "sent", messageId, ambiguous: false }, hold: null };
    }
    case "unclear":
      return { settlement: { state: "inflight", reason: outcome.reason }, hold: null };
    case "gone": {
      const { reason, park } = outcome;
      if (!park) return { settlement: { state: "gone", reason, ambiguous: false }, hold: null };
      const hold: Hold = { scope: "channel", until: null, reason };
      return { settlement: { state: "retry", dueAt: now, reason }, hold };
    }
    case "retry":
      return retryOf(outcome, attempts, now);
  }
}

function retryOf(
  { reason, afterMs, scope }: Extract<Outcome, { readonly kind: "retry" }>,
  attempts: number,
  now: Instant,
): { readonly settlement: Settlement; readonly hold: Hold | null } {
  if (scope === "delivery" && attempts >= ATTEMPTS_MAX) {
    const settlement: Settlement = {
      state: "gone",
      reason: `given up after ${attempts} tries: ${reason}`,
      ambiguous: false,
    };
    return { settlement, hold: null };
  }
  const dueAt = later(now, retryAfterMs(afterMs, attempts));
  const settlement: Settlement = { state: "retry", dueAt, reason };
  if (scope !== "delivery") return { settlement, hold: { scope, until: dueAt, reason } };
  const keepsOrder = attempts <= ORDER_ATTEMPTS_MAX;
  return { settlement, hold: keepsOrder ? { scope: "channel", until: dueAt, reason } : null };
}

/** How long to wait before the next try: what the platform asks for, else longer each time. */
export function retryAfterMs(afterMs: number | null, tries: number): number {
  if (afterMs !== null) {
    return Math.min(Math.max(Math.ceil(afterMs), RETRY_AFTER_MS_MIN), RETRY_AFTER_MS_MAX);
  }
  const doublings = Math.min(Math.max(tries - 1, 0), 20);
  return Math.min(RETRY_FIRST_MS * 2 ** doublings, RETRY_MAX_MS);
}

/** What is known of a try whose end was not noted. Durations, so that a clock that is set changes nothing. */
export type OpenTry = {
  /** Since the first request that carried this key in this try; null when the clock cannot tell. */
  readonly ageMs: number | null;
  /** Since the last request ended: its answer came, it was given up, or its process was gone. */
  readonly restedMs: number;
  /** False once the platform refused the key: then it is not sent again before the channel was read. */
  readonly sameKey: boolean;
};

/** How to find out what became of an open try. */
export type ReconcileStep =
  /** The platform itself drops a second post with the same key. */
  | { readonly kind: "resend" }
  | { readonly kind: "read" }
  | { readonly kind: "wait"; readonly ms: number };

/** Young enough: the same key again. Else the channel is read back, `settleAfterMs` after the last request. */
export function reconcilePlan(
  open: OpenTry,
  transport: { readonly sameKeyMs: number; readonly settleAfterMs: number },
): ReconcileStep {
  const sameKeyMs = open.sameKey ? transport.sameKeyMs : 0;
  if (open.ageMs !== null && open.ageMs < sameKeyMs) return { kind: "resend" };
  const ms = transport.settleAfterMs - open.restedMs;
  return ms > 0 ? { kind: "wait", ms } : { kind: "read" };
}

/** The delivery as a channel is searched for it: from well before the try, for clocks differ. */
export function forSearch(delivery: Delivery, now: Instant): Delivery {
  const tried = Date.parse(delivery.attemptAt ?? delivery.createdAt);
  const fromMs = Math.min(tried, Date.parse(now)) - CLOCK_SLACK_MS;
  return { ...delivery, attemptAt: new Date(fromMs).toISOString() };
}

/** What the answer to a repeated key comes to. An earlier request may have posted, so only "sent" settles. */
export type ResendVerdict =
  | { readonly kind: "settle"; readonly settlement: Settlement }
  | {
      readonly kind: "wait";
      readonly ms: number;
      readonly reason: string;
      readonly hold: Hold | null;
      /** Whether the key may be sent once more. */
      readonly sameKey: boolean;
    };

/** `tries`: how often this open try was looked after, this time included. */
export function afterResend(outcome: Outcome, tries: number, now: Instant): ResendVerdict {
  switch (outcome.kind) {
    case "sent": {
      const { messageId } = outcome;
      return { kind: "settle", settlement: { state: "sent", messageId, ambiguous: false } };
    }
    case "unclear": {
      const ms = retryAfterMs(null, tries);
      return { kind: "wait", ms, reason: outcome.reason, hold: null, sameKey: true };
    }
    case "retry": {
      const { reason, scope } = outcome;
      const ms = retryAfterMs(outcome.afterMs, tries);
      const hold = scope === "delivery" ? null : { scope, until: later(now, ms), reason };
      return { kind: "wait", ms, reason, hold, sameKey: true };
    }
    case "gone": {
      const { reason, park } = outcome;
      const hold: Hold | null = park ? { scope: "channel", until: null, reason } : null;
      return { kind: "wait", ms: 0, reason, hold, sameKey: false };
    }
  }
}

/** What a look into the channel comes to. `again`: a marked delivery that takes this one's place. */
export type FoundVerdict =
  | { readonly kind: "settle"; readonly settlement: Settlement; readonly again: Delivery | null }
  | { readonly kind: "wait"; readonly ms: number; readonly reason: string };

/**
 * Where the channel cannot be read, exactly once is impossible. There a digest or notice goes at
 * most once; an alert at least once, and what is sent again says so. Both are counted ambiguous.
 */
export function afterFound(
  found: Found,
  delivery: Delivery,
  tries: number,
  now: Instant,
): FoundVerdict {
  switch (found.kind) {
    case "found": {
      const { messageId } = found;
      const settlement: Settlement = { state: "sent", messageId, ambiguous: false };
      return { kind: "settle", settlement, again: null };
    }
    case "absent": {
      const settlement: Settlement = { state: "retry", dueAt: now, reason: "not on the channel" };
      return { kind: "settle", settlement, again: null };
    }
    case "retry":
      return { kind: "wait", ms: retryAfterMs(found.afterMs, tries), reason: found.reason };
    case "unreadable": {
      const reason = `may have arrived, and the channel cannot be read: ${found.reason}`;
      const settlement: Settlement = { state: "gone", reason, ambiguous: true };
      return { kind: "settle", settlement, again: againOf(delivery, now) };
    }
  }
}

/** What a post begins with that may be there twice. */
const SENT_AGAIN = "Sent again: the first try may have arrived.";

/** Each time the wait is as long as the alert is old, so that a bad day makes few posts. */
function againOf(delivery: Delivery, now: Instant): Delivery | null {
  const ageMs = Math.max(Date.parse(now) - Date.parse(delivery.createdAt), RETRY_FIRST_MS);
  if (delivery.kind !== "alert" || ageMs > AGAIN_AGE_MS_MAX) return null;
  const [first] = delivery.reply.blocks;
  const isMarked = first?.kind === "notice" && first.text === SENT_AGAIN;
  const mark = { kind: "notice", tone: "info", text: SENT_AGAIN } as const;
  const blocks = isMarked ? delivery.reply.blocks : [mark, ...delivery.reply.blocks];
  return {
    ...delivery,
    key: deliveryKey([delivery.key, "again"]),
    reply: { ...delivery.reply, blocks },
    dueAt: later(now, ageMs),
    attempts: 0,
    attemptAt: null,
  };
}

function later(now: Instant, ms: number): Instant {
  return new Date(Date.parse(now) + ms).toISOString();
}
