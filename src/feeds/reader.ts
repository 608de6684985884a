import type { Fetcher, FetchResult } from "./fetch.ts";
import type { ParsedFeed, Problem } from "./item.ts";
import type { Opml } from "./opml.ts";
import type { ParseOptions } from "./parse.ts";
import { redactUrl } from "./redact.ts";
import { refusal } from "./refusal.ts";

/** What one try of a feed showed. */
export type FeedTrial = {
  /** Without user and password. */
  readonly url: string;
  readonly parsed: ParsedFeed;
  readonly status: number | null;
  readonly contentType: string | null;
  readonly charset: string | null;
  /** Decompressed; null when nothing came. */
  readonly bytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly tookMs: number;
};

/** A feed behind a page. */
export type FoundFeed = { readonly url: string; readonly title: string | null };

/** Tries feeds and finds them; stores nothing. */
export type Reader = {
  test(url: string): Promise<FeedTrial>;
  /** The feeds behind a page's address, those it names first; the address itself when it is a feed. */
  discover(url: string): Promise<readonly FoundFeed[]>;
  /** The feeds of an OPML list; refused addresses come back as a problem. */
  list(url: string): Promise<Opml | { readonly problem: string }>;
};

/** Reads documents that nobody vouches for: see createWorkerPool. None of it rejects. */
export type DocumentReader = {
  /** As readFeed. A document that takes too long, or too much memory, is refused. */
  parse(bytes: Uint8Array, options: ParseOptions): Promise<ParsedFeed>;
  /** As feedLinksOf; none also for a page that takes too long. */
  links(
    bytes: Uint8Array,
    contentType: string | null,
    pageUrl: string,
  ): Promise<readonly FoundFeed[]>;
  /** As parseOpml, but for what is at the end of a very long list. */
  list(bytes: Uint8Array, contentType: string | null): Promise<Opml>;
  /** The name of the charset that a document is read in; null when it takes too long to tell. */
  charset(bytes: Uint8Array, contentType: string | null): Promise<string | null>;
};

/** Feeds and lists of feeds on the network. */
export function createFeedReader(fetcher: Fetcher, documents: DocumentReader): Reader {
  return {
    async test(url) {
      const started = performance.now();
      const answer = await fetcher.fetch(url, { validators: null, mayAuthenticate: true });
      const trial = await trialOf(answer, documents);
      return { url: redactUrl(url), ...trial, tookMs: Math.round(performance.now() - started) };
    },
    async discover(address) {
      const url = /^[a-z][a-z\d+.-]*:/i.test(address.trim())
        ? address.trim()
        : `https://${address.trim()}`;
      const request = { validators: null, accept: ACCEPT_PAGE, mayAuthenticate: true };
      const answer = await fetcher.fetch(url, request);
      if (answer.kind !== "fetched") return [];
      const { bytes, contentType, finalUrl } = answer;
      const options = { contentType, base: finalUrl, bodyBytesMax: bytes.length };
      const parsed = await documents.parse(bytes, options);
      if (parsed.ok) return [{ url, title: parsed.feed.title }];
      const named = await documents.links(bytes, contentType, finalUrl);
      if (named.length > 0) return named;
      return guess(fetcher, documents, finalUrl);
    },
    async list(url) {
      const request = { validators: null, accept: "*/*", mayAuthenticate: true };
      const answer = await fetcher.fetch(url, request);
      if (answer.kind === "fetched") return documents.list(answer.bytes, answer.contentType);
      return { problem: problemOf(answer).message };
    },
  };
}

const ACCEPT_PAGE =
  "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";

async function trialOf(
  answer: FetchResult,
  documents: DocumentReader,
): Promise<Omit<FeedTrial, "url" | "tookMs">> {
  if (answer.kind === "fetched") {
    const { bytes, contentType, finalUrl, status, validators } = answer;
    return {
      parsed: await documents.parse(bytes, {
        contentType,
        base: finalUrl,
        bodyBytesMax: bytes.length,
      }),
      status,
      contentType,
      charset: await documents.charset(bytes, contentType),
      bytes: bytes.length,
      etag: validators.etag,
      lastModified: validators.lastModified,
    };
  }
  const nothing = { contentType: null, charset: null, bytes: null, etag: null, lastModified: null };
  return { parsed: refusal(problemOf(answer)), status: answer.status, ...nothing };
}

function problemOf(answer: Exclude<FetchResult, { readonly kind: "fetched" }>): Problem {
  return answer.kind === "unchanged" ? UNASKED : answer.problem;
}

const UNASKED = {
  code: "unchanged",
  message: "The server says that nothing changed, though nothing was known.",
};

/** Where feeds usually lie, on the page's own path first. */
const USUAL_PATHS = ["feed", "rss", "atom.xml", "feed.xml", "rss.xml", "index.xml", "feed.json"];

async function guess(
  fetcher: Fetcher,
  documents: DocumentReader,
  pageUrl: string,
): Promise<readonly FoundFeed[]> {
  const folder = new URL("./", pageUrl).href;
  const root = new URL("/", pageUrl).href;
  const candidates = new Set([folder, root].flatMap((at) => USUAL_PATHS.map((path) => at + path)));
  for (const url of candidates) {
    const answer = await fetcher.fetch(url, { validators: null });
    if (answer.kind === "failed" && answer.hostWide) return [];
    if (answer.kind !== "fetched") continue;
    const { bytes, contentType, finalUrl } = answer;
    const options = { contentType, base: finalUrl, bodyBytesMax: bytes.length };
    const parsed = await documents.parse(bytes, options);
    // The first is enough: the others are the same in another format.
    if (parsed.ok) return [{ url, title: parsed.feed.title }];
  }
  return [];
}
