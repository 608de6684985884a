import { decode } from "./decode.ts";
import type { FeedDraft } from "./draft.ts";
import type { ParsedFeed, Problem } from "./item.ts";
import { findJsonFeed } from "./json-feed.ts";
import { findFeed } from "./normalise.ts";
import { refusal } from "./refusal.ts";
import { readByParserOfRecord } from "./skeleton.ts";
import { readXml } from "./xml-tree.ts";

export type ParseOptions = {
  /** As the server sent it; its charset counts, its type does not. */
  readonly contentType: string | null;
  /** Where the document came from; null when that is not known. */
  readonly base: string | null;
  /** Longest document that is read, for what no fetcher has measured; {@link BODY_BYTES_MAX} when absent. */
  readonly bodyBytesMax?: number;
};

/** Ten times the largest ordinary feed. */
export const BODY_BYTES_MAX = 10_000_000;

/**
 * Reads a feed of any kind: RSS 0.9x to 2.0, RDF, Atom, CDF, JSON Feed. Never throws, fetches nothing, expands no
 * entities. What is no feed, or is refused, comes back with `ok: false` and a problem that says why.
 */
export async function parseFeed(bytes: Uint8Array, options: ParseOptions): Promise<ParsedFeed> {
  const bytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
  if (bytes.length > bytesMax) {
    const message = `The document has ${bytes.length} bytes; at most ${bytesMax} are read (poll.bodyBytesMax).`;
    return refusal({ code: "too-big", message });
  }
  const { text } = decode(bytes, options.contentType);
  try {
    return await parseText(text, options.base);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return refusal({ code: "parser-failed", message: `The parser gave up: ${reason}.` });
  }
}

async function parseText(text: string, base: string | null): Promise<ParsedFeed> {
  const start = text.search(/\S/);
  if (start === -1) return refusal({ code: "empty", message: "The document is empty." });
  if (text[start] === "{") {
    const draft = findJsonFeed(text, base);
    return draft === null ? refusal(NO_JSON_FEED) : finish(draft, []);
  }
  if (!text.includes("<")) return refusal(NO_FEED);
  const tree = readXml(text, null);
  if (tree.root === null) return refusal(tree.refused);
  const found = findFeed(tree.root, base);
  if (found === null)
    return refusal(/<html\b/i.test(text.slice(start, start + 2_000)) ? PAGE : NO_FEED);
  const problems = [...found.problems];
  for (const { offset } of found.cutOff) {
    const message = "The document ends in the middle of an entry, which was left out.";
    problems.push({ code: "truncated", message, line: lineAt(text, offset) });
  }
  if (!found.isWhole && found.cutOff.length === 0) {
    const message = "The document ends before the feed in it does.";
    problems.push({ code: "truncated", message, line: lineAt(text, text.length) });
  }
  return finish(found.draft, problems);
}

async function finish(draft: FeedDraft, problems: readonly Problem[]): Promise<ParsedFeed> {
  const { title, url, items } = await readByParserOfRecord(draft);
  const { language, updatedAt, wishes } = draft;
  return { ok: true, feed: { title, url, language, updatedAt }, items, problems, wishes };
}

const NO_FEED: Problem = {
  code: "no-feed",
  message: "This is no feed: there is no <rss>, <feed>, <rdf> or <channel> in it.",
};
const NO_JSON_FEED: Problem = {
  code: "no-feed",
  message:
    "This is JSON, but no JSON Feed: it has no version of jsonfeed.org with a list of items.",
};
const PAGE: Problem = {
  code: "page",
  message:
    "This is a web page, not a feed. `feeds add` with its address looks for the feed behind it.",
};

/** 1-based. */
function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}
