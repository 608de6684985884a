import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import RssParser from "rss-parser";
import { Agent } from "undici";
import { tuneHeap } from "../../src/cli/heap.ts";
import { readConfig } from "../../src/config.ts";
import type { Feed, FeedState } from "../../src/feeds/feed.ts";
import { feedIdOf } from "../../src/feeds/identity.ts";
import { NOTHING_KNOWN } from "../../src/feeds/memory.ts";
import { createLog } from "../../src/log.ts";
import { createIngester } from "../../src/pipeline/ingest.ts";
import { createMetrics } from "../../src/pipeline/metrics.ts";
import { createPollStore } from "../../src/pipeline/poll-store.ts";
import { createPolling, type Polling } from "../../src/pipeline/polling.ts";
import { openSitrep, type Sitrep } from "../../src/wiring.ts";
import { ownConfig } from "../support/own-config.ts";
import { ROOT } from "../support/rules.ts";
import { type LoopReport, watchLoop } from "./loop-spans.ts";

/**
 * `poll [N]`: N (1,000) unchanged feeds with all stored, beside a naive loop that stores validators only.
 * `poll hostile [N] [SECONDS]`: N (10,000) feeds of which 30 % are hostile, due all through a time that is shorter than it
 * would be in life.
 * `poll large [N]`: N (5) feeds as large as a feed may be among 200 usual ones, and what holds up the loop meanwhile.
 */
export async function run(args: string[]): Promise<unknown> {
  const [what = "1000", count, seconds] = args;
  switch (what) {
    case "hostile":
      return hostile(Number(count ?? 10_000), Number(seconds ?? 150));
    case "large":
      return large(Number(count ?? 5));
    default:
      return unchanged(Number(what));
  }
}

type Server = { readonly port: number; stop(): Promise<void> };

async function startServer(kind: string): Promise<Server> {
  const child = spawn(process.execPath, [join(ROOT, "test/bench/poll-server.ts"), kind], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return {
    port: Number(String(line)),
    async stop() {
      child.kill();
      await once(child, "close");
    },
  };
}

/** Each feed is a host of its own, as in life. */
function addressOf(index: number, port: number): string {
  const [a, b, c] = [1 + (index >> 16), (index >> 8) & 255, index & 255];
  return `http://127.${a}.${b}.${c}:${port}/feed.xml`;
}

function feedOf(url: string, everyMs: number): Feed {
  const base = { id: feedIdOf(url), url, name: null, tags: [], language: null, weight: 1 };
  return { ...base, everyMs, fullText: false, where: null };
}

type Bench = {
  readonly sitrep: Sitrep;
  readonly polling: Polling;
  close(): Promise<void>;
};

async function open(wrap: (sitrep: Sitrep) => Sitrep): Promise<Bench> {
  const own = ownConfig({ settings: "poll: { concurrency: 32 }\n", seeds: {} });
  const env = { ...own.env, SITREP_FEED_ALLOW: "127.0.0.0/8" };
  const { config, faults } = readConfig(env, ROOT, new Date().toISOString());
  if (config === null) throw new Error(JSON.stringify(faults));
  const opened = await openSitrep(config, createLog("error", [], false), { exclusive: true });
  const sitrep = wrap(opened);
  const { ledger, live, now } = sitrep;
  const ingester = await createIngester({ ledger, live, posts: { publicUrl: null }, now });
  const polling = createPolling(
    sitrep,
    ingester,
    createMetrics(() => ledger.counts()),
  );
  return {
    sitrep,
    polling,
    async close() {
      await polling.stop();
      await opened.close();
      own.remove();
    },
  };
}

const PASSES = 5;

async function unchanged(count: number): Promise<unknown> {
  tuneHeap({ feeds: count, isChatting: false });
  const server = await startServer("well");
  const urls = Array.from({ length: count }, (_, index) => addressOf(index, server.port));
  const bench = await open((sitrep) => sitrep);
  const { ledger } = bench.sitrep;
  const poll = (): Promise<void> => bench.polling.pollAll(() => undefined);
  try {
    for (const url of urls) await ledger.addFeed(feedOf(url, 60_000));
    const watched = watchLoop();
    const first = await measured(poll);
    const spans = watched.stop();
    say(`first poll, all read and stored: ${text(first)}`);
    saySpans(spans);
    const naive = createNaive(urls);
    const naiveFirst = await measured(naive);
    say(`naive loop, first round: ${text(naiveFirst)}`);
    const [own, plain]: [Measure[], Measure[]] = [[], []];
    for (let pass = 0; pass < PASSES; pass += 1) {
      own.push(await measured(poll));
      plain.push(await measured(naive));
    }
    const watchedAgain = watchLoop();
    await poll();
    const failing = (await ledger.feeds()).filter(({ state }) => state?.status !== 304).length;
    say(`sitrep, nothing changed, all stored: ${text(median(own))} (${failing} not 304)`);
    say(`naive loop, nothing changed:         ${text(median(plain))}`);
    const spansUnchanged = watchedAgain.stop();
    saySpans(spansUnchanged);
    const medians = { unchanged: median(own), naive: median(plain) };
    return { count, first, naiveFirst, ...medians, own, plain, spans, spansUnchanged };
  } finally {
    await bench.close();
    await server.stop();
  }
}

/** What a simple bot does: fetches with validators, parses what changed, keeps the validators in a file. */
function createNaive(urls: readonly string[]): () => Promise<void> {
  const agent = new Agent({ connections: 2 });
  const parser = new RssParser();
  const etags = new Map<string, string>();
  const file = join(ROOT, "data", "bench-naive.json");
  const one = async (address: string): Promise<void> => {
    const url = new URL(address);
    const etag = etags.get(address);
    const headers = etag === undefined ? {} : { "if-none-match": etag };
    const {
      statusCode,
      headers: answered,
      body,
    } = await agent.request({
      origin: url.origin,
      path: url.pathname,
      method: "GET",
      headers,
    });
    const received = await body.text();
    if (statusCode === 200) await parser.parseString(received);
    if (answered["etag"] !== undefined) etags.set(address, String(answered["etag"]));
  };
  return async () => {
    const waiting = urls.values();
    const worker = async (): Promise<void> => {
      for (const url of waiting) await one(url);
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    writeFileSync(file, JSON.stringify([...etags]));
  };
}

type Measure = { readonly cpuSeconds: number; readonly seconds: number };

async function measured(work: () => Promise<void>): Promise<Measure> {
  const before = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - started) / 1_000 };
}

function median(measures: readonly Measure[]): Measure {
  const sorted = measures.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds);
  return sorted[Math.floor(sorted.length / 2)] ?? { cpuSeconds: Number.NaN, seconds: Number.NaN };
}

function text({ cpuSeconds, seconds }: Measure): string {
  return `${cpuSeconds.toFixed(2)} CPU s, ${seconds.toFixed(1)} s`;
}

const USUAL_BESIDES = 200;

async function large(count: number): Promise<unknown> {
  tuneHeap({ feeds: count + USUAL_BESIDES, isChatting: false });
  const server = await startServer("large");
  const bench = await open((sitrep) => sitrep);
  const { ledger } = bench.sitrep;
  try {
    for (let index = 0; index < count + USUAL_BESIDES; index += 1) {
      await ledger.addFeed(feedOf(addressOf(index, server.port), 60_000));
    }
    const idle = watchLoop();
    await pause(2_000);
    saySpans(idle.stop());
    const spans = watchLoop();
    const first = await measured(() => bench.polling.pollAll(() => undefined));
    const second = await measured(() => bench.polling.pollAll(() => undefined));
    const seen = spans.stop();
    say(
      `${count} feeds of 9.9 MB and ${USUAL_BESIDES} usual ones: ${text(first)}, ${text(second)}`,
    );
    saySpans(seen);
    return { count, first, second, spans: seen };
  } finally {
    await bench.close();
    await server.stop();
  }
}

/** Between two polls of a feed; in life it is 15 minutes. */
const EVERY_MS = 300_000;

async function hostile(count: number, seconds: number): Promise<unknown> {
  tuneHeap({ feeds: count, isChatting: false });
  const server = await startServer("hostile");
  const dueAts = new Map<string, number>();
  const delays: number[] = [];
  const isWell = new Set<string>();
  const note = (feedId: string, { nextPollAt, lastPollAt }: FeedState): void => {
    const due = dueAts.get(feedId);
    if (due !== undefined && lastPollAt !== null && isWell.has(feedId))
      delays.push(Date.now() - due);
    dueAts.set(feedId, Date.parse(nextPollAt));
  };
  const bench = await open((sitrep) => ({ ...sitrep, ledger: noting(sitrep.ledger, note) }));
  const { ledger } = bench.sitrep;
  const loop = monitorEventLoopDelay({ resolution: 5 });
  let most = process.memoryUsage();
  const watch = setInterval(() => {
    const memory = process.memoryUsage();
    if (memory.rss > most.rss) most = memory;
  }, 100);
  const ticks: Promise<void>[] = [];
  try {
    await prime(bench, count, server.port, { isWell, dueAts });
    loop.enable();
    const spans = watchLoop();
    const cpuBefore = process.cpuUsage();
    for (let second = 0; second < seconds; second += 1) {
      ticks.push(bench.polling.pollDue(() => undefined));
      await pause(1_000);
    }
    loop.disable();
    const { user, system } = process.cpuUsage(cpuBefore);
    const items = (await ledger.counts()).items;
    return report({
      count,
      seconds,
      delays,
      loop,
      most,
      cpuSeconds: (user + system) / 1e6,
      items,
      spans: spans.stop(),
    });
  } finally {
    clearInterval(watch);
    await bench.close();
    await Promise.allSettled(ticks);
    await server.stop();
  }
}

/** The ledger, which tells what it is given of the states of feeds. */
function noting(
  ledger: Sitrep["ledger"],
  note: (feedId: string, state: FeedState) => void,
): Sitrep["ledger"] {
  return {
    ...ledger,
    async saveFeedStates(states) {
      await ledger.saveFeedStates(states);
      for (const { feedId, state } of states) note(feedId, state);
    },
    async ingest(plan) {
      await ledger.ingest(plan);
      if (plan.state !== null) note(plan.feedId, plan.state);
    },
  };
}

/** Feeds that were read before and are due one after the other through the first interval. */
async function prime(
  { sitrep }: Bench,
  count: number,
  port: number,
  known: { readonly isWell: Set<string>; readonly dueAts: Map<string, number> },
): Promise<void> {
  const store = createPollStore(sitrep);
  const feeds = Array.from({ length: count }, (_, index) =>
    feedOf(addressOf(index, port), EVERY_MS),
  );
  await sitrep.ledger.syncFeeds(feeds);
  const startMs = Date.now() + 3_000;
  const states: { feedId: string; state: FeedState }[] = [];
  for (const [index, feed] of feeds.entries()) {
    const dueMs = startMs + Math.round((((index * 7_919) % count) / count) * EVERY_MS);
    const nextPollAt = new Date(dueMs).toISOString();
    const past = new Date(startMs - EVERY_MS).toISOString();
    const ok = { lastPollAt: past, lastOkAt: past, lastNewAt: past, failures: 0, problem: null };
    states.push({
      feedId: feed.id,
      state: { title: null, nextPollAt, ...ok, status: 200, paused: false },
    });
    if (index % 10 < 3) continue;
    known.isWell.add(feed.id);
    const validators = { etag: '"1"', lastModified: null, bodyHash: null };
    store.remember(feed.id, { ...NOTHING_KNOWN, validators });
  }
  await sitrep.ledger.saveFeedStates(states);
  await store.flush();
  for (const { feedId, state } of states) known.dueAts.set(feedId, Date.parse(state.nextPollAt));
}

function report(seen: {
  readonly count: number;
  readonly seconds: number;
  readonly delays: number[];
  readonly loop: ReturnType<typeof monitorEventLoopDelay>;
  readonly most: NodeJS.MemoryUsage;
  readonly cpuSeconds: number;
  readonly items: number;
  readonly spans: LoopReport;
}): unknown {
  const { count, seconds, delays, loop, most, cpuSeconds, items, spans } = seen;
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const delayMs = { p50: at(0.5), p99: at(0.99), max: at(1) };
  const loopMs = {
    p99: loop.percentile(99) / 1e6,
    p999: loop.percentile(99.9) / 1e6,
    max: loop.max / 1e6,
  };
  say(
    `${count} feeds, 30 % hostile, ${seconds} s: ${sorted.length} polls of healthy feeds, ${items} items stored`,
  );
  say(
    `from due to stored: p50 ${delayMs.p50} ms, p99 ${delayMs.p99} ms, longest ${delayMs.max} ms; over 5 s: ${sorted.filter((ms) => ms > 5_000).length}`,
  );
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  say(
    `most memory ${megabytes(most.rss)}, of it heap ${megabytes(most.heapUsed)}, buffers ${megabytes(most.arrayBuffers)}; ${cpuSeconds.toFixed(1)} CPU s`,
  );
  say(
    `event loop held up: p99 ${loopMs.p99.toFixed(0)} ms, p99.9 ${loopMs.p999.toFixed(0)} ms, longest ${loopMs.max.toFixed(0)} ms`,
  );
  saySpans(spans);
  return {
    count,
    seconds,
    polls: sorted.length,
    delayMs,
    loopMs,
    memory: most,
    cpuSeconds,
    items,
    spans,
  };
}

function saySpans({ late, busy, busyMostMs, diskMostMs, lines }: LoopReport): void {
  say(
    `held up for more than 50 ms: ${late} times by the clock, ${busy} by own work; own work at most ${busyMostMs.toFixed(0)} ms, disk at most ${diskMostMs.toFixed(0)} ms`,
  );
  for (const line of lines) say(line);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
