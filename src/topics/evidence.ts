import type { DocumentReading, Span } from "./document-reading.ts";

/** One find: what it is and what part of the quality it gives. */
export type Part = Span & {
  readonly concept: string;
  readonly share: number;
  /** Places inside the span that a shortened quote must keep, in any order; absent: its beginning. */
  readonly keep?: readonly Span[] | undefined;
};

/** How well a plan fits: from above 0 to 1, or a little over; the shares of its parts sum to it. */
export type Evidence = { readonly quality: number; readonly parts: readonly Part[] };

/** What a find is worth by where it stands. A headline says what an article is about, its last paragraph does not. */
const TITLE_WORTH = 1;
const LEAD_WORTH = 0.9;
const BODY_WORTH_FIRST = 0.7;
const BODY_WORTH_LAST = 0.5;
/** Words of the body after which a find is worth least. */
const BODY_WORDS = 400;

/** What each further mention adds, and at most. */
const MENTION_WORTH = 0.03;
const MENTIONS_WORTH_MAX = 0.12;

/** What mentions beyond the first add. */
export function mentionsWorth(count: number): number {
  return Math.min(MENTIONS_WORTH_MAX, MENTION_WORTH * (count - 1));
}

/** What a find at this token is worth, 0 to 1. */
export function worthOf(token: number, reading: DocumentReading): number {
  switch (reading.fieldOf(token)) {
    case "title":
    case "source":
    case "language":
      return TITLE_WORTH;
    case "lead":
      return LEAD_WORTH;
    case "body": {
      const depth = Math.min(1, (token - reading.leadEnd) / BODY_WORDS);
      return BODY_WORTH_FIRST - depth * (BODY_WORTH_FIRST - BODY_WORTH_LAST);
    }
  }
}
