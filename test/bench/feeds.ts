import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFeed } from "../../src/feeds/parse.ts";
import { type Faults, type FeedCase, faultsOf } from "./feeds-compare.ts";

/**
 * `feeds DIR`: feeds with reference values, from DIR/cases.jsonl, one a line: `{path, category, headers, nontrivial,
 * ref: {title, link, entries: [{title, link, id, published, text}]}}`.
 */
export async function run(args: string[]): Promise<unknown> {
  const [folder] = args;
  if (folder === undefined) throw new Error("feeds DIR: a folder with a cases.jsonl is needed");
  return reference(folder);
}

/** Where the reference took the documents from: relative addresses in them lead there. */
const SUITE_URL = "http://127.0.0.1:8097/tests/";
/** One idea repeated in hundreds of cases: left out of the figure for structure. */
const REPEATED = ["wellformed/sanitize", "entities", "wellformed/amp", "wellformed/lang"];

async function reference(folder: string): Promise<unknown> {
  const file = join(folder, "cases.jsonl");
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const cases = readFileSync(file, "utf8").trim().split("\n").map(readCase);
  const read: { readonly one: FeedCase; readonly faults: Faults }[] = [];
  for (const one of cases) {
    const contentType = one.headers?.["content-type"] ?? null;
    const bytes = readFileSync(join(folder, one.path));
    const parsed = await parseFeed(bytes, { contentType, base: baseOf(one) });
    read.push({ one, faults: faultsOf(one.ref, parsed) });
  }
  const nontrivial = read.filter(({ one }) => one.nontrivial !== false);
  const structural = nontrivial.filter(({ one }) => !REPEATED.includes(one.category ?? ""));
  const wrong = nontrivial.filter(({ faults }) => faults.length > 0);
  for (const { one, faults } of wrong) say(`${one.path}: ${faults.join(", ")}`);
  const figures = Object.entries({ all: read, nontrivial, structural }).map(([name, group]) => {
    const right = group.filter(({ faults }) => faults.length === 0).length;
    say(
      `${name}: ${right} of ${group.length} right (${((100 * right) / group.length).toFixed(2)} %)`,
    );
    return [name, { right, total: group.length }];
  });
  return {
    ...Object.fromEntries(figures),
    wrong: wrong.map(({ one, faults }) => [one.path, faults]),
  };
}

function readCase(line: string): FeedCase {
  return JSON.parse(line);
}

function baseOf(one: FeedCase): string {
  const page = `${SUITE_URL}${one.path.replace(/^suite\//, "")}`;
  const url = URL.parse(one.headers?.["content-location"] ?? "", page);
  return url === null || !url.protocol.startsWith("http") ? page : url.href;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
