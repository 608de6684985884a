import type { DocumentReading, Span } from "./document-reading.ts";
import type { Part } from "./evidence.ts";

/** Characters of a passage that is quoted: what chat shows of it without cutting it again. */
const QUOTE_CHARS_MAX = 120;
/** Words beside a kept place that are quoted as well, so that "to Caracas" is not only "Caracas". */
const BESIDE_WORDS = 1;
/** Fewer words than these are not worth leaving out. */
const LEFT_OUT_WORDS_MIN = 3;
const LEFT_OUT = " … ";

/** The passage of a find in its own words; of a long one the places that matter, with … between them. */
export function quoteOf({ start, end, keep }: Part, reading: DocumentReading): string {
  const whole = reading.quote(start, end);
  if (whole.length <= QUOTE_CHARS_MAX) return whole;
  const pieces = keep === undefined ? [] : piecesOf(keep, start, end);
  const quote =
    pieces.length < 2
      ? whole
      : pieces.map((piece) => reading.quote(piece.start, piece.end)).join(LEFT_OUT);
  return quote.length > QUOTE_CHARS_MAX ? `${quote.slice(0, QUOTE_CHARS_MAX - 1)}…` : quote;
}

function piecesOf(keep: readonly Span[], start: number, end: number): Span[] {
  const pieces: Span[] = [];
  for (const span of [...keep].sort((left, right) => left.start - right.start)) {
    const from = Math.max(start, span.start - BESIDE_WORDS);
    const to = Math.min(end, Math.max(span.end, span.start) + BESIDE_WORDS);
    const last = pieces.at(-1);
    if (last !== undefined && from - last.end <= LEFT_OUT_WORDS_MIN) {
      pieces[pieces.length - 1] = { start: last.start, end: Math.max(last.end, to) };
    } else pieces.push({ start: from, end: to });
  }
  return pieces;
}
