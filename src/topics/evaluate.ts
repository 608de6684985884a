import type { Cues } from "./cues.ts";
import type { DocumentReading, Span } from "./document-reading.ts";
import { type Evidence, type Part, worthOf } from "./evidence.ts";
import { evaluateFrame } from "./frame.ts";
import type { FramePlan, Plan, Weighted } from "./plan.ts";
import type { Presence } from "./presence.ts";

/** What each further mention adds, and at most. */
const MENTION_WORTH = 0.03;
const MENTIONS_WORTH_MAX = 0.12;
/** Part of the quality of AND that comes from its parts being near one another. */
const NEARNESS_SHARE = 0.3;

/** Fits plans to the document that was read. */
export class Evaluator {
  readonly #reading: DocumentReading;
  readonly #cues: Cues;
  readonly #presence: Presence;

  constructor(reading: DocumentReading, cues: Cues, presence: Presence) {
    this.#presence = presence;
    this.#reading = reading;
    this.#cues = cues;
  }

  evaluate(plan: Plan): Evidence | null {
    switch (plan.kind) {
      case "atom":
        return this.#atom(plan);
      case "any":
        return this.#any(plan);
      case "near":
        return this.#near(plan);
      case "frame":
        return this.#frame(plan);
      case "all":
        return this.#all(plan);
    }
  }

  /** Where a plan stands; a frame or AND stands nowhere. */
  spansOf(plan: Plan): readonly Span[] {
    switch (plan.kind) {
      case "atom":
        return this.#reading.spans(plan.atom, plan.field);
      case "any":
        return this.#spansOfAny(plan);
      case "near":
        return this.#pairs(plan).map(({ left, right }) => cover(left, right));
      case "frame":
      case "all":
        return [];
    }
  }

  #spansOfAny(plan: Plan & { kind: "any" }): readonly Span[] {
    let found: readonly Span[] = [];
    let lists = 0;
    for (let index = 0; index < plan.of.length; index += 1) {
      const one = this.#present(plan, index);
      const spans = one === null ? [] : this.spansOf(one.plan);
      if (spans.length === 0) continue;
      found = lists === 0 ? spans : [...found, ...spans];
      lists += 1;
    }
    return lists < 2 ? found : found.toSorted((left, right) => left.start - right.start);
  }

  /** An alternative; null when something of it is nowhere in the document, which is told without looking at it. */
  #present({ of, needed }: Plan & { kind: "any" }, index: number): Weighted | null {
    const child = of.length === 1 ? needed : this.#presence.childOf(needed, index);
    return this.#presence.possible(child, this.#reading.slots) ? (of[index] ?? null) : null;
  }

  #atom(plan: Plan & { kind: "atom" }): Evidence | null {
    const spans = this.#reading.spans(plan.atom, plan.field);
    const [first] = spans;
    if (first === undefined) return null;
    const mentions = Math.min(MENTIONS_WORTH_MAX, MENTION_WORTH * (spans.length - 1));
    const quality = Math.min(1, worthOf(first.start, this.#reading) + mentions);
    return { quality, parts: [{ ...first, concept: plan.label, share: quality }] };
  }

  #any(plan: Plan & { kind: "any" }): Evidence | null {
    let best: Evidence | null = null;
    for (let index = 0; index < plan.of.length; index += 1) {
      const one = this.#present(plan, index);
      const evidence = one === null ? null : this.evaluate(one.plan);
      if (one === null || evidence === null) continue;
      const scaled = one.share === 1 ? evidence : scale(evidence, one.share);
      if (best === null || scaled.quality > best.quality) best = scaled;
    }
    return best;
  }

  #pairs(plan: Plan & { kind: "near" }): Pair[] {
    const lefts = this.spansOf(plan.left);
    const rights = lefts.length === 0 ? [] : this.spansOf(plan.right);
    const pairs: Pair[] = [];
    for (const left of lefts) {
      for (const right of rights) {
        const gap = gapWithin(left, right, plan);
        if (gap === null || !this.#reading.together(left.start, right.start)) continue;
        pairs.push({ left, right, gap });
      }
      if (pairs.length >= PAIRS_MAX) break;
    }
    return pairs;
  }

  #near(plan: Plan & { kind: "near" }): Evidence | null {
    let best: { span: Span; quality: number } | null = null;
    const pairs = this.#pairs(plan);
    for (const { left, right, gap } of pairs) {
      const span = cover(left, right);
      const sameSentence =
        this.#reading.sentenceOf(left.start) === this.#reading.sentenceOf(right.start);
      const closeness = 1 - 0.2 * ((gap - 1) / plan.words) - (sameSentence ? 0 : 0.15);
      const quality = worthOf(span.start, this.#reading) * closeness;
      if (best === null || quality > best.quality) best = { span, quality };
    }
    if (best === null) return null;
    const mentions = Math.min(MENTIONS_WORTH_MAX, MENTION_WORTH * (pairs.length - 1));
    const quality = Math.min(1, best.quality + mentions);
    return { quality, parts: [{ ...best.span, concept: plan.label, share: quality }] };
  }

  #frame(plan: FramePlan): Evidence | null {
    const asked = [plan.does, plan.who, plan.what, plan.where];
    const [does = [], who = [], what = null, where = null] = asked.map((one) =>
      one === null ? null : this.spansOf(one),
    );
    if (does === null || who === null) return null;
    if ([does, who, what, where].some((spans) => spans?.length === 0)) return null;
    const not = plan.not === null ? [] : this.spansOf(plan.not);
    const slots = { who, does, not, what, where };
    return evaluateFrame(slots, plan.label, this.#reading, this.#cues);
  }

  #all(plan: Plan & { kind: "all" }): Evidence | null {
    for (const one of plan.none) if (this.evaluate(one) !== null) return null;
    const found: Evidence[] = [];
    for (const { plan: one } of plan.of) {
      const evidence = this.evaluate(one);
      if (evidence === null) return null;
      found.push(evidence);
    }
    const [only] = plan.of;
    const [alone] = found;
    const base =
      alone !== undefined && only !== undefined && found.length === 1
        ? scale(alone, only.share)
        : this.#joined(plan.of, found);
    const parts = [...base.parts];
    let quality = base.quality;
    for (const { plan: one, points, label } of plan.extras) {
      const evidence = this.evaluate(one);
      const first = evidence?.parts[0];
      if (evidence === null || first === undefined) continue;
      const share = (points / 100) * Math.min(1, evidence.quality);
      parts.push({ start: first.start, end: first.end, concept: label, share });
      quality += share;
    }
    return { quality, parts };
  }

  #joined(of: readonly Weighted[], found: readonly Evidence[]): Evidence {
    const parts: Part[] = [];
    let quality = 0;
    for (const [index, evidence] of found.entries()) {
      const scaled = scale(evidence, (of[index]?.share ?? 0) * (1 - NEARNESS_SHARE));
      parts.push(...scaled.parts);
      quality += scaled.quality;
    }
    const nearness = this.#nearness(of, found);
    if (nearness !== null) {
      const share = NEARNESS_SHARE * nearness.share;
      parts.push({ ...nearness, share, concept: "near one another" });
      quality += share;
    }
    return { quality, parts };
  }

  /** The tightest passage that holds one find of each, and how tight it is. */
  #nearness(
    of: readonly Weighted[],
    found: readonly Evidence[],
  ): (Span & { share: number }) | null {
    const lists = of.map(({ plan }, index) => {
      const spans = this.spansOf(plan);
      return spans.length > 0 ? spans : (found[index]?.parts ?? []).slice(0, 1);
    });
    let best: (Span & { share: number }) | null = null;
    for (const first of lists[0] ?? []) {
      const span = this.#passage(first, lists.slice(1));
      const share = span === null ? 0 : this.#tightness(span) * worthOf(span.start, this.#reading);
      if (span !== null && share > (best?.share ?? 0)) best = { ...span, share };
    }
    return best;
  }

  /** From a find to the closest of each other list; null when one is in another part of the document. */
  #passage(first: Span, lists: readonly (readonly Span[])[]): Span | null {
    let span = first;
    for (const list of lists) {
      const next = this.#closest(span, list);
      if (next === null) return null;
      span = cover(span, next);
    }
    return span;
  }

  #tightness(span: Span): number {
    const { start, end } = span;
    if (this.#reading.sentenceOf(start) === this.#reading.sentenceOf(end)) return 1;
    return Math.max(0, 1 - (end - start + 1) / NEARNESS_WORDS_MAX) * APART_WORTH;
  }

  #closest(span: Span, list: readonly Span[]): Span | null {
    let best: Span | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const one of list) {
      if (!this.#reading.together(span.start, one.start)) continue;
      const gap = Math.max(one.start - span.end, span.start - one.end);
      if (gap < least) {
        least = gap;
        best = one;
      }
    }
    return best;
  }
}

/** Words over which parts of AND still count as near, and pairs of NEAR that are looked at. */
const NEARNESS_WORDS_MAX = 60;
/** What is left of nearness across a full stop. */
const APART_WORTH = 0.8;
const PAIRS_MAX = 200;

function scale({ quality, parts }: Evidence, factor: number): Evidence {
  return {
    quality: quality * factor,
    parts: parts.map((part) => ({ ...part, share: part.share * factor })),
  };
}

function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}

/** Two finds and the words from one to the other. */
type Pair = { readonly left: Span; readonly right: Span; readonly gap: number };

function gapWithin(
  left: Span,
  right: Span,
  { words, ordered }: { words: number; ordered: boolean },
): number | null {
  const after = right.start - left.end;
  const gap = after > 0 ? after : left.start - right.end;
  return gap > 0 && gap <= words && (after > 0 || !ordered) ? gap : null;
}
