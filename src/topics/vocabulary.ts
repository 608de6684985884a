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
