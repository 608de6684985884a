import { isTimezone } from "../digests/schedule.ts";
import { parseDuration } from "../feeds/duration.ts";
import { CHOICES_MAX, choice, failed } from "./answers.ts";
import { formatLine, nameOf, RESERVED_OPTIONS, usage } from "./line.ts";
import { nearest } from "./nearest.ts";
import type { CommandPorts } from "./ports.ts";
import type { Choice, Reply } from "./reply.ts";
import type { CommandSpec, Invocation, OptionSpec } from "./spec.ts";

/** The options of one call, each checked against its kind. */
export type Options = {
  /** Null when it was not given. */
  text(name: string): string | null;
  /** Only for options that the table requires. */
  required(name: string): string;
  durationMs(name: string): number | null;
  number(name: string): number | null;
  /** False when it was not given. */
  flag(name: string): boolean;
  /** From 1. */
  readonly page: number;
  readonly confirmed: boolean;
  /** As given and checked, under their canonical names, without `confirm` and `page`. */
  readonly given: Readonly<Record<string, string>>;
};

/** Longest value of an option, in UTF-16 units; longer than any address or query that people write. */
const VALUE_CHARS_MAX = 2_000;

/** Longest text of several lines: what a form on a platform takes. */
const TEXT_CHARS_MAX = 4_000;

/** Pages beyond it are nobody's. */
const PAGE_MAX = 1_000;

/** Checks what a platform or a line gave; the Reply says what is wrong and what there is to choose. */
export function readOptions(
  spec: CommandSpec,
  invocation: Invocation,
  topics: CommandPorts["topics"],
): { readonly options: Options } | { readonly reply: Reply } {
  const values: Record<string, string> = {};
  for (const [name, raw] of Object.entries(invocation.options)) {
    if (isReserved(spec, name)) continue;
    const option = spec.options.find((known) => known.name === name);
    if (option === undefined) {
      return {
        reply: failed(`${nameOf(spec)} has no option ${name.slice(0, 40)}. ${usage(spec)}`),
      };
    }
    const text = clean(raw, option.multiline === true);
    if (text === "") continue;
    const checked = checkValue(option, text, topics);
    if ("fault" in checked) return { reply: faultReply(spec, option, values, checked) };
    values[name] = checked.value;
  }
  const missing = spec.options.find(({ name, required }) => required && values[name] === undefined);
  if (missing !== undefined) return { reply: missingReply(spec, missing, values, topics) };
  return { options: optionsOf(values, invocation.options) };
}

function isReserved(spec: CommandSpec, name: string): boolean {
  if (spec.options.some((option) => option.name === name)) return false;
  return RESERVED_OPTIONS.some((reserved) => reserved === name);
}

function optionsOf(
  values: Readonly<Record<string, string>>,
  raw: Readonly<Record<string, string>>,
): Options {
  const text = (name: string): string | null => values[name] ?? null;
  const page = Number.parseInt(raw["page"] ?? "1", 10);
  return {
    text,
    required(name) {
      const value = values[name];
      if (value === undefined) throw new Error(`the command's table does not require ${name}`);
      return value;
    },
    durationMs: (name) => parseDuration(values[name] ?? ""),
    number: (name) => (values[name] === undefined ? null : Number(values[name])),
    flag: (name) => values[name] === "yes",
    page: page >= 1 && page <= PAGE_MAX ? page : 1,
    confirmed: /^(yes|true|1)$/i.test(raw["confirm"] ?? ""),
    given: values,
  };
}

/** One line without controls; what a person pasted, not what it would do to a terminal or a page. */
function clean(raw: string, multiline: boolean): string {
  return raw
    .toWellFormed()
    .replace(multiline ? /[^\P{Cc}\n]+|[\p{Zl}\p{Zp}]+/gu : /[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Bidi_Control}\u200B\uFEFF]/gu, "")
    .trim();
}

type Checked =
  | { readonly value: string }
  | { readonly fault: string; readonly offers: readonly string[] };

function checkValue(option: OptionSpec, text: string, topics: CommandPorts["topics"]): Checked {
  const fault = (what: string, offers: readonly string[] = []): Checked => ({
    fault: `${option.name}: ${what}`,
    offers,
  });
  const usualMax = option.multiline === true ? TEXT_CHARS_MAX : VALUE_CHARS_MAX;
  const charsMax = option.charsMax ?? usualMax;
  if (text.length > charsMax) return fault(`longer than ${charsMax} characters.`);
  switch (option.kind) {
    case "topic":
      return checkTopic(option, text, topics);
    case "choice": {
      const choices = option.choices ?? [];
      const value = text.toLowerCase();
      if (choices.includes(value)) return { value };
      return fault(`“${shown(text)}” is none of ${choices.join(", ")}.`, choices);
    }
    case "duration":
      if (parseDuration(text) !== null) return { value: text.toLowerCase().replace(/\s/g, "") };
      return fault(`“${shown(text)}” is no span of time such as 6h, 24h or 7d.`, [
        "6h",
        "24h",
        "7d",
      ]);
    case "number":
      return checkNumber(option, text);
    case "flag":
      if (/^(yes|true|on|1)$/i.test(text)) return { value: "yes" };
      if (/^(no|false|off|0)$/i.test(text)) return { value: "no" };
      return fault(`“${shown(text)}” is neither yes nor no.`, ["yes", "no"]);
    case "timezone":
      return isTimezone(text)
        ? { value: text }
        : fault(`“${shown(text)}” is no time zone such as Europe/Berlin or UTC.`, nearZones(text));
    case "source":
    case "story":
    case "subscription":
    case "text":
    case "file":
    case "rest":
      return { value: text };
  }
}

function checkTopic(option: OptionSpec, text: string, topics: CommandPorts["topics"]): Checked {
  const list = topics.list();
  const wanted = text.toLowerCase();
  const found =
    list.find(({ id }) => id === wanted) ?? list.find(({ name }) => name.toLowerCase() === wanted);
  if (found !== undefined) return { value: found.id };
  const ids = list.map(({ id }) => id);
  const near = nearest(wanted, ids);
  const offers = near.length > 0 ? near : ids.slice(0, CHOICES_MAX);
  const hint =
    near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : " /sitrep topics lists them.";
  return { fault: `${option.name}: there is no topic “${shown(text)}”.${hint}`, offers };
}

/** A city alone is what most people type first. */
function nearZones(text: string): readonly string[] {
  const zones = Intl.supportedValuesOf("timeZone");
  const city = text.toLowerCase().replaceAll(" ", "_");
  const named = zones.filter((zone) => zone.toLowerCase().endsWith(`/${city}`));
  return named.length > 0 ? named : nearest(text, zones);
}

function checkNumber(option: OptionSpec, text: string): Checked {
  const { min, max } = option.range ?? { min: 0, max: Number.MAX_SAFE_INTEGER };
  const value = Number(text);
  if (/^\d{1,15}(\.\d{1,6})?$/.test(text) && value >= min && value <= max) {
    return { value: String(value) };
  }
  return {
    fault: `${option.name}: “${shown(text)}” is no number from ${min} to ${max}.`,
    offers: [],
  };
}

function shown(text: string): string {
  const safe = text.replace(/\/\/[^/@\s]*@/g, "//");
  return safe.length <= 40 ? safe : `${safe.slice(0, 39)}…`;
}

function faultReply(
  spec: CommandSpec,
  option: OptionSpec,
  values: Readonly<Record<string, string>>,
  checked: { readonly fault: string; readonly offers: readonly string[] },
): Reply {
  return failed(checked.fault, offerChoices(spec, option, values, checked.offers));
}

function missingReply(
  spec: CommandSpec,
  option: OptionSpec,
  values: Readonly<Record<string, string>>,
  topics: CommandPorts["topics"],
): Reply {
  const offers =
    option.kind === "topic" ? topics.list().map(({ id }) => id) : (option.choices ?? []);
  const listed = offers.length > 0 ? ` One of: ${offers.slice(0, CHOICES_MAX).join(", ")}.` : "";
  const text = `${nameOf(spec)} needs ${option.name}: ${lowerFirst(option.about)}.${listed} ${usage(spec)}`;
  return failed(text, offerChoices(spec, option, values, offers));
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

/** Each offer as the same command with that value. */
function offerChoices(
  spec: CommandSpec,
  option: OptionSpec,
  values: Readonly<Record<string, string>>,
  offers: readonly string[],
): readonly Choice[] {
  // A button outlives the answer, so no password may stand in its line.
  if (Object.values(values).some((value) => /\/\/[^/@\s]*@/.test(value))) return [];
  return offers
    .slice(0, CHOICES_MAX)
    .map((offer) => choice(offer, formatLine(spec, { ...values, [option.name]: offer })));
}
