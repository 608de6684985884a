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

test.each(["russian", "ukrainian", "other-languages"])(
  "%s headlines go where they belong",
  (name) => {
    const lines = readFileSync(`test/fixtures/topics/${name}.jsonl`, "utf8").trim().split("\n");
    const wrong = lines.flatMap((text) => {
      const line: Line = JSON.parse(text);
      const found = matcher
        .match({ title: line.title, text: line.text, source: null, language: line.language })
        .flatMap(({ topicId, matched }) => (matched ? [topicId] : []));
      return found.join() === line.topics.join() ? [] : [`${line.title}: ${found.join()}`];
    });
    expect(wrong).toEqual([]);
  },
);
