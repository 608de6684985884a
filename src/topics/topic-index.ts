import type { DocumentReading } from "./document-reading.ts";
import type { Node, Program } from "./program.ts";
import { requirementsOf } from "./requirements.ts";
import { type Slots, slotOf } from "./slots.ts";

/**
 * Which topics a document may match. Of each topic it knows the sets of atoms of which a match needs one each; a topic
 * is found by the set that is met most rarely, and tried in full only when a second set is met as well. The second
 * set stands right beside each entry: reading on is quicker than reaching elsewhere, and finding allocates nothing.
 */
export class TopicIndex {
  /** Topics of which nothing can be said beforehand. */
  readonly #always: number[] = [];
  /** By atom: where its entries begin in #entries. */
  readonly #starts: Int32Array;
  /** One after the other: the two halves of the topic's number, the size of its second set, the slots of its atoms. */
  readonly #entries: Uint16Array;
  /** By topic, two numbers: the last document for which it was tried, and its node. */
  readonly #topics: Int32Array;
  readonly #program: Program;
  #generation = 0;
  /** Topics whose two rarest sets the document meets. */
  readonly #met: number[] = [];
  /** What was read ahead; kept, so that the reading is not taken for useless and left out. */
  ahead = 0;

  constructor(topics: readonly Node[], atomCount: number, program: Program) {
    this.#program = program;
    this.#topics = new Int32Array(topics.length * 2);
    const anchored: Anchored[] = [];
    const starts = new Int32Array(atomCount + 1);
    for (const [topic, node] of topics.entries()) {
      this.#topics[topic * 2 + 1] = node;
      const [anchor, second] = requirementsOf(node, program);
      if (anchor === undefined) {
        this.#always.push(topic);
        continue;
      }
      const atoms = second?.atoms ?? [];
      const slots = atoms.length > SECOND_ATOMS_MAX ? [] : atoms.map(slotOf);
      anchored.push({ topic, anchor: anchor.atoms, slots });
      for (const atom of anchor.atoms)
        starts[atom + 1] = (starts[atom + 1] ?? 0) + ENTRY_HEAD + slots.length;
    }
    for (let atom = 0; atom < atomCount; atom += 1) {
      starts[atom + 1] = (starts[atom + 1] ?? 0) + (starts[atom] ?? 0);
    }
    this.#starts = starts;
    this.#entries = entriesOf(anchored, starts);
  }

  /** Calls back with each topic that the document may match, and its node, once. */
  candidates(reading: DocumentReading, found: (topic: number, node: Node) => void): void {
    this.#generation += 1;
    this.#met.length = 0;
    this.#readAhead(reading.present);
    for (const topic of this.#always) found(topic, this.#topics[topic * 2 + 1] ?? 0);
    for (const atom of reading.present) this.#follow(atom, reading.slots);
    for (const topic of this.#met) this.#program.readAhead(this.#topics[topic * 2 + 1] ?? 0);
    for (const topic of this.#met) {
      const node = this.#topics[topic * 2 + 1] ?? 0;
      if (this.#program.possible(node, reading.slots)) found(topic, node);
    }
  }

  /**
   * Reads a number of every line of memory that #follow will go through. These reads do not wait for one another, as
   * those of #follow do, which must know what one entry says before it goes on.
   */
  #readAhead(present: readonly number[]): void {
    const starts = this.#starts;
    const entries = this.#entries;
    let read = 0;
    for (const atom of present) {
      const end = starts[atom + 1] ?? 0;
      for (let at = starts[atom] ?? 0; at < end; at += LINE_ENTRIES) read ^= entries[at] ?? 0;
    }
    this.ahead = read;
  }

  /** Notes the topics of an atom whose second set is met, too. */
  #follow(atom: number, slots: Slots): void {
    const entries = this.#entries;
    const bits = slots.bits;
    const end = this.#starts[atom + 1] ?? 0;
    let at = this.#starts[atom] ?? 0;
    while (at < end) {
      const entry = at;
      const size = entries[entry + 2] ?? 0;
      at += ENTRY_HEAD + size;
      // All are asked, without a branch at each: hardly any is there, and a processor that guesses so guesses right.
      let met = size === 0 ? 1 : 0;
      for (let place = entry + ENTRY_HEAD; place < at; place += 1) {
        const slot = entries[place] ?? 0;
        met |= (bits[slot >>> 5] ?? 0) >>> (slot & 31);
      }
      if ((met & 1) === 0) continue;
      this.#meet((entries[entry] ?? 0) | ((entries[entry + 1] ?? 0) << 16));
    }
  }

  #meet(topic: number): void {
    if (this.#topics[topic * 2] === this.#generation) return;
    this.#topics[topic * 2] = this.#generation;
    this.#met.push(topic);
  }
}

/** Longer second sets are met so often that asking costs more than it spares. */
const SECOND_ATOMS_MAX = 64;
/** Numbers of #entries in a line of a processor's cache. */
const LINE_ENTRIES = 32;
/** Numbers that stand before the slots of an entry. */
const ENTRY_HEAD = 3;

/** A topic, the atoms by which it is found, and the slots of its second set. */
type Anchored = {
  readonly topic: number;
  readonly anchor: readonly number[];
  readonly slots: readonly number[];
};

function entriesOf(topics: readonly Anchored[], starts: Int32Array): Uint16Array {
  const entries = new Uint16Array(starts.at(-1) ?? 0);
  const next = starts.slice();
  for (const { topic, anchor, slots } of topics) {
    for (const atom of anchor) {
      const at = next[atom] ?? 0;
      entries[at] = topic & 0xffff;
      entries[at + 1] = topic >>> 16;
      entries[at + 2] = slots.length;
      entries.set(slots, at + ENTRY_HEAD);
      next[atom] = at + ENTRY_HEAD + slots.length;
    }
  }
  return entries;
}
