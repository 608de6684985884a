import type { Fetcher, FetchResult } from "./fetch.ts";
import type { ParsedFeed } from "./item.ts";
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
};

type Parse = (bytes: Uint8Array, options: ParseOptions) => Promise<ParsedFeed>;

/** `parse`: readFeed, in a thread of its own where feeds are not trusted. */
export function createFeedReader(fetcher: Fetcher, parse: Parse): Reader {
  return {
    async test(url) {
      const started = performance.now();
      const answer = await fetcher.fetch(url, { validators: null, mayAuthenticate: true });
      const trial = await trialOf(answer, parse);
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
      const parsed = await parse(bytes, {
        contentType,
        base: finalUrl,
        bodyBytesMax: bytes.length,
      });
      if (parsed.ok) return [{ url, title: parsed.feed.title }];
      const [{ decode }, { feedLinksOf }] = await Promise.all([
        import("./decode.ts"),
        import("./feed-links.ts"),
      ]);
      const named = feedLinksOf(decode(bytes, contentType).text, finalUrl);
      if (named.length > 0) return named;
      return guess(fetcher, parse, finalUrl);
    },
  };
}

const ACCEPT_PAGE =
  "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";

async function trialOf(
  answer: FetchResult,
  parse: Parse,
): Promise<Omit<FeedTrial, "url" | "tookMs">> {
  if (answer.kind === "fetched") {
    const { bytes, contentType, finalUrl, status, validators } = answer;
    // Tables of characters that a poller does not need in its own thread.
    const { decode } = await import("./decode.ts");
    return {
      parsed: await parse(bytes, { contentType, base: finalUrl, bodyBytesMax: bytes.length }),
      status,
      contentType,
      charset: decode(bytes, contentType).charset,
      bytes: bytes.length,
      etag: validators.etag,
      lastModified: validators.lastModified,
    };
  }
  const problem = answer.kind === "unchanged" ? UNASKED : answer.problem;
  const nothing = { contentType: null, charset: null, bytes: null, etag: null, lastModified: null };
  return { parsed: refusal(problem), status: answer.status, ...nothing };
}

const UNASKED = {
  code: "unchanged",
  message: "The server says that nothing changed, though nothing was known.",
};

/** Where feeds usually lie, on the page's own path first. */
const USUAL_PATHS = ["feed", "rss", "atom.xml", "feed.xml", "rss.xml", "index.xml", "feed.json"];

async function guess(
  fetcher: Fetcher,
  parse: Parse,
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
    const parsed = await parse(bytes, { contentType, base: finalUrl, bodyBytesMax: bytes.length });
    // The first is enough: the others are the same in another format.
    if (parsed.ok) return [{ url, title: parsed.feed.title }];
  }
  return [];
}
