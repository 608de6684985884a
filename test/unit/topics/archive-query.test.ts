import { expect, test } from "vitest";
import { archiveTerms } from "../../../src/topics/analyse.ts";
import { compileSearch } from "../../../src/topics/archive-query.ts";
import type { MatchDocument, Narrowing } from "../../../src/topics/topic.ts";
import { readConceptFile } from "../../../src/topics/topic-file.ts";

/** What the store does with a narrowing. */
function admits(narrow: Narrowing, terms: { words: string; stems: string }): boolean {
  if (narrow.kind === "all") return narrow.of.every((one) => admits(one, terms));
  if (narrow.kind === "any") return narrow.of.some((one) => admits(one, terms));
  return terms[narrow.column]
    .split(" ")
    .some((word) => (narrow.prefix ? word.startsWith(narrow.text) : word === narrow.text));
}

const { groups } = readConceptFile(
  "c.yaml",
  "russia:\n  any: [Путин]\n  en: [Russia, Russian]\n  ru: [Россия, российский]\n  ar: [روسيا]\n",
);
const documents: MatchDocument[] = [
  ["Russian troops negotiate in Caracas", "The U.S. negotiators left.", "en"],
  ["Российские войска прибыли", "Переговоры с войсками продолжались.", "ru"],
  ["Negociaciones en Caracas", "La negociación sigue.", "es"],
  ["Російські війська", "Переговори тривають.", "uk"],
  ["روسيا ترسل قوات", "وصلت القوات إلى كاراكاس", "ar"],
].map(([title = "", text = "", language = null]) => ({ title, text, source: "Reuters", language }));

test.each([
  "troops",
  "войска",
  "negociación",
  "negotiat*",
  '"U.S. negotiators"',
  "troops NEAR/5 caracas",
  "caracas -negotiators",
  "source:reuters",
  "@russia",
  "title:caracas OR переговоры",
  "قوات",
  "WHO @russia DOES (прибыли OR negotiate)",
  "caracas oil^-20",
])("%s: what the store leaves over holds every hit", (query) => {
  const { search, fault } = compileSearch(query, groups);
  expect(fault).toBeNull();
  let hits = 0;
  for (const document of documents) {
    if (search?.matches(document) === null) continue;
    hits += 1;
    const terms = archiveTerms(document.title, document.text, document.language);
    expect(
      search?.narrow === null || (search && admits(search.narrow, terms)),
      document.title,
    ).toBe(true);
  }
  expect(hits).toBeGreaterThan(0);
});

test("a hit comes with its score and a passage around what was found", () => {
  const hit = compileSearch("=left").search?.matches(
    documents[0] ?? { title: "", text: "", source: null, language: null },
  );
  expect(hit).toEqual({ score: expect.any(Number), snippet: "The U.S. negotiators left" });
});

test("a faulty search says where and how to mend it", () => {
  expect(compileSearch('"U.S')).toEqual({
    search: null,
    fault: 'line 1, column 1: a quotation mark is not closed: write a second " after the phrase',
  });
  expect(compileSearch("@nobody").fault).toMatch(/no concept group @nobody/);
});
