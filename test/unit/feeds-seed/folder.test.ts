import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSeedFolder } from "../../../src/feeds/seed-folder.ts";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "seeds-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const article = (place: string, fate: string): string =>
  `The Inland Courier\n\nBridge at ${place} ${fate} after flood\n\nThe bridge at ${place} ${fate} on Monday after the flood had carried timber against its middle pier for hours.\n\nThe Courier asks for nothing but patience\n`;

test("only articles are read, in the order of their names", async () => {
  const folder = await folderWith({
    "b.txt": article("Ansel", "fell"),
    "a.md": article("Karu", "held"),
    "README.md": "# Not an article",
    "notes.json": "{}",
  });
  const files = await readSeedFolder(folder);
  expect(files.map(({ file, item }) => [file, item?.guid])).toEqual([
    ["a.md", "a.md"],
    ["b.txt", "b.txt"],
  ]);
});

test("what cannot be read is a problem with a remedy, and the rest goes on", async () => {
  const folder = await folderWith({ "a.txt": article("Ansel", "fell"), "c.txt": "" });
  await mkdir(join(folder, "b.txt"));
  const files = await readSeedFolder(folder);
  expect(files.map(({ item }) => item !== null)).toEqual([true, false, false]);
  expect(files[1]?.problems[0]).toMatchObject({ code: "seed-unreadable" });
  expect(files[1]?.problems[0]?.message).toContain("b.txt: cannot be read");
  expect(files[1]?.problems[0]?.message).toContain("make it readable");
  expect(files[2]?.problems[0]?.code).toBe("seed-empty");
});

test("a folder that is not there is one problem", async () => {
  const files = await readSeedFolder(join(tmpdir(), "no-such-folder-of-seeds"));
  expect(files.map(({ item, problems }) => [item, problems.length])).toEqual([[null, 1]]);
  expect(files[0]?.problems[0]?.message).toContain("create the folder");
});

test("a sentence that recurs in articles that are otherwise different is part of none", async () => {
  const house =
    "The Inland Courier is printed on paper from mills in the valley that burn nothing but bark.";
  const folder = await folderWith({
    "a.txt": `${article("Ansel", "fell")}\n${house}\n`,
    "b.txt": `Harvest fails in the hills\n\nFarmers in the hills above Tolm lost most of their barley to hail within a quarter of an hour, the district said.\n\n${house}\n`,
  });
  for (const { item } of await readSeedFolder(folder)) expect(item?.text).not.toContain("mills");
});
