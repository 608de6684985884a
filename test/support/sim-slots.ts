import { slotsOf } from "../../src/digests/schedule.ts";
import { WEEKDAYS } from "../../src/digests/subscription.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What a walk through the slots of one daily time in one zone found. */
export type SlotCheck = {
  readonly dates: number;
  readonly slots: number;
  /** The first few deviations, each as zone, date and time. */
  readonly faults: readonly string[];
};

/** The times at which most zones change their clocks, and the edges of the day. */
export const HARD_TIMES = ["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:59"] as const;

/**
 * Walks a daily schedule from slot to slot and compares each slot with where plain arithmetic on the
 * zone's offsets puts that local date's time: the first instant that shows it, else the end of the gap.
 */
export function checkSlots(
  timezone: string,
  time: string,
  fromYear: number,
  years: number,
): SlotCheck {
  const offsets = offsetsOf(timezone, fromYear, years);
  const timeMs = (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE_MS;
  const slots = slotsOf({ kind: "times", at: [time], days: WEEKDAYS }, timezone);
  const firstDay = Date.UTC(fromYear, 0, 1);
  const lastDay = Date.UTC(fromYear + years, 0, 1);
  let after = new Date(slotMs(offsets, firstDay, timeMs) - 1).toISOString();
  const faults: string[] = [];
  let dates = 0;
  let count = 0;
  for (let day = firstDay; day < lastDay; day += DAY_MS) {
    if (!exists(offsets, day)) continue;
    dates += 1;
    const expected = new Date(slotMs(offsets, day, timeMs)).toISOString();
    const next = slots.nextAfter(after);
    if (next === expected) count += 1;
    else if (faults.length < 3) {
      const date = new Date(day).toISOString().slice(0, 10);
      faults.push(`${timezone} ${date} ${time}: ${next} instead of ${expected}`);
    }
    after = expected;
  }
  return { dates, slots: count, faults };
}

/** Stretches of one offset, in the order of time. `endMs` is exclusive. */
type Stretch = { readonly startMs: number; readonly endMs: number; readonly offsetMs: number };

/** The first instant that shows the local time, else the end of the gap that swallows it. */
function slotMs(stretches: readonly Stretch[], dayMs: number, timeMs: number): number {
  const wall = dayMs + timeMs;
  for (const { startMs, endMs, offsetMs } of stretches) {
    const at = wall - offsetMs;
    if (at >= startMs && at < endMs) return at;
    if (at < startMs) return startMs;
  }
  throw new Error("the stretches end too early");
}

/** Whether any instant shows the date. */
function exists(stretches: readonly Stretch[], dayMs: number): boolean {
  return stretches.some(
    ({ startMs, endMs, offsetMs }) =>
      dayMs - offsetMs < endMs && dayMs + DAY_MS - offsetMs > startMs,
  );
}

function offsetsOf(timezone: string, fromYear: number, years: number): readonly Stretch[] {
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  const offsetAt = (ms: number): number => {
    const name = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const found = /([+-])(\d\d):(\d\d)/.exec(name);
    if (found === null) return 0;
    const size = Number(found[2]) * HOUR_MS + Number(found[3]) * MINUTE_MS;
    return found[1] === "-" ? -size : size;
  };
  const lastMs = Date.UTC(fromYear + years, 0, 4);
  const stretches: Stretch[] = [];
  let startMs = Date.UTC(fromYear, 0, 1) - 3 * DAY_MS;
  for (let ms = startMs; ms < lastMs; ms += DAY_MS) {
    if (offsetAt(ms) === offsetAt(ms + DAY_MS)) continue;
    let low = ms;
    let high = ms + DAY_MS;
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
      if (offsetAt(middle) === offsetAt(ms)) low = middle;
      else high = middle;
    }
    stretches.push({ startMs, endMs: high, offsetMs: offsetAt(ms) });
    startMs = high;
  }
  return [...stretches, { startMs, endMs: lastMs, offsetMs: offsetAt(lastMs) }];
}
