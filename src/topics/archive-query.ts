import { wordsOf } from "./analyse.ts";
import { addCues } from "./cues.ts";
import { DocumentReading } from "./document-reading.ts";
import { Evaluator } from "./evaluate.ts";
import type { Part } from "./evidence.ts";
import { fold, scriptOf } from "./fold.ts";
import { GroupAtoms, unknownGroups } from "./group-atoms.ts";
import { LANGUAGES } from "./language.ts";
import { Lexicon, SCRIPTS } from "./lexicon.ts";
import { planOf } from "./plan.ts";
import { Program } from "./program.ts";
import { parseQuery } from "./query.ts";
import type { Query } from "./query-tree.ts";
import { EVEN } from "./rarity.ts";
import { stemOf } from "./stem.ts";
import type { MatchDocument, Narrowing } from "./topic.ts";
import { type Alias, type ConceptGroup, groupKey } from "./topic-file.ts";

/** A search of the archive, ready to be put to items. */
export type ArchiveSearch = {
  /** A condition on the output of archiveTerms that every hit fulfils; null: none can be given. */
  readonly narrow: Narrowing | null;
  /** Whether an item is a hit, how good (above 0, to 100), and a passage around what was found. */
  matches(document: MatchDocument): { readonly score: number; readonly snippet: string } | null;
};

/** Compiles a search in the language of the topics. A faulty one gives a sentence that says where and how to mend it. */
export function compileSearch(
  text: string,
  groups: readonly ConceptGroup[] = [],
): { search: ArchiveSearch | null; fault: string | null } {
  const { query, faults } = parseQuery(text);
  const lexicon = new Lexicon();
  const groupAtoms = new GroupAtoms(groups, lexicon);
  const [fault] = query === null ? faults : unknownGroups(query, groupAtoms);
  if (query === null || fault !== undefined) {
    const {
      line = 1,
      column = 1,
      what = "the query is empty",
      remedy = "write a word",
    } = fault ?? {};
    return { search: null, fault: `line ${line}, column ${column}: ${what}: ${remedy}` };
  }
  const program = new Program();
  const node = program.add(planOf(query, { lexicon, groups: groupAtoms, rarity: EVEN }));
  program.seal();
  const cues = addCues(lexicon);
  const reading = new DocumentReading(lexicon);
  const evaluator = new Evaluator(program, reading, cues);
  const matches: ArchiveSearch["matches"] = (document) => {
    reading.read(document);
    const quality = evaluator.evaluate(node);
    if (quality === null || quality <= 0) return null;
    const score = Math.min(100, Math.round(quality * 10_000) / 100);
    return { score, snippet: snippetOf(evaluator.parts, reading) };
  };
  const byName = new Map(groups.map((group) => [groupKey(group.name), group]));
  return { search: { narrow: narrowingOf(query, byName), matches }, fault: null };
}

/** Words of context on both sides of a find. */
const SNIPPET_WORDS = 12;

function snippetOf(parts: readonly Part[], reading: DocumentReading): string {
  const inText = parts.filter(({ start }) => start >= reading.titleEnd && start < reading.bodyEnd);
  const best = [...(inText.length > 0 ? inText : parts)].sort(
    (left, right) => right.share - left.share,
  )[0];
  if (best === undefined) return "";
  const inTitle = best.start < reading.titleEnd;
  const first = inTitle ? 0 : best.start < reading.bodyEnd ? reading.titleEnd : reading.bodyEnd;
  const last = inTitle
    ? reading.titleEnd
    : best.start < reading.bodyEnd
      ? reading.bodyEnd
      : reading.sourceEnd;
  const start = Math.max(first, best.start - SNIPPET_WORDS);
  const end = Math.max(best.end, Math.min(last - 1, best.end + SNIPPET_WORDS));
  const quote = reading.quote(start, end);
  return `${start > first ? "… " : ""}${quote}${end < last - 1 ? " …" : ""}`;
}

/** A superset of what the query finds; null where nothing can be said. */
function narrowingOf(query: Query, groups: ReadonlyMap<string, ConceptGroup>): Narrowing | null {
  const narrow = (one: Query): Narrowing | null => narrowingOf(one, groups);
  switch (query.kind) {
    case "word":
      return inText(query.field) ? wordNarrowing(query.text, query.mode) : null;
    case "phrase":
      return inText(query.field) ? all(wordsOf(query.text).map((word) => exactly(word))) : null;
    case "group":
      return inText(query.field) ? groupNarrowing(query.name, groups, new Set()) : null;
    case "any":
      return any(query.of.map(narrow));
    case "near":
      return all(query.of.map(narrow));
    case "frame":
      return all(
        [query.who, query.does, query.what, query.where].map((one) =>
          one === null ? null : narrow(one),
        ),
      );
    case "all":
      return all(query.of.map((one) => (one.weight?.kind === "points" ? null : narrow(one))));
  }
}

function inText(field: string | null): boolean {
  return field !== "source" && field !== "language";
}

function exactly(word: string): Narrowing {
  return { kind: "word", column: "words", text: fold(word), prefix: false };
}

function wordNarrowing(text: string, mode: "inflected" | "exact" | "prefix"): Narrowing | null {
  const [word] = wordsOf(text);
  if (word === undefined) return null;
  if (mode === "prefix") return { kind: "word", column: "words", text: fold(word), prefix: true };
  if (mode === "exact") return exactly(word);
  const script = scriptOf(word);
  const stems = new Set(
    LANGUAGES.filter((one) => SCRIPTS[one] === script).map((one) => stemOf(word, one)),
  );
  const byStem = [...stems].map(
    (stem): Narrowing => ({ kind: "word", column: "stems", text: stem, prefix: false }),
  );
  return any([exactly(word), ...byStem]);
}

function groupNarrowing(
  name: string,
  groups: ReadonlyMap<string, ConceptGroup>,
  seen: Set<string>,
): Narrowing | null {
  const group = groups.get(name);
  if (group === undefined || seen.has(name)) return null;
  seen.add(name);
  const included = group.includes.filter((one) => !seen.has(one));
  return any([
    ...group.aliases.map(aliasNarrowing),
    ...included.map((one) => groupNarrowing(one, groups, seen)),
  ]);
}

/** An alias of one language is found in others too, by its own language's stem, which the archive does not hold. */
function aliasNarrowing({ words, mode }: Alias): Narrowing | null {
  const last = words.length - 1;
  return all(
    words.map((word, index): Narrowing | null => {
      if (mode === "exact") return exactly(word);
      if (mode === "prefix" && index === last) return wordNarrowing(word, "prefix");
      const beginning = fold(word).slice(
        0,
        Math.max(3, Math.min(...LANGUAGES.map((one) => stemOf(word, one).length)) - 1),
      );
      return scriptOf(word) === "arabic"
        ? null
        : { kind: "word", column: "words", text: beginning, prefix: true };
    }),
  );
}

function all(of: readonly (Narrowing | null)[]): Narrowing | null {
  const known = of.filter((one) => one !== null);
  const [only] = known;
  if (only === undefined) return null;
  return known.length === 1 ? only : { kind: "all", of: known };
}

function any(of: readonly (Narrowing | null)[]): Narrowing | null {
  const known = of.filter((one) => one !== null);
  const [only] = known;
  if (only === undefined || known.length < of.length) return null;
  return known.length === 1 ? only : { kind: "any", of: known };
}
