import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTimezone, lastSlot, nextDueAt, parseSchedule } from "../../../src/digests/schedule.ts";
import { type Schedule, WEEKDAYS } from "../../../src/digests/subscription.ts";
import { checkSlots, HARD_TIMES } from "../../support/sim-slots.ts";

const times = (at: readonly string[], days = "daily"): Schedule => {
  const parsed = parseSchedule({ at, days });
  if ("fault" in parsed) throw new Error(parsed.fault);
  return parsed.schedule;
};

describe("a schedule as people write it", () => {
  test.each([
    ["08:00", "daily", { kind: "times", at: ["08:00"], days: WEEKDAYS }],
    ["8:05", "daily", { kind: "times", at: ["08:05"], days: WEEKDAYS }],
    ["18:00, 08:00,08:00", "daily", { kind: "times", at: ["08:00", "18:00"], days: WEEKDAYS }],
    ["08:00 18:00", "thu,Mon", { kind: "times", at: ["08:00", "18:00"], days: ["mon", "thu"] }],
    ["08:00", "mon-fri", { kind: "times", at: ["08:00"], days: WEEKDAYS.slice(0, 5) }],
    ["08:00", "sat-mon", { kind: "times", at: ["08:00"], days: ["mon", "sat", "sun"] }],
    ["30  7 * * mon-fri", "daily", { kind: "cron", expression: "30 7 * * mon-fri" }],
    ["*/15 8-18 1,15 * *", "daily", { kind: "cron", expression: "*/15 8-18 1,15 * *" }],
  ])("%s on %s is understood", (at, days, schedule) => {
    expect(parseSchedule({ at, days })).toEqual({ schedule });
  });

  test("lists may be lists", () => {
    expect(parseSchedule({ at: ["18:30", "06:00"], days: ["tue", "wed"] })).toEqual({
      schedule: { kind: "times", at: ["06:00", "18:30"], days: ["tue", "wed"] },
    });
  });

  test.each([
    ["25:00", "daily", /"25:00" is no time of day: write HH:MM/],
    ["8", "daily", /"8" is no time of day/],
    ["", "daily", /no time of day is given/],
    ["08:00", "funday", /"funday" is no day: write daily, mon-fri or a list/],
    ["08:00", "mon-fri-sun", /is no day/],
    ["08:00", "", /no day is given/],
    ["0 0 8 * * *", "daily", /has not five fields/],
    ["61 8 * * *", "daily", /is no cron expression/],
    ["0 22-6 * * *", "daily", /is no cron expression: From value is larger/],
    ["0 8 30 2 *", "daily", /is no cron expression|never comes due/],
    ["0 8 * * *", "mon-fri", /names its own days/],
    ["@daily", "daily", /is no time of day/],
  ])("%s on %s is refused with a remedy", (at, days, fault) => {
    const parsed = parseSchedule({ at, days });
    expect("fault" in parsed ? parsed.fault : "understood").toMatch(fault);
  });

  test("whatever is typed gives a schedule or a fault, and never an exception", () => {
    const pieces = fc.constantFrom(
      "0",
      "8",
      "*",
      "*/5",
      "1-5",
      "mon",
      "L",
      "?",
      "08:00",
      ",",
      "x",
      "#",
    );
    const text = fc.array(pieces, { maxLength: 7 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(text, text, (at, days) => {
        const parsed = parseSchedule({ at, days });
        if ("fault" in parsed) return parsed.fault.length > 10;
        return nextDueAt(parsed.schedule, "Europe/Berlin", "2026-01-01T00:00:00.000Z") > "2026";
      }),
      { numRuns: 300 },
    );
  });
});

describe("time zone names", () => {
  test.each(["UTC", "Europe/Berlin", "america/new_york", "Etc/GMT+1"])("%s is one", (name) => {
    expect(isTimezone(name)).toBe(true);
  });
  test.each(["", "Mars/Phobos", "+02:00", "Berlin", "../etc/passwd"])("%s is none", (name) => {
    expect(isTimezone(name)).toBe(false);
  });
});

describe("slots when clocks change", () => {
  test.each([
    [
      "what a spring gap swallows comes at its end",
      "Europe/Berlin",
      "02:30",
      "2026-03-28T12:00:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "the day after the gap is as usual",
      "Europe/Berlin",
      "02:30",
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ],
    [
      "what comes twice in autumn comes the first time",
      "Europe/Berlin",
      "02:30",
      "2026-10-24T12:00:00.000Z",
      "2026-10-25T00:30:00.000Z",
    ],
    [
      "and not the second time",
      "Europe/Berlin",
      "02:30",
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ],
    [
      "nor when asked between the two",
      "Europe/Berlin",
      "02:30",
      "2026-10-25T00:59:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ],
    [
      "midnight that is leapt over comes at one",
      "Africa/Cairo",
      "00:00",
      "2026-04-23T12:00:00.000Z",
      "2026-04-23T22:00:00.000Z",
    ],
    [
      "a gap that ends at midnight keeps its slot",
      "America/Nuuk",
      "23:30",
      "2026-03-28T12:00:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "half an hour's change is one too",
      "Australia/Lord_Howe",
      "02:15",
      "2026-10-03T12:00:00.000Z",
      "2026-10-03T15:30:00.000Z",
    ],
    [
      "a date that never was has no slot",
      "Pacific/Apia",
      "08:00",
      "2011-12-29T18:00:00.000Z",
      "2011-12-30T18:00:00.000Z",
    ],
  ])("%s: %s %s", (_says, zone, time, after, slot) => {
    expect(nextDueAt(times([time]), zone, after)).toBe(slot);
  });

  test("several times a day each come, and two that fall together come once", () => {
    const schedule = times(["02:10", "02:50", "12:00"]);
    const first = nextDueAt(schedule, "Europe/Berlin", "2026-03-29T00:00:00.000Z");
    const second = nextDueAt(schedule, "Europe/Berlin", first);
    expect([first, second]).toEqual(["2026-03-29T01:00:00.000Z", "2026-03-29T10:00:00.000Z"]);
  });

  test("a weekday is that of the place", () => {
    const friday = nextDueAt(times(["08:00"], "fri"), "Asia/Tokyo", "2026-03-05T12:00:00.000Z");
    expect(friday).toBe("2026-03-05T23:00:00.000Z");
  });

  test("named times in a cron expression keep to the same rule, in lists too", () => {
    const schedule: Schedule = { kind: "cron", expression: "30 2,14 * * *" };
    expect(nextDueAt(schedule, "Europe/Berlin", "2026-03-28T20:00:00.000Z")).toBe(
      "2026-03-29T01:00:00.000Z",
    );
  });

  test("a cron expression may come once a year", () => {
    const schedule: Schedule = { kind: "cron", expression: "0 9 29 2 *" };
    expect(nextDueAt(schedule, "America/Nuuk", "2026-03-01T00:00:00.000Z")).toBe(
      "2028-02-29T11:00:00.000Z",
    );
  });

  test("a slot is always later than what it is asked from", () => {
    const instants = fc.date({
      min: new Date("2024-01-01T00:00:00Z"),
      max: new Date("2030-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.constantFrom(...HARD_TIMES), (date, time) => {
        const after = date.toISOString();
        const next = nextDueAt(times([time]), "America/New_York", after);
        const spanMs = Date.parse(next) - date.getTime();
        return spanMs > 0 && spanMs <= 25 * 3_600_000;
      }),
      { numRuns: 300 },
    );
  });

  test("the last slot until then is the one that no other follows, near or after years", () => {
    const span = fc.integer({ min: -2 * 86_400_000, max: 3 * 365 * 86_400_000 });
    const schedules = [
      times(["08:00"]),
      times(["02:30", "14:00"]),
      { kind: "cron", expression: "*/7 * * * *" } as const,
      times(["09:00"], "mon"),
    ];
    fc.assert(
      fc.property(span, fc.constantFrom(...schedules), (ms, schedule) => {
        const from = nextDueAt(schedule, "Europe/Berlin", "2026-01-01T00:00:00.000Z");
        const until = new Date(Date.parse(from) + ms).toISOString();
        const last = lastSlot(schedule, "Europe/Berlin", from, until);
        if (until <= from) return last === from;
        const before = new Date(Date.parse(last) - 1).toISOString();
        const isSlot = nextDueAt(schedule, "Europe/Berlin", before) === last;
        return isSlot && last <= until && nextDueAt(schedule, "Europe/Berlin", last) > until;
      }),
      { numRuns: 50 },
    );
  });

  // Every zone with every time for two years is walked in the benchmarks; here one of each kind.
  test.each([
    "America/Nuuk",
    "America/Havana",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Atlantic/Azores",
  ])("each date in %s has each of the hard times exactly once", (zone) => {
    for (const time of HARD_TIMES) {
      const found = checkSlots(zone, time, 2027, 1);
      expect(found).toEqual({ dates: 365, slots: 365, faults: [] });
    }
  });
});
