import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import RssParser from "rss-parser";
import { parseFeed } from "../../src/feeds/parse.ts";
import { syntheticFeeds } from "./synthetic-feeds.ts";

const PASSES = 5;

/**
 * `parse [DIR]`: beside plain rss-parser on the same feeds in the same run: those of a folder, or made ones of the usual
 * shapes.
 */
export async function run(args: string[]): Promise<unknown> {
  const [folder] = args;
  const corpus = folder === undefined ? syntheticFeeds(200) : await feedsOf(folder);
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

/** Feeds that plain rss-parser can read: the others would count as fast. */
async function feedsOf(folder: string): Promise<Buffer[]> {
  const parser = new RssParser();
  const readable: Buffer[] = [];
  for (const name of globSync("**/*.{xml,rss,atom,rdf}", { cwd: folder })) {
    const bytes = readFileSync(join(folder, name));
    const feed = await parser.parseString(bytes.toString("utf8")).catch(() => null);
    if (feed !== null && feed.items.length > 0) readable.push(bytes);
  }
  return readable;
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
