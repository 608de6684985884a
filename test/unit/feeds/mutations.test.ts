import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFeed } from "../../../src/feeds/parse.ts";
import { visibleText, visibleTitle } from "../../../src/feeds/visible-text.ts";

const FOLDER = new URL("../../fixtures/feeds/", import.meta.url);
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

/** A feed with pieces cut out, doubled and put in. */
const mutated = fc
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

test("no change of a feed's bytes makes the parser throw, hang or hand over what is no item", async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async (bytes) => {
      const { items } = await parseFeed(bytes, { contentType: null, base: null });
      for (const item of items) {
        expect(item.guid).not.toBe("");
        if (item.url !== null) expect(item.url).toMatch(/^https?:\/\//);
        if (item.publishedAt !== null) {
          expect(new Date(item.publishedAt).toISOString()).toBe(item.publishedAt);
        }
        expect(item.title ?? "").not.toMatch(/\n/);
      }
    }),
    { numRuns: 3_000 },
  );
}, 60_000);

test("visible text is found in a megabyte of what makes scanners start again and again", () => {
  const hostile = [
    "<",
    "<p",
    "<!--",
    "<![CDATA[",
    "<a b='",
    '<a b="',
    "<script>",
    "</",
    "&",
    " ",
    "<b>",
    "&#",
    "<p ",
    "<!",
  ];
  for (const piece of hostile) {
    const html = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(visibleText(html).length).toBeLessThanOrEqual(html.length);
    expect(visibleTitle(html).length).toBeLessThanOrEqual(html.length);
  }
});

test("visible text is blind to how a text was cut into tags", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("one", "two", "é", "&amp;", "5 ")), (words) => {
      const tagged = words.map((word) => `<i>${word}</i>`).join("");
      expect(visibleText(tagged)).toBe(visibleText(words.join("")));
    }),
  );
});
