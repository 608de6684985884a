import { expect, test } from "vitest";
import type { OptionSpec } from "../../../src/commands/spec.ts";
import { suggestions } from "../../../src/commands/suggest.ts";
import { busyWorld, EDITOR, fakeItem, fakePorts } from "../../support/fake-archive.ts";

const option = (kind: OptionSpec["kind"], over: Partial<OptionSpec> = {}): OptionSpec => ({
  name: "x",
  about: "x",
  required: false,
  kind,
  ...over,
});

const offered = async (kind: OptionSpec["kind"], partial: string, over?: Partial<OptionSpec>) =>
  (await suggestions(fakePorts(busyWorld()), option(kind, over), partial, EDITOR)).map(
    ({ label, value }) => (label === value ? value : `${label} = ${value}`),
  );

test("topics are offered by id and by any word of their name", async () => {
  expect(await offered("topic", "")).toEqual(["Harbour strike = harbour", "River floods = river"]);
  expect(await offered("topic", "FLO")).toEqual(["River floods = river"]);
  expect(await offered("topic", "zebra")).toEqual([]);
});

test("time zones are offered by city, 25 at most", async () => {
  expect(await offered("timezone", "berlin")).toEqual(["Europe/Berlin"]);
  expect((await offered("timezone", "america"))[0]).toMatch(/^America\//);
  expect(await offered("timezone", "")).toHaveLength(25);
});

test("sources are outlets to search by, and feeds to act on", async () => {
  expect(await offered("source", "nord")).toEqual(["Nordkurier"]);
  expect(await offered("source", "coast", { required: true })).toEqual([
    "Coast Daily (coast.example) = f000000coast",
  ]);
});

test("stories are offered by headline, the last grown first", async () => {
  expect(await offered("story", "")).toEqual([
    "Dockers walk out in Nordhavn = s0000000001",
    "Ferry crews vote on strike = s0000000002",
  ]);
});

test("a long headline is cut between characters", async () => {
  const world = busyWorld();
  world.items.push(
    fakeItem({ id: "i9", storyId: "s0000000009", title: "👩‍👩‍👧‍👦".repeat(30), source: "A" }),
  );
  world.matches.set("i9", [{ topicId: "river", score: 90, matched: true, reasons: [] }]);
  const found = await suggestions(fakePorts(world), option("story"), "👩", EDITOR);
  expect(found[0]?.label).toBe(`${"👩‍👩‍👧‍👦".repeat(9)}…`);
});

test("plain kinds offer what fits them", async () => {
  expect(await offered("duration", "2")).toEqual(["24h"]);
  expect(await offered("choice", "d", { choices: ["instant", "digest"] })).toEqual(["digest"]);
  expect(await offered("flag", "")).toEqual(["yes", "no"]);
  expect(await offered("rest", "anything")).toEqual([]);
});
