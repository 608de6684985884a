import fc from "fast-check";
import { expect, test } from "vitest";
import { inQuietHours, parseQuiet } from "../../../src/digests/quiet.ts";
import { laterOf } from "../../../src/digests/wall-clock.ts";

test("quiet hours are written as two times with a hyphen", () => {
  expect(parseQuiet("22:00-07:00")).toEqual({ quiet: { from: "22:00", to: "07:00" } });
  expect(parseQuiet("22:00 – 7:00")).toEqual({ quiet: { from: "22:00", to: "07:00" } });
});

test.each(["22:00", "22:00-25:00", "22-7", "22:00-07:00-08:00", "", "08:00-08:00"])(
  "%s are no quiet hours",
  (text) => {
    expect(parseQuiet(text)).toHaveProperty("fault");
  },
);

const berlin = "Europe/Berlin";
test.each([
  [
    "late in the evening it is quiet until the morning",
    "22:00",
    "07:00",
    "2026-01-10T22:30:00.000Z",
    "2026-01-11T06:00:00.000Z",
  ],
  [
    "early in the morning too",
    "22:00",
    "07:00",
    "2026-01-11T05:59:59.999Z",
    "2026-01-11T06:00:00.000Z",
  ],
  [
    "the beginning is quiet",
    "22:00",
    "07:00",
    "2026-01-10T21:00:00.000Z",
    "2026-01-11T06:00:00.000Z",
  ],
  ["the end is not", "22:00", "07:00", "2026-01-11T06:00:00.000Z", null],
  ["at noon it is not", "22:00", "07:00", "2026-01-11T11:00:00.000Z", null],
  [
    "quiet hours within a day",
    "12:00",
    "14:00",
    "2026-01-11T11:30:00.000Z",
    "2026-01-11T13:00:00.000Z",
  ],
  [
    "the night in which clocks leap is an hour shorter",
    "22:00",
    "07:00",
    "2026-03-28T23:00:00.000Z",
    "2026-03-29T05:00:00.000Z",
  ],
  [
    "the night in which they are set back is an hour longer",
    "22:00",
    "07:00",
    "2026-10-24T23:00:00.000Z",
    "2026-10-25T06:00:00.000Z",
  ],
  [
    "an end that is leapt over is the end of the gap",
    "22:00",
    "02:30",
    "2026-03-28T23:30:00.000Z",
    "2026-03-29T01:00:00.000Z",
  ],
  [
    "a beginning that is leapt over begins behind the gap",
    "02:30",
    "04:00",
    "2026-03-29T01:00:00.000Z",
    "2026-03-29T02:00:00.000Z",
  ],
  [
    "an end that comes twice ends it the first time",
    "22:00",
    "02:30",
    "2026-10-24T23:30:00.000Z",
    "2026-10-25T00:30:00.000Z",
  ],
  [
    "and what is repeated is quiet again",
    "22:00",
    "02:30",
    "2026-10-25T01:10:00.000Z",
    "2026-10-25T01:30:00.000Z",
  ],
])("%s", (_says, from, to, now, end) => {
  expect(inQuietHours({ from, to }, berlin, now)).toBe(end);
});

test("without quiet hours it is never quiet", () => {
  expect(inQuietHours(null, berlin, "2026-01-10T23:00:00.000Z")).toBeNull();
});

test("the end is the first moment that is not quiet, in every zone at any time", () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const time = minute.map(
    (of) => `${String(Math.floor(of / 60)).padStart(2, "0")}:${String(of % 60).padStart(2, "0")}`,
  );
  const zone = fc.constantFrom(
    "America/Nuuk",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
    "Antarctica/Troll",
  );
  const around = fc.constantFrom(
    "2026-03-29",
    "2026-04-24",
    "2026-10-04",
    "2026-03-08",
    "2026-10-25",
    "2026-11-01",
    "2026-04-05",
  );
  fc.assert(
    fc.property(
      time,
      time,
      zone,
      around,
      fc.integer({ min: -1440, max: 1440 }),
      (from, to, timezone, date, minutes) => {
        const now = new Date(Date.parse(`${date}T00:00:00Z`) + minutes * 60_000).toISOString();
        const quiet = { from, to };
        const end = inQuietHours(quiet, timezone, now);
        if (end === null) return true;
        const last = new Date(Date.parse(end) - 60_000).toISOString();
        const middle = new Date((Date.parse(end) + Date.parse(now)) / 2).toISOString();
        return (
          end > now &&
          inQuietHours(quiet, timezone, end) === null &&
          inQuietHours(quiet, timezone, laterOf(last, now)) === end &&
          inQuietHours(quiet, timezone, middle) === end
        );
      },
    ),
    { numRuns: 400 },
  );
});
