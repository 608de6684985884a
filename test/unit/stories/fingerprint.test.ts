import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf, overlapOf } from "../../../src/stories/fingerprint.ts";
import { scanWords } from "../../../src/stories/words.ts";

const fingerprint = (text: string) => fingerprintOf(scanWords(text));
const overlap = (a: string, b: string) => overlapOf(fingerprint(a), fingerprint(b), () => false);

/** A text of so many different words. */
const textOf = (words: number, seed = "w"): string =>
  Array.from({ length: words }, (_, index) => `${seed}${index}`).join(" ");

test("a text is all of itself, and nothing of another", () => {
  expect(overlap(textOf(500), textOf(500))).toMatchObject({ jaccard: 1, containment: 1 });
  expect(overlap(textOf(500), textOf(500, "v"))).toMatchObject({ jaccard: 0, containment: 0 });
});

test("a passage is found in a text many times longer", () => {
  const long = textOf(4000);
  const passage = long.split(" ").slice(0, 900).join(" ");
  expect(overlap(passage, long).containment).toBeGreaterThan(0.9);
  expect(overlap(passage, long).jaccard).toBeLessThan(0.6);
});

test("likeness does not depend on which text is named first, and stays between 0 and 1", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 200 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const there = overlap(a.join(" "), b.join(" "));
      const back = overlap(b.join(" "), a.join(" "));
      expect(there.jaccard).toBe(back.jaccard);
      for (const value of [there.jaccard, there.containment, there.beginning]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }),
  );
});
