import { expect, test } from "vitest";
import { compileTopics } from "../../../src/topics/matcher.ts";
import type { Match } from "../../../src/topics/topic.ts";

const QUERY =
  "WHO (russia OR russian OR moscow) NOT (usa OR nato OR poland OR polish) DOES (send OR =sent OR arrive OR arrival OR deploy) WHAT (troops OR soldiers) WHERE (poland OR mali OR syria OR caracas)";

function read(title: string): Match | null {
  const topic = { id: "t", name: "t", about: "", query: QUERY, threshold: 60, where: null };
  return compileTopics([topic], []).matcher.explain("t", {
    title,
    text: "",
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

test("the reasons name who does what where", () => {
  const reasons = read("Russia sends troops to Mali")?.reasons ?? [];
  expect(Object.fromEntries(reasons.map(({ concept, quote }) => [concept, quote]))).toEqual({
    who: "Russia",
    does: "sends",
    what: "troops",
    where: "Mali",
  });
});
