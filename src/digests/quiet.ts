import type { Instant } from "../feeds/item.ts";
import { parseTimeOfDay } from "./schedule.ts";
import type { Subscription } from "./subscription.ts";
import { DAY_MS, MINUTE_MS, toInstant, wallClock } from "./wall-clock.ts";

/** Reads `22:00-07:00`. */
export function parseQuiet(
  text: string,
): { readonly quiet: { readonly from: string; readonly to: string } } | { readonly fault: string } {
  const [from = null, to = null, ...more] = text.split(/[-–]/).map((time) => parseTimeOfDay(time));
  if (from === null || to === null || more.length > 0) {
    return { fault: `"${text}" are no quiet hours: write them as 22:00-07:00` };
  }
  if (from === to) return { fault: `"${text}" has no length: leave quiet out to be never quiet` };
  return { quiet: { from, to } };
}

/**
 * When the quiet hours end in which `now` lies; null when it lies in none. What the clock on the
 * wall shows counts: the beginning is quiet, the end is not, and quiet times that a change of
 * clocks repeats are quiet both times.
 */
export function inQuietHours(
  quiet: Subscription["quiet"],
  timezone: string,
  now: Instant,
): Instant | null {
  if (quiet === null) return null;
  const clock = wallClock(timezone);
  const from = minuteOf(quiet.from);
  const to = minuteOf(quiet.to);
  const minuteAt = (ms: number): number => Math.floor((clock.at(ms) % DAY_MS) / MINUTE_MS);
  const isQuiet = (ms: number): boolean => isWithin(minuteAt(ms), from, to);
  let last = Math.floor(Date.parse(now) / MINUTE_MS) * MINUTE_MS;
  if (!isQuiet(last)) return null;
  for (;;) {
    const minutes = (to - minuteAt(last) + DAY_MINUTES) % DAY_MINUTES;
    const landing = last + minutes * MINUTE_MS;
    // Clocks that were set back on the way have not shown the end yet; set forward, they are past it.
    if (!isQuiet(landing)) return toInstant(firstLoud(isQuiet, last, landing));
    last = landing;
  }
}

const DAY_MINUTES = 1440;

/** The first minute that is not quiet, between a quiet one and one that is not. */
function firstLoud(isQuiet: (ms: number) => boolean, quietMs: number, loudMs: number): number {
  let low = quietMs;
  let high = loudMs;
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (isQuiet(middle)) low = middle;
    else high = middle;
  }
  return high;
}

function isWithin(minute: number, from: number, to: number): boolean {
  if (from <= to) return minute >= from && minute < to;
  return minute >= from || minute < to;
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
