import type { Cues } from "./cues.ts";
import type { DocumentReading, Span } from "./document-reading.ts";
import { mentionsWorth, type Part, worthOf } from "./evidence.ts";
import { FoundParts } from "./found-parts.ts";
import { evaluateFrame } from "./frame.ts";
import { NEARNESS_SHARE, nearnessOf } from "./nearness.ts";
import { ALL, ANY, FIELD_ATOM, FRAME, NEAR, type Node, type Program } from "./program.ts";
import type { QueryField } from "./query-tree.ts";

/** The quality of what is not there. */
const ABSENT = Number.NaN;
const NOWHERE: readonly Span[] = [];
/** Pairs of NEAR that are looked at. */
const PAIRS_MAX = 200;

/** Fits topics to the document that was read. */
export class Evaluator {
  readonly #program: Program;
  readonly #reading: DocumentReading;
  readonly #cues: Cues;
  readonly #parts = new FoundParts();

  constructor(program: Program, reading: DocumentReading, cues: Cues) {
    this.#program = program;
    this.#reading = reading;
    this.#cues = cues;
  }

  /** How well the document fits: to 1 or a little over, below 0 where more speaks against it; null: it does not. */
  evaluate(node: Node): number | null {
    this.#parts.cut(0);
    const quality = this.#evaluate(node);
    return Number.isNaN(quality) ? null : quality;
  }

  /** What the last evaluation found; the shares sum to its quality. Valid until the next. */
  get parts(): readonly Part[] {
    return this.#parts.all;
  }

  /** The quality of a part of a topic, whose finds are added to the parts; ABSENT, and nothing added: not there. */
  #evaluate(node: Node): number {
    if (node >= 0) return this.#atom(node, null, this.#program.labelOf(node));
    const at = ~node;
    const program = this.#program;
    switch (program.kindAt(at)) {
      case FIELD_ATOM:
        return this.#atom(program.at(at + 1), program.fieldAt(at + 2), program.textAt(at + 3));
      case ANY:
        return this.#any(at);
      case NEAR:
        return this.#near(at);
      case FRAME:
        return this.#frame(at);
      case ALL:
        return this.#all(at);
      default:
        throw new Error(`no record of a plan begins at ${at}`);
    }
  }

  /** Where a part of a topic stands; a frame or AND stands nowhere. */
  #spansOf(node: Node): readonly Span[] {
    if (node >= 0) return this.#reading.spans(node, null);
    const at = ~node;
    const program = this.#program;
    switch (program.kindAt(at)) {
      case FIELD_ATOM:
        return this.#reading.spans(program.at(at + 1), program.fieldAt(at + 2));
      case ANY:
        return this.#spansOfAny(at);
      case NEAR:
        return this.#pairs(at).map(({ left, right }) => cover(left, right));
      default:
        return NOWHERE;
    }
  }

  #spansOfAny(at: number): readonly Span[] {
    const program = this.#program;
    const end = at + 1 + program.countAt(at);
    let found = NOWHERE;
    let lists = 0;
    for (let place = at + 1; place < end; place += 1) {
      const child = program.at(place);
      const spans = this.#possible(child) ? this.#spansOf(child) : NOWHERE;
      if (spans.length === 0) continue;
      found = lists === 0 ? spans : [...found, ...spans];
      lists += 1;
    }
    return lists < 2 ? found : found.toSorted((left, right) => left.start - right.start);
  }

  /** False: something that it needs is nowhere in the document, which is told without looking at places. */
  #possible(node: Node): boolean {
    return this.#program.possible(node, this.#reading.slots);
  }

  #atom(atom: number, field: QueryField, label: string): number {
    const spans = this.#reading.spans(atom, field);
    const [first] = spans;
    if (first === undefined) return ABSENT;
    const quality = Math.min(1, worthOf(first.start, this.#reading) + mentionsWorth(spans.length));
    this.#parts.add(first.start, first.end, label, quality);
    return quality;
  }

  #any(at: number): number {
    const program = this.#program;
    const parts = this.#parts;
    const count = program.countAt(at);
    const from = parts.count;
    let best = ABSENT;
    for (let index = 0; index < count; index += 1) {
      const child = program.at(at + 1 + index);
      if (!this.#possible(child)) continue;
      const next = parts.count;
      const found = this.#evaluate(child);
      if (Number.isNaN(found)) continue;
      const share = program.shareAt(at, at + 1, index);
      const quality = found * share;
      if (share !== 1) parts.scale(next, share);
      if (Number.isNaN(best) || quality > best) {
        best = quality;
        parts.replace(from, next);
      } else parts.cut(next);
    }
    return best;
  }

  #pairs(at: number): Pair[] {
    const program = this.#program;
    const lefts = this.#spansOf(program.at(at + 1));
    const rights = lefts.length === 0 ? NOWHERE : this.#spansOf(program.at(at + 2));
    const words = program.at(at + 3);
    const ordered = program.at(at + 4) === 1;
    const pairs: Pair[] = [];
    for (const left of lefts) {
      for (const right of rights) {
        const gap = gapWithin(left, right, words, ordered);
        if (gap === null || !this.#reading.together(left.start, right.start)) continue;
        pairs.push({ left, right, gap });
      }
      if (pairs.length >= PAIRS_MAX) break;
    }
    return pairs;
  }

  #near(at: number): number {
    const words = this.#program.at(at + 3);
    let best = ABSENT;
    let bestSpan: Span | null = null;
    const pairs = this.#pairs(at);
    for (const { left, right, gap } of pairs) {
      const span = cover(left, right);
      const sameSentence =
        this.#reading.sentenceOf(left.start) === this.#reading.sentenceOf(right.start);
      const closeness = 1 - 0.2 * ((gap - 1) / words) - (sameSentence ? 0 : 0.15);
      const quality = worthOf(span.start, this.#reading) * closeness;
      if (bestSpan === null || quality > best) {
        best = quality;
        bestSpan = span;
      }
    }
    if (bestSpan === null) return ABSENT;
    const quality = Math.min(1, best + mentionsWorth(pairs.length));
    this.#parts.add(bestSpan.start, bestSpan.end, this.#program.textAt(at + 5), quality);
    return quality;
  }

  #frame(at: number): number {
    const program = this.#program;
    const spansIn = (place: number): readonly Span[] | null => {
      const node = program.slotAt(at + place);
      return node === null ? null : this.#spansOf(node);
    };
    const who = spansIn(1) ?? NOWHERE;
    const does = spansIn(2) ?? NOWHERE;
    const what = spansIn(3);
    const where = spansIn(4);
    if ([who, does, what, where].some((spans) => spans?.length === 0)) return ABSENT;
    const slots = { who, does, not: spansIn(5) ?? NOWHERE, what, where };
    const evidence = evaluateFrame(slots, program.textAt(at + 6), this.#reading, this.#cues);
    if (evidence === null) return ABSENT;
    for (const { start, end, concept, share, keep } of evidence.parts) {
      this.#parts.add(start, end, concept, share, keep);
    }
    return evidence.quality;
  }

  #all(at: number): number {
    const program = this.#program;
    const parts = this.#parts;
    const from = parts.count;
    const count = program.countAt(at);
    const excluded = at + 3 + count * 2;
    const bonuses = excluded + program.at(at + 1);
    for (let place = excluded; place < bonuses; place += 1) {
      if (!this.#stands(program.at(place))) continue;
      parts.cut(from);
      return ABSENT;
    }
    const base = count === 1 ? this.#alone(at) : this.#joined(at, count);
    if (Number.isNaN(base)) {
      parts.cut(from);
      return ABSENT;
    }
    return this.#withBonuses(base, bonuses, program.at(at + 2));
  }

  #stands(node: Node): boolean {
    return this.#possible(node) && !Number.isNaN(this.#evaluate(node));
  }

  #alone(at: number): number {
    const from = this.#parts.count;
    const quality = this.#evaluate(this.#program.at(at + 3));
    const share = this.#program.shareAt(at, at + 3, 0);
    this.#parts.scale(from, share);
    return quality * share;
  }

  #joined(at: number, count: number): number {
    const program = this.#program;
    const parts = this.#parts;
    const firsts: (Span | null)[] = [];
    let quality = 0;
    for (let index = 0; index < count; index += 1) {
      const from = parts.count;
      const found = this.#evaluate(program.at(at + 3 + index));
      if (Number.isNaN(found)) return ABSENT;
      const factor = program.shareAt(at, at + 3, index) * (1 - NEARNESS_SHARE);
      parts.scale(from, factor);
      quality += found * factor;
      firsts.push(parts.spanAt(from));
    }
    const lists = firsts.map((first, index) => {
      const spans = this.#spansOf(program.at(at + 3 + index));
      return spans.length > 0 || first === null ? spans : [first];
    });
    const nearness = nearnessOf(lists, this.#reading);
    if (nearness === null) return quality;
    const share = NEARNESS_SHARE * nearness.share;
    parts.add(nearness.start, nearness.end, "near one another", share);
    return quality + share;
  }

  /** Adds what is not needed and there; gives the quality with it. */
  #withBonuses(base: number, first: number, count: number): number {
    const program = this.#program;
    const parts = this.#parts;
    let quality = base;
    for (let index = 0; index < count; index += 1) {
      const at = first + index * 3;
      const from = parts.count;
      const node = program.at(at);
      const found = this.#possible(node) ? this.#evaluate(node) : ABSENT;
      const span = Number.isNaN(found) ? null : parts.spanAt(from);
      parts.cut(from);
      if (span === null) continue;
      const share = (program.numberAt(at + 1) / 100) * Math.min(1, found);
      parts.add(span.start, span.end, program.textAt(at + 2), share);
      quality += share;
    }
    return quality;
  }
}

function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}

/** Two finds and the words from one to the other. */
type Pair = { readonly left: Span; readonly right: Span; readonly gap: number };

function gapWithin(left: Span, right: Span, words: number, ordered: boolean): number | null {
  const after = right.start - left.end;
  const gap = after > 0 ? after : left.start - right.end;
  return gap > 0 && gap <= words && (after > 0 || !ordered) ? gap : null;
}
