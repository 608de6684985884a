import dns from "node:dns";
import { existsSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { setDefaultCACertificates } from "node:tls";
import { createFetcher, type Fetcher } from "../../src/feeds/fetch.ts";
import { createGuard } from "../../src/feeds/guard.ts";
import { hostHoldUntil, nextState } from "../../src/feeds/poll.ts";
import { type PollResult, pollFeed } from "../../src/feeds/poller.ts";
import { createWorkerPool, type WorkerPool } from "../../src/feeds/worker-pool.ts";
import {
  BEHAVIOURS,
  type HostileServer,
  isSecure,
  serveBehaviour,
  testCertificate,
} from "./hostile-server.ts";

/** One case of DIR/manifest.json: a file, or a behaviour of a server. */
type Case = {
  readonly file?: string;
  readonly http?: string;
  readonly verdict: string;
  readonly title?: string;
  readonly items?: number;
  readonly mustNotContain?: string;
};

type Judged = { readonly name: string; readonly right: boolean | null; readonly said: string };

/** Longest that one case may take: the deadline of a fetch here, and what a loaded machine adds. */
const CASE_MS_MAX = 8_000;
const DEADLINE_MS = 3_000;

/** `hostile DIR`: every case of DIR/manifest.json against a real server, each with its verdict. */
export async function run(args: string[]): Promise<unknown> {
  const [folder = "."] = args;
  const { cases }: { cases: readonly Case[] } = JSON.parse(
    readFileSync(join(folder, "manifest.json"), "utf8"),
  );
  trustTestAuthority();
  const pool = createWorkerPool();
  const judged: Judged[] = [];
  try {
    for (const one of cases) judged.push(await judge(folder, one, pool));
  } finally {
    await pool.close();
  }
  for (const { name, right, said } of judged) {
    if (right !== true) say(`${name}: ${right === null ? "not run" : "WRONG"}: ${said}`);
  }
  const count = (verdict: boolean | null): number =>
    judged.filter(({ right }) => right === verdict).length;
  const isPolluted = Object.hasOwn(Object.prototype, "polluted");
  say(
    `${count(true)} of ${judged.length} right, ${count(false)} wrong, ${count(null)} not run; prototypes ${isPolluted ? "POLLUTED" : "clean"}`,
  );
  return { right: count(true), wrong: count(false), notRun: count(null), judged };
}

/** As a machine that trusts it would; names are resolved to loopback. */
function trustTestAuthority(): void {
  setDefaultCACertificates([String(testCertificate("ca.pem"))]);
  const addresses = [
    { address: "100::1", family: 6 },
    { address: "127.0.0.1", family: 4 },
  ];
  const lookup = (
    host: string,
    options: { all?: boolean },
    callback: (...answer: unknown[]) => void,
  ): void => {
    const found = host === "blackhole.test" ? addresses : addresses.slice(1);
    if (options.all) setImmediate(callback, null, found);
    else setImmediate(callback, null, found[0]?.address, found[0]?.family);
  };
  Object.assign(dns, { lookup });
}

async function judge(folder: string, one: Case, pool: WorkerPool): Promise<Judged> {
  const name = one.file ?? one.http ?? "?";
  const behaviour = one.http === undefined ? undefined : BEHAVIOURS[one.http];
  const path = join(folder, one.file ?? "");
  if (one.http !== undefined && behaviour === undefined) {
    return { name, right: null, said: "no such behaviour is known here" };
  }
  if (one.file !== undefined && !existsSync(path)) {
    return { name, right: null, said: "the file is not there" };
  }
  const server = await serveBehaviour(behaviour ?? sendFile(path), name);
  const fetcher = createFetcher({
    guard: createGuard({ allow: ["127.0.0.0/8", "100::/64"] }),
    userAgent: "Sitrep/bench",
    wireBytesMax: 2_000_000,
    bodyBytesMax: 10_000_000,
    deadlineMs: DEADLINE_MS,
  });
  const foreign = watchConnections(server.port);
  const startedMs = performance.now();
  try {
    const host = one.http === "ipv6-blackhole" ? "blackhole.test" : "feeds.test";
    const url = `${isSecure(name) ? "https" : "http"}://${host}:${server.port}/feed.xml`;
    const result = await pollOnce(url, fetcher, pool);
    const tookMs = performance.now() - startedMs;
    const faults = [
      ...verdictFaults(one, result, server),
      ...(tookMs > CASE_MS_MAX ? [`took ${Math.round(tookMs)} ms`] : []),
      ...foreign.seen.map((to) => `connected to ${to}`),
      ...(one.http === "etag-1mb" ? await etagFaults(url, fetcher, pool, result, server) : []),
    ];
    return { name, right: faults.length === 0, said: faults.join("; ") };
  } finally {
    foreign.stop();
    await fetcher.close();
    await server.close();
  }
}

function sendFile(path: string): (socket: Socket) => void {
  return (socket) => {
    const body = readFileSync(path);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`);
    socket.end(body);
  };
}

function pollOnce(url: string, fetcher: Fetcher, pool: WorkerPool): Promise<PollResult> {
  return pollFeed({ url, name: null, language: null }, fetcher, { validators: null }, pool.parse);
}

/** Connections of this process that lead anywhere else. */
function watchConnections(port: number): { readonly seen: readonly string[]; stop(): void } {
  const { connect } = Socket.prototype;
  const seen: string[] = [];
  const watched = function (this: Socket, ...args: unknown[]): Socket {
    const [options] = args.flat();
    const to =
      typeof options === "object" && options !== null && "port" in options ? options.port : null;
    if (Number(to) !== port) seen.push(String(to));
    return Reflect.apply(connect, this, args);
  };
  Object.assign(Socket.prototype, { connect: watched });
  return { seen, stop: () => void Object.assign(Socket.prototype, { connect }) };
}

const NOW = "2026-03-02T12:00:00.000Z";
const EVERY_MS = 900_000;

/** Milliseconds until the feed is asked again; null: it goes on as if nothing had been. */
function waitMs(result: PollResult): number {
  const outcome =
    result.kind === "failed"
      ? {
          kind: "failed" as const,
          status: result.status,
          problem: "",
          retryAfterMs: result.retryAfterMs,
        }
      : { kind: "unchanged" as const, status: 200, cacheMs: null };
  const state = nextState({
    feed: { everyMs: EVERY_MS },
    before: null,
    outcome,
    now: NOW,
    jitter: 0,
  });
  return Date.parse(state.nextPollAt) - Date.parse(NOW);
}

function verdictFaults(one: Case, result: PollResult, server: HostileServer): readonly string[] {
  switch (one.verdict) {
    case "accept":
      return acceptFaults(one, result);
    case "accept-partial":
      // As good as it can be read, or refused with a reason.
      return result.kind === "read" || result.kind === "failed"
        ? halfTitles(result)
        : [result.kind];
    case "reject":
      return result.kind === "failed" ? [] : [`is ${result.kind}`];
    case "retry":
      return result.kind === "failed" && server.requests.length > 0 ? [] : [`is ${result.kind}`];
    case "backoff-capped":
      return isCapped(result) ? [] : [`waits ${waitMs(result)} ms`];
    case "backoff-min":
    case "min-interval-kept":
      return waitMs(result) >= EVERY_MS ? [] : [`waits ${waitMs(result)} ms`];
    default:
      return [`no such verdict is known here: ${one.verdict}`];
  }
}

function isCapped(result: PollResult): boolean {
  const held = result.kind === "failed" ? hostHoldUntil(result, NOW) : null;
  const wait = waitMs(result);
  return held !== null && wait > EVERY_MS && wait <= 8 * 3_600_000;
}

function acceptFaults(one: Case, result: PollResult): readonly string[] {
  if (result.kind !== "read") {
    return [result.kind === "unchanged" ? "is unchanged" : result.problem.message];
  }
  const [first] = result.items;
  const shown = JSON.stringify(result.items);
  const flat = (text: string): string => text.replace(/\s+/g, " ").trim();
  const title = first?.title ?? "";
  return [
    ...(one.items !== undefined && one.items !== result.items.length
      ? [`${result.items.length} entries, not ${one.items}`]
      : []),
    ...(one.title !== undefined && flat(one.title) !== flat(title) ? [`title is ${title}`] : []),
    ...(one.mustNotContain !== undefined && shown.includes(one.mustNotContain)
      ? [`contains ${one.mustNotContain}`]
      : []),
  ];
}

/** What was cut off is left out, not shown in half. */
function halfTitles(result: PollResult): readonly string[] {
  if (result.kind !== "read") return [];
  return result.items.flatMap(({ title }) => (title === "sec" ? ["half a title"] : []));
}

/** It is sent back as it came. */
async function etagFaults(
  url: string,
  fetcher: Fetcher,
  pool: WorkerPool,
  result: PollResult,
  server: HostileServer,
): Promise<readonly string[]> {
  if (result.kind !== "read") return [];
  const feed = { url, name: null, language: null };
  await pollFeed(feed, fetcher, { validators: result.validators }, pool.parse);
  const sent = /^if-none-match: (.*)$/im.exec(server.requests.at(-1) ?? "")?.[1];
  return sent?.trim() === result.validators.etag ? [] : ["the ETag did not come back"];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
