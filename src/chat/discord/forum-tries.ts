import type { Delivery } from "../../delivery/delivery.ts";

/** A new forum post appears among the threads within this time. */
const FORUM_SETTLE_MS = 10_000;

/** A delivery comes to its first try within this time after it was claimed. */
const FRESH_MS = 1_000;

/** What is to be done before a forum post may be made. */
export type Advice =
  | { readonly kind: "post" }
  /** Perhaps it is made already: the threads are to be read. */
  | { readonly kind: "look" }
  /** Perhaps it is made already and does not show yet. */
  | { readonly kind: "wait"; readonly ms: number };

/** Remembers which forum posts may have been made: a forum takes no nonce, so no second try may be blind. */
export type ForumTries = {
  before(delivery: Delivery, now: number): Advice;
  begun(key: string, now: number): void;
  /** The try's end is certain. `over`: there will be no other. */
  ended(key: string, over: boolean): void;
};

export function createForumTries(): ForumTries {
  /** When the last try began whose end is unknown; null: the last try certainly made nothing. */
  const open = new Map<string, number | null>();
  return {
    before(delivery, now) {
      let since = open.get(delivery.key);
      if (since === undefined) {
        if (isFirstTry(delivery, now)) return { kind: "post" };
        // Tried by a process that is no more.
        since = delivery.attempts > 1 ? now : Math.min(now, attemptMs(delivery, now));
        open.set(delivery.key, since);
      }
      if (since === null) return { kind: "post" };
      const ms = since + FORUM_SETTLE_MS - now;
      return ms > 0 ? { kind: "wait", ms: Math.min(ms, FORUM_SETTLE_MS) } : { kind: "look" };
    },
    begun(key, now) {
      open.set(key, now);
    },
    ended(key, over) {
      if (over) open.delete(key);
      else open.set(key, null);
    },
  };
}

function isFirstTry(delivery: Delivery, now: number): boolean {
  return delivery.attempts <= 1 && Math.abs(now - attemptMs(delivery, now)) <= FRESH_MS;
}

function attemptMs({ attemptAt }: Delivery, now: number): number {
  const at = attemptAt === null ? now : Date.parse(attemptAt);
  return Number.isNaN(at) ? now : at;
}
