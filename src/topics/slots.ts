/** Slots into which atoms are sorted, less one: few atoms share one, and all fit the processor's first cache. */
const SLOT_MASK = 0xffff;

/** The slot of an atom. */
export function slotOf(atom: number): number {
  return atom & SLOT_MASK;
}

/** Which slots have an atom in the document: a bit each. What is not in here is nowhere in the document. */
export class Slots {
  /** 32 slots a number, the first in its lowest bit. */
  readonly bits = new Int32Array((SLOT_MASK + 1) / 32);

  clear(): void {
    this.bits.fill(0);
  }

  add(atom: number): void {
    const place = slotOf(atom) >>> 5;
    this.bits[place] = (this.bits[place] ?? 0) | (1 << (atom & 31));
  }

  /** False: the atom is not there. True: it, or another of its slot, is. */
  has(slot: number): boolean {
    return (((this.bits[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
  }
}
