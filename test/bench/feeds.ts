import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import RssParser from "rss-parser";
import type { Validators } from "../../src/feeds/feed.ts";
import { createFetcher } from "../../src/feeds/fetch.ts";
import { createGuard } from "../../src/feeds/guard.ts";
import { parseFeed } from "../../src/feeds/parse.ts";
import { type Faults, type FeedCase, faultsOf } from "./feeds-compare.ts";
import { syntheticFeeds } from "./synthetic-feeds.ts";

/**
 * `feeds DIR`: feeds with reference values, from DIR/cases.jsonl, one a line: `{path, category, headers, nontrivial,
 * ref: {title, link, entries: [{title, link, id, published, text}]}}`. `feeds speed`: beside plain rss-parser.
 * `feeds poll [N]`: N unchanged feeds.
 */
export async function run(args: string[]): Promise<unknown> {
  const [what = "speed", count] = args;
  if (what === "speed") return speed();
  if (what === "poll") return poll(Number(count ?? 1_000));
  return reference(what);
}

/** Where the reference took the documents from: relative addresses in them lead there. */
const SUITE_URL = "http://127.0.0.1:8097/tests/";
/** One idea repeated in hundreds of cases: left out of the figure for structure. */
const REPEATED = ["wellformed/sanitize", "entities", "wellformed/amp", "wellformed/lang"];

async function reference(folder: string): Promise<unknown> {
  const file = join(folder, "cases.jsonl");
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const cases = readFileSync(file, "utf8").trim().split("\n").map(readCase);
  const read: { readonly one: FeedCase; readonly faults: Faults }[] = [];
  for (const one of cases) {
    const contentType = one.headers?.["content-type"] ?? null;
    const bytes = readFileSync(join(folder, one.path));
    const parsed = await parseFeed(bytes, { contentType, base: baseOf(one) });
    read.push({ one, faults: faultsOf(one.ref, parsed) });
  }
  const nontrivial = read.filter(({ one }) => one.nontrivial !== false);
  const structural = nontrivial.filter(({ one }) => !REPEATED.includes(one.category ?? ""));
  const wrong = nontrivial.filter(({ faults }) => faults.length > 0);
  for (const { one, faults } of wrong) say(`${one.path}: ${faults.join(", ")}`);
  const figures = Object.entries({ all: read, nontrivial, structural }).map(([name, group]) => {
    const right = group.filter(({ faults }) => faults.length === 0).length;
    say(
      `${name}: ${right} of ${group.length} right (${((100 * right) / group.length).toFixed(2)} %)`,
    );
    return [name, { right, total: group.length }];
  });
  return {
    ...Object.fromEntries(figures),
    wrong: wrong.map(({ one, faults }) => [one.path, faults]),
  };
}

function readCase(line: string): FeedCase {
  return JSON.parse(line);
}

function baseOf(one: FeedCase): string {
  const page = `${SUITE_URL}${one.path.replace(/^suite\//, "")}`;
  const url = URL.parse(one.headers?.["content-location"] ?? "", page);
  return url === null || !url.protocol.startsWith("http") ? page : url.href;
}

const PASSES = 5;

async function speed(): Promise<unknown> {
  const corpus = syntheticFeeds(200);
  const megabytes = corpus.reduce((sum, bytes) => sum + bytes.length, 0) / 1e6;
  say(`${corpus.length} feeds, ${megabytes.toFixed(1)} MB, median of ${PASSES} passes in turn`);
  const parser = new RssParser();
  const readers = {
    "rss-parser": (bytes: Buffer) => parser.parseString(bytes.toString("utf8")),
    sitrep: (bytes: Buffer) => parseFeed(bytes, { contentType: null, base: null }),
  };
  const seconds = { "rss-parser": [] as number[], sitrep: [] as number[] };
  for (let pass = 0; pass <= PASSES; pass += 1) {
    for (const name of ["rss-parser", "sitrep"] as const) {
      const before = process.cpuUsage();
      for (const bytes of corpus) await readers[name](bytes);
      // The first pass warms up.
      if (pass > 0) seconds[name].push(cpuSeconds(before));
    }
  }
  const plain = corpus.length / median(seconds["rss-parser"]);
  const own = corpus.length / median(seconds.sitrep);
  say(`rss-parser alone: ${plain.toFixed(0)} feeds a CPU second`);
  say(`sitrep:           ${own.toFixed(0)} feeds a CPU second, ${(own / plain).toFixed(2)} times`);
  return { feeds: corpus.length, megabytes, plain, own, ratio: own / plain };
}

async function poll(count: number): Promise<unknown> {
  const [body = Buffer.alloc(0)] = syntheticFeeds(1);
  const server = createServer((request, response) => {
    const isKnown = request.headers["if-none-match"] === '"1"';
    response.writeHead(isKnown ? 304 : 200, { etag: '"1"' });
    response.end(isKnown ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const fetcher = createFetcher({
    guard: createGuard({ allow: ["127.0.0.0/8"] }),
    userAgent: "Sitrep/bench",
    wireBytesMax: 2_000_000,
    bodyBytesMax: 10_000_000,
    perHost: 32,
  });
  const validators: Validators = { etag: '"1"', lastModified: null, bodyHash: null };
  const before = process.cpuUsage();
  const started = performance.now();
  const urls = Array.from({ length: count }, (_, index) => `http://127.0.0.1:${port}/${index}`);
  const results = await Promise.all(urls.map((url) => fetcher.fetch(url, { validators })));
  const cpu = cpuSeconds(before);
  const wall = (performance.now() - started) / 1_000;
  await fetcher.close();
  server.close();
  const unchanged = results.filter(({ kind }) => kind === "unchanged").length;
  say(
    `${unchanged} of ${count} unchanged: ${cpu.toFixed(2)} CPU s with the server, ${wall.toFixed(2)} s`,
  );
  return { count, unchanged, cpu, wall };
}

function cpuSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
