import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSeedFolder } from "../../../src/feeds/seed-folder.ts";
import { createStoryIndex } from "../../../src/stories/story-index.ts";

const corpus = fileURLToPath(new URL("../../../seeds", import.meta.url));

/** The shipped articles by the number that their names begin with. */
async function shipped() {
  const files = await readSeedFolder(corpus);
  const byNumber = (number: string) => {
    const found = files.find(({ file }) => file.startsWith(number));
    if (found?.item === undefined || found.item === null) throw new Error(`no article ${number}`);
    return { ...found, item: found.item };
  };
  return { files, troops: byNumber("000"), outlet: byNumber("001"), agency: byNumber("003") };
}

test("the shipped articles are read in the order of their names, the README is none", async () => {
  const { files } = await shipped();
  expect(files.map(({ file }) => file.slice(0, 3))).toEqual(["000", "001", "003"]);
  expect(files.flatMap(({ problems }) => problems)).toEqual([]);
});

test("sources, agencies and credits of the shipped articles are told apart", async () => {
  const { troops, outlet, agency } = await shipped();
  expect(troops.item).toMatchObject({
    title: "Russian Soldiers and Advisers Land in Venezuela, Reports Say",
    source: "The Moscow Times",
    agency: "Reuters",
  });
  expect(troops.item.text).toContain("The Associated Press");
  expect(troops.item.text).toContain("Sputnik");
  expect(outlet.item).toMatchObject({
    title: "Russian Military Experts Reach Venezuela",
    source: "The Moscow Times",
    agency: null,
  });
  expect(outlet.credits).toEqual([
    {
      kind: "photo",
      name: "Sergei Kiselyov / Moskva News Agency",
      agency: "Moskva News Agency",
    },
  ]);
  expect(outlet.item.text).toContain("Interfax");
  expect(agency.item).toMatchObject({ source: null, agency: "Reuters" });
});

test("no date is guessed, and no appeal, caption or footer is in a text", async () => {
  for (const { item } of (await shipped()).files) {
    expect(item?.publishedAt).toBeNull();
    expect(item?.language).toBe("en");
    expect(item?.text).not.toMatch(/donate|before you go|depend on you|Read more|Not today|POOL/);
  }
});

test("two of the shipped articles are one story and a copy, in any order; the third is its own", async () => {
  const { troops, outlet, agency } = await shipped();
  const orders = [
    [troops, outlet, agency],
    [agency, troops, outlet],
    [outlet, agency, troops],
  ];
  for (const order of orders) {
    const index = createStoryIndex();
    const found = new Map<string, { storyId: string; duplicateOf: string | null }>();
    for (const { item } of order) {
      const storyItem = {
        id: item.guid,
        title: item.title ?? "",
        text: item.text ?? "",
        url: null,
        language: item.language,
        at: "2026-01-01T00:00:00.000Z",
      };
      const decision = index.decide(storyItem);
      index.add(storyItem, decision.storyId);
      found.set(item.guid, decision);
    }
    const of = (seed: typeof troops) => found.get(seed.item.guid);
    expect(of(outlet)?.storyId).toBe(of(agency)?.storyId);
    expect(of(troops)?.storyId).not.toBe(of(agency)?.storyId);
    const copies = [of(outlet)?.duplicateOf, of(agency)?.duplicateOf].filter((id) => id !== null);
    expect(copies).toHaveLength(1);
    expect(of(troops)?.duplicateOf).toBeNull();
  }
});
