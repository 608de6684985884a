import { decode } from "./decode.ts";
import type { Item, Problem } from "./item.ts";
import { detectLanguage } from "./language.ts";
import { readArticle } from "./seed-article.ts";
import type { Credit } from "./seed-credits.ts";
import { type Fronted, splitFrontMatter } from "./seed-front-matter.ts";

/** One article of the seed corpus. */
export type Seed = {
  /** Null when the file holds no article; `problems` then says why. */
  readonly item: Item | null;
  readonly problems: readonly Problem[];
  /** Who is named for text and pictures; empty for an article with front matter. */
  readonly credits: readonly Credit[];
};

/** Lines that stand in several articles of a corpus and belong to none; see recurringLines. */
export type Recurs = (line: string) => boolean;

/**
 * Reads one article: with YAML front matter, or as it was saved from a web page. `file` is the file's name and
 * becomes the guid. What cannot be known stays null. Never throws.
 */
export function readSeed(file: string, bytes: Uint8Array, recurs: Recurs = () => false): Seed {
  const { text } = decode(bytes, null);
  const page = text.replace(/\r\n?/g, "\n");
  const fault = faultOf(file, page);
  if (fault !== null) return { item: null, problems: [fault], credits: [] };
  const fronted = splitFrontMatter(file, page);
  const seed = fronted === null ? fromPage(file, page, recurs) : fromFront(file, fronted);
  if (seed.item === null || (seed.item.title === null && seed.item.text === null)) {
    const message = `${file}: holds no article: put a headline and the text into it, or remove it`;
    return { ...seed, item: null, problems: [...seed.problems, { code: "seed-empty", message }] };
  }
  return seed;
}

/** Share of a text's characters that may be unreadable. */
const UNREADABLE_MAX = 0.05;

function faultOf(file: string, page: string): Problem | null {
  if (page.trim() === "") {
    return {
      code: "seed-empty",
      message: `${file}: is empty: put an article into it, or remove it`,
    };
  }
  const unreadable = page.match(UNREADABLE)?.length ?? 0;
  if (unreadable <= page.length * UNREADABLE_MAX) return null;
  return {
    code: "seed-not-text",
    message: `${file}: is no text: save the article as plain text, or remove the file`,
  };
}

const UNREADABLE = /[^\P{Cc}\n\t\f]|\uFFFD/gu;

function fromPage(file: string, page: string, recurs: Recurs): Seed {
  const { title, text, credits, ...rest } = readArticle(page, recurs);
  const language = detectLanguage(`${title ?? ""}\n${text}`);
  const item = itemOf(file, { ...rest, title, text: text || null, url: null, language });
  return { item, problems: [], credits };
}

function fromFront(file: string, { front, body, problems }: Fronted): Seed {
  const paragraphs = body
    .split(/\n[ \t]*\n+/)
    .map((part) => plain(part.trim()))
    .filter((part) => part !== "");
  const heading = /^#{1,2}\s+\S/u.test(body.trimStart()) ? (paragraphs[0] ?? null) : null;
  const title = front.title ?? heading;
  const own = heading !== null && heading === title ? paragraphs.slice(1) : paragraphs;
  const text = own.join("\n\n") || null;
  const language = front.language ?? detectLanguage(`${title ?? ""}\n${text ?? ""}`);
  return { item: itemOf(file, { ...front, title, text, language }), problems, credits: [] };
}

/** Markdown as a reader sees it: without the signs of headings, links, pictures and emphasis. */
function plain(part: string): string {
  return part
    .replace(/^#{1,6}\s+|^>\s?/gm, "")
    .replace(/!?\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)/g, "$1")
    .replace(/(\*\*|__)(\S[^\n]{0,1000}?)\1/g, "$2")
    .trim();
}

function itemOf(
  file: string,
  known: Pick<
    Item,
    "title" | "url" | "publishedAt" | "author" | "text" | "source" | "agency" | "language"
  >,
): Item {
  return {
    guid: file,
    title: known.title,
    url: known.url,
    publishedAt: known.publishedAt,
    updatedAt: null,
    author: known.author,
    summary: null,
    text: known.text,
    categories: [],
    enclosures: [],
    source: known.source,
    agency: known.agency,
    language: known.language,
  };
}
