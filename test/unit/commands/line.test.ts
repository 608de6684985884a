import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSpec, formatLine, parseLine } from "../../../src/commands/line.ts";
import { SPECS } from "../../../src/commands/table.ts";

const read = (line: string) => parseLine(line, SPECS);
const options = (line: string) => {
  const found = read(line);
  return "problem" in found ? found.problem : found.options;
};

describe("a line as typed", () => {
  test("takes values in the order of the table, then by name", () => {
    expect(read("/sitrep subscribe harbour digest at=08:00 tz=Europe/Berlin")).toEqual({
      root: "sitrep",
      group: null,
      name: "subscribe",
      options: { topic: "harbour", mode: "digest", at: "08:00", tz: "Europe/Berlin" },
    });
  });

  test("needs no /sitrep, but /sitrep-admin", () => {
    expect(read("now harbour")).toMatchObject({ root: "sitrep", name: "now" });
    expect(read("/sitrep-admin source list")).toMatchObject({
      root: "sitrep-admin",
      group: "source",
      name: "list",
    });
    expect(options("source add https://news.example/feed")).toBe(
      "There is no command /sitrep source add. Did you mean /sitrep-admin source add or " +
        "/sitrep-admin source list or /sitrep-admin source test or /sitrep-admin source pause? " +
        "/sitrep help lists all commands.",
    );
  });

  test("that is empty asks for help", () => {
    expect(read("")).toMatchObject({ name: "help" });
    expect(read("/sitrep")).toMatchObject({ name: "help" });
  });

  test("keeps words together in quotes, straight or curly", () => {
    expect(options('/sitrep-admin source add https://a.example name="Morning News"')).toEqual({
      url: "https://a.example",
      name: "Morning News",
    });
    expect(options("/sitrep-admin source add https://a.example name=“Morning News”")).toEqual({
      url: "https://a.example",
      name: "Morning News",
    });
  });

  test("gives the rest of the words to the free text, with the quotes that mean a phrase", () => {
    expect(options('search "peace talks" AND oslo since=7d topic=harbour')).toEqual({
      query: '"peace talks" AND oslo',
      since: "7d",
      topic: "harbour",
    });
    expect(options("search a=b c")).toEqual({ query: "a=b c" });
  });

  test("lets a word of plain shape stand for a later option", () => {
    const expected = { action: "pause", subscription: "u1a2b3c" };
    expect(options("subscription pause u1a2b3c")).toEqual(expected);
    expect(options("subscription u1a2b3c pause")).toEqual(expected);
    expect(options("now harbour share")).toEqual({ topic: "harbour", share: "yes" });
    expect(options("now harbour 6h share=no")).toEqual({
      topic: "harbour",
      since: "6h",
      share: "no",
    });
  });

  test("accepts an address by either name", () => {
    expect(options("story url=https://a.example/1?x=2")).toEqual({
      story: "https://a.example/1?x=2",
    });
    expect(options("why message=s0123456789 harbour")).toEqual({
      url: "s0123456789",
      topic: "harbour",
    });
  });
});

describe("a line that cannot be read", () => {
  test.each([
    ["nwo harbour", "There is no command /sitrep nwo. Did you mean /sitrep now?"],
    [
      "/sitrep-admin sorce add x",
      "There is no command /sitrep-admin sorce. Did you mean /sitrep-admin source add",
    ],
    [
      "/sitrep-admin source frobnicate",
      "There is no command /sitrep-admin source frobnicate. Did you mean /sitrep-admin source add or",
    ],
    ["now harbour sinse=6h", "/sitrep now has no option sinse. Did you mean since?"],
    ["search oslo sinse=6h", "/sitrep search has no option sinse. Did you mean since?"],
    ["now harbour colour=red", "/sitrep now has no option colour. Usage: /sitrep now [topic]"],
    ["now topic=harbour topic=river", "topic is given twice."],
    ["topics everything", "/sitrep topics has no place for “everything”."],
    ['search "open', "A quotation mark is not closed."],
  ])("%s", (line, expected) => {
    expect(options(line)).toContain(expected);
  });

  test("because it is too long", () => {
    expect(options(`search ${"x".repeat(11_000)}`)).toBe(
      "The line is longer than 10000 characters.",
    );
  });

  test("never repeats a password", () => {
    expect(options("topics https://user:hunter2@a.example/feed")).not.toContain("hunter2");
  });
});

test("what a button's line holds is read back as it was, whatever the values are", () => {
  const text = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((value) => value.trim() === value && !/\s\s/u.test(value) && value.isWellFormed());
  fc.assert(
    fc.property(
      fc.constantFrom(...SPECS),
      fc.array(fc.tuple(fc.nat(12), text), { maxLength: 6 }),
      (spec, values) => {
        const given = Object.fromEntries(
          values.flatMap(([index, value]) => {
            const option = spec.options[index];
            if (option === undefined) return [];
            const fitting: Partial<Record<typeof option.kind, string>> = {
              choice: option.choices?.[0] ?? "",
              duration: "6h",
              number: "70",
              flag: "yes",
              topic: "harbour",
              subscription: "u1a2b3c",
              story: "s0123456789",
            };
            return [[option.name, fitting[option.kind] ?? value]];
          }),
        );
        const found = parseLine(formatLine(spec, given), SPECS);
        expect(found).toEqual({
          root: spec.root,
          group: spec.group,
          name: spec.name,
          options: given,
        });
      },
    ),
    { numRuns: 500 },
  );
});

test("a thousand odd lines are read without a fault", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (line) => {
      const found = parseLine(line, SPECS);
      if (!("problem" in found)) expect(findSpec(SPECS, found)).not.toBeNull();
    }),
    { numRuns: 1_000 },
  );
});
