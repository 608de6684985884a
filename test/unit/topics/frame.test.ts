import { expect, test } from "vitest";
import { compileTopics } from "../../../src/topics/matcher.ts";
import type { Match } from "../../../src/topics/topic.ts";
import { readConceptFile } from "../../../src/topics/topic-file.ts";

const QUERY =
  "WHO (russia OR russian OR moscow) NOT (usa OR nato OR poland OR polish) DOES (send OR =sent OR arrive OR arrival OR deploy) WHAT (troops OR soldiers) WHERE (poland OR mali OR syria OR caracas)";

function read(title: string, text = ""): Match | null {
  const topic = { id: "t", name: "t", about: "", query: QUERY, threshold: 60, where: null };
  return compileTopics([topic], []).matcher.explain("t", {
    title,
    text,
    source: null,
    language: "en",
  });
}

test.each([
  "Russia sends troops to Mali",
  "Russian troops arrive in Caracas",
  "Arrival of Russian soldiers in Mali worries France",
  "Troops sent by Russia reach Mali",
  "Moscow deploys another thousand soldiers in Syria",
])("%s: Russia acts", (title) => {
  expect(read(title)?.matched).toBe(true);
});

test.each([
  "US sends troops to Poland because of Russia",
  "Moscow warns NATO against sending troops to Poland",
  "Russia angry as Polish troops arrive in Mali",
  "NATO sends soldiers to Poland amid tensions with Russia",
])("%s: somebody else acts", (title) => {
  expect(read(title)?.matched).toBe(false);
});

test.each([
  "Russian troops, NATO says, arrive in Syria",
  "The arrival of Russian soldiers in Mali, Poland warns, is near",
])("%s: who only tells of it does not act", (title) => {
  expect(read(title)?.matched).toBe(true);
});

test.each([
  "Soldiers now deploy in Russia, Poland fears",
  "Russian troops arrive at the front, Mali says",
])("%s: who only tells of it is not where they go", (title) => {
  expect(read(title)?.matched).toBe(false);
});

test.each([
  ["Soldiers arrive in Mali at dawn", "Moscow confirmed it on Monday, the army of Mali said."],
  ["Moscow in Mali: what is known", "Some 200 soldiers arrived on Monday, residents said."],
  ["Mali: what is known", "Some 200 Russian soldiers arrived on Monday, residents said."],
])("%s: headline and first paragraph name who or where for one another", (title, text) => {
  const match = read(title, text);
  expect(match?.matched).toBe(true);
  expect(match?.reasons.map(({ concept }) => concept)).toContain("named beside it");
  expect(match?.reasons.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(
    match?.score ?? 0,
    1,
  );
});

test("a paragraph further down names nobody for the headline", () => {
  const lead = "The town had waited for weeks. ".repeat(8);
  expect(read("Soldiers arrive in Mali", `${lead}\n\nMoscow was silent.`)?.score).toBe(0);
});

test("nobody else's soldiers become Russian by a name in the first paragraph", () => {
  expect(read("Polish soldiers arrive in Mali", "Moscow was told.")?.score).toBe(0);
});

test.each([
  "Russian-backed rebels send troops to Mali",
  "Pro-Russian militia sends soldiers to Syria",
])("%s: a name inside another word does not act", (title) => {
  expect(read(title)?.score).toBe(0);
});

test("what is denied or told again scores lower, and the reasons say so", () => {
  const said = read("Russia sent troops to Mali");
  const denied = read("Russia has not sent troops to Mali");
  const retold = read("Mali since Russia sent troops to Caracas");
  const dated = read("In 2014 Russia sent troops to Mali");
  expect(dated?.reasons.map(({ concept }) => concept)).toContain("told again");
  expect(denied?.score).toBeLessThan(said?.score ?? 0);
  expect(denied?.reasons.map(({ concept }) => concept)).toContain("denied");
  expect(retold?.reasons.map(({ concept }) => concept)).toContain("told again");
});

test("one reason says in words who does what where, and quotes the passage from the first to the last", () => {
  const { groups } = readConceptFile(
    "c.yaml",
    "russia: {en: [Russia, Russian]}\nsends: {en: [send, =sent]}\nforces: {en: [troops]}\nabroad: {en: [Mali]}\n",
  );
  const query = "(WHO @russia DOES @sends WHAT @forces WHERE @abroad)^0.9 @abroad^+5";
  const topic = { id: "t", name: "t", about: "", query, threshold: 60, where: null };
  const { matcher } = compileTopics([topic], groups);
  const news = { text: "", source: null, language: "en" };
  const [match] = matcher.match({ ...news, title: "Why Russia sends troops to Mali again" });
  expect(match?.reasons.map(({ concept, quote }) => [concept, quote])).toEqual([
    ["Russia sends forces abroad", "Russia sends troops to Mali"],
    ["abroad", "Mali"],
  ]);
  const sum = match?.reasons.reduce((total, { points }) => total + points, 0) ?? 0;
  expect(sum).toBeCloseTo(match?.score ?? 0, 1);
  const long =
    "Russia sent troops and, representatives of both governments announced yesterday afternoon, considerable reconnaissance equipment to Mali";
  expect(matcher.match({ ...news, title: long })[0]?.reasons[0]?.quote).toBe(
    "Russia sent troops and … to Mali",
  );
});

test("what stands near one another is named without the order in which it may stand", () => {
  const { groups } = readConceptFile("c.yaml", "russia: {en: [Russian]}\nabroad: {en: [Mali]}\n");
  const query = "(@russia BEFORE/3 soldiers OR soldiers BEFORE/1 @russia) NEAR/10 @abroad";
  const topic = { id: "t", name: "t", about: "", query, threshold: 60, where: null };
  const [match] = compileTopics([topic], groups).matcher.match({
    title: "Russian soldiers seen in Mali",
    text: "",
    source: null,
    language: "en",
  });
  expect(match?.reasons[0]?.concept).toBe("russia, soldiers and abroad");
});

test("reasons show a group's name as its file writes it, whatever the query writes", () => {
  const { groups, faults } = readConceptFile(
    "c.yaml",
    "Russia: {en: [Russia], includes: [Wagner]}\nWagner: {any: [Wagner]}\nsends: {en: [send, =sent]}\nUkraine: {en: [Ukraine]}\n",
  );
  expect(faults).toEqual([]);
  const query = "WHO @RUSSIA DOES @sends WHERE @ukraine";
  const topic = { id: "t", name: "t", about: "", query, threshold: 60, where: null };
  const { matcher, faults: found } = compileTopics([topic], groups);
  expect(found).toEqual([]);
  const news = { text: "", source: null, language: "en" };
  const [match] = matcher.match({ ...news, title: "Wagner sent men to Ukraine" });
  expect(match?.reasons[0]?.concept).toBe("Russia sends in Ukraine");
});

test("one name in small letters and in capitals is declared twice", () => {
  const { groups } = readConceptFile("c.yaml", "Russia: {en: [Russia]}\nrussia: {en: [Moscow]}\n");
  expect(compileTopics([], groups).faults[0]?.what).toContain("is declared twice");
});
