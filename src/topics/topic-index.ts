import type { DocumentReading } from "./document-reading.ts";
import { type Plan, requirementsOf } from "./plan.ts";
import type { Needed, Presence } from "./presence.ts";

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
  /** One after the other: the topic, the size of its second set, the atoms of that set. */
  readonly #entries: Int32Array;
  /** Whether an atom of that remainder is in the document: small enough to stay in the processor's first cache. */
  readonly #near = new Uint8Array(NEAR_MASK + 1);
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
        starts[atom + 1] = (starts[atom + 1] ?? 0) + 2 + second.length;
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
    this.#near.fill(0);
    for (const atom of reading.present) this.#near[atom & NEAR_MASK] = 1;
    for (const topic of this.#always) found(topic);
    for (const atom of reading.present) this.#follow(atom, reading, found);
  }

  #follow(atom: number, reading: DocumentReading, found: (topic: number) => void): void {
    const { stamps, generation } = reading;
    const entries = this.#entries;
    const near = this.#near;
    const end = this.#starts[atom + 1] ?? 0;
    let at = this.#starts[atom] ?? 0;
    while (at < end) {
      const topic = entries[at] ?? 0;
      const size = entries[at + 1] ?? 0;
      const next = at + 2 + size;
      let met = size === 0;
      for (at += 2; at < next && !met; at += 1) {
        const other = entries[at] ?? 0;
        met = near[other & NEAR_MASK] === 1 && stamps[other] === generation;
      }
      at = next;
      if (met && this.#first(topic, reading)) found(topic);
    }
  }

  /** Whether the topic was not tried for this document yet and has all that it needs. */
  #first(topic: number, { stamps, generation }: DocumentReading): boolean {
    if (this.#seen[topic] === this.#generation) return false;
    this.#seen[topic] = this.#generation;
    return this.#presence.holds(this.#needed[topic] ?? 0, stamps, generation);
  }
}

/** Slots of the small table; a power of two less one. */
const NEAR_MASK = 8_191;

function entriesOf(
  ordered: readonly (readonly (readonly number[])[])[],
  starts: Int32Array,
): Int32Array {
  const entries = new Int32Array(starts.at(-1) ?? 0);
  const next = starts.slice();
  for (const [topic, [anchor, second = []]] of ordered.entries()) {
    for (const atom of anchor ?? []) {
      const at = next[atom] ?? 0;
      entries[at] = topic;
      entries[at + 1] = second.length;
      entries.set(second, at + 2);
      next[atom] = at + 2 + second.length;
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
  return requirements.map((sets) => [...sets].sort((left, right) => cost(left) - cost(right)));
}
