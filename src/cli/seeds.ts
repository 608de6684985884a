import { stat } from "node:fs/promises";
import { folderOf } from "../config.ts";
import type { Item, Problem } from "../feeds/item.ts";
import { readSeedFiles, readSeedFolder, type SeedFile } from "../feeds/seed-folder.ts";
import { type ExitCode, pathOf, readArgs, type Terminal } from "./terminal.ts";

/** `seeds`: how articles of the seed corpus are read; one JSON line an article. */
export async function seedsCommand(terminal: Terminal): Promise<ExitCode> {
  const { words } = readArgs(terminal, {}, "seeds [DIR|FILE…]");
  const paths =
    words.length > 0
      ? words.map((path) => pathOf(terminal, path))
      : [folderOf("SITREP_SEEDS", terminal.env, terminal.root)];
  let exit: ExitCode = 0;
  for (const path of paths) {
    for (const { file, item, problems } of await readArticles(path)) {
      terminal.data(JSON.stringify(shownArticle(file, item, problems)));
      if (item === null) exit = 1;
    }
  }
  return exit;
}

async function readArticles(path: string): Promise<readonly SeedFile[]> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? readSeedFolder(path) : readSeedFiles([path]);
}

function shownArticle(file: string, item: Item | null, problems: readonly Problem[]): object {
  return {
    file,
    title: item?.title ?? null,
    source: item?.source ?? null,
    agency: item?.agency ?? null,
    author: item?.author ?? null,
    publishedAt: item?.publishedAt ?? null,
    url: item?.url ?? null,
    language: item?.language ?? null,
    text: item?.text ?? null,
    problems,
  };
}
