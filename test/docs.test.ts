import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, readSources, type Source } from "./support/rules.ts";

/** Paths of the project that a text names in backticks. */
function namedPaths({ path, text }: Source): string[] {
  const found = text.matchAll(/`((?:src|config|seeds|test|docs)\/[^`\s*<>{}:]*)`/g);
  return [...found].map((match) => `${path} names ${match[1]}`);
}

/** Those of them that do not exist. */
function missingPaths(documents: readonly Source[]): string[] {
  return documents
    .flatMap(namedPaths)
    .filter((named) => !existsSync(join(ROOT, named.split(" names ")[1] ?? "")));
}

/** Pictures and pages that a text links to, relative to the project, and that do not exist. */
function brokenLinks(documents: readonly Source[]): string[] {
  return documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !existsSync(join(ROOT, path, "..", target)))
      .map((target) => `${path} links to ${target}`),
  );
}

const documents = readSources(".", /\.md$/);

test("every path that a document names in backticks exists", () => {
  expect(missingPaths(documents)).toEqual([]);
});

test("every file that a document links to exists", () => {
  expect(brokenLinks(documents)).toEqual([]);
});

test("a planted dead path and a planted dead link are seen", () => {
  const dead = [{ path: "a.md", text: "See `src/nowhere.ts` and [this](docs/none.md)." }];
  expect(missingPaths(dead)).toEqual(["a.md names src/nowhere.ts"]);
  expect(brokenLinks(dead)).toEqual(["a.md links to docs/none.md"]);
});
