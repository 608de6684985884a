import { Cron } from "croner";
import { validate } from "node-cron";
import type { Instant } from "../feeds/item.ts";
import { type Schedule, WEEKDAYS, type Weekday } from "./subscription.ts";
import { DAY_MS, MINUTE_MS, toInstant, type WallClock, wallClock } from "./wall-clock.ts";

/** Times of day that one schedule may name. */
export const AT_TIMES_MAX = 24;

/**
 * Reads a schedule as a person writes it. `at`: HH:MM, several of them, or a five-field cron
 * expression; `days`: daily, mon-fri, or a list of weekdays and ranges. A fault says what is wrong
 * and what to write instead.
 */
export function parseSchedule(input: {
  readonly at: string | readonly string[];
  readonly days: string | readonly string[];
}): { readonly schedule: Schedule } | { readonly fault: string } {
  const days = parseDays(input.days);
  if ("fault" in days) return days;
  const at = typeof input.at === "string" ? input.at.trim() : input.at.join(",").trim();
  if (at.includes(":") || !/\s/.test(at)) {
    const times = parseTimes(at);
    if ("fault" in times) return times;
    return { schedule: { kind: "times", at: times.at, days: days.days } };
  }
  if (days.days.length < WEEKDAYS.length) {
    return { fault: `a cron expression names its own days: put them into "${at}", not into days` };
  }
  return parseCron(at.replace(/\s+/g, " "));
}

/** A time of day as HH:MM; null when it is none. `8:05` is taken for `08:05`. */
export function parseTimeOfDay(text: string): string | null {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (found === null) return null;
  return `${(found[1] ?? "").padStart(2, "0")}:${found[2]}`;
}

function parseTimes(text: string): { readonly at: readonly string[] } | { readonly fault: string } {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const times = new Set<string>();
  for (const word of words) {
    const time = parseTimeOfDay(word);
    if (time === null) {
      const remedy = "write HH:MM such as 08:00, a list of them, or a five-field cron expression";
      return { fault: `"${word}" is no time of day: ${remedy}` };
    }
    times.add(time);
  }
  if (times.size === 0) return { fault: "no time of day is given: write HH:MM such as 08:00" };
  if (times.size > AT_TIMES_MAX) {
    return { fault: `${times.size} times a day are more than ${AT_TIMES_MAX}: write cron instead` };
  }
  return { at: [...times].sort() };
}

function parseDays(
  input: string | readonly string[],
): { readonly days: readonly Weekday[] } | { readonly fault: string } {
  const text = typeof input === "string" ? input : input.join(",");
  const found = new Set<Weekday>();
  for (const word of text.toLowerCase().split(/[\s,]+/)) {
    if (word === "") continue;
    const days = word === "daily" ? WEEKDAYS : daysOf(word);
    if (days === null) {
      return { fault: `"${word}" is no day: write daily, mon-fri or a list such as mon,thu` };
    }
    for (const day of days) found.add(day);
  }
  if (found.size === 0) return { fault: "no day is given: write daily, mon-fri or a list" };
  return { days: WEEKDAYS.filter((day) => found.has(day)) };
}

/** One weekday, or a range that may pass Sunday such as sat-mon. */
function daysOf(word: string): readonly Weekday[] | null {
  const [first, last = first, ...more] = word.split("-").map((name) => weekdayIndex(name));
  if (first === undefined || last === undefined || more.length > 0) return null;
  if (first < 0 || last < 0) return null;
  const twice = [...WEEKDAYS, ...WEEKDAYS];
  return twice.slice(first, last < first ? last + WEEKDAYS.length + 1 : last + 1);
}

function weekdayIndex(name: string): number {
  const names: readonly string[] = WEEKDAYS;
  return names.indexOf(name);
}

function parseCron(
  expression: string,
): { readonly schedule: Schedule } | { readonly fault: string } {
  if (expression.split(" ").length !== 5) {
    return { fault: `"${expression}" has not five fields: minute hour day month weekday` };
  }
  if (!validate(expression)) {
    return { fault: `"${expression}" is no cron expression: minute hour day month weekday` };
  }
  try {
    if (cron(expression, "UTC").nextRun(SOME_LEAP_YEAR) !== null) {
      return { schedule: { kind: "cron", expression } };
    }
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "";
    return { fault: `"${expression}" is no cron expression: ${why}` };
  }
  return { fault: `"${expression}" never comes due: no such day exists` };
}

/** Whether the name is one of the IANA time zone database. Bare offsets such as +02:00 are none. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** From here every date that exists at all comes within eight years. */
const SOME_LEAP_YEAR = new Date("2024-01-01T00:00:00Z");

/** A schedule made ready for one zone. */
export type Slots = {
  /** The first slot after that instant, which is itself excluded. */
  nextAfter(after: Instant): Instant;
};

/**
 * The slots of a schedule in a zone. A local time that clocks leap over in spring comes at the end
 * of the gap, one that comes twice in autumn the first time; so every local date that exists has
 * each of its times exactly once. Wildcard cron expressions follow the clock instead: they leave
 * out what is leapt over and come in both passes.
 */
export function slotsOf(schedule: Schedule, timezone: string): Slots {
  const zone = { midnight: cron("0 0 * * *", timezone), clock: wallClock(timezone) };
  const patterns = expressionsOf(schedule).map((expression) => ({
    local: cron(expression, timezone),
    wall: /[*?/]/.test(expression.split(" ", 2).join()) ? null : cron(expression, "UTC"),
  }));
  return {
    nextAfter(after) {
      const afterMs = Date.parse(after);
      const next = Math.min(...patterns.map((pattern) => nextMs(pattern, zone, afterMs)));
      if (!Number.isFinite(next)) throw new Error(`no slot after ${after} in ${timezone}`);
      return toInstant(next);
    },
  };
}

/** The first slot of a schedule after an instant, which is itself excluded. Rules: slotsOf. */
export function nextDueAt(schedule: Schedule, timezone: string, after: Instant): Instant {
  return readySlots(schedule, timezone).nextAfter(after);
}

/**
 * The last slot of a schedule that is not after `until`, and none before `from`: `from` counts as a slot, also when
 * it lies after `until`.
 */
export function lastSlot(
  schedule: Schedule,
  timezone: string,
  from: Instant,
  until: Instant,
): Instant {
  const slots = readySlots(schedule, timezone);
  const walk = (first: Instant, stepsMax: number): Instant | null => {
    let slot = first;
    for (let step = 0; step < stepsMax; step++) {
      const next = slots.nextAfter(slot);
      if (next > until) return slot;
      slot = next;
    }
    return null;
  };
  const near = walk(from, STEPS_MAX);
  if (near !== null) return near;
  // Twice as far back each time: then few slots are walked over even after a year without power.
  for (let backMs = MINUTE_MS; ; backMs *= 2) {
    const slot = slots.nextAfter(toInstant(Date.parse(until) - backMs));
    if (slot <= until) return walk(slot, Number.POSITIVE_INFINITY) ?? slot;
  }
}

/** So many slots at most are walked over one by one from the beginning. */
const STEPS_MAX = 8;

/** Schedules made ready; most subscriptions share a few. */
const READY = new Map<string, Slots>();
const READY_MAX = 256;

function readySlots(schedule: Schedule, timezone: string): Slots {
  const name = `${timezone} ${JSON.stringify(schedule)}`;
  const known = READY.get(name);
  if (known !== undefined) return known;
  if (READY.size >= READY_MAX) READY.clear();
  const slots = slotsOf(schedule, timezone);
  READY.set(name, slots);
  return slots;
}

type Zone = { readonly midnight: Cron; readonly clock: WallClock };

/** `wall`: the same pattern on a clock that never changes; null for one with a wildcard. */
type Pattern = { readonly local: Cron; readonly wall: Cron | null };

/** No zone leaps forward and back within so long. */
const CLOCKS_STEADY_MS = 2 * DAY_MS;

/** Whether the clocks show as much time between two instants as passes. */
function isSteady({ clock }: Zone, fromMs: number, toMs: number): boolean {
  return clock.at(toMs) - clock.at(fromMs) === toMs - fromMs;
}

/**
 * Croner leaves out a time whose gap ends at midnight (America/Nuuk leaps from Saturday 23:00 to
 * Sunday 00:00): it looks for the end of the gap on the same date. So the days before croner's
 * answer are looked through for such a leap; its slot is the midnight.
 */
function nextMs(pattern: Pattern, zone: Zone, afterMs: number): number {
  const next = pattern.local.nextRun(new Date(afterMs))?.getTime() ?? Number.POSITIVE_INFINITY;
  if (pattern.wall === null || !Number.isFinite(next)) return next;
  if (next - afterMs <= CLOCKS_STEADY_MS && isSteady(zone, afterMs, next)) return next;
  let midnight = zone.midnight.nextRun(new Date(afterMs));
  while (midnight !== null && midnight.getTime() < next) {
    const leapFrom = zone.clock.at(midnight.getTime() - 1) + 1;
    if (leapFrom % DAY_MS !== 0) {
      const dayEnd = leapFrom - (leapFrom % DAY_MS) + DAY_MS;
      const left = pattern.wall.nextRun(new Date(leapFrom - 1));
      if (left !== null && left.getTime() < dayEnd) return midnight.getTime();
    }
    midnight = zone.midnight.nextRun(midnight);
  }
  return next;
}

function expressionsOf(schedule: Schedule): readonly string[] {
  if (schedule.kind === "cron") return [schedule.expression];
  const days = schedule.days.length === WEEKDAYS.length ? "*" : schedule.days.join(",");
  return schedule.at.map(
    (time) => `${Number(time.slice(3))} ${Number(time.slice(0, 2))} * * ${days}`,
  );
}

/** "no-wildcard": `30 2,14 * * *` too comes at the end of a gap, as people expect of a named time. */
function cron(expression: string, timezone: string): Cron {
  const rules = { mode: "5-part", fixedTimeRule: "no-wildcard", paused: true } as const;
  return new Cron(expression, { ...rules, timezone });
}
