import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFeed } from "../../../src/feeds/parse.ts";
import { visibleText, visibleTitle } from "../../../src/feeds/visible-text.ts";
import { mutatedFeeds, oddities } from "../../support/feed-mutations.ts";

test("no change of a feed's bytes makes the parser throw, hang or hand over what is no item", async () => {
  await fc.assert(
    fc.asyncProperty(mutatedFeeds, async (bytes) => {
      expect(oddities(await parseFeed(bytes, { contentType: null, base: null }))).toEqual([]);
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
