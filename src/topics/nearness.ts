import type { DocumentReading, Span } from "./document-reading.ts";
import { worthOf } from "./evidence.ts";

/** Part of the quality of AND that comes from its parts being near one another. */
export const NEARNESS_SHARE = 0.3;
/** Words over which parts of AND still count as near. */
const NEARNESS_WORDS_MAX = 60;
/** What is left of nearness across a full stop. */
const APART_WORTH = 0.8;

/** The tightest passage that holds one find of each list, and how tight it is, above 0 to 1; null: there is none. */
export function nearnessOf(
  lists: readonly (readonly Span[])[],
  reading: DocumentReading,
): (Span & { readonly share: number }) | null {
  let best: Span | null = null;
  let most = 0;
  for (const first of lists[0] ?? []) {
    const span = passageOf(first, lists, reading);
    if (span === null) continue;
    const share = tightnessOf(span, reading) * worthOf(span.start, reading);
    if (share <= most) continue;
    most = share;
    best = span;
  }
  return best === null ? null : { start: best.start, end: best.end, share: most };
}

/** From a find of the first list to the closest of each other; null when one is in another part of the document. */
function passageOf(
  first: Span,
  lists: readonly (readonly Span[])[],
  reading: DocumentReading,
): Span | null {
  let { start, end } = first;
  for (let index = 1; index < lists.length; index += 1) {
    const next = closestOf(lists[index] ?? [], start, end, reading);
    if (next === null) return null;
    start = Math.min(start, next.start);
    end = Math.max(end, next.end);
  }
  return { start, end };
}

function closestOf(
  list: readonly Span[],
  start: number,
  end: number,
  reading: DocumentReading,
): Span | null {
  let best: Span | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const one of list) {
    if (!reading.together(start, one.start)) continue;
    const gap = Math.max(one.start - end, start - one.end);
    if (gap < least) {
      least = gap;
      best = one;
    }
  }
  return best;
}

function tightnessOf({ start, end }: Span, reading: DocumentReading): number {
  if (reading.sentenceOf(start) === reading.sentenceOf(end)) return 1;
  return Math.max(0, 1 - (end - start + 1) / NEARNESS_WORDS_MAX) * APART_WORTH;
}
