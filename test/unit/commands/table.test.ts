import { describe, expect, test } from "vitest";
import { nameOf } from "../../../src/commands/line.ts";
import { SPECS } from "../../../src/commands/table.ts";

describe.each(SPECS.map((spec) => ({ name: nameOf(spec), spec })))("$name", ({ spec }) => {
  test("is named and told as every platform can take it", () => {
    expect(spec.name).toMatch(/^[a-z_]{1,32}$/);
    expect(spec.about.length).toBeLessThanOrEqual(100);
    expect(spec.options.length).toBeLessThanOrEqual(25);
    for (const option of spec.options) {
      expect(option.name).toMatch(/^[a-z_]{1,32}$/);
      expect(option.about.length).toBeLessThanOrEqual(100);
      expect((option.choices ?? []).length).toBeLessThanOrEqual(25);
    }
  });

  test("asks for what it needs first, and has one free text at most", () => {
    const required = spec.options.map((option) => option.required);
    expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
    expect(spec.options.filter(({ kind }) => kind === "rest").length).toBeLessThanOrEqual(1);
  });

  test("uses no name that is kept for every command", () => {
    const names = spec.options.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(names).not.toContain("confirm");
    expect(names).not.toContain("page");
    expect(new Set(names).size).toBe(names.length);
  });
});

test("no two commands have one name", () => {
  expect(new Set(SPECS.map(nameOf)).size).toBe(SPECS.length);
});

test("all words of one root together stay within 8,000 characters", () => {
  for (const root of ["sitrep", "sitrep-admin"]) {
    const words = SPECS.filter((spec) => spec.root === root).flatMap((spec) => [
      spec.name,
      spec.about,
      ...spec.options.flatMap(({ name, about, choices = [] }) => [name, about, ...choices]),
    ]);
    expect(words.join("").length).toBeLessThan(8_000);
  }
});
