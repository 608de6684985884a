import { parseDuration } from "../feeds/duration.ts";
import { choice } from "./answers.ts";
import { nearest } from "./nearest.ts";
import type { Choice } from "./reply.ts";
import type { CommandSpec, Invocation, OptionSpec } from "./spec.ts";

/** Why a line is no command, and what may have been meant. */
export type LineProblem = { readonly problem: string; readonly choices: readonly Choice[] };

/** Longest line that is read, in UTF-16 units: a text of several lines as a form takes it, quoted, and more. */
export const LINE_CHARS_MAX = 10_000;

/** Names that every line may use, whatever the command. */
export const RESERVED_OPTIONS = ["confirm", "page"] as const;

export const STORY_ID = /^s[0-9a-z]{10}$/;
export const SUBSCRIPTION_ID = /^u[0-9a-z]{6}$/;
export const WEB_ADDRESS = /^https?:\/\/\S+$/i;

/** The command's name as a person types it: `/sitrep-admin source add`. */
export function nameOf(command: Pick<CommandSpec, "root" | "group" | "name">): string {
  return [`/${command.root}`, command.group, command.name]
    .filter((word) => word !== null)
    .join(" ");
}

/** The command an invocation asks for; null when there is none. */
export function findSpec(
  specs: readonly CommandSpec[],
  wanted: Pick<CommandSpec, "root" | "group" | "name">,
): CommandSpec | null {
  const found = specs.find(
    (spec) => spec.root === wanted.root && spec.group === wanted.group && spec.name === wanted.name,
  );
  return found ?? null;
}

/**
 * Reads a line as typed. Values stand in the order of the command's options, then as key=value; quotes hold
 * words together; a command's free text takes all words that are no option.
 */
export function parseLine(
  line: string,
  specs: readonly CommandSpec[],
  /** In UTF-16 units; a line that Sitrep made itself may be of any length. */
  charsMax = LINE_CHARS_MAX,
): Invocation | LineProblem {
  if (line.length > charsMax) return problem(`The line is longer than ${charsMax} characters.`);
  const words = splitWords(line);
  if (words === null) return problem("A quotation mark is not closed.");
  const { root, rest } = takeRoot(words);
  if (rest.length === 0) return { root: "sitrep", group: null, name: "help", options: {} };
  const found = takeCommand(root, rest, specs);
  if (found === null) return unknownCommand(root, rest, specs);
  return readValues(found.spec, found.rest);
}

/** A line that reads back as the command with these options. */
export function formatLine(spec: CommandSpec, options: Readonly<Record<string, string>>): string {
  const parts = [nameOf(spec)];
  let positional = true;
  for (const option of spec.options) {
    const value = options[option.name];
    positional &&= value !== undefined && standsAlone(option, value);
    if (value === undefined) continue;
    parts.push(positional ? value : `${option.name}=${quoted(value)}`);
    // Whatever stands behind free text without a name is read as more of it.
    positional &&= option.kind !== "rest";
  }
  for (const name of RESERVED_OPTIONS) {
    const value = options[name];
    if (value !== undefined) parts.push(`${name}=${quoted(value)}`);
  }
  return parts.join(" ");
}

/** Whether a value is as clear without its option's name. */
function standsAlone(option: OptionSpec, value: string): boolean {
  const { name, kind, required, choices = [] } = option;
  const shape = SHAPES[kind];
  const clear = required || CLEAR_KINDS.includes(kind);
  return clear && BARE.test(value) && (shape === undefined || shape({ name, choices }, value));
}

const CLEAR_KINDS: readonly OptionSpec["kind"][] = ["topic", "choice", "subscription"];

/** Needs no quotes and cannot be taken for key=value. */
const BARE = /^[^\s"“”„\\=]+$/;

function quoted(value: string): string {
  return BARE.test(value) ? value : `"${value.replace(/["“”„\\]/g, "\\$&")}"`;
}

function problem(text: string, choices: readonly Choice[] = []): LineProblem {
  return { problem: text, choices };
}

type Word = {
  /** As typed, with straight quotes: free text is a query, in which quotes mean a phrase. */
  readonly raw: string;
  /** Without its quotes. */
  readonly value: string;
  /** Name before the first `=`, null when the word is no key=value. */
  readonly key: string | null;
};

/** Phones and chat programs write curly quotes; null when a quote is not closed. */
function splitWords(line: string): readonly Word[] | null {
  const words: Word[] = [];
  const pattern = /(?:[^\s"“”„\\]|\\.|\\$|["“”„](?:[^"“”„\\]|\\.)*["“”„])+/gsu;
  const left = line.replace(pattern, (raw) => {
    words.push(wordOf(raw));
    return "";
  });
  return left.trim() === "" ? words : null;
}

function wordOf(raw: string): Word {
  const key = /^([a-z][a-z0-9_-]*)=/i.exec(raw)?.[1]?.toLowerCase() ?? null;
  const body = key === null ? raw : raw.slice(key.length + 1);
  const value = body.replace(/\\(.)|["“”„]/gsu, (_, escaped: string | undefined) => escaped ?? "");
  return { raw: raw.replace(/[“”„]/gu, '"'), value, key: key?.replaceAll("-", "_") ?? null };
}

type Root = CommandSpec["root"];

function takeRoot(words: readonly Word[]): { root: Root; rest: readonly Word[] } {
  const first = words[0]?.value.toLowerCase();
  if (first === "/sitrep" || first === "sitrep") return { root: "sitrep", rest: words.slice(1) };
  if (first === "/sitrep-admin" || first === "sitrep-admin") {
    return { root: "sitrep-admin", rest: words.slice(1) };
  }
  return { root: "sitrep", rest: words };
}

/** A group's command has two words, all others one. A leading slash is forgiven. */
function takeCommand(
  root: Root,
  words: readonly Word[],
  specs: readonly CommandSpec[],
): { spec: CommandSpec; rest: readonly Word[] } | null {
  const first = words[0]?.value.toLowerCase().replace(/^\//, "") ?? "";
  const second = words[1]?.value.toLowerCase() ?? "";
  const grouped = findSpec(specs, { root, group: first, name: second });
  if (grouped !== null) return { spec: grouped, rest: words.slice(2) };
  const single = findSpec(specs, { root, group: null, name: first });
  return single === null ? null : { spec: single, rest: words.slice(1) };
}

function unknownCommand(
  root: Root,
  words: readonly Word[],
  specs: readonly CommandSpec[],
): LineProblem {
  const [first = "", second = ""] = words.map(({ value }) =>
    shorten(value.toLowerCase().replace(/^\//, "")),
  );
  const inGroup = specs.filter(({ group }) => group === first);
  const meant = inGroup.length > 0 ? inGroup : nearCommands(`${first} ${second}`.trim(), specs);
  const shown = inGroup.length > 0 ? `/${root} ${first} ${second}` : `/${root} ${first}`;
  const hint =
    meant.length === 0
      ? ""
      : ` Did you mean ${meant
          .slice(0, MEANT_MAX)
          .map((spec) => nameOf(spec))
          .join(" or ")}?`;
  return problem(`There is no command ${shown.trim()}.${hint} /sitrep help lists all commands.`, [
    ...meant.slice(0, MEANT_MAX).map((spec) => choice(nameOf(spec), nameOf(spec))),
    choice("Help", "/sitrep help"),
  ]);
}

/** Commands that are offered in the place of an unknown one. */
const MEANT_MAX = 4;

/** Commands whose words are near to what was typed, with or without what followed. */
function nearCommands(typed: string, specs: readonly CommandSpec[]): readonly CommandSpec[] {
  const names = new Map(specs.map((spec) => [plainName(spec), spec]));
  const known = [...names.keys()];
  const near = new Set([...nearest(typed, known), ...nearest(typed.split(" ")[0] ?? "", known)]);
  return [...near].flatMap((name) => names.get(name) ?? []).slice(0, 3);
}

/** The command's words without its root: `source add`. */
export function plainName(command: Pick<CommandSpec, "group" | "name">): string {
  return command.group === null ? command.name : `${command.group} ${command.name}`;
}

function readValues(spec: CommandSpec, words: readonly Word[]): Invocation | LineProblem {
  const options: Record<string, string> = {};
  const restWords: string[] = [];
  for (const word of words) {
    const placed = placeNamed(spec, word) ?? placePositional(spec, word, options);
    if ("problem" in placed) return placed;
    const { name, text, rest } = placed;
    if (rest) restWords.push(text);
    else if (options[name] !== undefined) return problem(`${name} is given twice.`);
    else options[name] = text;
  }
  const rest = spec.options.find(({ kind }) => kind === "rest");
  if (rest !== undefined && restWords.length > 0) {
    options[rest.name] = [options[rest.name] ?? "", ...restWords].join(" ").trim();
  }
  return { root: spec.root, group: spec.group, name: spec.name, options };
}

/** A word with the option that it gives; with `rest` it is one word of the free text. */
type Placed = { readonly name: string; readonly text: string; readonly rest: boolean };

/** What a key=value gives; null when the word is none, or belongs to the free text. */
function placeNamed(spec: CommandSpec, word: Word): Placed | LineProblem | null {
  const { key, value } = word;
  if (key === null) return null;
  const option = spec.options.find(
    ({ name, aliases }) => name === key || aliases?.includes(key) === true,
  );
  if (option !== undefined) return { name: option.name, text: value, rest: false };
  const reserved =
    (key === "confirm" && spec.confirms === true) || (key === "page" && spec.paged === true);
  if (reserved) return { name: key, text: value, rest: false };
  const near = nearest(
    key,
    spec.options.map(({ name }) => name),
    1,
  )[0];
  if (near === undefined && spec.options.some(({ kind }) => kind === "rest")) return null;
  const hint = near === undefined ? usage(spec) : `Did you mean ${near}?`;
  return problem(`${nameOf(spec)} has no option ${shorten(key)}. ${hint}`);
}

/**
 * The first option without a value; a word that does not fit it may still stand for a later option of a
 * plain shape, so that `subscription u1a2b3c pause` works as `subscription pause u1a2b3c` does.
 */
function placePositional(
  spec: CommandSpec,
  word: Word,
  options: Readonly<Record<string, string>>,
): Placed | LineProblem {
  const open = spec.options.filter(({ name }) => options[name] === undefined);
  const first = open[0];
  if (first === undefined) {
    return problem(`${nameOf(spec)} has no place for “${shorten(word.value)}”. ${usage(spec)}`);
  }
  const fits = ({ kind, name, choices }: OptionSpec): boolean =>
    SHAPES[kind]?.({ name, choices: choices ?? [] }, word.value) === true;
  const option = SHAPES[first.kind] === undefined ? first : (open.find(fits) ?? first);
  if (option.kind === "rest") return { name: option.name, text: word.raw, rest: true };
  const bareFlag = option.kind === "flag" && fits(option);
  return { name: option.name, text: bareFlag ? "yes" : word.value, rest: false };
}

type Shape = (
  option: { readonly name: string; readonly choices: readonly string[] },
  value: string,
) => boolean;

/** Kinds whose values can be told by their looks. */
const SHAPES: Readonly<Partial<Record<OptionSpec["kind"], Shape>>> = {
  choice: (option, value) => option.choices.includes(value.toLowerCase()),
  flag: (option, value) => value.toLowerCase() === option.name,
  duration: (_, value) => parseDuration(value) !== null,
  number: (_, value) => /^\d+(\.\d+)?$/.test(value),
  story: (_, value) =>
    STORY_ID.test(value) || WEB_ADDRESS.test(value) || /^[\d.]{10,}$/.test(value),
  subscription: (_, value) => SUBSCRIPTION_ID.test(value),
};

/** `Usage: /sitrep now [topic] [since] …` */
export function usage(spec: CommandSpec): string {
  const options = spec.options.map(({ name, required }) => (required ? name : `[${name}]`));
  return `Usage: ${[nameOf(spec), ...options].join(" ")}`;
}

/** What a person typed, short enough to be quoted back; a password in an address is not repeated. */
function shorten(text: string): string {
  const shown = text.replace(/\/\/[^/@\s]*@/g, "//");
  return shown.length <= 40 ? shown : `${shown.slice(0, 39)}…`;
}
