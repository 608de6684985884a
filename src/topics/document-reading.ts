import type { Steps } from "../feeds/steps.ts";
import { composed, TOKENS_MAX, tokenise } from "./analyse.ts";
import { type Reading, readingOf, stemmerFor } from "./language.ts";
import type { Lexicon, Phrase } from "./lexicon.ts";
import { MEANS_NOTHING, Meanings } from "./meanings.ts";
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
/** Enough of a text to tell its language. */
const HEAD_CHARS = 1_000;
/** Characters of a long text that are met at a step. */
const MET_CHARS = 20_000;
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
  readonly #lexicon: Lexicon;
  #vocabulary = new Vocabulary();
  #meanings = new Map<Reading, Meanings>();
  /** Number of the document. */
  #generation = 0;
  /** By atom, two numbers: the last document in which it stands, and its order in `present` there. */
  readonly #stamps: Int32Array;
  /** By order in `present`: spans in title, lead and body that were asked for; many topics ask for the same. */
  readonly #spans: (Span[] | null)[] = [];
  /** By order in `present`: first and last find. */
  readonly #heads: number[] = [];
  readonly #tails: number[] = [];
  #title = "";
  #text = "";
  #source = "";
  /** By find, in the order of the document: where it begins, its tokens, and the next find of the same atom. */
  #count = 0;
  #starts = new Int32Array(1024);
  #lengths = new Int32Array(1024);
  #nexts = new Int32Array(1024);

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
    this.#stamps = new Int32Array(lexicon.atomCount * 2);
  }

  read(document: MatchDocument): void {
    if (this.#vocabulary.words.length > VOCABULARY_MAX) {
      this.#vocabulary = new Vocabulary();
      this.#meanings = new Map();
    }
    this.#generation += 1;
    this.#count = 0;
    this.present.length = 0;
    this.slots.clear();
    this.#tokenise(document);
    this.reading = readingOf(document.language, this.#firstWords());
    this.#findAtoms();
  }

  /** What of a document takes long when it comes for the first time: its language, and the words of a long text. */
  *meeting(document: MatchDocument): Steps<void> {
    this.#tokenise({ ...document, text: document.text.slice(0, HEAD_CHARS) });
    yield* this.#lexicon.learning(stemmerFor(readingOf(document.language, this.#firstWords())));
    const { length } = document.text;
    for (let begin = 0; length > MET_CHARS && begin < length; begin += MET_CHARS) {
      yield;
      this.read({ ...document, text: document.text.slice(begin, begin + MET_CHARS) });
    }
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
    const vocabulary = this.#vocabulary.words;
    let meanings = this.#meanings.get(this.reading);
    if (meanings === undefined) {
      meanings = new Meanings(this.#lexicon, this.reading);
      this.#meanings.set(this.reading, meanings);
    }
    let place = count === 0 ? MEANS_NOTHING : meanings.placeOf(words[0] ?? 0, vocabulary);
    for (let index = 0; index < count; index += 1) {
      const next =
        index + 1 < count ? meanings.placeOf(words[index + 1] ?? 0, vocabulary) : MEANS_NOTHING;
      if (place !== MEANS_NOTHING) {
        const end = place + meanings.at(place);
        for (let at = place + 1; at <= end; at += 1) this.#note(meanings.at(at), index, 1);
        if (next !== MEANS_NOTHING) this.#notePhrases(place, next, index, meanings);
      }
      place = next;
    }
  }

  #notePhrases(place: number, next: number, start: number, meanings: Meanings): void {
    meanings.phrases(place, next, (phrase) => {
      if (!this.#stands(phrase, start, meanings)) return;
      for (const atom of phrase.atoms) this.#note(atom, start, phrase.patterns.length);
    });
  }

  /** Whether the words from the third on are there as well, all in one part of the document. */
  #stands({ patterns }: Phrase, start: number, meanings: Meanings): boolean {
    const end = start + patterns.length - 1;
    if (end >= this.tokens.count || this.#region(start) !== this.#region(end)) return false;
    for (let index = 2; index < patterns.length; index += 1) {
      const word = this.tokens.words[start + index] ?? 0;
      const place = meanings.placeOf(word, this.#vocabulary.words);
      if (place === MEANS_NOTHING || !meanings.fits(place, patterns[index] ?? -1)) return false;
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
    const stamps = this.#stamps;
    if (stamps[atom * 2] === this.#generation) {
      const order = stamps[atom * 2 + 1] ?? 0;
      this.#nexts[this.#tails[order] ?? 0] = index;
      this.#tails[order] = index;
      return;
    }
    const order = this.present.length;
    stamps[atom * 2] = this.#generation;
    stamps[atom * 2 + 1] = order;
    this.present.push(atom);
    this.slots.add(atom);
    this.#heads[order] = index;
    this.#tails[order] = index;
    this.#spans[order] = null;
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#lengths = doubled(this.#lengths);
    this.#nexts = doubled(this.#nexts);
  }

  /** Where an atom stands within a part of the document, in order. */
  spans(atom: number, field: QueryField): readonly Span[] {
    if (!this.slots.has(slotOf(atom)) || this.#stamps[atom * 2] !== this.#generation) {
      return NOWHERE;
    }
    const order = this.#stamps[atom * 2 + 1] ?? 0;
    if (field !== null) return this.#spansIn(order, field);
    const spans = this.#spans[order] ?? this.#spansIn(order, null);
    this.#spans[order] = spans;
    return spans;
  }

  #spansIn(order: number, field: QueryField): Span[] {
    const found: Span[] = [];
    let sorted = true;
    for (
      let index = this.#heads[order] ?? -1;
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
