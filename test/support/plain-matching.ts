import { addCues, type Cues } from "../../src/topics/cues.ts";
import { DocumentReading, type Span } from "../../src/topics/document-reading.ts";
import { type Evidence, mentionsWorth, type Part, worthOf } from "../../src/topics/evidence.ts";
import { evaluateFrame } from "../../src/topics/frame.ts";
import { GroupAtoms } from "../../src/topics/group-atoms.ts";
import { Lexicon, type Meaning, type Phrase } from "../../src/topics/lexicon.ts";
import { type FramePlan, type Plan, planOf } from "../../src/topics/plan.ts";
import { parseQuery } from "../../src/topics/query.ts";
import type { QueryField } from "../../src/topics/query-tree.ts";
import { quoteOf } from "../../src/topics/quote.ts";
import { EVEN } from "../../src/topics/rarity.ts";
import type { Match, MatchDocument, Topic } from "../../src/topics/topic.ts";

/** The same matches as the compiled index gives, found the plain way: one topic after the other, word by word. */
export function plainMatcher(topics: readonly Topic[]): (document: MatchDocument) => Match[] {
  const matchers = topics.map(plainTopic);
  return (document) =>
    matchers
      .flatMap((match) => match(document) ?? [])
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score || (left.topicId < right.topicId ? -1 : 1));
}

/** Shares nothing with other topics. */
function plainTopic(topic: Topic): (document: MatchDocument) => Match | null {
  const { query } = parseQuery(topic.query);
  if (query === null) return () => null;
  const lexicon = new Lexicon();
  const cues = addCues(lexicon);
  const plan = planOf(query, { lexicon, groups: new GroupAtoms([], lexicon), rarity: EVEN });
  const reading = new DocumentReading(lexicon);
  return (document) => {
    reading.read(document);
    const evidence = new PlainEvaluation(reading, lexicon, cues).evaluate(plan);
    return evidence === null ? null : matchOf(topic, evidence, reading);
  };
}

function matchOf(topic: Topic, { quality, parts }: Evidence, reading: DocumentReading): Match {
  const score = Math.max(0, Math.min(100, Math.round(quality * 10_000) / 100));
  const reasons = parts
    .map((part) => ({
      concept: part.concept,
      field: reading.fieldOf(part.start),
      quote: quoteOf(part, reading),
      points: Math.round(part.share * 10_000) / 100,
    }))
    .sort((left, right) => Math.abs(right.points) - Math.abs(left.points));
  return { topicId: topic.id, score, matched: score >= topic.threshold, reasons };
}

class PlainEvaluation {
  readonly #reading: DocumentReading;
  readonly #lexicon: Lexicon;
  readonly #cues: Cues;

  constructor(reading: DocumentReading, lexicon: Lexicon, cues: Cues) {
    this.#reading = reading;
    this.#lexicon = lexicon;
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

  #spansOf(plan: Plan): Span[] {
    switch (plan.kind) {
      case "atom":
        return this.#places(plan.atom, plan.field);
      case "any":
        return plan.of
          .flatMap(({ plan: one }) => this.#spansOf(one))
          .sort((left, right) => left.start - right.start);
      case "near":
        return this.#pairs(plan).map(({ span }) => span);
      case "frame":
      case "all":
        return [];
    }
  }

  #places(atom: number, field: QueryField): Span[] {
    const found: Span[] = [];
    for (let start = 0; start < this.#reading.tokens.count; start += 1) {
      if (!this.#within(start, field)) continue;
      const meaning = this.#meaningAt(start);
      if (meaning?.atoms.includes(atom)) found.push({ start, end: start });
      const phrases = meaning?.followers.flatMap((one) => [...one.values()].flat()) ?? [];
      for (const phrase of phrases) {
        const end = start + phrase.patterns.length - 1;
        if (phrase.atoms.includes(atom) && this.#stands(phrase, start, end)) {
          found.push({ start, end });
        }
      }
    }
    return found;
  }

  #meaningAt(token: number): Meaning | null {
    return this.#lexicon.meaningOf(this.#reading.wordAt(token), this.#reading.reading);
  }

  #within(token: number, field: QueryField): boolean {
    if (field === null) return token < this.#reading.bodyEnd;
    return field === "top" ? token < this.#reading.leadEnd : this.#reading.fieldOf(token) === field;
  }

  #stands({ patterns }: Phrase, start: number, end: number): boolean {
    if (end >= this.#reading.tokens.count || !this.#reading.together(start, end)) return false;
    return patterns.every((pattern, index) =>
      this.#meaningAt(start + index)?.patterns.includes(pattern),
    );
  }

  #atom(plan: Plan & { kind: "atom" }): Evidence | null {
    const spans = this.#spansOf(plan);
    const [first] = spans;
    if (first === undefined) return null;
    const quality = Math.min(1, worthOf(first.start, this.#reading) + mentionsWorth(spans.length));
    return { quality, parts: [{ ...first, concept: plan.label, share: quality }] };
  }

  #any(plan: Plan & { kind: "any" }): Evidence | null {
    let best: Evidence | null = null;
    for (const { plan: one, share } of plan.of) {
      const evidence = this.evaluate(one);
      const scaled = evidence === null ? null : scale(evidence, share);
      if (scaled !== null && (best === null || scaled.quality > best.quality)) best = scaled;
    }
    return best;
  }

  #pairs(plan: Plan & { kind: "near" }): { span: Span; closeness: number }[] {
    const rights = this.#spansOf(plan.right);
    return this.#spansOf(plan.left).flatMap((left) =>
      rights.flatMap((right) => {
        const after = right.start - left.end;
        const gap = after > 0 ? after : left.start - right.end;
        const fits = gap > 0 && gap <= plan.words && (after > 0 || !plan.ordered);
        if (!fits || !this.#reading.together(left.start, right.start)) return [];
        const closeness = 1 - 0.2 * ((gap - 1) / plan.words);
        const apart =
          this.#reading.sentenceOf(left.start) !== this.#reading.sentenceOf(right.start);
        return [{ span: cover(left, right), closeness: apart ? closeness - 0.15 : closeness }];
      }),
    );
  }

  #near(plan: Plan & { kind: "near" }): Evidence | null {
    const pairs = this.#pairs(plan);
    let best: Part | null = null;
    for (const { span, closeness } of pairs) {
      const share = worthOf(span.start, this.#reading) * closeness;
      if (best === null || share > best.share) best = { ...span, concept: plan.label, share };
    }
    if (best === null) return null;
    const quality = Math.min(1, best.share + mentionsWorth(pairs.length));
    return { quality, parts: [{ ...best, share: quality }] };
  }

  #frame({ who, does, what, where, not, label }: FramePlan): Evidence | null {
    const spans = (plan: Plan | null): Span[] | null =>
      plan === null ? null : this.#spansOf(plan);
    const slots = {
      who: this.#spansOf(who),
      does: this.#spansOf(does),
      not: spans(not) ?? [],
      what: spans(what),
      where: spans(where),
    };
    return evaluateFrame(slots, label, this.#reading, this.#cues);
  }

  #all({ of, none, extras }: Plan & { kind: "all" }): Evidence | null {
    if (none.some((one) => this.evaluate(one) !== null)) return null;
    const found = of.flatMap(({ plan }) => this.evaluate(plan) ?? []);
    if (found.length < of.length) return null;
    const nearness = of.length === 1 ? 0 : 0.3;
    const parts: Part[] = [];
    let quality = 0;
    for (const [index, evidence] of found.entries()) {
      const scaled = scale(evidence, (of[index]?.share ?? 0) * (1 - nearness));
      parts.push(...scaled.parts);
      quality += scaled.quality;
    }
    const passage =
      nearness === 0
        ? null
        : this.#tightest(
            of.map(({ plan }) => plan),
            found,
          );
    if (passage !== null) {
      parts.push({ ...passage, concept: "near one another", share: nearness * passage.share });
      quality += nearness * passage.share;
    }
    for (const { plan, points, label } of extras) {
      const evidence = this.evaluate(plan);
      const first = evidence?.parts[0];
      if (evidence === null || first === undefined) continue;
      const share = (points / 100) * Math.min(1, evidence.quality);
      parts.push({ start: first.start, end: first.end, concept: label, share });
      quality += share;
    }
    return { quality, parts };
  }

  #tightest(plans: readonly Plan[], found: readonly Evidence[]): (Span & { share: number }) | null {
    const [firsts = [], ...others] = plans.map((plan, index) => {
      const spans = this.#spansOf(plan);
      return spans.length > 0 ? spans : (found[index]?.parts ?? []).slice(0, 1);
    });
    let best: (Span & { share: number }) | null = null;
    for (const first of firsts) {
      const span = others.reduce<Span | null>((passage, list) => this.#wider(passage, list), first);
      if (span === null) continue;
      const share = this.#tightness(span) * worthOf(span.start, this.#reading);
      if (share > (best?.share ?? 0)) best = { start: span.start, end: span.end, share };
    }
    return best;
  }

  /** The passage with the closest of a list. */
  #wider(passage: Span | null, list: readonly Span[]): Span | null {
    if (passage === null) return null;
    const gapTo = (one: Span): number => Math.max(one.start - passage.end, passage.start - one.end);
    const [closest] = list
      .filter((one) => this.#reading.together(passage.start, one.start))
      .sort((left, right) => gapTo(left) - gapTo(right));
    return closest === undefined ? null : cover(passage, closest);
  }

  #tightness({ start, end }: Span): number {
    if (this.#reading.sentenceOf(start) === this.#reading.sentenceOf(end)) return 1;
    return Math.max(0, 1 - (end - start + 1) / 60) * 0.8;
  }
}

function scale({ quality, parts }: Evidence, factor: number): Evidence {
  const scaled = parts.map((part) => ({ ...part, share: part.share * factor }));
  return { quality: quality * factor, parts: scaled };
}

function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}
