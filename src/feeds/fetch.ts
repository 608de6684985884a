import type { IncomingHttpHeaders } from "node:http";
import { Agent, type Dispatcher } from "undici";
import { BadEncoding, readBody } from "./body.ts";
import type { Validators } from "./feed.ts";
import { askLeniently, type LenientResponse } from "./fetch-lenient.ts";
import { Failure, problemOf, problemOfStatus } from "./fetch-problem.ts";
import type { Guard } from "./guard.ts";
import { cacheMsOf, retryAfterMsOf } from "./http-dates.ts";
import type { Problem } from "./item.ts";
import { type HubLinks, hubLinksOf } from "./link-header.ts";
import { redactUrl } from "./redact.ts";

export type FetcherOptions = {
  readonly guard: Guard;
  /** Says who asks, and where somebody who minds finds us. */
  readonly userAgent: string;
  /** Most bytes that are taken from the network for one document. */
  readonly wireBytesMax: number;
  /** Most bytes that it may have once it is decompressed; counted while that happens. */
  readonly bodyBytesMax: number;
  /** From the first connection to the last byte, redirects included; {@link DEADLINE_MS} when absent. */
  readonly deadlineMs?: number;
  /** Connections to one server at a time; 2 when absent. */
  readonly perHost?: number;
};

export type FetchRequest = {
  /** Sent back as the server gave them; null: the document is wanted in any case. */
  readonly validators: Validators | null;
  /**
   * True where people gave the address: user and password in it are sent. Any other address that has them is refused,
   * as it comes from outside and would end up in what is shown.
   */
  readonly mayAuthenticate?: boolean;
  /** Media types that are wanted; feeds when absent. */
  readonly accept?: string;
  /**
   * Called when a document turns out to be large; it is read on when this resolves. `giveUp` ends the fetch with
   * a timeout, for when others wait for the place that it takes.
   */
  readonly onLarge?: (giveUp: () => void) => Promise<void>;
};

/** What an answer says about where the document is and when to ask again. */
type Answer = {
  readonly status: number;
  /** Where the answer came from, after redirects, without user and password. */
  readonly finalUrl: string;
  /** Where the document has moved for good, when every redirect on the way said so; else null. */
  readonly movedTo: string | null;
  /** To be sent with the next request. */
  readonly validators: Validators;
  /** For how long the answer calls itself fresh, in milliseconds; null when it does not say. */
  readonly cacheMs: number | null;
  /** What its headers say of a hub. */
  readonly links: HubLinks;
  /** Bytes of the body as they came over the network. */
  readonly wireBytes: number;
};

export type FetchResult =
  | (Answer & {
      readonly kind: "fetched";
      readonly bytes: Uint8Array;
      readonly contentType: string | null;
    })
  | (Answer & { readonly kind: "unchanged" })
  | {
      readonly kind: "failed";
      readonly problem: Problem;
      /** Null when no answer came. */
      readonly status: number | null;
      readonly retryAfterMs: number | null;
      /** The server asks for less, so its other feeds wait too. */
      readonly hostWide: boolean;
    }
  /** The server says that the document is gone for good. */
  | { readonly kind: "gone"; readonly status: 410; readonly problem: Problem };

/** Gets documents from the network, within limits. Never throws. */
export type Fetcher = {
  fetch(url: string, request: FetchRequest): Promise<FetchResult>;
  /** Ends all sockets at once. */
  close(): Promise<void>;
};

const DEADLINE_MS = 30_000;
const HOPS_MAX = 3;
/** Of all headers of one answer, in bytes. */
const HEADER_BYTES_MAX = 32_768;

const ACCEPT =
  "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5";

export function createFetcher(options: FetcherOptions): Fetcher {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const agent = new Agent({
    connect: options.guard.connect,
    connections: options.perHost ?? 2,
    pipelining: 1,
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
  });
  return {
    fetch: async (url, request) => {
      const startedMs = performance.now();
      const left = new AbortController();
      const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), left.signal]);
      try {
        const giveUp = (): void => left.abort();
        return await followPacked({ agent, options, request, signal, giveUp }, url);
      } catch (error) {
        return failureOf(url, error, signal.aborted ? performance.now() - startedMs : null);
      }
    },
    close: async () => {
      await agent.destroy();
    },
  };
}

/** What cannot be unpacked is asked for once more, not packed this time: some servers and proxies do it wrongly. */
async function followPacked(
  exchange: Omit<Exchange, "encodings">,
  url: string,
): Promise<FetchResult> {
  try {
    return await follow({ ...exchange, encodings: "gzip, deflate, br" }, url);
  } catch (error) {
    if (!(error instanceof BadEncoding)) throw error;
    return follow({ ...exchange, encodings: "identity" }, url);
  }
}

type Exchange = {
  readonly agent: Agent;
  readonly options: FetcherOptions;
  readonly request: FetchRequest;
  readonly signal: AbortSignal;
  readonly giveUp: () => void;
  /** How the answer may be packed. */
  readonly encodings: string;
};

type Response = Dispatcher.ResponseData | LenientResponse;

/** Asks, and follows redirects by hand: each hop passes the guard, and no password leaves for another server. */
async function follow(exchange: Exchange, address: string): Promise<FetchResult> {
  const first = urlOf(address);
  if (exchange.request.mayAuthenticate !== true && hasUser(first)) {
    throw new Failure(
      "bad-address",
      `${first.host}: user and password are sent only for a feed that somebody added.`,
    );
  }
  const authorization = authorizationOf(first);
  const origin = first.origin;
  let url = withoutUser(first);
  let isPermanent = true;
  for (let hop = 0; hop <= HOPS_MAX; hop += 1) {
    const refused = exchange.options.guard.refusalOf(url);
    if (refused !== null) throw refused;
    const response = await ask(exchange, url, url.origin === origin ? authorization : null);
    const target = redirectOf(response, url);
    if (target === null) {
      const movedTo = hop > 0 && isPermanent ? url.href : null;
      return read(exchange, response, url, movedTo);
    }
    await discard(response.body, exchange.signal);
    isPermanent &&= response.statusCode === 301 || response.statusCode === 308;
    url = target;
  }
  throw new Failure("too-many-redirects", `${first.host} redirects more than ${HOPS_MAX} times.`);
}

function urlOf(address: string): URL {
  // What people paste from a browser's old feed button.
  const url = address.trim().replace(/^feed:(\/\/)?(?=https?:)/i, "");
  if (!URL.canParse(url)) {
    throw new Failure("bad-address", "This is no address: it must begin with http:// or https://.");
  }
  return new URL(url);
}

function hasUser({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  bare.hash = "";
  return bare;
}

function authorizationOf(url: URL): string | null {
  if (!hasUser(url)) return null;
  const pair = `${decodeUser(url.username)}:${decodeUser(url.password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function decodeUser(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function ask(exchange: Exchange, url: URL, authorization: string | null): Promise<Response> {
  const { agent, options, request, signal } = exchange;
  const { validators } = request;
  const headers: Record<string, string> = {
    "user-agent": options.userAgent,
    accept: request.accept ?? ACCEPT,
    "accept-encoding": exchange.encodings,
  };
  if (authorization !== null) headers["authorization"] = authorization;
  if (validators?.etag) headers["if-none-match"] = validators.etag;
  if (validators?.lastModified) headers["if-modified-since"] = validators.lastModified;
  const path = `${url.pathname}${url.search}`;
  try {
    return await agent.request({ origin: url.origin, path, method: "GET", headers, signal });
  } catch (error) {
    if (!isHeaderFault(error)) throw error;
    return askLeniently(options.guard, url, headers, signal);
  }
}

/** A header that is written against the rules, in an answer that may be fine otherwise. */
function isHeaderFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // What undici makes of such a header in an answer that tells its length.
  if (error.name === "ResponseContentLengthMismatchError") return true;
  return (
    error.name === "HTTPParserError" &&
    /header value|header token|whitespace after header/i.test(error.message)
  );
}

/** Where a redirect leads; null when the answer is none. */
function redirectOf(response: Response, url: URL): URL | null {
  const { statusCode, headers } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode)) return null;
  const { location } = headers;
  if (location === undefined || Array.isArray(location) || !URL.canParse(location, url.href)) {
    throw new Failure("bad-redirect", `${url.host} redirects to nowhere.`);
  }
  const target = new URL(location, url);
  if (hasUser(target)) {
    throw new Failure("bad-redirect", `${url.host} redirects to an address with a password.`);
  }
  target.hash = "";
  return target;
}

/** Lets go of a body that nobody reads: a short one is read to its end, so that the connection can be used again. */
async function discard(body: Response["body"], signal: AbortSignal): Promise<void> {
  body.on("error", () => undefined);
  if ("dump" in body) await body.dump({ limit: 16_384, signal }).catch(() => undefined);
  else body.destroy();
}

async function read(
  exchange: Exchange,
  response: Response,
  url: URL,
  movedTo: string | null,
): Promise<FetchResult> {
  const { statusCode: status, headers, body } = response;
  const { validators: sent } = exchange.request;
  const now = Date.now();
  const finalUrl = redactUrl(url.href);
  const links = hubLinksOf(headers["link"], url.href);
  const answer = { status, finalUrl, movedTo, cacheMs: cacheMsOf(headers, now), links };
  if (status === 304 && (sent?.etag || sent?.lastModified)) {
    await discard(body, exchange.signal);
    const validators = validatorsOf(headers, sent.bodyHash, sent);
    return { kind: "unchanged", ...answer, validators, wireBytes: 0 };
  }
  if (status < 200 || status > 299) {
    await discard(body, exchange.signal);
    return refusedAnswer(url, status, retryAfterMsOf(headers, now));
  }
  const { onLarge } = exchange.request;
  const { bytes, wireBytes, hash } = await readBody(body, headers["content-encoding"], {
    ...exchange.options,
    onLarge: async () => {
      await onLarge?.(exchange.giveUp);
      // What has come already is unpacked without the connection, which alone heeds the signal.
      exchange.signal.throwIfAborted();
    },
  });
  const validators = validatorsOf(headers, hash, null);
  if (sent?.bodyHash === hash) return { kind: "unchanged", ...answer, validators, wireBytes };
  const contentType = [headers["content-type"] ?? []].flat()[0] ?? null;
  return { kind: "fetched", ...answer, validators, wireBytes, bytes, contentType };
}

/** Validators for the next request. A 304 need not repeat them. */
function validatorsOf(
  headers: IncomingHttpHeaders,
  bodyHash: string | null,
  before: Validators | null,
): Validators {
  const etag = sendable(headers.etag) ?? before?.etag ?? null;
  const lastModified = sendable(headers["last-modified"]) ?? before?.lastModified ?? null;
  // A server whose answers expire at once, or claims a change in 2038, says "not modified" for ever.
  const isUsable = headers.expires?.trim() !== "0" && !(lastModified?.includes("2038") ?? false);
  return isUsable ? { etag, lastModified, bodyHash } : { etag: null, lastModified: null, bodyHash };
}

/** A header's value, when it can be sent back: no controls. */
function sendable(value: string | undefined): string | null {
  return value !== undefined && /^[\t\x20-\x7e\x80-\xff]+$/.test(value) ? value : null;
}

function refusedAnswer(url: URL, status: number, retryAfterMs: number | null): FetchResult {
  const { host } = url;
  if (status === 410) {
    const message = `${host} answered 410: the feed is gone for good. Remove it or look for its new address.`;
    return { kind: "gone", status: 410, problem: { code: "gone", message } };
  }
  const problem = problemOfStatus(host, status);
  const hostWide = status === 429 || status === 503;
  return { kind: "failed", problem, status, retryAfterMs, hostWide };
}

/** A failure without an answer, in words. */
function failureOf(address: string, error: unknown, deadlineMs: number | null): FetchResult {
  const host = URL.canParse(address) ? new URL(address).host : redactUrl(address).slice(0, 100);
  const problem = problemOf(host, error, deadlineMs);
  return { kind: "failed", problem, status: null, retryAfterMs: null, hostWide: false };
}
