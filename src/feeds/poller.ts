import type { Feed, Validators } from "./feed.ts";
import type { Fetcher, FetchRequest } from "./fetch.ts";
import type { Item, ParsedFeed, Problem } from "./item.ts";
import { withHubLinks } from "./link-header.ts";
import type { ParseOptions } from "./parse.ts";

/** How bytes become a feed: readFeed, in this thread or in another. Never rejects. */
export type ParseFeed = (bytes: Uint8Array, options: ParseOptions) => Promise<ParsedFeed>;

/** What one poll of a feed brought. */
export type PollResult =
  | {
      readonly kind: "read";
      readonly parsed: ParsedFeed;
      /** With source and language filled in. */
      readonly items: readonly Item[];
      readonly status: number;
      /** To be saved after the items are. */
      readonly validators: Validators;
      readonly cacheMs: number | null;
      readonly movedTo: string | null;
      readonly wireBytes: number;
    }
  | {
      readonly kind: "unchanged";
      readonly status: number;
      readonly validators: Validators;
      readonly cacheMs: number | null;
      readonly movedTo: string | null;
      readonly wireBytes: number;
    }
  | {
      readonly kind: "failed";
      readonly problem: Problem;
      readonly status: number | null;
      readonly retryAfterMs: number | null;
      readonly hostWide: boolean;
    }
  | { readonly kind: "gone"; readonly problem: Problem };

/** Fetches and reads a feed once. Never throws. */
export async function pollFeed(
  feed: Pick<Feed, "url" | "name" | "language">,
  fetcher: Fetcher,
  request: FetchRequest,
  parse: ParseFeed,
): Promise<PollResult> {
  const answer = await fetcher.fetch(feed.url, { ...request, mayAuthenticate: true });
  if (answer.kind !== "fetched") return answer;
  const { bytes, contentType, finalUrl, status } = answer;
  const { bodyHash } = answer.validators;
  const parsed = await parse(bytes, { contentType, base: finalUrl, bodyBytesMax: bytes.length });
  if (!parsed.ok) {
    const [first] = parsed.problems;
    const problem = first ?? { code: "no-feed", message: "This is no feed." };
    return { kind: "failed", problem, status, retryAfterMs: null, hostWide: false };
  }
  const { cacheMs, movedTo, wireBytes, links } = answer;
  const wishes = withHubLinks(parsed.wishes ?? null, links);
  return {
    kind: "read",
    parsed: wishes === null ? parsed : { ...parsed, wishes },
    items: itemsOf(feed, parsed),
    status,
    validators: isCutOff(parsed) ? { ...NO_VALIDATORS, bodyHash } : answer.validators,
    cacheMs,
    movedTo,
    wireBytes,
  };
}

const NO_VALIDATORS = { etag: null, lastModified: null };

/** What broke off on the way is read in full again: the server would call it unchanged. */
function isCutOff({ problems }: ParsedFeed): boolean {
  return problems.some(({ code }) => code === "truncated");
}

/** The entries of a feed with their outlet; what the operator says of the feed holds for each. */
export function itemsOf(
  feed: Pick<Feed, "name" | "language">,
  parsed: ParsedFeed,
): readonly Item[] {
  const source = feed.name ?? parsed.feed.title;
  return parsed.items.map((item) => ({
    ...item,
    source: item.source ?? source,
    language: feed.language ?? item.language,
  }));
}
