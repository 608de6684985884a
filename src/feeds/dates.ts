import type { Instant } from "./item.ts";
import { MONTHS } from "./month-names.ts";

/**
 * Reads a date as feeds write it: RFC 822, ISO 8601 in all its forms, asctime, seconds since 1970, and dates in words
 * of many languages. A date without a zone is taken as UTC. Null when it is none, or outside 1970 to 2100.
 */
export function parseDate(text: string): Instant | null {
  const value = text.trim().slice(0, DATE_CHARS_MAX);
  if (!/\d/.test(value)) return null;
  const parts =
    usualParts(value) ??
    isoParts(value) ??
    weekParts(value) ??
    epochParts(value) ??
    wordParts(value);
  return parts === null ? null : instantOf(parts);
}

/** No date in words is longer. */
const DATE_CHARS_MAX = 120;

/** What a date says; month 1 to 12. */
type Parts = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** East of UTC. */
  readonly offsetMinutes: number;
};

function instantOf(parts: Parts): Instant | null {
  const { year, month, day, hour, minute, second, offsetMinutes } = parts;
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (hour > 24 || minute > 59 || second > 61 || Math.abs(offsetMinutes) > 24 * 60) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - offsetMinutes * 60_000;
  if (!(ms >= EARLIEST_MS && ms < LATEST_MS)) return null;
  return new Date(ms).toISOString();
}

const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

const USUAL =
  /^(?:[a-z]{3},\s)?(\d{1,2})\s([a-z]{3})\s(\d{4})\s(\d\d):(\d\d):(\d\d)\s(GMT|[+-]\d{4})$/i;

/** RFC 822 as nearly all feeds have it, read without detours. */
function usualParts(value: string): Parts | null {
  const found = USUAL.exec(value);
  const month = MONTHS.get(found?.[2]?.toLowerCase() ?? "");
  if (found === null || month === undefined) return null;
  return {
    year: Number(found[3]),
    month,
    day: Number(found[1]),
    hour: Number(found[4]),
    minute: Number(found[5]),
    second: Number(found[6]),
    offsetMinutes: zoneMinutes(found[7] ?? ""),
  };
}

const ISO =
  /^([+-]?\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:(?:\s*T\s*|\s+)(\d{1,2})(?::?(\d{2}|(?<=:)\d(?!\d)))?(?::?(\d{2}|(?<=:)\d(?!\d))(?:[.,]\d+)?)?\s*(.*))?$/i;

/** ISO 8601 with year, month and day, basic or extended; the time may lack its zone. */
function isoParts(value: string): Parts | null {
  const ordinal = /^(\d{4})-?(\d{3})(?=$|T)(?:T(.*))?$/i.exec(value);
  if (ordinal !== null) return ordinalParts(ordinal);
  const found = ISO.exec(value);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, zone] = found;
  const afternoon = hoursOfHalf(Number(hour ?? 0), zone ?? "");
  return {
    year: Number(year),
    month: Number(month ?? 1),
    day: Number(day ?? 1),
    hour: afternoon,
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    offsetMinutes: zoneMinutes(zone ?? ""),
  };
}

/** Year and day of the year: 2003-335. */
function ordinalParts(found: RegExpExecArray): Parts {
  const first = Date.UTC(Number(found[1]), 0, Number(found[2]));
  const date = new Date(first);
  const clock = clockOf(found[3] ?? "");
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    ...clock,
    offsetMinutes: zoneMinutes((found[3] ?? "").replace(/^[\d:.]+/, "")),
  };
}

/** ISO week: 2003-W50-1. */
function weekParts(value: string): Parts | null {
  const found = /^(\d{4})-?W(\d{2})(?:-?(\d))?$/i.exec(value);
  if (found === null) return null;
  const year = Number(found[1]);
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = fourth.getUTCDate() - ((fourth.getUTCDay() + 6) % 7);
  const day = monday + (Number(found[2]) - 1) * 7 + Number(found[3] ?? 1) - 1;
  const date = new Date(Date.UTC(year, 0, day));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    ...MIDNIGHT,
    offsetMinutes: 0,
  };
}

const MIDNIGHT = { hour: 0, minute: 0, second: 0 };

/** Seconds or milliseconds since 1970. */
function epochParts(value: string): Parts | null {
  if (!/^\d{9,10}$|^\d{12,13}$/.test(value)) return null;
  const date = new Date(Number(value) * (value.length <= 10 ? 1_000 : 1));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    offsetMinutes: 0,
  };
}

/** Everything else: the time and the zone are found by their shape, then the day, month and year among the rest. */
function wordParts(value: string): Parts | null {
  const time = TIME.exec(value) ?? DOTTED_TIME.exec(value);
  const clock = clockOf(time?.[0] ?? "");
  const afterTime = time === null ? "" : value.slice(time.index + time[0].length);
  const beforeTime = time === null ? value : value.slice(0, time.index);
  const zone =
    /^\s*(?:[ap]\.?m\.?)?\s*\(?([a-z]{1,5}(?:[+-]\d{1,2}:?(?:\d{2})?)?|[+-]\d{1,2}:?(?:\d{2})?)/i.exec(
      afterTime,
    );
  const zoneText = zone?.[1] ?? "";
  const date =
    dateOf(beforeTime) ?? dateOf(`${beforeTime} ${afterTime.slice(zone?.[0].length ?? 0)}`);
  if (date === null) return null;
  const half = `${beforeTime.slice(-12)} ${afterTime.slice(0, 8)}`;
  const offsetMinutes = zoneMinutes(zoneText);
  return { ...date, ...clock, hour: hoursOfHalf(clock.hour, half), offsetMinutes };
}

const TIME = /\b(\d{1,2})(?:[:h](\d{2}))(?:[:.](\d{1,2})(?:[.,]\d+)?)?(?![\d./-])(?!\.\d)/i;
/** Looked for when there is none with a colon, as dates have dots too. */
const DOTTED_TIME = /\b(\d{1,2})\.(\d{2})(?:\.(\d{1,2}))?(?![\d./-])(?!\.\d)/;

function clockOf(text: string): { hour: number; minute: number; second: number } {
  const found = /^(\d{1,2})[:h.]?(\d{2})?[:.]?(\d{1,2})?/i.exec(text);
  if (found === null) return MIDNIGHT;
  return {
    hour: Number(found[1]),
    minute: Number(found[2] ?? 0),
    second: Number(found[3] ?? 0),
  };
}

/** The hour of the day, of one that may be followed or preceded by its half. */
function hoursOfHalf(hour: number, around: string): number {
  if (hour > 12) return hour;
  if (/(^|[^a-z])p\.?m\b|오후|下午|午後|μμ/i.test(around)) return (hour % 12) + 12;
  if (/(^|[^a-z])a\.?m\b|오전|上午|午前|πμ/i.test(around)) return hour % 12;
  return hour;
}

type Day = { readonly year: number; readonly month: number; readonly day: number };

function dateOf(text: string): Day | null {
  const numeric = numericDateOf(text);
  if (numeric !== null) return numeric;
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+|\d+/gu) ?? [];
  let month: number | null = null;
  const numbers: string[] = [];
  for (const word of words) {
    if (/^\d/.test(word)) numbers.push(word);
    else month ??= monthOf(word);
  }
  if (month === null) return null;
  const [first, second] = numbers;
  if (first === undefined) return null;
  if (second === undefined) {
    return first.length === 4 ? { year: Number(first), month, day: 1 } : null;
  }
  // "2004 May 5" as well as "5 May 2004".
  const yearFirst = first.length === 4;
  return {
    year: fullYear(yearFirst ? first : second),
    month,
    day: Number(yearFirst ? second : first),
  };
}

/** 2004/05/28, 2004년 5월 28일, 28.05.2004, 05/28/2004, 28-05-04. */
function numericDateOf(text: string): Day | null {
  const yearFirst = /(\d{4})\s*[./年년-]\s*(\d{1,2})\s*[./月월-]\s*(\d{1,2})/.exec(text);
  if (yearFirst !== null) {
    return {
      year: Number(yearFirst[1]),
      month: Number(yearFirst[2]),
      day: Number(yearFirst[3]),
    };
  }
  const found = /\b(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\b/.exec(text);
  if (found === null) return null;
  const [a, b, year] = [Number(found[1]), Number(found[3]), fullYear(found[4] ?? "")];
  const american = { year, month: a, day: b };
  const other = { year, month: b, day: a };
  // With slashes the month comes first as in the United States, unless it cannot, or the day of the week says otherwise.
  if (found[2] !== "/" || a > 12) return other;
  const weekday = weekdayOf(text);
  const isOther =
    weekday !== null && weekday === dayOfWeek(other) && dayOfWeek(american) !== weekday;
  return isOther ? other : american;
}

/** 0: Sunday. */
function dayOfWeek({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/** The day of the week that a text begins with; null when it does not. */
function weekdayOf(text: string): number | null {
  const word = /^\s*(\p{L}{2,})/u.exec(text.normalize("NFD").replace(/\p{M}/gu, ""))?.[1] ?? "";
  const lower = word.toLowerCase();
  return WEEKDAYS.get(lower.slice(0, 3)) ?? WEEKDAYS.get(lower.slice(0, 2)) ?? null;
}

/** First letters of the days of the week, from Sunday on: English, Spanish, Portuguese, French, Italian, German, Russian. */
const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  [
    "sun dom dim son so вс вос",
    "mon lun seg mo пн пон",
    "tue mar ter die di вт вто",
    "wed mie mer qua mit mi ср сре",
    "thu jue jeu qui gio don do чт чет",
    "fri vie ven sex fre fr пт пят",
    "sat sab sam sa сб суб",
  ].flatMap((names, day) => names.split(" ").map((name) => [name, day] as const)),
);

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 90 ? 2000 + year : 1900 + year;
}

function monthOf(word: string): number | null {
  const plain = word.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
  return MONTHS.get(word) ?? MONTHS.get(plain) ?? MONTHS.get(plain.slice(0, 3)) ?? null;
}

/** Minutes east of UTC of `Z`, `+0200`, `+02:00`, `GMT+2` or a name; 0 for what nobody knows. */
function zoneMinutes(text: string): number {
  const zone = text
    .trim()
    .toLowerCase()
    .replace(/^[ap]\.?m\.?\s*/, "")
    .replace(/^[(]/, "");
  const found = /^(?:gmt|utc|ut|z)?\s*([+-])(\d{1,2}):?(\d{2})?/.exec(zone);
  if (found !== null) {
    const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
    return found[1] === "-" ? -minutes : minutes;
  }
  const name = /^[a-z]+/.exec(zone)?.[0] ?? "";
  return (ZONE_HOURS.get(name) ?? 0) * 60;
}

/** Hours east of UTC. Names that several places share are taken as in RFC 822 and English-language feeds. */
const ZONE_HOURS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ est: -5, edt: -4, et: -5, cst: -6, cdt: -5, ct: -6, mst: -7, mdt: -6, mt: -7 },
    ...{ pst: -8, pdt: -7, pt: -8, akst: -9, akdt: -8, hst: -10, ast: -4, adt: -3, at: -4 },
    ...{ nst: -3.5, ndt: -2.5, art: -3, brt: -3, clt: -4, vet: -4, wat: 1, cat: 2, sast: 2 },
    ...{ bst: 1, cet: 1, cest: 2, met: 1, mest: 2, mez: 1, mesz: 2, eet: 2, eest: 3, trt: 3 },
    ...{ msk: 3, eat: 3, gst: 4, pkt: 5, ist: 5.5, npt: 5.75, ict: 7, wib: 7, hkt: 8, sgt: 8 },
    ...{ awst: 8, jst: 9, kst: 9, acst: 9.5, aest: 10, aedt: 11, nzst: 12, nzdt: 13 },
    ...{ a: -1, m: -12, n: 1, y: 12 },
  }),
);
