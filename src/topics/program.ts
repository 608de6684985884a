import type { Plan, Weighted } from "./plan.ts";
import type { QueryField } from "./query-tree.ts";
import { type Slots, slotOf } from "./slots.ts";

/** A part of a topic: the number of an atom that is looked for anywhere, or ~ the place of a longer record. */
export type Node = number;

/** What a record is; its first number holds it in the lowest bits. */
export const FIELD_ATOM = 0;
export const ANY = 1;
export const NEAR = 2;
export const FRAME = 3;
export const ALL = 4;
const KIND_BITS = 3;
const KIND_MASK = (1 << KIND_BITS) - 1;
/** In a slot of a frame that was not asked for. */
const NOTHING: Node = -0x80000000;

/** Numbers of a program in a line of a processor's cache. */
const LINE_NUMBERS = 16;

const FIELDS: readonly QueryField[] = [null, "title", "lead", "body", "source", "language", "top"];

/**
 * All plans of all topics in one list of numbers. Looked at one after the other, objects lie scattered over more memory
 * than a processor keeps at hand; a topic that is one short run of numbers is fetched once.
 *
 * Records, each beginning with its kind and, above that, a count:
 * FIELD_ATOM: atom, field, label.
 * ANY: children; where they do not all count in full, the count is doubled plus one and their shares follow.
 * NEAR: left, right, words, 1 if ordered, label.
 * FRAME: who, does, what, where, not, label.
 * ALL: how many are excluded, how many are not needed; children, their shares; the excluded; of each that is not
 * needed itself, its points and its label.
 * Shares and points are places in `numbers`, labels are places in `texts`.
 */
export class Program {
  #code = new Int32Array(1024);
  #used = 0;
  readonly #numbers: number[] = [];
  readonly #numberIds = new Map<number, number>();
  readonly #texts: string[] = [];
  /** By atom: the label under which it was first looked for. */
  readonly #labels: (string | null)[] = [];
  /** By atom: how many plans name it. */
  readonly #asked: number[] = [];
  /** What was read ahead; kept, so that the reading is not taken for useless and left out. */
  ahead = 0;

  /** Takes in a plan with all its parts. */
  add(plan: Plan): Node {
    switch (plan.kind) {
      case "atom":
        return this.#addAtom(plan);
      case "any":
        return this.#addAny(plan.of);
      case "near": {
        const at = this.#reserve(NEAR, 0, 5);
        const { left, right, words, ordered } = plan;
        const label = this.#text(plan.label);
        this.#fill(at + 1, [this.add(left), this.add(right), words, ordered ? 1 : 0, label]);
        return ~at;
      }
      case "frame": {
        const at = this.#reserve(FRAME, 0, 6);
        const { who, does, what, where, not } = plan;
        const slots = [who, does, what, where, not].map((one) =>
          one === null ? NOTHING : this.add(one),
        );
        this.#fill(at + 1, [...slots, this.#text(plan.label)]);
        return ~at;
      }
      case "all":
        return this.#addAll(plan);
    }
  }

  #addAtom({ atom, field, label }: Plan & { kind: "atom" }): Node {
    while (this.#labels.length <= atom) {
      this.#labels.push(null);
      this.#asked.push(0);
    }
    this.#asked[atom] = this.asked(atom) + 1;
    this.#labels[atom] ??= label;
    if (field === null && this.#labels[atom] === label) return atom;
    const at = this.#reserve(FIELD_ATOM, 0, 3);
    this.#fill(at + 1, [atom, FIELDS.indexOf(field), this.#text(label)]);
    return ~at;
  }

  #addAny(of: readonly Weighted[]): Node {
    const [only] = of;
    const whole = of.every(({ share }) => share === 1);
    if (only !== undefined && whole && of.length === 1) return this.add(only.plan);
    const at = this.#reserve(ANY, of.length * 2 + (whole ? 0 : 1), of.length * (whole ? 1 : 2));
    this.#fillWeighted(at + 1, of, !whole);
    return ~at;
  }

  #addAll({ of, none, extras }: Plan & { kind: "all" }): Node {
    const size = 2 + of.length * 2 + none.length + extras.length * 3;
    const at = this.#reserve(ALL, of.length, size);
    this.#fill(at + 1, [none.length, extras.length]);
    this.#fillWeighted(at + 3, of, true);
    const rest = at + 3 + of.length * 2;
    this.#fill(
      rest,
      none.map((one) => this.add(one)),
    );
    const bonuses = extras.flatMap(({ plan, points, label }) => [
      this.add(plan),
      this.#number(points),
      this.#text(label),
    ]);
    this.#fill(rest + none.length, bonuses);
    return ~at;
  }

  #fillWeighted(at: number, of: readonly Weighted[], withShares: boolean): void {
    this.#fill(
      at,
      of.map(({ plan }) => this.add(plan)),
    );
    if (!withShares) return;
    this.#fill(
      at + of.length,
      of.map(({ share }) => this.#number(share)),
    );
  }

  #reserve(kind: number, count: number, size: number): number {
    const at = this.#used;
    this.#used += 1 + size;
    while (this.#used > this.#code.length) {
      const larger = new Int32Array(this.#code.length * 2);
      larger.set(this.#code);
      this.#code = larger;
    }
    this.#code[at] = kind | (count << KIND_BITS);
    return at;
  }

  #fill(at: number, values: readonly number[]): void {
    this.#code.set(values, at);
  }

  /** Equal numbers share a place: shares of a thousand topics are a handful of numbers. */
  #number(value: number): number {
    const known = this.#numberIds.get(value);
    if (known !== undefined) return known;
    this.#numberIds.set(value, this.#numbers.length);
    return this.#numbers.push(value) - 1;
  }

  #text(text: string): number {
    return this.#texts.push(text) - 1;
  }

  /** Gives back the memory that was kept for more plans, but for what reading ahead of the last one reaches. */
  seal(): void {
    const code = new Int32Array(this.#used + LINE_NUMBERS);
    code.set(this.#code.subarray(0, this.#used));
    this.#code = code;
    this.#numberIds.clear();
  }

  /** A number of a record. */
  at(place: number): number {
    return this.#code[place] ?? 0;
  }

  kindAt(place: number): number {
    return this.at(place) & KIND_MASK;
  }

  /** Children of an ANY or ALL. */
  countAt(place: number): number {
    const count = this.at(place) >>> KIND_BITS;
    return this.kindAt(place) === ANY ? count >>> 1 : count;
  }

  /** What a child of an ANY or ALL counts; `first`: the place of the first child. */
  shareAt(place: number, first: number, index: number): number {
    const header = this.at(place) >>> KIND_BITS;
    const any = this.kindAt(place) === ANY;
    if (any && (header & 1) === 0) return 1;
    return this.numberAt(first + (any ? header >>> 1 : header) + index);
  }

  numberAt(place: number): number {
    return this.#numbers[this.at(place)] ?? 0;
  }

  textAt(place: number): string {
    return this.#texts[this.at(place)] ?? "";
  }

  fieldAt(place: number): QueryField {
    return FIELDS[this.at(place)] ?? null;
  }

  /** What an atom of a topic is and how it is called; null: the node is none. */
  atomOf(node: Node): { atom: number; field: QueryField; label: string } | null {
    if (node >= 0) return { atom: node, field: null, label: this.labelOf(node) };
    const at = ~node;
    if (this.kindAt(at) !== FIELD_ATOM) return null;
    return { atom: this.at(at + 1), field: this.fieldAt(at + 2), label: this.textAt(at + 3) };
  }

  /** What the passage of an atom is called that is looked for anywhere. */
  labelOf(atom: number): string {
    return this.#labels[atom] ?? "";
  }

  /** A slot of a frame; null: not asked for. */
  slotAt(place: number): Node | null {
    const node = this.at(place);
    return node === NOTHING ? null : node;
  }

  /** How many plans name an atom: a measure of how often it will be met, for lack of a better one. */
  asked(atom: number): number {
    return this.#asked[atom] ?? 0;
  }

  /** False: it cannot be in the document. True: it may. */
  possible(node: Node, slots: Slots): boolean {
    if (node >= 0) return slots.has(slotOf(node));
    const at = ~node;
    switch (this.kindAt(at)) {
      case FIELD_ATOM:
        return slots.has(slotOf(this.at(at + 1)));
      case ANY:
        return this.#anyPossible(at + 1, this.countAt(at), slots);
      case NEAR:
        return this.possible(this.at(at + 1), slots) && this.possible(this.at(at + 2), slots);
      case FRAME:
        return this.#allPossible(at + 1, FRAME_NEEDS, slots);
      default:
        return this.#allPossible(at + 3, this.countAt(at), slots);
    }
  }

  #anyPossible(first: number, count: number, slots: Slots): boolean {
    for (let at = first; at < first + count; at += 1) {
      if (this.possible(this.at(at), slots)) return true;
    }
    return false;
  }

  #allPossible(first: number, count: number, slots: Slots): boolean {
    for (let at = first; at < first + count; at += 1) {
      const node = this.at(at);
      if (node !== NOTHING && !this.possible(node, slots)) return false;
    }
    return true;
  }

  /** Reads ahead where a node lies: reads for many nodes do not wait for one another. */
  readAhead(node: Node): void {
    if (node < 0) this.ahead ^= this.at(~node) ^ this.at(~node + LINE_NUMBERS);
  }

  /** The parts that a match needs or may have, in the order of the query; none for an atom. */
  partsOf(node: Node): readonly Node[] {
    if (node >= 0) return [];
    const at = ~node;
    switch (this.kindAt(at)) {
      case FIELD_ATOM:
        return [];
      case NEAR:
        return this.#nodes(at + 1, 2);
      case FRAME:
        return this.#nodes(at + 1, FRAME_NEEDS);
      case ANY:
        return this.#nodes(at + 1, this.countAt(at));
      default:
        return this.#nodes(at + 3, this.countAt(at));
    }
  }

  #nodes(first: number, count: number): Node[] {
    return [...this.#code.subarray(first, first + count)].filter((node) => node !== NOTHING);
  }
}

/** Who, does, what, where: the slots of a frame that a match must fill. */
const FRAME_NEEDS = 4;
