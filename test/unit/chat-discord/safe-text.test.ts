import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cutText,
  labelFits,
  linkHost,
  safeLines,
  safeLink,
  safeText,
} from "../../../src/chat/safe-text.ts";
import { HOSTILE_TEXTS, holdsUnseen } from "../../support/hostile-texts.ts";

test.each([
  ["a\u202Eb\u2066c\u200F", "abc"],
  ["zero\u200Bwidth\uFEFF\u00AD", "zerowidth"],
  ["line\n\n  two\t\u2028three", "line two three"],
  ["\u0000bell\u0007\u001B[31m", "bell[31m"],
  ["e\u0301", "é"],
  [`Z${"\u0301".repeat(50)}`, "Ź\u0301\u0301\u0301\u0301"],
  ["a\u200Db", "ab"],
  ["\uD800x", "\uFFFDx"],
  ["tag\u{E0041}\u{E0042}", "tag"],
])("%j is shown as %j", (text, shown) => {
  expect(safeText(text)).toBe(shown);
});

test.each([
  "👨‍👩‍👧‍👦 family",
  "👩🏽‍🚀",
  "❤️‍🔥",
  "🏳️‍🌈",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "1️⃣",
  "🇩🇪",
  "می‌خواهم",
  "क्‍ष",
  "ශ්‍රී",
  "Переговоры в Осло",
  "ภาษาไทย",
])("%s stays as it is", (text) => {
  expect(safeText(text)).toBe(text.normalize("NFC"));
});

test("lines are kept, but not floods of empty ones", () => {
  expect(safeLines("one\r\n\r\n\r\n\r\ntwo  three\n")).toBe("one\n\ntwo three");
});

test("a text is cut between graphemes and never longer than said", () => {
  expect(cutText("hello world", 7)).toBe("hello…");
  expect(cutText("hello", 5)).toBe("hello");
  expect(cutText("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 12)).toBe("👨‍👩‍👧‍👦…");
  expect(cutText("👨‍👩‍👧‍👦", 3)).toBe("…");
  expect(cutText("x", 0)).toBe("");
});

test("any text becomes one that is safe, stays so, and fits", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom(...HOSTILE_TEXTS),
  );
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 100 }), (text, charsMax) => {
      const safe = safeText(text);
      expect(holdsUnseen(safe)).toBe(false);
      expect(safeText(safe)).toBe(safe);
      const cut = cutText(safe, charsMax);
      expect(cut.length).toBeLessThanOrEqual(charsMax);
      expect(cut.isWellFormed()).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["https://news.example/a_(b)?q=1|2", "https://news.example/a_%28b%29?q=1%7C2"],
  ["  http://[::1]:8080/x ", "http://[::1]:8080/x"],
  ["https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"],
  ["javascript:alert(1)", null],
  ["https://user:secret@news.example/", null],
  ["/relative", null],
  ["", null],
])("the address %s may stand as %s", (url, link) => {
  expect(safeLink(url)).toBe(link);
});

test("a label may carry a link only when it shows no other host", () => {
  const url = "https://www.news.example/x";
  expect(labelFits("Talks resume", url)).toBe(true);
  expect(labelFits("news.example says", url)).toBe(true);
  expect(labelFits("U.S. talks rose 3.5 percent", url)).toBe(true);
  expect(labelFits("see bank.example", url)).toBe(false);
  expect(labelFits("see 10.0.0.1", url)).toBe(false);
  expect(labelFits("see bаnk.example", url)).toBe(false);
  expect(linkHost(url)).toBe("www.news.example");
});
