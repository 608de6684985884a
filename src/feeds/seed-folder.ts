import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { decode } from "./decode.ts";
import { readSeed, type Seed } from "./seed.ts";
import { linesOf, recurringLines } from "./seed-recurrence.ts";

/** One file of the seed corpus, read. */
export type SeedFile = Seed & {
  /** The file's name, which is also its item's guid. */
  readonly file: string;
  readonly path: string;
};

/** How a long reading is watched. */
export type SeedWatch = {
  /** Aborted: the files that are left are not read. */
  readonly signal?: AbortSignal;
  /** Every file is looked at twice; each time counts half. */
  onRead?(read: number, total: number): void;
};

/** Longest article that is read, in bytes; a longer file is no article. */
const BYTES_MAX = 5_000_000;

/**
 * Reads a folder of articles in the order of their names. A file that cannot be read becomes a problem that names
 * it and the remedy; the others are read all the same. A folder that is not there holds no articles, and says so.
 */
export async function readSeedFolder(
  folder: string,
  watch: SeedWatch = {},
): Promise<readonly SeedFile[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter(isArticle).sort();
  } catch (error) {
    return [unreadable(folder, error, "create the folder, or set SITREP_SEEDS to the one meant")];
  }
  return readSeedFiles(
    names.map((name) => join(folder, name)),
    watch,
  );
}

/** Reads articles from files. Lines that recur in several of them count as no part of any. */
export async function readSeedFiles(
  paths: readonly string[],
  { signal, onRead }: SeedWatch = {},
): Promise<readonly SeedFile[]> {
  const contents: Content[] = [];
  const pages: ReadonlySet<string>[] = [];
  for (const [index, path] of paths.entries()) {
    if (signal?.aborted === true) return [];
    onRead?.(Math.floor(index / 2), paths.length);
    const content = await contentOf(path);
    contents.push(content);
    if (content.bytes !== null) pages.push(linesOf(decode(content.bytes, null).text));
  }
  const recurring = recurringLines(pages);
  const files: SeedFile[] = [];
  for (const [index, { path, bytes, failed }] of contents.entries()) {
    // A corpus may have thousands, and everything else in this thread waits for each.
    await nextTurn();
    if (signal?.aborted === true) break;
    const file = basename(path);
    if (bytes !== null) {
      files.push({ ...readSeed(file, bytes, (line) => recurring.has(line)), file, path });
    } else if (failed !== null) files.push(failed);
    onRead?.(Math.floor((paths.length + index + 1) / 2), paths.length);
  }
  return files;
}

/** Exactly one of the two is not null. */
type Content = {
  readonly path: string;
  readonly bytes: Uint8Array | null;
  readonly failed: SeedFile | null;
};

async function contentOf(path: string): Promise<Content> {
  try {
    const bytes = await readFile(path);
    const failed = bytes.length > BYTES_MAX ? tooLong(path) : null;
    return { path, bytes: failed === null ? bytes : null, failed };
  } catch (error) {
    const failed = unreadable(path, error, "make it readable for Sitrep, or remove it");
    return { path, bytes: null, failed };
  }
}

/** Whether a file's name is that of an article: .md or .txt, and no README. */
function isArticle(name: string): boolean {
  return /^\.(?:md|txt)$/i.test(extname(name)) && !/^readme/i.test(name) && !name.startsWith(".");
}

function unreadable(path: string, error: unknown, remedy: string): SeedFile {
  const reason =
    error instanceof Error
      ? error.message.replace(/^(\w+): ([^,]+),.*$/s, "$2 ($1)")
      : String(error);
  return failure(path, "seed-unreadable", `cannot be read, ${reason}: ${remedy}`);
}

function tooLong(path: string): SeedFile {
  const remedy = "keep one article per file, or remove it";
  return failure(path, "seed-too-long", `is longer than ${BYTES_MAX} bytes: ${remedy}`);
}

function failure(path: string, code: string, what: string): SeedFile {
  const message = `${path}: ${what}`;
  return { file: basename(path), path, item: null, problems: [{ code, message }], credits: [] };
}
