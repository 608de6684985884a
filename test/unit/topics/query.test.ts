import { expect, test } from "vitest";
import { labelOf } from "../../../src/topics/labels.ts";
import { parseQuery } from "../../../src/topics/query.ts";
import type { Query } from "../../../src/topics/query-tree.ts";

const NAMES = { nameOf: (key: string) => key };

/** A query as text with every parenthesis written. */
function shown(query: Query): string {
  switch (query.kind) {
    case "all":
      return `(${[...query.of.map(shown), ...query.none.map((one) => `not ${shown(one)}`)].join(" and ")})`;
    case "any":
      return `(${query.of.map(shown).join(" or ")})`;
    case "near":
      return `(${query.of.map(shown).join(query.ordered ? ` before/${query.words} ` : ` near/${query.words} `)})`;
    default:
      return "field" in query && query.field !== null
        ? `${query.field}:${labelOf(query, NAMES)}`
        : labelOf(query, NAMES);
  }
}

const read = (text: string): string => {
  const { query, faults } = parseQuery(text);
  return query === null
    ? faults.map(({ line, column, what }) => `${line}:${column} ${what}`).join("; ")
    : shown(query);
};

test.each([
  ["venezuela talks", "(venezuela and talks)"],
  ["venezuela talks OR dialogue", "(venezuela and (talks or dialogue))"],
  ["a1 AND b1 OR c1", "((a1 and b1) or c1)"],
  ["venezuela -oil", "(venezuela and not oil)"],
  ["venezuela AND NOT (oil | gas)", "(venezuela and not (oil or gas))"],
  ["venezuela and talks or dialogue", "((venezuela and talks) or dialogue)"],
  ["+venezuela && talks", "(venezuela and talks)"],
  ["“interim president” «временный президент»", '("interim president" and "временный президент")'],
  ["troops NEAR/5 caracas", "(troops near/5 caracas)"],
  ["russia BEFORE/3 troops NEAR caracas", "((russia before/3 troops) near/10 caracas)"],
  ["russia AROUND(4) troops", "(russia near/4 troops)"],
  [
    "title:(maduro OR guaido) site:reuters.com",
    '((title:maduro or title:guaido) and source:"reuters.com")',
  ],
  ["deploy* @russia^2", "(deploy* and russia)"],
  ["Il-76", '"Il-76"'],
  ["# what\nvenezuela\n# why", "venezuela"],
  ["venezuela, talks", "(venezuela and talks)"],
])("%s is understood as %s", (text, expected) => {
  expect(read(text)).toBe(expected);
});

test("a frame says who does what where, and who else it must not be", () => {
  const { query } = parseQuery("WHO russia NOT (usa OR nato) DOES send WHAT troops WHERE mali");
  expect(query).toMatchObject({
    kind: "frame",
    who: { text: "russia" },
    not: { kind: "any" },
    does: { text: "send" },
    what: { text: "troops" },
    where: { text: "mali" },
  });
});

test.each([
  ["", "1:1 the query is empty"],
  ["-oil", "1:1 the query only says what must not be there"],
  ["venezuela\n  (talks OR dialogue", "2:3 a ( is not closed"],
  ["venezuela talks)", "1:16 a ) has no ("],
  ["venezuela OR", "1:11 nothing follows OR"],
  ['say "what', "1:5 a quotation mark is not closed"],
  ["/tro+ps/", "1:1 regular expressions are not understood"],
  ["*ploy", "1:1 a * stands alone or before a word"],
  ["de*", "1:1 de* is too short for a *"],
  ["titel:maduro", '1:1 there is no field "titel"'],
  ["a1 NEAR/500 b1", "1:4 NEAR/500 reaches too far"],
  ["a1^99", "1:3 the weight ^99 is out of range"],
  ["(a1 AND b1) NEAR/3 c1", "1:13 NEAR/3 cannot join what AND or a frame makes"],
  ["WHO russia WHAT troops", "1:1 a frame has no DOES"],
  ["a1 ()", "1:4 the parentheses are empty"],
  ["oil^-20", "1:1 nothing here is needed for a match"],
])("%s is refused where and why: %s", (text, expected) => {
  expect(read(text)).toBe(expected);
});

test("a fault says how to mend it, and a misspelt field what was meant", () => {
  expect(parseQuery("titel:maduro").faults[0]?.remedy).toMatch(/did you mean title:\?/);
  expect(parseQuery("a1 OR").faults[0]?.remedy).toBe("write a word after it or remove it");
});

test("no text makes the parser throw or run on", () => {
  const pieces = [
    "a1",
    "(",
    ")",
    " OR ",
    " NOT ",
    '"',
    "^2",
    "@x",
    "title:",
    " NEAR/2 ",
    "WHO ",
    " DOES ",
    "*",
    "-",
    "\n",
  ];
  for (let seed = 1; seed < 3_000; seed += 1) {
    let state = seed;
    let text = "";
    for (let length = 0; length < 12; length += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      text += pieces[state % pieces.length];
    }
    const { query, faults } = parseQuery(text);
    expect(query === null, text).toBe(faults.length > 0);
  }
  expect(parseQuery("(".repeat(500)).query).toBeNull();
});
