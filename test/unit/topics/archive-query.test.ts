import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readTopicFolder } from "../../../src/config-files.ts";
import { archiveTerms } from "../../../src/topics/analyse.ts";
import { compileSearch } from "../../../src/topics/archive-query.ts";
import { compileTopics } from "../../../src/topics/matcher.ts";
import { topicNarrowing } from "../../../src/topics/narrowing.ts";
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

test("what the store leaves over for a shipped topic holds all in which it finds something, and not all else", () => {
  const shipped = readTopicFolder("config/topics", (file) => file);
  const { matcher } = compileTopics(shipped.topics, shipped.groups);
  const folder = "test/fixtures/topics";
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").trim().split("\n"));
  const items = lines.map((line): { title: string; text?: string; language?: string } =>
    JSON.parse(line),
  );
  expect(items.length).toBeGreaterThan(300);
  for (const { id, query } of shipped.topics) {
    const narrow = topicNarrowing(query, shipped.groups);
    if (narrow === null) throw new Error(`nothing can be said of ${id}`);
    let left = 0;
    for (const { title, text = "", language = null } of items) {
      const isLeft = admits(narrow, archiveTerms(title, text, language));
      if (isLeft) left += 1;
      const match = matcher.matchOne(id, { title, text, source: null, language });
      if (match !== null) expect(isLeft, `${id}: ${title}`).toBe(true);
    }
    expect(left).toBeLessThan(items.length * 0.9);
  }
});
