import {
  APOSTROPHE,
  characterTable,
  fold,
  IGNORED,
  isCyrillic,
  isIdeograph,
  SEPARATOR,
} from "./fold.ts";
import { readingOf, stemmerFor } from "./language.ts";
import { stemOf } from "./stem.ts";

/** Longest word kept whole, in UTF-16 units; the rest of a longer one is passed over. */
const WORD_CHARS_MAX = 64;
/** FNV-1a over UTF-16 units. */
const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;
const T = 0x74;
const S = 0x73;
const N = 0x6e;
const DOT = 0x2e;
const NEWLINE = 0x0a;

/**
 * Words by number, so that a document is a list of numbers and everything known about a word is looked up once.
 * Kept as an open hash table over one long array of characters: a word is read, hashed and found without making a string.
 */
export class Vocabulary {
  /** By number: the lower-case word with its accents. */
  readonly words: string[] = [];
  readonly #current = new Uint16Array(WORD_CHARS_MAX);
  /** Hash and number side by side, so that a look is one reach into memory; number -1: free. */
  #slots = new Int32Array(1 << 13).fill(-1);
  #hashes = new Int32Array(1 << 11);
  #starts = new Int32Array(1 << 11);
  #lengths = new Uint8Array(1 << 11);
  #characters = new Uint16Array(1 << 14);
  #used = 0;

  /** Where the reader puts the characters of the word that is being read. */
  get current(): Uint16Array {
    return this.#current;
  }

  /** The number of the word in `current`, of this length and hash. */
  intern(length: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = slotOf(hash) & mask;
    for (;;) {
      const id = slots[slot + 1] ?? -1;
      if (id < 0) return this.#add(length, hash, slot);
      if (slots[slot] === hash && this.#same(id, length)) return id;
      slot = (slot + 2) & mask;
    }
  }

  #same(id: number, length: number): boolean {
    if (this.#lengths[id] !== length) return false;
    const start = this.#starts[id] ?? 0;
    for (let index = 0; index < length; index += 1) {
      if (this.#characters[start + index] !== this.#current[index]) return false;
    }
    return true;
  }

  #add(length: number, hash: number, slot: number): number {
    const id = this.words.length;
    if (id >= this.#hashes.length) this.#growWords();
    while (this.#used + length > this.#characters.length)
      this.#characters = doubled16(this.#characters);
    this.#characters.set(this.#current.subarray(0, length), this.#used);
    this.#hashes[id] = hash;
    this.#starts[id] = this.#used;
    this.#lengths[id] = length;
    this.#used += length;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = id;
    this.words.push(String.fromCharCode(...this.#current.subarray(0, length)));
    if (id * 4 > this.#slots.length) this.#rehash();
    return id;
  }

  #growWords(): void {
    this.#hashes = doubled32(this.#hashes);
    this.#starts = doubled32(this.#starts);
    const lengths = new Uint8Array(this.#lengths.length * 2);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.words.length; id += 1) {
      const hash = this.#hashes[id] ?? 0;
      let slot = slotOf(hash) & mask;
      while ((slots[slot + 1] ?? -1) >= 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = id;
    }
    this.#slots = slots;
  }
}

/** Where a hash belongs, before the mask: always even. */
function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) << 1;
}

function doubled16(array: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(array.length * 2);
  larger.set(array);
  return larger;
}

function doubled32(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** The words of a document in order, each with its place. Reused from document to document. */
export class Tokens {
  /** Words read so far. */
  count = 0;
  /** By token: number of the word in the vocabulary. */
  words = new Int32Array(1024);
  /** By token: UTF-16 offsets in the part of the document that holds it. */
  starts = new Int32Array(1024);
  ends = new Int32Array(1024);
  /** By token: number of its sentence; titles and paragraphs end sentences too. */
  sentences = new Int32Array(1024);
  /** By token: number of its clause, counted by commas, colons, dashes and brackets. */
  clauses = new Int32Array(1024);
  clause = 0;
  /** Number of the sentence that comes next. */
  sentence = 0;
  /** Token numbers at which a paragraph begins. */
  readonly paragraphs: number[] = [];

  clear(): void {
    this.count = 0;
    this.sentence = 0;
    this.clause = 0;
    this.paragraphs.length = 0;
  }

  add(word: number, start: number, end: number): void {
    const index = this.count;
    if (index >= this.words.length) this.#grow();
    this.words[index] = word;
    this.starts[index] = start;
    this.ends[index] = end;
    this.sentences[index] = this.sentence;
    this.clauses[index] = this.clause;
    this.count = index + 1;
  }

  #grow(): void {
    this.words = doubled32(this.words);
    this.starts = doubled32(this.starts);
    this.ends = doubled32(this.ends);
    this.sentences = doubled32(this.sentences);
    this.clauses = doubled32(this.clauses);
  }
}

/** Canonical composition, which the tokeniser relies on; costs nothing for text that is composed. */
export function composed(text: string): string {
  return /[\u0300-\u036f]/.test(text) ? text.normalize("NFC") : text;
}

/** Reads the words of a composed text. Stops after `tokensMax` words: an article has no more. */
export function tokenise(
  text: string,
  vocabulary: Vocabulary,
  tokens: Tokens,
  tokensMax: number,
): void {
  const reader = new WordReader(text, vocabulary);
  let index = 0;
  while (index < text.length && tokens.count < tokensMax) {
    if (reader.kindAt(index) <= APOSTROPHE) {
      index = betweenWords(text, index, reader, tokens);
    } else {
      const word = reader.read(index);
      tokens.add(word, index, reader.end);
      index = reader.next;
    }
  }
  tokens.sentence += 1;
}

/** , ; : ( ) | • ، ؛ and the long dashes. */
const CLAUSE_ENDS = new Set([
  0x2c, 0x3b, 0x3a, 0x28, 0x29, 0x7c, 0x2022, 0x60c, 0x61b, 0x2013, 0x2014,
]);

/** Passes over one separator and notes the end of a sentence or a paragraph. */
function betweenWords(text: string, index: number, reader: WordReader, tokens: Tokens): number {
  const code = text.charCodeAt(index);
  if (code === 0x20) return index + 1;
  if (CLAUSE_ENDS.has(code)) {
    tokens.clause += 1;
    return index + 1;
  }
  const ended = tokens.count > 0 && tokens.sentences[tokens.count - 1] === tokens.sentence;
  if (code === NEWLINE) {
    let next = index + 1;
    let lines = 1;
    for (; next < text.length && text.charCodeAt(next) <= 0x20; next += 1) {
      if (text.charCodeAt(next) === NEWLINE) lines += 1;
    }
    if (lines > 1 && ended) {
      tokens.sentence += 1;
      tokens.paragraphs.push(tokens.count);
    }
    return next;
  }
  if (ended && endsSentence(text, index, code, reader)) tokens.sentence += 1;
  return index + 1;
}

/** ! ? … ؟ । 。 and, with care, the full stop. */
function endsSentence(text: string, index: number, code: number, reader: WordReader): boolean {
  if (code === 0x21 || code === 0x3f || code === 0x2026 || code === 0x61f || code === 0x3002)
    return true;
  if (code !== DOT) return false;
  const next = text.charCodeAt(index + 1);
  if (next > 0x20 && next !== 0x22 && next !== 0x201d && next !== 0xbb && next !== 0x29)
    return false;
  return !(reader.end === index && reader.short);
}

/** Words after which a full stop does not end the sentence. */
const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr st gen col lt sgt capt adm sen rep gov pres prof jr sr no vs jan feb mar apr jun jul aug sep sept oct nov dec " +
    "г гг им ул т др проф ген млн млрд тыс р м гн ім sr sra ud dra ing lic av bzw ca nr dr hr fr mt art tel"
  ).split(" "),
);

class WordReader {
  /** Offset after the last character of the word. */
  end = 0;
  /** Offset at which reading goes on; a possessive ending lies between. */
  next = 0;
  readonly #text: string;
  readonly #table = characterTable();
  readonly #vocabulary: Vocabulary;
  #word = -1;
  #hash = 0;

  constructor(text: string, vocabulary: Vocabulary) {
    this.#text = text;
    this.#vocabulary = vocabulary;
  }

  kindAt(index: number): number {
    return this.#table[this.#text.charCodeAt(index)] ?? SEPARATOR;
  }

  /** A full stop after the last word belongs to it. */
  get short(): boolean {
    const word = this.#vocabulary.words[this.#word] ?? "";
    return word.length < 2 || ABBREVIATIONS.has(word);
  }

  read(start: number): number {
    const length = this.#letters(start);
    const index = this.end;
    this.next = this.#afterPossessive(index);
    if (length === 1 && this.#text.charCodeAt(index) === DOT) return this.#acronym(start, index);
    if (length === 2 && isUs(this.#text, start)) return this.#special("usa");
    this.#word = this.#vocabulary.intern(length, this.#hash);
    return this.#word;
  }

  /** Puts the letters of the word into `current` and gives their number; sets `end`. */
  #letters(start: number): number {
    const current = this.#vocabulary.current;
    let index = start;
    let length = 0;
    let hash = HASH_SEED;
    for (; index < this.#text.length; index += 1) {
      const kind = this.kindAt(index);
      if (kind > APOSTROPHE) {
        if (length > 0 && (isIdeograph(kind) || isIdeograph(current[0] ?? 0))) break;
        if (length >= WORD_CHARS_MAX) continue;
        current[length] = kind;
        length += 1;
        hash = Math.imul(hash ^ kind, HASH_PRIME);
      } else if (!this.#continues(kind, index, length)) break;
    }
    this.end = index;
    this.#hash = hash;
    return length;
  }

  /** Whether the word goes on after something that is no letter. */
  #continues(kind: number, index: number, length: number): boolean {
    return kind === IGNORED || (kind === APOSTROPHE && this.#joins(index, length));
  }

  /** An apostrophe inside a word: п'ять, didn't. */
  #joins(index: number, length: number): boolean {
    const next = this.kindAt(index + 1);
    if (next <= APOSTROPHE || length === 0) return false;
    const before = this.#vocabulary.current[length - 1] ?? 0;
    if (isCyrillic(before) && isCyrillic(next)) return true;
    return before === N && next === T && this.kindAt(index + 2) <= APOSTROPHE;
  }

  /** The 's of English is no word. */
  #afterPossessive(index: number): number {
    if (this.kindAt(index) !== APOSTROPHE) return index;
    return this.kindAt(index + 1) === S && this.kindAt(index + 2) <= APOSTROPHE ? index + 2 : index;
  }

  /** U.S., U.N., e.g.: single letters with full stops are one word. */
  #acronym(start: number, firstDot: number): number {
    let letters = this.#text.slice(start, firstDot).toLowerCase();
    let index = firstDot;
    while (
      this.#text.charCodeAt(index) === DOT &&
      this.kindAt(index + 1) > APOSTROPHE &&
      this.kindAt(index + 2) <= APOSTROPHE
    ) {
      letters += String.fromCharCode(this.kindAt(index + 1));
      index += 2;
    }
    if (letters.length > 1) {
      if (this.#text.charCodeAt(index) === DOT) index += 1;
      this.end = index;
      this.next = this.#afterPossessive(index);
    }
    return this.#special(letters === "us" ? "usa" : letters);
  }

  #special(word: string): number {
    const current = this.#vocabulary.current;
    let hash = HASH_SEED;
    for (let index = 0; index < word.length; index += 1) {
      const code = word.charCodeAt(index);
      current[index] = code;
      hash = Math.imul(hash ^ code, HASH_PRIME);
    }
    this.#word = this.#vocabulary.intern(word.length, hash);
    return this.#word;
  }
}

/** The country, not the pronoun: only in capitals. */
function isUs(text: string, start: number): boolean {
  return text.charCodeAt(start) === 0x55 && text.charCodeAt(start + 1) === 0x53;
}

let scratch: { vocabulary: Vocabulary; tokens: Tokens } | null = null;

/** Words of a text in order, as the tokeniser reads them: lower-case, not folded. */
export function wordsOf(text: string): string[] {
  if (scratch === null || scratch.vocabulary.words.length > SCRATCH_WORDS_MAX) {
    scratch = { vocabulary: new Vocabulary(), tokens: new Tokens() };
  }
  const { vocabulary, tokens } = scratch;
  tokens.clear();
  tokenise(composed(text), vocabulary, tokens, TOKENS_MAX);
  const words: string[] = [];
  for (let index = 0; index < tokens.count; index += 1) {
    words.push(vocabulary.words[tokens.words[index] ?? 0] ?? "");
  }
  return words;
}

/** Distinct words after which the memory of wordsOf is emptied. */
const SCRATCH_WORDS_MAX = 100_000;

/** Words of one document that are looked at. The longest reports of news agencies have a tenth of it. */
export const TOKENS_MAX = 20_000;

/** What the archive's index holds of an item: folded words, and their stems in the item's language. */
export function archiveTerms(
  title: string,
  text: string,
  language: string | null,
): { words: string; stems: string } {
  const read = [...wordsOf(title), ...wordsOf(text)];
  const stemmer = stemmerFor(readingOf(language, read));
  return {
    words: read.map(fold).join(" "),
    stems: read.map((word) => stemOf(word, stemmer)).join(" "),
  };
}
