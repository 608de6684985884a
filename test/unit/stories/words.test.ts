import fc from "fast-check";
import { expect, test } from "vitest";
import { foldWord, scanWords } from "../../../src/stories/words.ts";

const folded = (text: string): string[] => scanWords(text).map((word) => word.text);

test("words are compared without case, diacritics and possessives", () => {
  expect(folded("Nicolás MADURO’s niño, O'Brien's")).toEqual([
    "nicolas",
    "maduro",
    "nino",
    "obrien",
  ]);
  expect(folded("Сергей Шойгу")).toEqual(["сергеи", "шоигу"]);
});

test("abbreviations and figures stay whole", () => {
  expect(folded("The U.S. sent 1,200.5 tonnes on Sept. 20")).toEqual([
    "the",
    "us",
    "sent",
    "12005",
    "tonnes",
    "on",
    "sept",
    "20",
  ]);
});

test("scripts without spaces are read in pairs of characters", () => {
  expect(folded("東京都 知事")).toEqual(["東京", "京都", "知事"]);
});

test("each word stands where it says, in order, and folding twice changes nothing", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.lorem({ maxCount: 12 }),
  );
  fc.assert(
    fc.property(text, (sample) => {
      let last = 0;
      for (const word of scanWords(sample)) {
        expect(word.start).toBeGreaterThanOrEqual(last);
        expect(word.end).toBeGreaterThan(word.start);
        expect(word.end).toBeLessThanOrEqual(sample.length);
        expect(word.text).not.toBe("");
        expect(foldWord(word.text)).toBe(word.text);
        last = word.start;
      }
    }),
  );
});
