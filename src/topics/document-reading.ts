import { composed, TOKENS_MAX, tokenise } from "./analyse.ts";
import { type Reading, readingOf } from "./language.ts";
import type { Lexicon, Meaning, Phrase } from "./lexicon.ts";
import type { QueryField } from "./query-tree.ts";
import { Slots, slotOf } from "./slots.ts";
import type { MatchDocument, MatchField } from "./topic.ts";
import { Tokens, Vocabulary } from "./vocabulary.ts";

/** A run of tokens, both ends included. */
export type Span = { readonly start: number; readonly end: number };

const NOWHERE: readonly Span[] = [];

/** Words after which the lead ends, and words that a first paragraph needs to be one. */
const LEAD_WORDS_MAX = 60;
const LEAD_WORDS_MIN = 20;
/** Distinct words remembered before the memory is emptied: years of news in a few languages. */
const VOCABULARY_MAX = 500_000;
/** Places of one atom that are looked at; what matters stands early. */
const SPANS_MAX = 100;

/**
 * One document as the topics see it: its words in order, and where which atom stands. One instance serves document
 * after document, so that nothing is allocated for a word that has been seen before.
 */
export class DocumentReading {
  readonly tokens = new Tokens();
  /** Atoms that stand anywhere in the document, each once. */
  readonly present: number[] = [];
  /** The same, coarser and quicker to ask. */
  readonly slots = new Slots();
  reading: Reading = "en";
  /** First token after the title, the lead, the body and the source. */
  titleEnd = 0;
  leadEnd = 0;
  bodyEnd = 0;
  sourceEnd = 0;
  /** Number of the document; an atom stands in it where its stamp is the same. */
  generation = 0;
  readonly stamps: Int32Array;
  readonly #lexicon: Lexicon;
  #vocabulary = new Vocabulary();
  #meanings = new Map<Reading, (Meaning | null | undefined)[]>();
  /** Spans in title, lead and body that were asked for: alternatives of one query ask for the same groups. */
  readonly #spans = new Map<number, Span[]>();
  #title = "";
  #text = "";
  #source = "";
  #heads: Int32Array;
  #tails: Int32Array;
  #count = 0;
  #starts = new Int32Array(1024);
  #lengths = new Int32Array(1024);
  #nexts = new Int32Array(1024);

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
    this.stamps = new Int32Array(lexicon.atomCount);
    this.#heads = new Int32Array(lexicon.atomCount);
    this.#tails = new Int32Array(lexicon.atomCount);
  }

  read(document: MatchDocument): void {
    if (this.#vocabulary.words.length > VOCABULARY_MAX) {
      this.#vocabulary = new Vocabulary();
      this.#meanings = new Map();
    }
    this.generation += 1;
    this.#count = 0;
    this.present.length = 0;
    this.slots.clear();
    this.#spans.clear();
    this.#tokenise(document);
    this.reading = readingOf(document.language, this.#firstWords());
    this.#findAtoms();
  }

  #tokenise(document: MatchDocument): void {
    const tokens = this.tokens;
    tokens.clear();
    this.#title = composed(document.title);
    this.#text = composed(document.text);
    this.#source = composed(document.source ?? "");
    tokenise(this.#title, this.#vocabulary, tokens, TOKENS_MAX);
    this.titleEnd = tokens.count;
    tokens.paragraphs.length = 0;
    tokenise(this.#text, this.#vocabulary, tokens, TOKENS_MAX);
    this.bodyEnd = tokens.count;
    const paragraph = tokens.paragraphs.find((start) => start - this.titleEnd >= LEAD_WORDS_MIN);
    this.leadEnd = Math.min(
      paragraph ?? tokens.count,
      this.titleEnd + LEAD_WORDS_MAX,
      tokens.count,
    );
    tokenise(this.#source, this.#vocabulary, tokens, TOKENS_MAX + LEAD_WORDS_MAX);
    this.sourceEnd = tokens.count;
    const language = document.language?.toLowerCase().slice(0, 2) ?? "";
    if (language !== "")
      tokenise(language, this.#vocabulary, tokens, TOKENS_MAX + 2 * LEAD_WORDS_MAX);
  }

  *#firstWords(): Generator<string> {
    for (let index = 0; index < this.bodyEnd; index += 1) {
      yield this.#vocabulary.words[this.tokens.words[index] ?? 0] ?? "";
    }
  }

  #findAtoms(): void {
    const { count, words } = this.tokens;
    let meanings = this.#meanings.get(this.reading);
    if (meanings === undefined) {
      meanings = [];
      this.#meanings.set(this.reading, meanings);
    }
    for (let index = 0; index < count; index += 1) {
      const word = words[index] ?? 0;
      let meaning = meanings[word];
      if (meaning === undefined) meaning = this.#learn(word, meanings);
      if (meaning === null) continue;
      const { atoms, followers } = meaning;
      for (let one = 0; one < atoms.length; one += 1) this.#note(atoms[one] ?? 0, index, 1);
      for (const phrases of followers) this.#notePhrases(phrases, index, meanings);
    }
  }

  #notePhrases(
    followers: ReadonlyMap<number, readonly Phrase[]>,
    start: number,
    meanings: (Meaning | null | undefined)[],
  ): void {
    if (start + 1 >= this.tokens.count) return;
    for (const second of this.#meaningAt(start + 1, meanings)?.patterns ?? []) {
      for (const phrase of followers.get(second) ?? []) {
        if (!this.#stands(phrase, start, meanings)) continue;
        for (const atom of phrase.atoms) this.#note(atom, start, phrase.patterns.length);
      }
    }
  }

  #meaningAt(token: number, meanings: (Meaning | null | undefined)[]): Meaning | null {
    const word = this.tokens.words[token] ?? 0;
    const meaning = meanings[word];
    return meaning === undefined ? this.#learn(word, meanings) : meaning;
  }

  #learn(word: number, meanings: (Meaning | null | undefined)[]): Meaning | null {
    // Filled in order, so that the list stays dense and quick.
    while (meanings.length <= word) meanings.push(undefined);
    const meaning = this.#lexicon.meaningOf(this.#vocabulary.words[word] ?? "", this.reading);
    meanings[word] = meaning;
    return meaning;
  }

  #stands(phrase: Phrase, start: number, meanings: (Meaning | null | undefined)[]): boolean {
    const { patterns } = phrase;
    const end = start + patterns.length - 1;
    if (end >= this.tokens.count || this.#region(start) !== this.#region(end)) return false;
    for (let index = 2; index < patterns.length; index += 1) {
      const meaning = this.#meaningAt(start + index, meanings);
      if (!meaning?.patterns.includes(patterns[index] ?? -1)) return false;
    }
    return true;
  }

  #note(atom: number, start: number, length: number): void {
    if (this.#count >= this.#starts.length) this.#grow();
    const index = this.#count;
    this.#starts[index] = start;
    this.#lengths[index] = length;
    this.#nexts[index] = -1;
    this.#count = index + 1;
    if (this.stamps[atom] === this.generation) {
      this.#nexts[this.#tails[atom] ?? 0] = index;
    } else {
      this.stamps[atom] = this.generation;
      this.#heads[atom] = index;
      this.present.push(atom);
      this.slots.add(atom);
    }
    this.#tails[atom] = index;
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#lengths = doubled(this.#lengths);
    this.#nexts = doubled(this.#nexts);
  }

  has(atom: number): boolean {
    return this.stamps[atom] === this.generation;
  }

  /** Where an atom stands within a part of the document, in order. */
  spans(atom: number, field: QueryField): readonly Span[] {
    if (!this.slots.has(slotOf(atom)) || !this.has(atom)) return NOWHERE;
    if (field !== null) return this.#spansIn(atom, field);
    const known = this.#spans.get(atom);
    if (known !== undefined) return known;
    const spans = this.#spansIn(atom, null);
    this.#spans.set(atom, spans);
    return spans;
  }

  #spansIn(atom: number, field: QueryField): Span[] {
    const found: Span[] = [];
    let sorted = true;
    for (
      let index = this.#heads[atom] ?? -1;
      index >= 0 && found.length < SPANS_MAX;
      index = this.#nexts[index] ?? -1
    ) {
      const start = this.#starts[index] ?? 0;
      if (!this.#within(start, field)) continue;
      const last = found.at(-1);
      if (last !== undefined && last.start > start) sorted = false;
      found.push({ start, end: start + (this.#lengths[index] ?? 1) - 1 });
    }
    return sorted ? found : found.sort((left, right) => left.start - right.start);
  }

  #within(token: number, field: QueryField): boolean {
    if (field === null) return token < this.bodyEnd;
    return field === "top" ? token < this.leadEnd : this.fieldOf(token) === field;
  }

  fieldOf(token: number): MatchField {
    if (token < this.titleEnd) return "title";
    if (token < this.leadEnd) return "lead";
    if (token < this.bodyEnd) return "body";
    return token < this.sourceEnd ? "source" : "language";
  }

  /** Title, text, source and language are apart; lead and body are one text. */
  #region(token: number): number {
    if (token < this.titleEnd) return 0;
    if (token < this.bodyEnd) return 1;
    return token < this.sourceEnd ? 2 : 3;
  }

  together(left: number, right: number): boolean {
    return this.#region(left) === this.#region(right);
  }

  /** Commas, colons, dashes and brackets between two tokens. */
  clausesBetween(left: number, right: number): number {
    return Math.abs((this.tokens.clauses[left] ?? 0) - (this.tokens.clauses[right] ?? 0));
  }

  sentenceOf(token: number): number {
    return this.tokens.sentences[token] ?? 0;
  }

  /** The word of a token, lower-case. */
  wordAt(token: number): string {
    return this.#vocabulary.words[this.tokens.words[token] ?? 0] ?? "";
  }

  /** The text from the first token to the last, in its own words. */
  quote(start: number, end: number): string {
    const field = this.fieldOf(start);
    if (field === "language") return this.wordAt(start);
    const text = field === "title" ? this.#title : field === "source" ? this.#source : this.#text;
    const passage = text.slice(this.tokens.starts[start], this.tokens.ends[end]);
    // A single word has nothing to tidy, and most finds are single words.
    return start === end ? passage : passage.replace(/\s+/g, " ");
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
