import { wordsOf } from "./analyse.ts";
import { declined } from "./declension.ts";
import { fold, scriptOf } from "./fold.ts";
import { LANGUAGES } from "./language.ts";
import { SCRIPTS } from "./lexicon.ts";
import { parseQuery } from "./query.ts";
import type { Query } from "./query-tree.ts";
import { stemOf } from "./stem.ts";
import type { Narrowing } from "./topic.ts";
import { type Alias, type ConceptGroup, groupKey } from "./topic-file.ts";

/** A condition on the output of archiveTerms that everything fulfils in which a topic finds something; null: none can be given. */
export function topicNarrowing(query: string, groups: readonly ConceptGroup[]): Narrowing | null {
  const { query: read } = parseQuery(query);
  return read === null ? null : narrowingIn(read, groups);
}

/** The same of a query that is read already. */
export function narrowingIn(query: Query, groups: readonly ConceptGroup[]): Narrowing | null {
  const known = groupsOf(groups);
  const narrow = narrowingOf(query, known);
  return lightOrNull(
    narrow,
    [...known.made.values()].filter((one) => one !== null),
  );
}

/** Concept groups by key, and what was made of each: one group is one narrowing, however often it is named. */
type Groups = {
  readonly byKey: ReadonlyMap<string, ConceptGroup>;
  readonly made: Map<string, Narrowing | null>;
};

function groupsOf(groups: readonly ConceptGroup[]): Groups {
  return { byKey: new Map(groups.map((group) => [groupKey(group.name), group])), made: new Map() };
}

/** A superset of what the query finds; null where nothing can be said. */
function narrowingOf(query: Query, groups: Groups): Narrowing | null {
  const narrow = (one: Query): Narrowing | null => narrowingOf(one, groups);
  switch (query.kind) {
    case "word":
      return inText(query.field) ? wordNarrowing(query.text, query.mode) : null;
    case "phrase":
      return inText(query.field) ? all(wordsOf(query.text).map((word) => exactly(word))) : null;
    case "group":
      return inText(query.field) ? groupNarrowing(query.name, groups) : null;
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

/** From more terms on, asking the index for all of them costs more than reading what they would rule out. */
const TERMS_MAX = 400;
/** From more terms on, asking the index at all costs more than reading everything. */
const TERMS_USEFUL_MAX = 4_000;

/** The same with less to ask for: of what must all be there only what is rarest, where the whole is long. */
function lightOrNull(narrow: Narrowing | null, concepts: readonly Narrowing[]): Narrowing | null {
  if (narrow === null || termsOf(narrow).size <= TERMS_MAX) return narrow;
  // What several alternatives want, such as a topic's one actor, is asked for once when all of them choose it.
  const known = new Map(concepts.map((one) => [one, rarestTerms(one, null, new Map())]));
  const [rarest] = [null, ...concepts]
    .map((chosen) => rarestTerms(narrow, chosen, known).terms)
    .sort((left, right) => spreadOf(left) - spreadOf(right));
  if (rarest === undefined || rarest.size > TERMS_USEFUL_MAX) return null;
  return any([...rarest.values()]);
}

type Term = Extract<Narrowing, { readonly kind: "word" }>;
type Terms = ReadonlyMap<string, Term>;

function termsOf(narrow: Narrowing): Terms {
  const terms = new Map<string, Term>();
  const visit = (one: Narrowing): void => {
    if (one.kind === "word") terms.set(`${one.column} ${one.text} ${one.prefix}`, one);
    else for (const part of one.of) visit(part);
  };
  visit(narrow);
  return terms;
}

type Rarest = { readonly terms: Terms; readonly spread: number };

/**
 * Terms of which every item that the narrowing admits has at least one; `chosen` is taken wherever it may be.
 * `concepts`: what is known of the others, whichever is chosen.
 */
function rarestTerms(
  narrow: Narrowing,
  chosen: Narrowing | null,
  concepts: ReadonlyMap<Narrowing, Rarest>,
): Rarest {
  const known = concepts.get(narrow);
  if (known !== undefined) return narrow === chosen ? { ...known, spread: 0 } : known;
  if (narrow.kind === "word") {
    const terms = termsOf(narrow);
    return { terms, spread: spreadOf(terms) };
  }
  const parts = narrow.of.map((part) => rarestTerms(part, chosen, concepts));
  if (narrow.kind === "all") {
    return parts.reduce((rarest, part) => (part.spread < rarest.spread ? part : rarest));
  }
  return {
    terms: union(parts.map(({ terms }) => terms)),
    spread: parts.reduce((sum, { spread }) => sum + spread, 0),
  };
}

/** How many items have one of the terms, in no unit: short words are frequent, and short beginnings those of many words. */
function spreadOf(terms: Terms): number {
  const each = [...terms.values()].map(({ text, prefix }) => {
    if (text.length <= LITTLE_CHARS) return LITTLE_SPREAD;
    return 3 ** Math.max(0, (prefix ? 7 : 6) - text.length);
  });
  return each.reduce((sum, one) => sum + one, 0);
}

/** Words of so few letters are mostly those that every text has. */
const LITTLE_CHARS = 3;
const LITTLE_SPREAD = 3 ** 6;

function union(maps: readonly Terms[]): Terms {
  return new Map(maps.flatMap((map) => [...map]));
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

function groupNarrowing(name: string, groups: Groups): Narrowing | null {
  const known = groups.made.get(name);
  if (known !== undefined) return known;
  const group = groups.byKey.get(name);
  // Taken for empty by what it includes, should that include it again.
  groups.made.set(name, null);
  const made =
    group === undefined
      ? null
      : any([
          ...group.aliases.map(aliasNarrowing),
          ...group.includes.filter((one) => one !== name).map((one) => groupNarrowing(one, groups)),
        ]);
  groups.made.set(name, made);
  return made;
}

/** What is written of an alias in texts that are read as its language, or as one related to it. */
function aliasNarrowing({ words, mode, language }: Alias): Narrowing | null {
  const last = words.length - 1;
  return all(
    words.map((word, index): Narrowing | null => {
      if (mode === "exact") return exactly(word);
      if (mode === "prefix" && index === last) return wordNarrowing(word, "prefix");
      if (language === null) {
        return any([wordNarrowing(word, "inflected"), ...declined(word).map(exactly)]);
      }
      const stem = stemOf(word, language);
      return any([
        exactly(word),
        { kind: "word", column: "stems", text: stem, prefix: false },
        // The archive has the stems of the item's own language; what they have in common is how a word begins. What
        // is written before an Arabic word is written onto it.
        ...(language === "ar"
          ? []
          : [
              {
                kind: "word",
                column: "words",
                text: beginningOf(word, stem),
                prefix: true,
              } as const,
            ]),
      ]);
    }),
  );
}

/** How a word begins in all of its forms. */
function beginningOf(word: string, stem: string): string {
  const folded = fold(word);
  let length = 0;
  while (length < stem.length && stem[length] === folded[length]) length += 1;
  return folded.slice(0, Math.max(BEGINNING_CHARS_MIN, length));
}

const BEGINNING_CHARS_MIN = 3;

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
