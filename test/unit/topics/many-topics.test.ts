import fc from "fast-check";
import { expect, test } from "vitest";
import { compileTopics } from "../../../src/topics/matcher.ts";
import type { MatchDocument, Topic } from "../../../src/topics/topic.ts";
import { plainMatcher } from "../../support/plain-matching.ts";

const WORDS = "russia troops sent talks peace oslo oil ship border army deal gas".split(" ");
const FORMS = ["", "", "s", "ed", "ing"];
const FILLER = ["the", "of", "and", "on", "said", "will", "not", "could", "to", "in", "by"];

const word = fc.constantFrom(...WORDS);
const phrase = fc.tuple(word, word).map((words) => `"${words.join(" ")}"`);
const term = fc.oneof(
  { weight: 4, arbitrary: word },
  phrase,
  word.map((one) => `${one.slice(0, 3)}*`),
  word.map((one) => `=${one}`),
  fc
    .tuple(fc.constantFrom("title", "lead", "top", "body", "source"), word)
    .map((of) => of.join(":")),
);

/** What NEAR and the frame can join. */
const { span } = fc.letrec<{ span: string }>((tie) => ({
  span: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    term,
    fc.array(tie("span"), { minLength: 2, maxLength: 3 }).map((of) => `(${of.join(" OR ")})`),
    fc
      .tuple(tie("span"), fc.constantFrom("NEAR/4", "NEAR/12", "BEFORE/8"), tie("span"))
      .map((of) => `(${of.join(" ")})`),
  ),
}));

const frame = fc
  .tuple(span, span, fc.option(span), fc.option(span))
  .map(
    ([who, does, what, where]) =>
      `(WHO ${who} DOES ${does}${what === null ? "" : ` WHAT ${what}`}${where === null ? "" : ` WHERE ${where}`})`,
  );

const { query } = fc.letrec<{ query: string }>((tie) => {
  const weighed = fc
    .tuple(tie("query"), fc.constantFrom("", "", "^2", "^0.5"))
    .map(([one, weight]) => `(${one})${weight}`);
  return {
    query: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      span,
      frame,
      fc.array(weighed, { minLength: 2, maxLength: 3 }).map((of) => of.join(" AND ")),
      fc.array(weighed, { minLength: 2, maxLength: 3 }).map((of) => of.join(" OR ")),
      fc.tuple(weighed, term).map(([one, other]) => `${one} -${other}`),
      fc
        .tuple(weighed, term, fc.constantFrom("^+20", "^-30"))
        .map(([one, other, points]) => `${one} ${other}${points}`),
    ),
  };
});

const inflected = fc.tuple(word, fc.constantFrom(...FORMS)).map((parts) => parts.join(""));
const sentence = fc
  .array(fc.oneof(inflected, fc.constantFrom(...FILLER)), { minLength: 1, maxLength: 12 })
  .map((words) => words.join(" "));
const document: fc.Arbitrary<MatchDocument> = fc.record({
  title: sentence,
  text: fc
    .array(fc.tuple(sentence, fc.constantFrom(". ", ", ", ".\n\n")), { maxLength: 10 })
    .map((sentences) => sentences.flat().join("")),
  source: fc.constantFrom(null, "Oslo Post", "Oil and Gas"),
  language: fc.constantFrom("en", null),
});

function topicsOf(queries: readonly string[]): Topic[] {
  return queries.map((one, index) => {
    return { id: `t${index}`, name: "", about: "", query: one, threshold: 50, where: null };
  });
}

test("many topics at once give the matches and reasons that each gives when it is tried word by word", () => {
  let matches = 0;
  const queries = fc.array(query, { minLength: 1, maxLength: 20 });
  const documents = fc.array(document, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(queries, documents, (written, news) => {
      const topics = topicsOf(written);
      const { matcher, faults } = compileTopics(topics, []);
      expect(faults).toEqual([]);
      const plainMatch = plainMatcher(topics);
      for (const one of news) {
        const found = matcher.match(one);
        matches += found.length;
        expect(found).toEqual(plainMatch(one));
      }
    }),
    { numRuns: 30 },
  );
  expect(matches).toBeGreaterThan(10);
});

test("asking for one topic gives what matching all of them gives", () => {
  fc.assert(
    fc.property(fc.array(query, { minLength: 1, maxLength: 10 }), document, (written, news) => {
      const { matcher } = compileTopics(topicsOf(written), []);
      for (const match of matcher.match(news)) {
        expect(matcher.explain(match.topicId, news)).toEqual(match);
      }
    }),
  );
});

test("of many phrases that begin with one word, a text has those that it says", () => {
  const topics = topicsOf(WORDS.map((second) => `"peace ${second}"`));
  const { matcher } = compileTopics(topics, []);
  for (const [index, second] of WORDS.entries()) {
    const title = `A peace ${second} at last`;
    const found = matcher.match({ title, text: "", source: null, language: "en" });
    expect(found.map(({ topicId }) => topicId)).toEqual([`t${index}`]);
  }
});
