import type { Caller, Commander, CommandSpec, Suggestion } from "../../commands/spec.ts";

/** More than these a person does not read. */
const SUGGESTIONS_MAX = 12;

/** What a line as typed so far may become: values are whole lines. */
export async function suggestLines(
  line: string,
  commander: Commander,
  caller: Caller,
): Promise<readonly Suggestion[]> {
  const words = line.trimStart().split(/\s+/);
  const root = rootOf(words[0] ?? "");
  const rest = root === null ? words : words.slice(1);
  const spec = findCommand(rest, root ?? "sitrep", commander.specs);
  const nameWords = spec === null ? 0 : spec.group === null ? 1 : 2;
  if (spec === null || rest.length <= nameWords) {
    return commandLines(rest.join(" "), root, commander.specs);
  }
  return optionLines(line, rest.slice(nameWords), spec, commander, caller);
}

/** Whether a line begins with a command that there is; an empty line asks for help. */
export function namesCommand(line: string, specs: readonly CommandSpec[]): boolean {
  const words = line.trim().split(/\s+/);
  const root = rootOf(words[0] ?? "");
  const rest = root === null ? words : words.slice(1);
  if (rest.length === 0 || rest.join("") === "") return true;
  return findCommand(rest, root ?? "sitrep", specs) !== null;
}

function rootOf(word: string): CommandSpec["root"] | null {
  const name = word.toLowerCase().replace(/^\//, "");
  return name === "sitrep" || name === "sitrep-admin" ? name : null;
}

function findCommand(
  words: readonly string[],
  root: CommandSpec["root"],
  specs: readonly CommandSpec[],
): CommandSpec | null {
  const [first = "", second = ""] = words.map((word) => word.toLowerCase().replace(/^\//, ""));
  const found = specs.find(
    (spec) =>
      spec.root === root &&
      (spec.group === null ? spec.name === first : spec.group === first && spec.name === second),
  );
  return found ?? null;
}

function commandLines(
  typed: string,
  root: CommandSpec["root"] | null,
  specs: readonly CommandSpec[],
): readonly Suggestion[] {
  const start = typed.toLowerCase().replace(/^\//, "");
  return specs
    .map((spec) => ({ spec, name: spec.group === null ? spec.name : `${spec.group} ${spec.name}` }))
    .filter(({ spec, name }) => (root === null || spec.root === root) && name.startsWith(start))
    .slice(0, SUGGESTIONS_MAX)
    .map(({ spec, name }) => ({ label: spec.about, value: `/${spec.root} ${name}` }));
}

/** Values for the word that is being typed: the option named before its `=`, else the option of its place. */
async function optionLines(
  line: string,
  words: readonly string[],
  spec: CommandSpec,
  commander: Commander,
  caller: Caller,
): Promise<readonly Suggestion[]> {
  const word = words.at(-1) ?? "";
  const before = line.slice(0, line.length - word.length);
  const named = /^([a-z_]+)=(.*)$/s.exec(word);
  const place = words.filter((given) => !/^[a-z_]+=/.test(given)).length - 1;
  const option = spec.options[place];
  const name = named?.[1] ?? option?.name;
  if (name === undefined) return [];
  const partial = named?.[2] ?? word;
  const key = named === null ? "" : `${name}=`;
  const found = await commander.suggest(spec, name, partial, caller);
  return found.slice(0, SUGGESTIONS_MAX).map(({ label, value }) => ({
    label,
    value: before + key + (/[\s"]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value),
  }));
}
