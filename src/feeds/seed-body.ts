import { type Block, type Furniture, personsIn } from "./seed-blocks.ts";
import type { Credit, CreditLine } from "./seed-credits.ts";

/** A line of a page, and what it is when it is no part of the article. */
export type Line = {
  readonly block: Block;
  readonly furniture: Furniture | null;
  readonly credit: CreditLine | null;
  readonly caption: Credit | null;
};

/** Whether a line may be part of the article. */
export function isOwn(line: Line): boolean {
  return line.furniture === null && line.credit === null && line.caption === null;
}

/** What has been read of a body, line by line. */
type Reading = {
  readonly body: string[];
  /** Short lines that are headings if a paragraph follows. */
  pending: string[];
  /** Words of asking since the last paragraph. */
  askedWords: number;
  /** After a label such as "Related": short lines are other articles' headlines. */
  related: boolean;
};

/** What is known of the page already. */
export type KnownParts = {
  readonly title: string | null;
  readonly author: string | null;
  readonly source: string | null;
};

/** The paragraphs of the article among the lines after its headline, in their order. */
export function bodyOf(lines: readonly Line[], known: KnownParts): string[] {
  const reading: Reading = { body: [], pending: [], askedWords: 0, related: false };
  for (const line of lines) {
    if (isOwn(line)) {
      if (!repeats(line.block.text, known, reading.body)) readOwn(line.block, reading);
    } else if (line.furniture === "related") reading.related = true;
    else if (line.furniture === "appeal" && reading.body.length > 0) {
      reading.askedWords += line.block.words;
    }
  }
  return withoutOpening(reading.body, reading.askedWords > 0, known.source);
}

/** The headline once more, or the lines about the author that stand below an article. */
function repeats(text: string, { title, author }: KnownParts, body: readonly string[]): boolean {
  return text === title || (author !== null && body.length > 0 && text.startsWith(author));
}

/**
 * A body without the paragraphs that lead to an appeal and do not ask yet. They stand at its end, the page speaks in
 * them of itself or to its reader, and they share little with the report. A piece that speaks so throughout is an
 * opinion, and is left alone.
 */
function withoutOpening(body: readonly string[], asked: boolean, source: string | null): string[] {
  const report = body.filter((paragraph) => personsIn(paragraph) === 0);
  if (report.length * 2 < body.length) return [...body];
  const known = vocabulary(report);
  const end = body.findLastIndex((paragraph) => {
    const opens = asked || (source !== null && paragraph.includes(source));
    return !opens || personsIn(paragraph) === 0 || shareOf(paragraph, known) >= OPENING_SHARE_MAX;
  });
  return body.slice(0, end + 1);
}

const OPENING_SHARE_MAX = 0.4;

function readOwn(block: Block, reading: Reading): void {
  const { body } = reading;
  const utterance = isUtterance(block);
  if (reading.askedWords > 0 && !goesOn(block, reading.askedWords, body)) {
    reading.askedWords += block.words;
  } else if (block.prose || (utterance && !reading.related)) {
    if (reading.pending.length <= SUBHEADS_MAX && body.length > 0) body.push(...reading.pending);
    body.push(block.text);
    reading.pending = [];
    reading.askedWords = 0;
    if (block.prose) reading.related = false;
  } else if (!reading.related && !utterance) reading.pending.push(block.text);
}

/** More short lines in a row than this are a menu, not headings. */
const SUBHEADS_MAX = 2;

/** A short sentence of a report: `"We are ready," he said.` */
function isUtterance({ text, words }: Block): boolean {
  return words >= 3 && /[.!?…]["'”’»)]*$/u.test(text);
}

/**
 * Whether a block after an appeal goes on with the article. One line of asking may stand between paragraphs; what
 * follows a long appeal has to share its words with the article.
 */
function goesOn({ text, prose }: Block, askedWords: number, body: readonly string[]): boolean {
  if (!prose || personsIn(text) > 1) return false;
  if (askedWords < LONG_APPEAL_WORDS) return true;
  return personsIn(text) === 0 && shareOf(text, vocabulary(body)) >= BELONGING_SHARE_MIN;
}

const LONG_APPEAL_WORDS = 30;
const BELONGING_SHARE_MIN = 0.3;

/** Beginnings of the longer words of a text: what inflection leaves alone. */
export function vocabulary(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(stems));
}

function stems(text: string): string[] {
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]{4,}/gu);
  return (words ?? []).map((word) => word.slice(0, 5));
}

/** How much of a text's longer words are among those known, from 0 to 1. */
export function shareOf(text: string, known: ReadonlySet<string>): number {
  const own = [...new Set(stems(text))];
  return own.length === 0 ? 0 : own.filter((stem) => known.has(stem)).length / own.length;
}
