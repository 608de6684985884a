import type { Instant } from "../feeds/item.ts";

/** Reads the clock on the wall of one zone. */
export type WallClock = {
  /** What a clock there shows, as if it showed UTC: milliseconds since 1970. Repeats where clocks are set back. */
  at(ms: number): number;
};

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** `timezone` must be an IANA name; others throw. */
export function wallClock(timezone: string): WallClock {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return {
    at(ms) {
      const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
      for (const { type, value } of format.formatToParts(ms)) parts[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
      const part = ((ms % 1000) + 1000) % 1000;
      return Date.UTC(year, month - 1, day, hour, minute, second, part);
    },
  };
}

/** The instant of a count of milliseconds since 1970. */
export function toInstant(ms: number): Instant {
  return new Date(ms).toISOString();
}

export function earlierOf(a: Instant, b: Instant): Instant {
  return toInstant(Math.min(Date.parse(a), Date.parse(b)));
}

export function laterOf(a: Instant, b: Instant): Instant {
  return toInstant(Math.max(Date.parse(a), Date.parse(b)));
}
