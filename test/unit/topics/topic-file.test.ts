import { expect, test } from "vitest";
import { formatFault } from "../../../src/feeds/yaml.ts";
import { compileTopics } from "../../../src/topics/matcher.ts";
import { readConceptFile, readTopicFile } from "../../../src/topics/topic-file.ts";

test("a topic file is a name, a sentence, a query and a threshold", () => {
  expect(
    readTopicFile(
      "topics/cuba.yaml",
      "name: Cuba\nabout: News of Cuba\nquery: cuba\nthreshold: 70\n",
    ),
  ).toEqual({
    topic: {
      id: "cuba",
      name: "Cuba",
      about: "News of Cuba",
      query: "cuba",
      threshold: 70,
      where: { file: "topics/cuba.yaml", line: 1 },
      queryLine: 3,
    },
    faults: [],
  });
});

test("a fault in a query names the line of the file", () => {
  const { topic, faults } = readTopicFile(
    "t.yaml",
    "name: T\nquery: |\n  cuba\n  AND (havana\nthreshold: 60\n",
  );
  expect(topic).toBeNull();
  expect(faults.map(formatFault)).toEqual([
    "t.yaml:4: query, line 2, column 5: a ( is not closed: write the ) that belongs to it",
  ]);
});

test("a bad file name, threshold or key is a fault of its own", () => {
  expect(readTopicFile("My Topic.yaml", "name: T\nquery: cuba\n").faults[0]?.what).toBe(
    '"My Topic" is no topic id',
  );
  expect(readTopicFile("t.yaml", "name: T\nquery: cuba\nthreshold: 160\n").faults[0]).toMatchObject(
    { line: 3 },
  );
  expect(readTopicFile("t.yaml", "name: T\nquerry: cuba\n").topic).toBeNull();
});

test("groups take aliases by language, forms and other groups", () => {
  const { groups, faults } = readConceptFile(
    "c.yaml",
    "russia:\n  about: Russia\n  any: [Putin]\n  en: [Russia, '=Moscow', deploy*]\nall:\n  includes: [russia]\n",
  );
  expect(faults).toEqual([]);
  expect(groups[0]?.aliases).toEqual([
    { words: ["putin"], mode: "inflected", language: null },
    { words: ["russia"], mode: "inflected", language: "en" },
    { words: ["moscow"], mode: "exact", language: "en" },
    { words: ["deploy"], mode: "prefix", language: "en" },
  ]);
  expect(groups[1]?.includes).toEqual(["russia"]);
});

test("empty groups, empty aliases, unknown includes and circles are faults with their line", () => {
  const { faults } = readConceptFile(
    "c.yaml",
    "empty:\n  about: nothing\nodd:\n  en: [Cuba, '!!']\n",
  );
  expect(faults.map(formatFault)).toEqual([
    "c.yaml:1: the group empty is empty: write words under any, en, ru …",
    expect.stringMatching(/^c.yaml:4: "!!" is no alias/),
  ]);
  const circle = readConceptFile(
    "c.yaml",
    "one:\n  includes: [two]\ntwo:\n  includes: [one]\nthree:\n  includes: [tow]\n",
  );
  expect(
    compileTopics([], circle.groups).faults.map(
      ({ line, what, remedy }) => `${line} ${what}: ${remedy}`,
    ),
  ).toEqual([
    "1 one includes itself: remove one of the includes",
    "3 two includes itself: remove one of the includes",
    "5 three includes the unknown group tow: did you mean two?",
  ]);
});
