import type { CueKind, Cues } from "./cues.ts";
import type { DocumentReading, Span } from "./document-reading.ts";
import { worthOf } from "./evidence.ts";

/** Words from a name to the verb that makes it tell of others. */
const SPEECH_WORDS = 3;

/** What stands around the roles of a frame in one document. */
export class FrameContext {
  readonly #reading: DocumentReading;
  readonly #cues: Cues;
  readonly #spans = new Map<CueKind, readonly Span[]>();

  constructor(reading: DocumentReading, cues: Cues) {
    this.#reading = reading;
    this.#cues = cues;
  }

  sentence(span: Span): number {
    return this.#reading.sentenceOf(span.start);
  }

  inTitle(span: Span): boolean {
    return span.end < this.#reading.titleEnd;
  }

  /** Whether it stands in the headline or the lead, which tell one thing together. */
  atTop(span: Span): boolean {
    return span.end < this.#reading.leadEnd;
  }

  /** Commas, colons, dashes and brackets between two places. */
  clauses(left: Span, right: Span): number {
    return left.end < right.start
      ? this.#reading.clausesBetween(left.end, right.start)
      : this.#reading.clausesBetween(right.end, left.start);
  }

  worth(span: Span): number {
    return worthOf(span.start, this.#reading);
  }

  /** The cue that stands at most so many words before a place, in the same sentence. */
  before(kind: CueKind, span: Span, words: number): Span | null {
    const sentence = this.sentence(span);
    const found = this.#cue(kind).find(
      (one) =>
        one.end < span.start && span.start - one.end <= words && this.sentence(one) === sentence,
    );
    return found ?? null;
  }

  /** Whether a name stands for what it names: neither "Russian-made" nor "pro-Russian". */
  isItself(span: Span): boolean {
    if (this.before("partisan", span, 1) !== null) return false;
    return !this.#cue("derived").some(({ start }) => start === span.end + 1);
  }

  #cue(kind: CueKind): readonly Span[] {
    let spans = this.#spans.get(kind);
    if (spans === undefined) {
      spans = this.#reading.spans(this.#cues[kind], null);
      this.#spans.set(kind, spans);
    }
    return spans;
  }

  /** A year within so many words before or after a place in its sentence: news seldom name their own year. */
  year(span: Span, words: number): Span | null {
    const sentence = this.sentence(span);
    const last = Math.min(this.#reading.bodyEnd - 1, span.end + words);
    for (let token = Math.max(0, span.start - words); token <= last; token += 1) {
      if (this.#reading.sentenceOf(token) !== sentence) continue;
      if (/^(?:19|20)\d\d$/.test(this.#reading.wordAt(token))) return { start: token, end: token };
    }
    return null;
  }

  /** Whether the place may stand between who acts and the action: "dass Russland Truppen nach Mali schickt". */
  get actionComesLast(): boolean {
    return this.#reading.reading === "de" || this.#reading.reading === "nl";
  }

  /** Whether it only tells what others do: "NATO says Russian troops arrived". */
  speaks(span: Span): boolean {
    const sentence = this.sentence(span);
    return this.#cue("speech").some(
      ({ start }) =>
        start > span.end &&
        start - span.end <= SPEECH_WORDS &&
        this.sentence({ start, end: start }) === sentence,
    );
  }

  /** Whether a name can be what acts: nothing before it makes it a place or a target. */
  acts(span: Span): boolean {
    return this.before("preposition", span, 1) === null;
  }
}

export function overlaps(left: Span, right: Span): boolean {
  return left.start <= right.end && right.start <= left.end;
}

/** Words from one to the other; 1: neighbours, 0 or less: they overlap. */
export function gapOf(left: Span, right: Span): number {
  return left.end < right.start ? right.start - left.end : left.start - right.end;
}

export function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}
