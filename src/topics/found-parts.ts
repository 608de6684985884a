import type { Span } from "./document-reading.ts";
import type { Part } from "./evidence.ts";

type FoundPart = {
  start: number;
  end: number;
  concept: string;
  share: number;
  keep: readonly Span[] | undefined;
};

/** Parts of the evidence that is being gathered, first to last. Their objects serve document after document. */
export class FoundParts {
  readonly #parts: FoundPart[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Valid until the next document is looked at. */
  get all(): readonly Part[] {
    return this.#parts.slice(0, this.#count);
  }

  add(start: number, end: number, concept: string, share: number, keep?: readonly Span[]): void {
    const part = this.#parts[this.#count];
    this.#count += 1;
    if (part === undefined) {
      this.#parts.push({ start, end, concept, share, keep });
      return;
    }
    part.start = start;
    part.end = end;
    part.concept = concept;
    part.share = share;
    part.keep = keep;
  }

  /** Forgets all from this place on. */
  cut(from: number): void {
    this.#count = from;
  }

  /** Multiplies the shares of all from this place on. */
  scale(from: number, factor: number): void {
    for (let index = from; index < this.#count; index += 1) {
      const part = this.#parts[index];
      if (part !== undefined) part.share *= factor;
    }
  }

  /** Puts those from `from` on in the place of those from `to` on. */
  replace(to: number, from: number): void {
    if (to === from) return;
    const parts = this.#parts;
    const length = this.#count - from;
    for (let index = 0; index < length; index += 1) {
      const moved = parts[from + index];
      const old = parts[to + index];
      if (moved === undefined || old === undefined) continue;
      parts[to + index] = moved;
      parts[from + index] = old;
    }
    this.#count = to + length;
  }

  /** Where one was found. */
  spanAt(index: number): Span | null {
    const part = this.#parts[index];
    return part === undefined || index >= this.#count ? null : { start: part.start, end: part.end };
  }
}
