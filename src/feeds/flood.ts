import type { Instant } from "./item.ts";

/** How many more new entries a feed may bring now. */
export type Allowance = { readonly entries: number; readonly at: Instant };

/** At once: the first poll of a feed with a long page, or the busiest hour of an agency. */
const BURST_ENTRIES = 1_000;
/** The largest agencies bring about half of it. */
const DAILY_ENTRIES = 5_000;
const DAY_MS = 86_400_000;

/** What a feed may bring now; null before: everything is there. It grows back through the day. */
export function allowanceAt(before: Allowance | null, now: Instant): Allowance {
  if (before === null) return { entries: BURST_ENTRIES, at: now };
  const passedMs = Math.max(0, Date.parse(now) - Date.parse(before.at));
  const entries = before.entries + (passedMs / DAY_MS) * DAILY_ENTRIES;
  return { entries: Math.min(BURST_ENTRIES, entries), at: now };
}

/** What is left after so many. */
export function spent(allowance: Allowance, entries: number): Allowance {
  return { ...allowance, entries: Math.max(0, allowance.entries - entries) };
}
