import { type Steps, toEnd } from "../feeds/steps.ts";
import { declined } from "./declension.ts";
import { fold, scriptOf } from "./fold.ts";
import { LANGUAGES, type Language, type Reading, stemmerFor } from "./language.ts";
import type { WordMode } from "./query-tree.ts";
import { stemOf } from "./stem.ts";

/** A word of a query or an alias, ready to be looked up. Language null: whatever language the document is in. */
export type Pattern = {
  readonly word: string;
  readonly mode: WordMode;
  readonly language: Language | null;
};

/** What one word of a document stands for. */
export type Meaning = {
  /** Numbers of the patterns that it fits, for phrases. */
  readonly patterns: readonly number[];
  /** Atoms that it is by itself. */
  readonly atoms: readonly number[];
  /** Phrases that begin with it, by the pattern of their second word. */
  readonly followers: readonly Followers[];
};

export type Phrase = {
  readonly patterns: readonly number[];
  readonly atoms: number[];
};

/** Phrases by the pattern of their second word. */
type Followers = Map<number, Phrase[]>;

/** Words that are stemmed at a step. */
const STEP_WORDS = 32;

/** Words of a related language are recognised from this length: shorter ones mislead. */
const FOREIGN_CHARS_MIN = 5;

/**
 * Everything that any topic looks for, each thing once. What can be found at a place in a text is an atom, known
 * by number: a word, a phrase, or a whole concept group whatever its aliases.
 */
export class Lexicon {
  atomCount = 0;
  readonly #patterns: Pattern[] = [];
  readonly #patternIds = new Map<string, number>();
  readonly #wordAtoms: number[][] = [];
  readonly #followers: (Followers | undefined)[] = [];
  readonly #phraseIds = new Map<string, Phrase>();
  readonly #atomIds = new Map<string, number>();
  readonly #exact = new Map<string, number[]>();
  readonly #prefixes = new Map<string, number[]>();
  readonly #prefixLengths = new Set<number>();
  readonly #stems = new Map<Language, Map<string, number[]>>();
  readonly #plain: number[] = [];
  readonly #plainStems = new Map<Language, Map<string, number[]>>();

  /** A new atom for something made of patterns, such as a concept group. */
  newAtom(): number {
    this.atomCount += 1;
    return this.atomCount - 1;
  }

  /** The atom of a word or phrase; the same for the same words. */
  atomOf(patterns: readonly Pattern[]): number {
    const key = patterns.map(patternKey).join(" ");
    const known = this.#atomIds.get(key);
    if (known !== undefined) return known;
    const atom = this.newAtom();
    this.#atomIds.set(key, atom);
    this.add(patterns, atom);
    return atom;
  }

  /** Makes the word or phrase stand for the atom, too. */
  add(patterns: readonly Pattern[], atom: number): void {
    const ids = patterns.map((pattern) => this.#patternId(pattern));
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) {
      pushNew(this.#wordAtoms[only] ?? [], atom);
      return;
    }
    const name = ids.join(" ");
    let phrase = this.#phraseIds.get(name);
    if (phrase === undefined) {
      phrase = { patterns: ids, atoms: [] };
      this.#phraseIds.set(name, phrase);
      this.#addFollower(phrase);
    }
    pushNew(phrase.atoms, atom);
  }

  #addFollower(phrase: Phrase): void {
    const [first = 0, second = 0] = phrase.patterns;
    const followers: Followers = this.#followers[first] ?? new Map();
    this.#followers[first] = followers;
    const list = followers.get(second);
    if (list === undefined) followers.set(second, [phrase]);
    else list.push(phrase);
  }

  #patternId(pattern: Pattern): number {
    const key = patternKey(pattern);
    const known = this.#patternIds.get(key);
    if (known !== undefined) return known;
    const id = this.#patterns.length;
    this.#patterns.push(pattern);
    this.#patternIds.set(key, id);
    this.#wordAtoms.push([]);
    this.#followers.push(undefined);
    this.#index(pattern, id);
    return id;
  }

  #index({ word, mode, language }: Pattern, id: number): void {
    const folded = fold(word);
    if (mode === "prefix") {
      append(this.#prefixes, folded, id);
      this.#prefixLengths.add(folded.length);
      return;
    }
    // A number is written alike in every script, and takes no endings: the 400 of C-400.
    const exact = mode === "exact" || /^\p{N}+$/u.test(word);
    if (exact || language === null) append(this.#exact, folded, id);
    if (exact) return;
    if (language === null) {
      this.#plain.push(id);
      for (const form of declined(word)) append(this.#exact, fold(form), id);
      for (const [stemmer, table] of this.#plainStems) append(table, stemOf(word, stemmer), id);
      return;
    }
    let table = this.#stems.get(language);
    if (table === undefined) {
      table = new Map();
      this.#stems.set(language, table);
    }
    append(table, stemOf(word, language), id);
  }

  /** What a lower-case word means in a document of that language; null when no topic asks for it. */
  meaningOf(word: string, reading: Reading): Meaning | null {
    const found = new Set<number>();
    const folded = fold(word);
    for (const id of this.#exact.get(folded) ?? []) {
      if (readAs(reading, this.#patterns[id]?.language ?? null)) found.add(id);
    }
    const stemmer = stemmerFor(reading);
    addAll(found, this.#plainTable(stemmer).get(stemOf(word, stemmer)));
    this.#addStems(word, reading, found);
    for (const length of this.#prefixLengths) {
      if (length <= folded.length) addAll(found, this.#prefixes.get(folded.slice(0, length)));
    }
    return found.size === 0 ? null : this.#meaning([...found]);
  }

  #meaning(patterns: number[]): Meaning {
    const atoms = new Set<number>();
    const followers: Followers[] = [];
    for (const id of patterns) {
      addAll(atoms, this.#wordAtoms[id]);
      const next = this.#followers[id];
      if (next !== undefined) followers.push(next);
    }
    return { patterns, atoms: [...atoms], followers };
  }

  #addStems(word: string, reading: Reading, found: Set<number>): void {
    const script = scriptOf(word);
    for (const language of LANGUAGES) {
      const table = this.#stems.get(language);
      if (table === undefined || SCRIPTS[language] !== script || !readAs(reading, language))
        continue;
      if (language !== reading && word.length < FOREIGN_CHARS_MIN) continue;
      addAll(found, table.get(stemOf(word, language)));
    }
  }

  /** Plain words by their stem in one language; made when the first document of it comes. */
  #plainTable(stemmer: Language): Map<string, number[]> {
    return this.#plainStems.get(stemmer) ?? toEnd(this.learning(stemmer));
  }

  /** Gets ready for the first document of a language, some words at a step: there may be thousands. */
  *learning(stemmer: Language): Steps<Map<string, number[]>> {
    const known = this.#plainStems.get(stemmer);
    if (known !== undefined) return known;
    const table = new Map<string, number[]>();
    for (const [index, id] of this.#plain.entries()) {
      if (index % STEP_WORDS === 0) yield;
      append(table, stemOf(this.#patterns[id]?.word ?? "", stemmer), id);
    }
    this.#plainStems.set(stemmer, table);
    return table;
  }
}

/** Languages that short headlines are easily mistaken for, and that share much of their vocabulary. */
const RELATED: readonly (readonly Language[])[] = [
  ["es", "pt", "it"],
  ["ru", "uk"],
  ["de", "nl"],
];

/** Whether words listed for a language count in a text read as another. */
function readAs(reading: Reading, language: Language | null): boolean {
  if (language === null || reading === language) return true;
  if (reading === "und-latin" || reading === "und-cyrillic") return true;
  return RELATED.some((some) => some.includes(language) && some.includes(reading));
}

/** The script that a language is written in. */
export const SCRIPTS: Readonly<Record<Language, string>> = {
  en: "latin",
  ru: "cyrillic",
  uk: "cyrillic",
  pl: "latin",
  es: "latin",
  pt: "latin",
  fr: "latin",
  de: "latin",
  it: "latin",
  nl: "latin",
  ar: "arabic",
};

function patternKey({ word, mode, language }: Pattern): string {
  return `${mode[0]}${language ?? ""}:${word}`;
}

function append(table: Map<string, number[]>, key: string, id: number): void {
  const list = table.get(key);
  if (list === undefined) table.set(key, [id]);
  else list.push(id);
}

function pushNew(list: number[], value: number): void {
  if (!list.includes(value)) list.push(value);
}

function addAll(set: Set<number>, values: readonly number[] | undefined): void {
  for (const value of values ?? []) set.add(value);
}
