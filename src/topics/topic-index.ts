import type { DocumentReading } from "./document-reading.ts";
import { type Plan, requirementsOf } from "./plan.ts";
import { type Needed, type Presence, slotOf } from "./presence.ts";

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
  readonly #seen: Int32Array;
  #generation = 0;

  /** By topic. */
  readonly #needed: Int32Array;
  readonly #presence: Presence;

  constructor(plans: readonly Plan[], atomCount: number, presence: Presence) {
    this.#presence = presence;
    this.#needed = Int32Array.from(plans, ({ needed }): Needed => needed);
    const ordered = byRarity(plans.map(requirementsOf), atomCount);
    const starts = new Int32Array(atomCount + 1);
    for (const [topic, [anchor, second = []]] of ordered.entries()) {
      if (anchor === undefined) this.#always.push(topic);
      for (const atom of anchor ?? [])
        starts[atom + 1] = (starts[atom + 1] ?? 0) + ENTRY_HEAD + second.length;
    }
    for (let atom = 0; atom < atomCount; atom += 1) {
      starts[atom + 1] = (starts[atom + 1] ?? 0) + (starts[atom] ?? 0);
    }
    this.#starts = starts;
    this.#entries = entriesOf(ordered, starts);
    this.#seen = new Int32Array(ordered.length);
  }

  /** Calls back with each topic that the document may match, once. */
  candidates(reading: DocumentReading, found: (topic: number) => void): void {
    this.#generation += 1;
    for (const topic of this.#always) found(topic);
    for (const atom of reading.present) this.#follow(atom, reading, found);
  }

  #follow(atom: number, reading: DocumentReading, found: (topic: number) => void): void {
    const entries = this.#entries;
    const slots = reading.slots;
    const end = this.#starts[atom + 1] ?? 0;
    let at = this.#starts[atom] ?? 0;
    while (at < end) {
      const entry = at;
      const size = entries[entry + 2] ?? 0;
      const next = entry + ENTRY_HEAD + size;
      let met = size === 0;
      for (at += ENTRY_HEAD; at < next && !met; at += 1) {
        met = slots.has(entries[at] ?? 0);
      }
      at = next;
      if (!met) continue;
      const topic = (entries[entry] ?? 0) | ((entries[entry + 1] ?? 0) << 16);
      if (this.#first(topic, reading)) found(topic);
    }
  }

  /** Whether the topic was not tried for this document yet and has all that it needs. */
  #first(topic: number, { slots }: DocumentReading): boolean {
    if (this.#seen[topic] === this.#generation) return false;
    this.#seen[topic] = this.#generation;
    return this.#presence.possible(this.#needed[topic] ?? 0, slots);
  }
}

/** Longer second sets are met so often that asking costs more than it spares. */
const SECOND_ATOMS_MAX = 64;
/** Numbers that stand before the slots of an entry. */
const ENTRY_HEAD = 3;

function entriesOf(
  ordered: readonly (readonly (readonly number[])[])[],
  starts: Int32Array,
): Uint16Array {
  const entries = new Uint16Array(starts.at(-1) ?? 0);
  const next = starts.slice();
  for (const [topic, [anchor, second = []]] of ordered.entries()) {
    for (const atom of anchor ?? []) {
      const at = next[atom] ?? 0;
      entries[at] = topic & 0xffff;
      entries[at + 1] = topic >>> 16;
      entries[at + 2] = second.length;
      for (const [index, other] of second.entries()) {
        entries[at + ENTRY_HEAD + index] = slotOf(other);
      }
      next[atom] = at + ENTRY_HEAD + second.length;
    }
  }
  return entries;
}

/** Puts the set first that the fewest topics ask for: what few look for is seldom met. */
function byRarity(
  requirements: readonly (readonly (readonly number[])[])[],
  atomCount: number,
): (readonly (readonly number[])[])[] {
  const asked = new Int32Array(atomCount);
  for (const sets of requirements) {
    for (const set of sets) for (const atom of set) asked[atom] = (asked[atom] ?? 0) + 1;
  }
  const cost = (set: readonly number[]): number =>
    set.reduce((sum, atom) => sum + (asked[atom] ?? 0), 0);
  return requirements.map((sets) => {
    const [anchor, second = []] = [...sets].sort((left, right) => cost(left) - cost(right));
    if (anchor === undefined) return [];
    return [anchor, second.length > SECOND_ATOMS_MAX ? [] : second];
  });
}
