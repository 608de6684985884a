import { expect, test } from "vitest";
import { archiveTerms, tokenise, wordsOf } from "../../../src/topics/analyse.ts";
import { stemOf } from "../../../src/topics/stem.ts";
import { Tokens, Vocabulary } from "../../../src/topics/vocabulary.ts";

test("words are lower-case, without possessive endings, and contractions stay whole", () => {
  expect(wordsOf("Russia’s troops didn't leave O'Hara's base")).toEqual([
    "russia",
    "troops",
    "didnt",
    "leave",
    "o",
    "hara",
    "base",
  ]);
});

test("the country US is not the pronoun us", () => {
  expect(wordsOf("US and U.S. forces tell us")).toEqual([
    "usa",
    "and",
    "usa",
    "forces",
    "tell",
    "us",
  ]);
});

test("a Ukrainian apostrophe stays inside its word and French elision parts", () => {
  expect(wordsOf("п'ять l'opposition")).toEqual(["пять", "l", "opposition"]);
});

test("joiners, soft hyphens and combining marks do not part words", () => {
  expect(wordsOf("Mad\u00aduro и\u0306од нарo\u0301д")).toEqual([
    "maduro",
    "йод",
    "нарóд".normalize("NFC"),
  ]);
});

test("Chinese and Japanese characters are words of their own", () => {
  expect(wordsOf("俄罗斯 troops")).toEqual(["俄", "罗", "斯", "troops"]);
});

test("every token knows where it stands in the text", () => {
  const text = "Moscow, the U.S. and Київ.";
  const vocabulary = new Vocabulary();
  const tokens = new Tokens();
  tokenise(text, vocabulary, tokens, 100);
  const quotes = Array.from({ length: tokens.count }, (_, index) =>
    text.slice(tokens.starts[index], tokens.ends[index]),
  );
  expect(quotes).toEqual(["Moscow", "the", "U.S.", "and", "Київ"]);
});

test("a full stop after an abbreviation does not end a sentence", () => {
  const tokens = new Tokens();
  tokenise("Gen. Tonkoshkurov came. He left! Why?", new Vocabulary(), tokens, 100);
  expect([...tokens.sentences.subarray(0, tokens.count)]).toEqual([0, 0, 0, 1, 1, 2]);
});

test("a vocabulary gives each word one number, however many there are", () => {
  const vocabulary = new Vocabulary();
  const words = Array.from({ length: 20_000 }, (_, index) => `w${index.toString(36)}x`);
  const read = (): number[] => {
    const tokens = new Tokens();
    tokenise(words.join(" "), vocabulary, tokens, 50_000);
    return [...tokens.words.subarray(0, tokens.count)];
  };
  const first = read();
  expect(new Set(first).size).toBe(20_000);
  expect(read()).toEqual(first);
});

test.each([
  ["en", "negotiations", "negotiating"],
  ["ru", "войска", "войсками"],
  ["uk", "переговорів", "переговорах"],
  ["uk", "прибула", "прибули"],
  ["pl", "żołnierzy", "żołnierze"],
  ["es", "negociación", "negociaciones"],
  ["pt", "negociações", "negociação"],
  ["fr", "négociations", "négociation"],
  ["de", "Verhandlungen".toLowerCase(), "verhandlung"],
  ["it", "negoziati", "negoziato"],
  ["nl", "onderhandelingen", "onderhandeling"],
  ["ar", "والقوات", "قوات"],
] as const)("%s: %s and %s have one stem", (language, one, other) => {
  expect(stemOf(one, language)).toBe(stemOf(other, language));
});

test("the archive holds folded words and stems, without anything but letters and digits", () => {
  expect(archiveTerms("Négociations à Caracas", "U.S.-led «войска» №5", "fr")).toEqual({
    words: "negociations a caracas usa led воиска 5".replace("воиска", "войска"),
    stems: expect.stringMatching(/^[\p{L}\p{N} ]+$/u),
  });
});
