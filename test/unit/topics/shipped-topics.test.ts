import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileTopics } from "../../../src/topics/matcher.ts";
import { readConceptFile, readTopicFile } from "../../../src/topics/topic-file.ts";

const files = (folder: string): [string, string][] =>
  readdirSync(folder).map((name) => [
    `${folder}/${name}`,
    readFileSync(`${folder}/${name}`, "utf8"),
  ]);

const concepts = files("config/concepts").map(([file, text]) => readConceptFile(file, text));
const topics = files("config/topics").map(([file, text]) => readTopicFile(file, text));
const { matcher, faults } = compileTopics(
  topics.flatMap(({ topic }) => (topic === null ? [] : [topic])),
  concepts.flatMap(({ groups }) => groups),
);

test("the shipped topics and groups have no fault", () => {
  expect([...concepts, ...topics].flatMap((read) => read.faults)).toEqual([]);
  expect(faults).toEqual([]);
});

type Line = { title: string; text: string; language: string; topics: string[] };

function linesOf(name: string): Line[] {
  const lines = readFileSync(`test/fixtures/topics/${name}.jsonl`, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

test.each([
  ["russian", "ru"],
  ["ukrainian", "uk"],
])("%s has forty headlines, half of which belong to no topic", (name, language) => {
  const lines = linesOf(name);
  expect(lines.length).toBeGreaterThanOrEqual(40);
  expect(lines.every((line) => line.language === language)).toBe(true);
  const none = lines.filter(({ topics }) => topics.length === 0).length;
  expect(none).toBe(lines.length / 2);
});

test.each([
  "russian",
  "ukrainian",
  "other-languages",
  "crews-and-tables",
  "headlines",
  "movements",
])("%s headlines go where they belong", (name) => {
  const wrong = linesOf(name).flatMap((line) => {
    const found = matcher
      .match({ title: line.title, text: line.text, source: null, language: line.language })
      .flatMap(({ topicId, matched }) => (matched ? [topicId] : []));
    return found.join() === line.topics.join() ? [] : [`${line.title}: ${found.join()}`];
  });
  expect(wrong).toEqual([]);
});
