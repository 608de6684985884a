import { formatLine, parseLine } from "../commands/line.ts";
import type { CommandSpec, Invocation, OptionSpec } from "../commands/spec.ts";

/** One thing that a form asks for. */
export type FormField = {
  readonly option: OptionSpec;
  readonly label: string;
  readonly hint: string;
  /** Free text that may take several lines. */
  readonly long: boolean;
  /** What stands there before anything is typed; empty: nothing. */
  readonly value: string;
};

/** A command with what it still has to be told. */
export type Form = {
  readonly title: string;
  /** The command with what is settled; the fields are added to it. */
  readonly line: string;
  readonly fields: readonly FormField[];
};

/** What a form on a chat platform holds at most (Discord: 5; Slack takes 100). */
export const FORM_FIELDS_MAX = 5;

/**
 * The form of a command that is to be filled in, or that lacks what it needs; null when it can run as it is.
 * `values`: what is known of the thing that it changes.
 */
export function formFor(
  spec: CommandSpec,
  given: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>> = {},
  fieldsMax = FORM_FIELDS_MAX,
): Form | null {
  const open = spec.options.filter(({ name }) => given[name] === undefined);
  const lacking = open.filter(({ required }) => required);
  const wanted = spec.form === true && given["confirm"] === undefined && !givesText(spec, given);
  if (!wanted && lacking.length === 0) return null;
  const asked = (wanted ? open : lacking).filter(({ kind }) => kind !== "flag");
  const fields = [...asked].sort((a, b) => Number(b.required) - Number(a.required));
  return {
    title: [spec.group, spec.name].filter((word) => word !== null).join(" "),
    line: formatLine(spec, given),
    fields: fields.slice(0, fieldsMax).map((option) => fieldOf(option, values)),
  };
}

/** Whoever typed the long part on the line already, or one of several ways to say it, does not want a form. */
function givesText(spec: CommandSpec, given: Readonly<Record<string, string>>): boolean {
  if (spec.options.every(({ required }) => !required)) return Object.keys(given).length > 0;
  const named = spec.options.filter(({ kind }) => kind !== "topic" && kind !== "flag");
  const isChange = spec.options.some(({ kind, required }) => kind === "topic" && required);
  return isChange
    ? named.some(({ name }) => given[name] !== undefined)
    : spec.options.some(({ name, multiline }) => multiline === true && given[name] !== undefined);
}

function fieldOf(option: OptionSpec, values: Readonly<Record<string, string>>): FormField {
  const label = option.name.replaceAll("_", " ");
  return {
    option,
    label: label.charAt(0).toUpperCase() + label.slice(1),
    hint: option.about,
    long: option.kind === "rest" || option.multiline === true,
    value: values[option.name] ?? "",
  };
}

/** The command of a form that was sent; null when its line cannot be read. Empty fields were not given. */
export function filledForm(
  line: string,
  values: Readonly<Record<string, string>>,
  specs: readonly CommandSpec[],
): Invocation | null {
  const invocation = parseLine(line, specs);
  if ("problem" in invocation) return null;
  const filled = Object.entries(values)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== "");
  return { ...invocation, options: { ...invocation.options, ...Object.fromEntries(filled) } };
}
