import type { Reading } from "./language.ts";
import type { Lexicon, Meaning, Phrase } from "./lexicon.ts";

/** The place of a word that no topic looks for. */
export const MEANS_NOTHING = -1;
const UNKNOWN = 0;
const NO_PHRASES: readonly Phrase[] = [];
const NO_LIST = -1;

/**
 * What the words of a vocabulary stand for in one language, asked of the lexicon once a word. Kept as numbers side by
 * side, because the words of one article lie scattered over all that were ever read.
 */
export class Meanings {
  readonly #lexicon: Lexicon;
  readonly #reading: Reading;
  /** By number of the word: where its record begins. */
  #places = new Int32Array(1 << 13);
  /**
   * Records: how many atoms, the atoms; how many patterns, the patterns; how many lists of phrases that begin with the
   * word, each as a count and so many pairs of second pattern and place in #phrases. The first place means UNKNOWN.
   */
  #code = new Int32Array(1 << 13);
  #used = 1;
  readonly #phrases: (readonly Phrase[])[] = [];

  constructor(lexicon: Lexicon, reading: Reading) {
    this.#lexicon = lexicon;
    this.#reading = reading;
  }

  /** Where the record of a word begins, or MEANS_NOTHING. `words`: the vocabulary. */
  placeOf(word: number, words: readonly string[]): number {
    const place = this.#places[word] ?? UNKNOWN;
    return place === UNKNOWN ? this.#learn(word, words) : place;
  }

  /** A number of a record: at its beginning how many atoms follow. */
  at(place: number): number {
    return this.#code[place] ?? 0;
  }

  /** Where the number of the patterns stands, which follow it. */
  patternsAt(place: number): number {
    return place + 1 + this.at(place);
  }

  fits(place: number, pattern: number): boolean {
    const first = this.patternsAt(place) + 1;
    const end = first + this.at(first - 1);
    for (let at = first; at < end; at += 1) if (this.at(at) === pattern) return true;
    return false;
  }

  /** Calls back with each phrase that begins with the word at one place and goes on with that at another. */
  phrases(place: number, next: number, found: (phrase: Phrase) => void): void {
    const patterns = this.patternsAt(place);
    let at = patterns + 1 + this.at(patterns);
    const first = this.patternsAt(next) + 1;
    const end = first + this.at(first - 1);
    for (let lists = this.at(at++); lists > 0; lists -= 1) {
      const count = this.at(at);
      for (let second = first; second < end; second += 1) {
        const list = this.#phrasesOf(this.at(second), at + 1, count);
        for (const phrase of this.#phrases[list] ?? NO_PHRASES) found(phrase);
      }
      at += 1 + count * 2;
    }
  }

  /** The list of phrases with that second pattern, among so many pairs in rising order; NO_LIST: there is none. */
  #phrasesOf(second: number, first: number, count: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(first + middle * 2) < second) low = middle + 1;
      else high = middle;
    }
    const at = first + low * 2;
    return low < count && this.at(at) === second ? this.at(at + 1) : NO_LIST;
  }

  #learn(word: number, words: readonly string[]): number {
    while (word >= this.#places.length) this.#places = doubled(this.#places);
    const meaning = this.#lexicon.meaningOf(words[word] ?? "", this.#reading);
    const place = meaning === null ? MEANS_NOTHING : this.#add(meaning);
    this.#places[word] = place;
    return place;
  }

  #add({ atoms, patterns, followers }: Meaning): number {
    const record = [atoms.length, ...atoms, patterns.length, ...patterns, followers.length];
    for (const byPattern of followers) {
      record.push(byPattern.size);
      const pairs = [...byPattern].sort(([left], [right]) => left - right);
      for (const [second, phrases] of pairs) record.push(second, this.#phrases.push(phrases) - 1);
    }
    const place = this.#used;
    this.#used += record.length;
    while (this.#used > this.#code.length) this.#code = doubled(this.#code);
    this.#code.set(record, place);
    return place;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
