import type { Instant } from "./item.ts";
import { type Block, blocksOf, furnitureOf } from "./seed-blocks.ts";
import { bodyOf, isOwn, type Line, shareOf, vocabulary } from "./seed-body.ts";
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
  const after = lines.slice((headlineAt ?? -1) + 1);
  const creditLines = lines.flatMap(({ credit }) => credit ?? []);
  const author = authorOf(
    creditLines,
    after.slice(0, bodyAt - (headlineAt ?? -1) - 1),
    prose(after),
  );
  const body = bodyOf(after, { title, author, source });
  const last = body.at(-1);
  const signed = last === undefined ? null : signOff(last);
  if (signed !== null) body.splice(-1, 1, signed.text);
  const text = body.join("\n\n");
  return {
    title,
    source,
    agency: agencyOf(creditLines, body[0], signed?.agency ?? null),
    author,
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
  const short =
    first !== undefined &&
    first.block.words <= HEADLINE_WORDS_MAX &&
    !first.block.text.endsWith(".");
  return short && prose(lines.slice(bodyAt + 1)).length > 0 ? bodyAt : null;
}

function prose(lines: readonly Line[]): string[] {
  return lines.filter((line) => isOwn(line) && line.block.prose).map(({ block }) => block.text);
}

const HEADLINE_WORDS_MAX = 25;
const HEADLINE_SHARE_MIN = 0.25;

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
  body: readonly string[],
): string | null {
  const named = lines.flatMap((line) => (line.kind === "byline" ? (line.author ?? []) : []));
  if (named[0] !== undefined) return named[0];
  const names = underHeadline
    .filter(isOwn)
    .map(({ block }) => block.text.replace(/\s(?:in|en|à|a)\s\p{Lu}[\p{L}\s-]*$/u, ""));
  const isTold = (name: string): boolean =>
    body.some((paragraph) => paragraph.includes(name) && !paragraph.startsWith(name));
  return names.find((name) => isPerson(name) && !isTold(name)) ?? null;
}

function isPerson(name: string): boolean {
  const words = name.split(" ").length;
  if (words < 2 || words > 3 || /\d/u.test(name)) return false;
  return isName(name) && !looksLikeOutlet(name) && !isSection(name);
}
