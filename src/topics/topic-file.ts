import { z } from "zod";
import type { Where } from "../feeds/feed.ts";
import { type Fault, readYaml } from "../feeds/yaml.ts";
import { wordsOf } from "./analyse.ts";
import { LANGUAGES, type Language } from "./language.ts";
import { parseQuery } from "./query.ts";
import type { WordMode } from "./query-tree.ts";
import { nearestName } from "./spelling.ts";
import type { Topic } from "./topic.ts";

/** One way to say what a concept group stands for. */
export type Alias = {
  /** As the tokeniser reads them, with accents; several words follow one another. */
  readonly words: readonly string[];
  readonly mode: WordMode;
  /** Whose inflections it takes; null: a name that every language writes so. */
  readonly language: Language | null;
};

/** A named list of words that topics share: an actor, an action, a thing, a place. */
export type ConceptGroup = {
  /** [A-Za-z0-9-]{1,40}, as reasons show it; @name in a query may be written in small letters or capitals. */
  readonly name: string;
  /** One sentence; null when the file gives none. */
  readonly about: string | null;
  readonly aliases: readonly Alias[];
  /** Keys of groups whose aliases belong to it as well. */
  readonly includes: readonly string[];
  readonly where: Where;
};

const NAME = /^[a-z0-9-]{1,40}$/;

/** By what a group is found, however its name is written. */
export function groupKey(name: string): string {
  return name.toLowerCase();
}

const THRESHOLD_USUAL = 60;

const topicSchema = z.strictObject({
  name: z.string().trim().min(1, "is empty → write what people call the topic"),
  about: z.string().trim().default(""),
  query: z.string(),
  threshold: z
    .number("is no number → write a score from 0 to 100")
    .min(0, "is below 0 → write a score from 0 to 100")
    .max(100, "is above 100 → write a score from 0 to 100")
    .default(THRESHOLD_USUAL),
});

/** Reads topics/ID.yaml. The topic is null as soon as there is one fault. */
export function readTopicFile(
  file: string,
  text: string,
): { topic: Topic | null; faults: readonly Fault[] } {
  const id = idOf(file);
  const { value, faults, lineOf } = readYaml(file, text, topicSchema);
  if (!NAME.test(id)) {
    const remedy = "name it with small letters, digits and hyphens only, at most 40";
    return {
      topic: null,
      faults: [{ file, line: 1, what: `"${id}" is no topic id`, remedy }, ...faults],
    };
  }
  if (value === null) return { topic: null, faults };
  const first = firstLineOf(text, "query", lineOf(["query"]));
  const parsed = parseQuery(value.query);
  if (parsed.faults.length > 0) {
    return {
      topic: null,
      faults: parsed.faults.map(({ line, column, what, remedy }) => ({
        file,
        line: first + line - 1,
        what: `query, line ${line}, column ${column}: ${what}`,
        remedy,
      })),
    };
  }
  return { topic: { id, ...value, where: { file, line: 1 }, queryLine: first }, faults: [] };
}

/** The line on which the text of a block scalar (`query: |`) begins, or that of its key. */
function firstLineOf(text: string, key: string, keyLine: number): number {
  const line = text.split("\n")[keyLine - 1] ?? "";
  const value = line.slice(line.indexOf(`${key}:`) + key.length + 1).trim();
  return /^[|>][-+0-9]*(\s+#.*)?$/.test(value) || value === "" ? keyLine + 1 : keyLine;
}

function idOf(file: string): string {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  return name.replace(/\.ya?ml$/i, "");
}

const aliases = z.array(z.union([z.string(), z.number()]).transform(String));
const groupShape = z.strictObject({
  about: z.string().trim().optional(),
  includes: z.array(z.string()).optional(),
  any: aliases.optional(),
  ...Object.fromEntries(LANGUAGES.map((language) => [language, aliases.optional()])),
});
const conceptSchema = z.record(z.string(), groupShape);

/** Reads concepts/*.yaml: groups by name, each with its aliases by language. */
export function readConceptFile(
  file: string,
  text: string,
): { groups: readonly ConceptGroup[]; faults: readonly Fault[] } {
  const { value, faults, lineOf } = readYaml(file, text, conceptSchema);
  if (value === null) return { groups: [], faults };
  const groups: ConceptGroup[] = [];
  const found: Fault[] = [];
  for (const [name, shape] of Object.entries(value)) {
    const where = { file, line: lineOf([name]) };
    if (!NAME.test(groupKey(name))) {
      const remedy = "use letters from a to z, digits and hyphens only, at most 40";
      found.push({ ...where, what: `"${name}" is no group name`, remedy });
      continue;
    }
    const read = aliasesOf(shape, (path) => ({ file, line: lineOf([name, ...path]) }));
    found.push(...read.faults);
    const includes = (shape.includes ?? []).map((one) => groupKey(one.replace(/^@/, "")));
    if (read.aliases.length === 0 && includes.length === 0 && read.faults.length === 0) {
      found.push({
        ...where,
        what: `the group ${name} is empty`,
        remedy: "write words under any, en, ru …",
      });
    }
    groups.push({ name, about: shape.about ?? null, aliases: read.aliases, includes, where });
  }
  return { groups, faults: found };
}

function aliasesOf(
  shape: z.infer<typeof groupShape>,
  place: (path: readonly PropertyKey[]) => Where,
): { aliases: Alias[]; faults: Fault[] } {
  const read: Alias[] = [];
  const faults: Fault[] = [];
  const lists: Readonly<Record<string, unknown>> = shape;
  for (const language of [null, ...LANGUAGES]) {
    const key = language ?? "any";
    const list = lists[key];
    if (!Array.isArray(list)) continue;
    for (const [index, text] of list.entries()) {
      const alias = readAlias(String(text), language);
      if (alias !== null) read.push(alias);
      else {
        const remedy =
          "write a word, several words, =word for that form only, or begin* for a beginning of three letters or more";
        faults.push({ ...place([key, index]), what: `"${text}" is no alias`, remedy });
      }
    }
  }
  return { aliases: read, faults };
}

function readAlias(text: string, language: Language | null): Alias | null {
  const exact = text.startsWith("=");
  const prefix = text.endsWith("*");
  const words = wordsOf(text);
  const shortest = prefix ? 3 : 1;
  if (words.length === 0 || (exact && prefix) || (words.at(-1)?.length ?? 0) < shortest)
    return null;
  return { words, mode: exact ? "exact" : prefix ? "prefix" : "inflected", language };
}

/** Faults of groups among themselves: the same name twice, unknown or circular includes. */
export function checkGroups(groups: readonly ConceptGroup[]): Fault[] {
  const faults: Fault[] = [];
  const byName = new Map<string, ConceptGroup>();
  for (const group of groups) {
    const key = groupKey(group.name);
    const other = byName.get(key);
    if (other === undefined) byName.set(key, group);
    else {
      const what = `the group ${group.name} is declared twice, also in ${other.where.file}:${other.where.line}`;
      faults.push({ ...group.where, what, remedy: "join both or rename one" });
    }
  }
  for (const group of byName.values()) {
    for (const name of group.includes) {
      if (byName.has(name)) continue;
      const nearest = nearestName(name, byName.keys());
      const remedy = nearest === null ? "declare it or remove it" : `did you mean ${nearest}?`;
      faults.push({
        ...group.where,
        what: `${group.name} includes the unknown group ${name}`,
        remedy,
      });
    }
    if (reaches(groupKey(group.name), groupKey(group.name), byName, new Set())) {
      faults.push({
        ...group.where,
        what: `${group.name} includes itself`,
        remedy: "remove one of the includes",
      });
    }
  }
  return faults;
}

function reaches(
  from: string,
  to: string,
  groups: ReadonlyMap<string, ConceptGroup>,
  seen: Set<string>,
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return (groups.get(from)?.includes ?? []).some(
    (name) => name === to || reaches(name, to, groups, seen),
  );
}
