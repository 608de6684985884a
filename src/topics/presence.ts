/** What of a plan has to stand in a document: an atom's number, or ~ the place of a node that joins several. */
export type Needed = number;

const ANY = 0;
const ALL = 1;

/** Slots into which atoms are sorted, less one: few atoms share one, and all fit the processor's first cache. */
const SLOT_MASK = 0xffff;

/** The slot of an atom. */
export function slotOf(atom: number): number {
  return atom & SLOT_MASK;
}

/** Which slots have an atom in the document: a bit each. What is not in here is nowhere in the document. */
export class Slots {
  readonly #bits = new Int32Array((SLOT_MASK + 1) / 32);

  clear(): void {
    this.#bits.fill(0);
  }

  add(atom: number): void {
    const place = slotOf(atom) >>> 5;
    this.#bits[place] = (this.#bits[place] ?? 0) | (1 << (atom & 31));
  }

  /** False: the atom is not there. True: it, or another of its slot, is. */
  has(slot: number): boolean {
    return (((this.#bits[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
  }
}

/**
 * What every part of every plan needs, whatever the order and the distance. All plans share one list of numbers, so
 * that a look is a short read in one place; the plans themselves lie scattered over the memory.
 */
export class Presence {
  /** One after the other: kind, number of children, what each child needs. Full once the topics are compiled. */
  #code = new Int32Array(1024);
  #used = 0;

  any(children: readonly Needed[]): Needed {
    return this.#add(ANY, children);
  }

  all(children: readonly Needed[]): Needed {
    return this.#add(ALL, children);
  }

  #add(kind: number, children: readonly Needed[]): Needed {
    const [only] = children;
    if (only !== undefined && children.length === 1) return only;
    const place = this.#used;
    this.#used += 2 + children.length;
    while (this.#used > this.#code.length) {
      const larger = new Int32Array(this.#code.length * 2);
      larger.set(this.#code);
      this.#code = larger;
    }
    this.#code[place] = kind;
    this.#code[place + 1] = children.length;
    this.#code.set(children, place + 2);
    return ~place;
  }

  /** False: it cannot be in the document. True: it may. */
  possible(needed: Needed, slots: Slots): boolean {
    if (needed >= 0) return slots.has(slotOf(needed));
    const code = this.#code;
    const place = ~needed;
    const any = code[place] === ANY;
    const end = place + 2 + (code[place + 1] ?? 0);
    for (let at = place + 2; at < end; at += 1) {
      if (this.possible(code[at] ?? 0, slots) === any) return any;
    }
    return !any;
  }

  /** What one of several children needs. */
  childOf(needed: Needed, index: number): Needed {
    return needed >= 0 ? needed : (this.#code[~needed + 2 + index] ?? 0);
  }
}
