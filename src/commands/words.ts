import type { Instant } from "../feeds/item.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** `2026-02-03 14:05 Europe/Berlin`: minutes are enough for people, and the zone is never left to guess. */
export function timeText(instant: Instant, timezone: string): string {
  return `${localTime(instant, timezone)} ${timezone}`;
}

/** From and to in one zone: `2026-02-02 08:00 to 2026-02-03 08:00 UTC`. */
export function periodText(from: Instant, to: Instant, timezone: string): string {
  return `${localTime(from, timezone)} to ${localTime(to, timezone)} ${timezone}`;
}

/** The calendar day there: `2026-02-03`. */
export function dayText(instant: Instant, timezone: string): string {
  return localTime(instant, timezone).slice(0, 10);
}

/** Making a format takes longer than using it a hundred times; there are only so many zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timezone, format);
  return format;
}

function localTime(instant: Instant, timezone: string): string {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}

/** How far an instant is from now: `just now`, `5 min ago`, `in 3 h`, `12 d ago`. */
export function agoText(instant: Instant, now: Instant): string {
  const distanceMs = Date.parse(now) - Date.parse(instant);
  const size = Math.abs(distanceMs);
  if (size < MINUTE_MS) return "just now";
  const text =
    size < HOUR_MS
      ? `${Math.floor(size / MINUTE_MS)} min`
      : size < 2 * DAY_MS
        ? `${Math.floor(size / HOUR_MS)} h`
        : `${Math.floor(size / DAY_MS)} d`;
  return distanceMs > 0 ? `${text} ago` : `in ${text}`;
}

/** `30 minutes`, `24 hours`, `7 days`. */
export function spanText(durationMs: number): string {
  if (durationMs < HOUR_MS) return countText(Math.round(durationMs / MINUTE_MS), "minute");
  if (durationMs < 2 * DAY_MS) return countText(Math.round(durationMs / HOUR_MS), "hour");
  return countText(Math.round(durationMs / DAY_MS), "day");
}

/** `1 story`, `2 stories`, `1,204 items`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** A score as people read it: no more than one decimal. */
export function scoreText(score: number): string {
  return String(Math.round(score * 10) / 10);
}

/** The instant so much earlier. */
export function instantBefore(now: Instant, durationMs: number): Instant {
  return new Date(Date.parse(now) - durationMs).toISOString();
}

/** Share of a whole in whole percent; `<1 %` rather than nothing for what is there. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0 %";
  const percent = Math.round((100 * part) / whole);
  return percent === 0 ? "<1 %" : `${percent} %`;
}

/** `a, b and 3 more`. */
export function listText(names: readonly string[], max: number): string {
  if (names.length <= max) return names.join(", ");
  return `${names.slice(0, max).join(", ")} and ${names.length - max} more`;
}
