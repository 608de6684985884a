import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FIRST_SCHEMA } from "../../../src/store/sqlite/schema.ts";
import { archiveTerms, searchExpression } from "../../../src/store/sqlite/search.ts";
import type { Narrowing } from "../../../src/topics/topic.ts";

const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', "*", "(", ")", ":", "^", "-", "+", "{", "}", " ", "\\") }),
  fc.constantFrom("AND", "OR", "NOT", "NEAR", "words", "stems", "войска", "U.S."),
);

const { narrowing } = fc.letrec<{ narrowing: Narrowing }>((tie) => ({
  narrowing: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant("word" as const),
      column: fc.constantFrom("words" as const, "stems" as const),
      text: odd,
      prefix: fc.boolean(),
    }),
    fc.record({
      kind: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("narrowing"), { maxLength: 4 }),
    }),
  ),
}));

/** Whether a document of these words, being its stems too, fits. */
function fits(narrow: Narrowing, words: readonly string[]): boolean {
  if (narrow.kind === "all") return narrow.of.every((part) => fits(part, words));
  if (narrow.kind === "any") return narrow.of.some((part) => fits(part, words));
  const terms = archiveTerms(narrow.text);
  return terms.every((term, place) =>
    words.some((word) =>
      narrow.prefix && place === terms.length - 1 ? word.startsWith(term) : word === term,
    ),
  );
}

test("whatever is asked, the index answers, and leaves out nothing that fits", () => {
  const db = new DatabaseSync(":memory:");
  db.exec(FIRST_SCHEMA);
  const add = db.prepare("INSERT OR REPLACE INTO archive (rowid, words, stems) VALUES (1, ?, ?)");
  fc.assert(
    fc.property(narrowing, fc.array(odd, { maxLength: 6 }), (narrow, words) => {
      const terms = archiveTerms(words.join(" "));
      add.run(terms.join(" "), terms.join(" "));
      const expression = searchExpression(narrow);
      const isFound =
        expression.kind === "match"
          ? db.prepare("SELECT 1 FROM archive WHERE archive MATCH ?").get(expression.text) !==
            undefined
          : expression.kind === "every";
      if (fits(narrow, terms)) expect(isFound).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  db.close();
});
