import type { Feed, Validators } from "./feed.ts";
import type { Fetcher, FetchRequest } from "./fetch.ts";
import type { Item, ParsedFeed, Problem } from "./item.ts";
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
  const answer = await fetcher.fetch(feed.url, request);
  if (answer.kind !== "fetched") return answer;
  const { bytes, contentType, finalUrl, status } = answer;
  const parsed = await parse(bytes, { contentType, base: finalUrl, bodyBytesMax: bytes.length });
  if (!parsed.ok) {
    const [first] = parsed.problems;
    const problem = first ?? { code: "no-feed", message: "This is no feed." };
    return { kind: "failed", problem, status, retryAfterMs: null, hostWide: false };
  }
  const items = itemsOf(feed, parsed);
  const { cacheMs, movedTo, wireBytes } = answer;
  const { validators: next } = answer;
  return { kind: "read", parsed, items, status, validators: next, cacheMs, movedTo, wireBytes };
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

/** Lets only so many tasks of one server run at a time; the others wait in the order in which they came. */
export type HostGate = {
  run<T>(url: string, task: () => Promise<T>): Promise<T>;
};

export function createHostGate(perHost: number): HostGate {
  const hosts = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  return {
    async run(url, task) {
      const host = hostOf(url);
      const gate = hosts.get(host) ?? { running: 0, waiting: [] };
      hosts.set(host, gate);
      if (gate.running < perHost) gate.running += 1;
      // Who leaves hands its place over, so the count stays.
      else await new Promise<void>((resolve) => gate.waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = gate.waiting.shift();
        if (next !== undefined) next();
        else {
          gate.running -= 1;
          if (gate.running === 0) hosts.delete(host);
        }
      }
    },
  };
}

/** The server of an address; what is no address is a server of its own. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
