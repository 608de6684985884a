/** Longest word kept whole, in UTF-16 units; the rest of a longer one is passed over. */
export const WORD_CHARS_MAX = 64;

/**
 * Words by number, so that a document is a list of numbers and everything known about a word is looked up once.
 * Kept as an open hash table over one long array of characters: a word is read, hashed and found without making a string.
 */
export class Vocabulary {
  /** By number: the lower-case word with its accents. */
  readonly words: string[] = [];
  readonly #current = new Uint16Array(WORD_CHARS_MAX);
  /** Hash and place of the record side by side, so that a look is one reach into memory; place -1: free. */
  #slots = new Int32Array(1 << 13).fill(-1);
  /** One record a word: its length, the two halves of its number, its characters. */
  #records = new Uint16Array(1 << 14);
  #used = 0;

  /** Where the reader puts the characters of the word that is being read. */
  get current(): Uint16Array {
    return this.#current;
  }

  /** The number of the word in `current`, of this length and hash. */
  intern(length: number, hash: number): number {
    const slots = this.#slots;
    const records = this.#records;
    const mask = slots.length - 1;
    let slot = slotOf(hash) & mask;
    for (;;) {
      const place = slots[slot + 1] ?? -1;
      if (place < 0) return this.#add(length, hash, slot);
      if (slots[slot] === hash && this.#same(place, length)) {
        return (records[place + 1] ?? 0) | ((records[place + 2] ?? 0) << 16);
      }
      slot = (slot + 2) & mask;
    }
  }

  #same(place: number, length: number): boolean {
    const records = this.#records;
    const current = this.#current;
    if (records[place] !== length) return false;
    const start = place + RECORD_HEAD;
    for (let index = 0; index < length; index += 1) {
      if (records[start + index] !== current[index]) return false;
    }
    return true;
  }

  #add(length: number, hash: number, slot: number): number {
    const id = this.words.length;
    const place = this.#used;
    this.#used += RECORD_HEAD + length;
    while (this.#used > this.#records.length) this.#records = doubled16(this.#records);
    this.#records[place] = length;
    this.#records[place + 1] = id & 0xffff;
    this.#records[place + 2] = id >>> 16;
    this.#records.set(this.#current.subarray(0, length), place + RECORD_HEAD);
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = place;
    this.words.push(String.fromCharCode(...this.#current.subarray(0, length)));
    if (id * 4 > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let index = 0; index < old.length; index += 2) {
      const hash = old[index] ?? 0;
      const place = old[index + 1] ?? -1;
      if (place < 0) continue;
      let slot = slotOf(hash) & mask;
      while ((slots[slot + 1] ?? -1) >= 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = place;
    }
    this.#slots = slots;
  }
}

/** Numbers that stand before the characters of a record. */
const RECORD_HEAD = 3;

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
