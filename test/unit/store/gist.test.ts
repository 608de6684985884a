import { expect, test } from "vitest";
import { gistOf } from "../../../src/store/gist.ts";

test("the gist is the first sentence of the text", () => {
  expect(gistOf("Delegates met in Oslo. They will go on.", "Talks")).toBe("Delegates met in Oslo.");
  expect(gistOf("Делегации встретились в Осло. Переговоры продолжатся.", "?")).toBe(
    "Делегации встретились в Осло.",
  );
});

test("a first line that only repeats the headline is passed over", () => {
  expect(gistOf("TALKS  begin:\n\nDelegates met\tin Oslo.", "Talks begin")).toBe(
    "Delegates met in Oslo.",
  );
});

test("an abbreviation does not end a sentence", () => {
  expect(gistOf("Mr. Stone of the U.S. delegation spoke. Others listened.", "?")).toBe(
    "Mr. Stone of the U.S. delegation spoke.",
  );
});

test("a long sentence is cut after a word, a text without spaces within its length", () => {
  const long = gistOf(`${"negotiators ".repeat(40)}.`, "?") ?? "";
  expect(long).toMatch(/^(negotiators )+negotiators…$/);
  expect(long.length).toBeLessThanOrEqual(200);
  const solid = gistOf("e\u0301".repeat(150), "?") ?? "";
  expect(solid).toMatch(/^(e\u0301)+…$/u);
  expect(solid.length).toBeLessThanOrEqual(200);
});

test("there is no gist without a text of its own", () => {
  expect(gistOf(null, "Talks")).toBeNull();
  expect(gistOf(" \n — ", "Talks")).toBeNull();
  expect(gistOf("Talks!", "Talks")).toBeNull();
});
