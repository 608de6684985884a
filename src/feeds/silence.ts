import type { Instant } from "./item.ts";

/** Gaps that are needed before a feed has a rhythm. */
const GAPS_MIN = 10;
/** Shorter silences are nights and weekends. */
const SILENCE_MS_MIN = 24 * 3_600_000;
/** Silent: nothing for so many times its longest usual gap. */
const GAP_FACTOR = 3;

/**
 * Since when a feed that answers well has brought nothing new, although by its own rhythm it should have: longer than
 * three times the gap that 95 of 100 of its gaps stay below. Null: it is not silent, or its rhythm is not known yet.
 * `seenAts` are the times at which new entries were seen, in any order.
 */
export function silentSince(seenAts: readonly Instant[], now: Instant): Instant | null {
  const times = [...new Set(seenAts)].map((at) => Date.parse(at)).sort((a, b) => a - b);
  const last = times.at(-1);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  if (last === undefined || gaps.length < GAPS_MIN) return null;
  gaps.sort((a, b) => a - b);
  const usualMs = gaps[Math.ceil(gaps.length * 0.95) - 1] ?? 0;
  const silentMs = Date.parse(now) - last;
  const isSilent = silentMs > Math.max(SILENCE_MS_MIN, usualMs * GAP_FACTOR);
  return isSilent ? new Date(last).toISOString() : null;
}
