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
import { Tokens, Vocabulary, WORD_CHARS_MAX } from "./vocabulary.ts";

/** FNV-1a over UTF-16 units. */
const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;
const T = 0x74;
const S = 0x73;
const N = 0x6e;
const DOT = 0x2e;
const NEWLINE = 0x0a;
const SPACE = 0x20;

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
    if (text.charCodeAt(index) === SPACE) index += 1;
    else if (reader.kindAt(index) <= APOSTROPHE) {
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
  if (CLAUSE_ENDS.has(code)) {
    tokens.clause += 1;
    return index + 1;
  }
  if (code === NEWLINE) {
    let next = index + 1;
    let lines = 1;
    for (; next < text.length && text.charCodeAt(next) <= 0x20; next += 1) {
      if (text.charCodeAt(next) === NEWLINE) lines += 1;
    }
    if (lines > 1) {
      tokens.sentence += 1;
      tokens.paragraphs.push(tokens.count);
    }
    return next;
  }
  const ended = tokens.count > 0 && tokens.sentences[tokens.count - 1] === tokens.sentence;
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
    // The innermost loop of all matching: what it needs is at hand.
    const text = this.#text;
    const table = this.#table;
    const current = this.#vocabulary.current;
    let index = start;
    let length = 0;
    let hash = HASH_SEED;
    for (; index < text.length; index += 1) {
      const kind = table[text.charCodeAt(index)] ?? SEPARATOR;
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
