import type { Instant } from "./item.ts";

/** A permanent redirect that is being watched: servers, and the gates of hotels, send them by mistake. */
export type Move = {
  readonly to: string;
  /** When it was first seen without anything else in between. */
  readonly since: Instant;
  readonly times: number;
};

/** What is known of a feed's move after one more good poll; null: it answers where it is. */
export function trackMove(before: Move | null, movedTo: string | null, now: Instant): Move | null {
  if (movedTo === null) return null;
  if (before?.to !== movedTo) return { to: movedTo, since: now, times: 1 };
  return { ...before, times: before.times + 1 };
}

const TIMES_MIN = 50;
const DAYS_MIN = 7;

/** Whether a move has been the same for so long, and so often, that the feed may be asked at its new address. */
export function isSettled(move: Move, now: Instant): boolean {
  const days = (Date.parse(now) - Date.parse(move.since)) / 86_400_000;
  return move.times >= TIMES_MIN && days >= DAYS_MIN;
}
