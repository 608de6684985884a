import type { Instant } from "./item.ts";

/** How many more new entries a feed may bring now. */
export type Allowance = { readonly entries: number; readonly at: Instant };

/** At once: the busiest hour of an agency. */
const BURST_ENTRIES = 500;
/** The largest agencies bring about half of it. */
const DAILY_ENTRIES = 4_000;
const DAY_MS = 86_400_000;

/** What a feed may bring now; null before: everything is there. It grows back through the day. */
export function allowanceAt(before: Allowance | null, now: Instant): Allowance {
  if (before === null) return { entries: BURST_ENTRIES, at: now };
  const passedMs = Math.max(0, Date.parse(now) - Date.parse(before.at));
  const entries = before.entries + (passedMs / DAY_MS) * DAILY_ENTRIES;
  return { entries: Math.min(BURST_ENTRIES, entries), at: now };
}

/** Whether a feed has used so much of it that its polls must not stand in the way of others. */
export function isFlooding(allowance: Allowance | null, now: Instant): boolean {
  return allowance !== null && allowanceAt(allowance, now).entries < BURST_ENTRIES / 2;
}

/** What is left after so many. */
export function spent(allowance: Allowance, entries: number): Allowance {
  return { ...allowance, entries: Math.max(0, allowance.entries - entries) };
}
