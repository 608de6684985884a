import type { Instant } from "./item.ts";
import { type Block, blocksOf, type Furniture, furnitureOf, personsIn } from "./seed-blocks.ts";
import {
  type Credit,
  type CreditLine,
  captionCredit,
  datelineAgency,
  readCreditLine,
  signOff,
} from "./seed-credits.ts";
import { isMasthead, isName, isSection, looksLikeOutlet } from "./seed-names.ts";
import { outletOfPage, type PageLine, withoutOutlet } from "./seed-outlet.ts";

/** What an article saved from a web page says. Null for what cannot be known. */
export type Article = {
  readonly title: string | null;
  readonly source: string | null;
  readonly agency: string | null;
  readonly author: string | null;
  readonly publishedAt: Instant | null;
  /** The body alone, a blank line between paragraphs; empty when there is none. */
  readonly text: string;
  /** Who is named for text and pictures, in the order of the page. */
  readonly credits: readonly Credit[];
};

type Line = {
  readonly block: Block;
  readonly furniture: Furniture | null;
  readonly credit: CreditLine | null;
  readonly caption: Credit | null;
};

/** Captions are rarely longer; a longer paragraph with a credit at its end is the article's own. */
const CAPTION_WORDS_MAX = 70;

/**
 * Tells a saved page's article from what stands around it, by shape: who is spoken to, what is asked, how a line
 * ends, what it shares with the article. `recurs` says that a line stands in other articles of the corpus too.
 */
export function readArticle(page: string, recurs: (line: string) => boolean): Article {
  const lines = blocksOf(page).map((block) => describe(block, recurs));
  const bodyAt = firstBody(lines);
  const headlineAt = headlineIndex(lines, bodyAt);
  const headline = headlineAt === null ? null : (lines[headlineAt]?.block.text ?? null);
  const pageLines = lines.map(
    ({ block, furniture }, index): PageLine => ({
      text: block.text,
      furniture,
      place: index < (headlineAt ?? bodyAt) ? "head" : index >= bodyAt ? "body" : "lead",
    }),
  );
  const source = outletOfPage(pageLines, headline);
  const title = headline === null ? null : withoutOutlet(headline, source);
  const body = bodyOf(lines.slice((headlineAt ?? -1) + 1), title);
  const last = body.at(-1);
  const signed = last === undefined ? null : signOff(last);
  if (signed !== null) body.splice(-1, 1, signed.text);
  const creditLines = lines.flatMap(({ credit }) => credit ?? []);
  const text = body.join("\n\n");
  return {
    title,
    source,
    agency: agencyOf(creditLines, body[0], signed?.agency ?? null),
    author: authorOf(creditLines, lines.slice((headlineAt ?? -1) + 1, bodyAt), text),
    publishedAt: creditLines.find((line) => line.kind === "date")?.at ?? null,
    text,
    credits: lines.flatMap(({ credit, caption }) => {
      if (credit?.kind === "credit") return [credit.credit];
      return caption ?? [];
    }),
  };
}

function describe(block: Block, recurs: (line: string) => boolean): Line {
  const credit = readCreditLine(block.text, block.words);
  const caption = block.words <= CAPTION_WORDS_MAX ? captionCredit(block.text) : null;
  const own = credit === null && caption === null;
  const furniture = own ? (furnitureOf(block) ?? (recurs(block.text) ? "control" : null)) : null;
  return { block, furniture, credit, caption };
}

function isOwn(line: Line): boolean {
  return line.furniture === null && line.credit === null && line.caption === null;
}

/** The first paragraph of the article; the number of lines when there is none. */
function firstBody(lines: readonly Line[]): number {
  const found = lines.findIndex((line) => isOwn(line) && line.block.prose);
  return found === -1 ? lines.length : found;
}

/**
 * The headline is the first line before the body that says what the body says. Where none does, it is the line
 * that comes nearest to it, or a body's first line that is no longer than a headline.
 */
function headlineIndex(lines: readonly Line[], bodyAt: number): number | null {
  const candidates = lines.slice(0, bodyAt).flatMap((line, index) => {
    const { text, words } = line.block;
    return isOwn(line) ? [{ index, text, words }] : [];
  });
  if (candidates.length === 0) return longHeadline(lines, bodyAt);
  const worded = candidates.filter(({ words }) => words >= 3);
  const unnamed = worded.filter(({ text }) => !isMasthead(text));
  const pool = [unnamed, worded, candidates].find((some) => some.length > 0) ?? [];
  const body = vocabulary(prose(lines.slice(bodyAt)));
  const told = pool.map(({ index, text }) => ({ index, share: shareOf(text, body) }));
  const telling = told.find(({ share }) => share >= HEADLINE_SHARE_MIN);
  return telling?.index ?? told.toSorted((a, b) => b.share - a.share)[0]?.index ?? null;
}

/** A headline that reads like a sentence, with nothing of the page's own before it. */
function longHeadline(lines: readonly Line[], bodyAt: number): number | null {
  const first = lines[bodyAt];
  const short = first !== undefined && first.block.words <= HEADLINE_WORDS_MAX;
  return short && prose(lines.slice(bodyAt + 1)).length > 0 ? bodyAt : null;
}

function prose(lines: readonly Line[]): string[] {
  return lines.filter((line) => isOwn(line) && line.block.prose).map(({ block }) => block.text);
}

const HEADLINE_WORDS_MAX = 25;
const HEADLINE_SHARE_MIN = 0.25;

/** Beginnings of the longer words of a text: what inflection leaves alone. */
function vocabulary(texts: readonly string[]): Set<string> {
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

function shareOf(text: string, known: ReadonlySet<string>): number {
  const own = [...new Set(stems(text))];
  return own.length === 0 ? 0 : own.filter((stem) => known.has(stem)).length / own.length;
}

/** The paragraphs of the article among the lines after its headline. */
function bodyOf(lines: readonly Line[], title: string | null): string[] {
  const body: string[] = [];
  let pending: string[] = [];
  let askedWords = 0;
  let related = false;
  for (const line of lines) {
    const { text, prose, words } = line.block;
    if (!isOwn(line)) {
      if (line.furniture === "appeal" && body.length > 0) askedWords += words;
      related ||= line.furniture === "related";
      continue;
    }
    if (text === title) continue;
    const utterance = isUtterance(line.block);
    if (askedWords > 0 && !goesOn(line.block, askedWords, body)) {
      askedWords += words;
    } else if (prose || (utterance && !related)) {
      if (pending.length <= SUBHEADS_MAX && body.length > 0) body.push(...pending);
      body.push(text);
      pending = [];
      askedWords = 0;
      related &&= !prose;
    } else if (!related && !utterance) pending.push(text);
  }
  return body;
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

/** The agency that the text is credited to; one that only took a picture is none. */
function agencyOf(
  lines: readonly CreditLine[],
  lead: string | undefined,
  signed: string | null,
): string | null {
  const bylines = lines.flatMap((line) => (line.kind === "byline" ? (line.agency ?? []) : []));
  const credits = lines.flatMap((line) =>
    line.kind === "credit" && line.credit.kind === "text" ? (line.credit.agency ?? []) : [],
  );
  return bylines[0] ?? datelineAgency(lead ?? "") ?? signed ?? credits[0] ?? null;
}

/** The byline's name, or a bare name between headline and body of whom the body does not speak. */
function authorOf(
  lines: readonly CreditLine[],
  underHeadline: readonly Line[],
  text: string,
): string | null {
  const named = lines.flatMap((line) => (line.kind === "byline" ? (line.author ?? []) : []));
  if (named[0] !== undefined) return named[0];
  const names = underHeadline
    .filter(isOwn)
    .map(({ block }) => block.text.replace(/\s(?:in|en|à|a)\s\p{Lu}[\p{L}\s-]*$/u, ""));
  return names.find((name) => isPerson(name) && !text.includes(name)) ?? null;
}

function isPerson(name: string): boolean {
  const words = name.split(" ").length;
  if (words < 2 || words > 3 || /\d/u.test(name)) return false;
  return isName(name) && !looksLikeOutlet(name) && !isSection(name);
}
