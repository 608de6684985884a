import { expect, test } from "vitest";
import { compileTopics, type TopicMatcher } from "../../../src/topics/matcher.ts";
import type { Match, MatchDocument } from "../../../src/topics/topic.ts";
import { type ConceptGroup, readConceptFile } from "../../../src/topics/topic-file.ts";
import { topicOf } from "../../support/sample-topic.ts";

const news = (title: string, text = "", language: string | null = "en"): MatchDocument => ({
  title,
  text,
  source: "Example Post",
  language,
});

function matcherOf(query: string, groups: readonly ConceptGroup[] = []): TopicMatcher {
  const { matcher, faults } = compileTopics([topicOf(query)], groups);
  expect(faults).toEqual([]);
  return matcher;
}

const score = (query: string, document: MatchDocument): number =>
  matcherOf(query).match(document)[0]?.score ?? 0;

test.each([
  ["negotiate", "Talks: negotiators are negotiating", true],
  ["=negotiate", "Talks: negotiators are negotiating", false],
  ["negot*", "The negotiators met", true],
  ['"peace talks"', "Peace talks begin", true],
  ['"peace talks"', "Talks of peace", false],
  ["peace NEAR/3 talks", "Talks about a lasting peace", false],
  ["peace NEAR/4 talks", "Talks about a lasting peace", true],
  ["peace BEFORE/4 talks", "Talks about a lasting peace", false],
  ["peace -talks", "Peace talks begin", false],
  ["source:example peace", "Peace at last", true],
  ["source:reuters peace", "Peace at last", false],
  ["language:en peace", "Peace at last", true],
  ["negociacion", "Negociación en Oslo", true],
])("%s in “%s”: %s", (query, title, expected) => {
  expect(score(query, news(title)) > 0).toBe(expected);
});

test("a headline counts more than a lead, a lead more than the end of the text", () => {
  const filler = "Nothing of note happened in the harbour town on that long grey day. ".repeat(12);
  const inTitle = score("sanctions", news("Sanctions eased", filler));
  const inLead = score("sanctions", news("News", `Sanctions eased. ${filler}`));
  const inBody = score("sanctions", news("News", `${filler}\n\nSanctions eased.`));
  expect(inTitle).toBeGreaterThan(inLead);
  expect(inLead).toBeGreaterThan(inBody);
  expect(inBody).toBeGreaterThan(0);
});

test("words near one another score higher than the same words apart", () => {
  const near = score("venezuela talks", news("Venezuela talks resume"));
  const apart = score("venezuela talks", news("Venezuela", "A long day. And then came the talks."));
  expect(near).toBeGreaterThan(apart);
});

test("points add up to the score and name the passages", () => {
  const [match] = matcherOf("(venezuela NEAR/5 talks)^0.7 norway^+20 oil^-30").match(
    news("Venezuela talks in Norway resume", "Oil fell."),
  );
  const sum = match?.reasons.reduce((total, { points }) => total + points, 0) ?? 0;
  expect(sum).toBeCloseTo(match?.score ?? 0, 1);
  expect(match?.reasons.map(({ concept, quote }) => [concept, quote])).toEqual([
    ["venezuela near talks", "Venezuela talks"],
    ["oil", "Oil"],
    ["norway", "Norway"],
  ]);
});

test("why an item scored nothing tells what was found of the query", () => {
  const match = matcherOf("venezuela talks").explain("t", news("Venezuela wins"));
  expect(match).toMatchObject({ score: 0, matched: false });
  expect(match?.reasons).toEqual([
    { concept: "venezuela", field: "title", quote: "Venezuela", points: 0 },
  ]);
  expect(matcherOf("venezuela").explain("nobody", news("x"))).toBeNull();
});

test("a group stands for all its aliases in every language and script", () => {
  const { groups } = readConceptFile(
    "c.yaml",
    "maduro:\n  any: [Maduro, Мадуро]\n  en: [president of Venezuela]\n  ru: [президент Венесуэлы]\n",
  );
  const matcher = matcherOf("@maduro", groups);
  for (const [title, language] of [
    ["Maduro speaks", "en"],
    ["The presidents of Venezuela speak", "en"],
    ["Слово Мадуро", "ru"],
    ["О президенте Венесуэлы", "ru"],
  ] as const) {
    expect(matcher.match(news(title, "", language)), title).toHaveLength(1);
  }
});

test("a Cyrillic name is found in all its cases, and a number beside letters of any script", () => {
  const { groups } = readConceptFile("c.yaml", "what:\n  any: [Гавана, Карабах]\n  ru: [С-400]\n");
  const matcher = matcherOf("@what", groups);
  for (const title of ["Корабли идут в Гавану", "Патруль в Карабахе", "Расчёты С-400"]) {
    expect(matcher.match(news(title, "", "ru")), title).toHaveLength(1);
  }
});

test("an unknown group is a fault with its place and what was probably meant", () => {
  const { groups } = readConceptFile("c.yaml", "russia:\n  en: [Russia]\n");
  const { faults } = compileTopics([topicOf("troops\n AND @rusia")], groups);
  expect(faults).toMatchObject([
    {
      what: "query, line 2, column 6: there is no concept group @rusia",
      remedy: "did you mean @russia?",
    },
  ]);
});

test("many topics at once find what each finds alone", () => {
  const words = ["peace", "talks", "troops", "oil", "sanctions", "border", "envoy"];
  const topics = words.flatMap((one, row) =>
    words.flatMap((other, column) =>
      row === column
        ? []
        : [
            topicOf(`${one} AND ${other}`, `and-${row}-${column}`),
            topicOf(`"${one} ${other}"`, `phrase-${row}-${column}`),
          ],
    ),
  );
  const all = compileTopics(topics, []).matcher;
  for (const document of [
    news("Peace talks on the border", "Oil sanctions and troops."),
    news("Troops", "An envoy."),
    news("", "talks oil talks"),
  ]) {
    const together = new Map(
      all.match(document).map((match): [string, Match] => [match.topicId, match]),
    );
    for (const one of topics) {
      const alone = compileTopics([one], []).matcher.match(document)[0];
      expect(together.get(one.id), one.id).toEqual(alone);
    }
  }
});

test("empty, huge and strange documents are scored without harm", () => {
  const matcher = matcherOf("venezuela OR talks");
  expect(matcher.match(news(""))).toEqual([]);
  expect(matcher.match(news("talks ".repeat(50_000), "venezuela ".repeat(50_000)))).toHaveLength(1);
  expect(matcher.match(news("\ud800 \u202etalks\u0000 constructor __proto__"))).toHaveLength(1);
});

test("the lead is the first paragraph, also where that ends with a full stop", () => {
  const first = "The town had waited for weeks. ".repeat(5);
  const { matcher } = compileTopics([topicOf("lead:harbour")], []);
  const news = { title: "News", source: null, language: "en" };
  expect(matcher.match({ ...news, text: `${first}The harbour.\n\nEnd.` })).toHaveLength(1);
  expect(matcher.match({ ...news, text: `${first}\n\nThe harbour.` })).toHaveLength(0);
});
