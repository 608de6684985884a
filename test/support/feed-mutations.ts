import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import type { ParsedFeed } from "../../src/feeds/item.ts";

const FOLDER = new URL("../fixtures/feeds/", import.meta.url);
const SEEDS = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER)));

/** What breaks parsers. */
const PIECES = [
  "<",
  ">",
  "</",
  "/>",
  "&",
  "&#",
  ";",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  '"',
  "'",
  "\0",
  "\ud800",
  "<!DOCTYPE",
  "[",
  "<item>",
  "</item>",
  "<entry>",
  'xmlns="x"',
  "&lt;",
  "\u202e",
];

/** A feed of the fixtures with pieces cut out, doubled and put in. */
export const mutatedFeeds = fc
  .record({
    seed: fc.nat(SEEDS.length - 1),
    changes: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(200),
        put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 20 })),
        times: fc.constantFrom(1, 1, 1, 50),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ seed, changes }) => {
    let bytes = SEEDS[seed] ?? Buffer.alloc(0);
    for (const { at, cut, put, times } of changes) {
      const from = Math.floor(at * bytes.length);
      const middle = Buffer.from(put.repeat(times));
      bytes = Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(from + cut)]);
    }
    return bytes;
  });

/** What of a parsed feed no reader may hand over, whatever it was given; empty when all is well. */
export function oddities({ items }: ParsedFeed): readonly string[] {
  return items.flatMap(({ guid, url, publishedAt, title }) => [
    ...(guid === "" ? ["an empty guid"] : []),
    ...(url !== null && !/^https?:\/\//.test(url) ? [`the address ${url}`] : []),
    ...(publishedAt !== null && new Date(publishedAt).toISOString() !== publishedAt
      ? [`the date ${publishedAt}`]
      : []),
    ...((title ?? "").includes("\n") ? ["a title of several lines"] : []),
  ]);
}
