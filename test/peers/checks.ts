import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Loads a package from a folder of its own, where it was installed by hand: no peer is a dependency of Sitrep. */
export async function loadPeer(name: string, folder: string | undefined): Promise<unknown> {
  if (folder === undefined) throw new Error(`give the folder where ${name} is installed`);
  const root = join(resolve(folder), "node_modules", name);
  const described: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return import(pathToFileURL(join(root, entryOf(described))).href);
}

/** Peers say in their own ways where they begin. */
function entryOf(described: unknown): string {
  const at = (from: unknown, key: string): unknown => Reflect.get(Object(from), key);
  const main = at(at(described, "exports"), ".");
  for (const entry of [at(main, "import"), at(main, "default"), main, at(described, "main")]) {
    if (typeof entry === "string") return entry;
    const nested = at(entry, "default");
    if (typeof nested === "string") return nested;
  }
  return "index.js";
}

/** A list of checks, each told in one line as it ends. */
export type Checks = {
  check(what: string, run: () => Promise<boolean>): Promise<void>;
  /** Exit code: 0 when all passed. */
  end(): number;
};

export function startChecks(peer: string): Checks {
  let failed = 0;
  let passed = 0;
  const say = (text: string): boolean => process.stdout.write(`${peer}: ${text}\n`);
  return {
    async check(what, run) {
      const outcome = await run().catch((error: unknown) => String(error));
      if (outcome === true) passed += 1;
      else failed += 1;
      const why = typeof outcome === "string" ? ` (${outcome.slice(0, 200)})` : "";
      say(`${outcome === true ? "passes" : "FAILS"}: ${what}${why}`);
    },
    end() {
      say(`${passed} passed, ${failed} failed`);
      return failed === 0 ? 0 : 1;
    },
  };
}

/** Asks again until it is so; false after so many milliseconds. */
export async function until(isSo: () => Promise<boolean>, withinMs = 20_000): Promise<boolean> {
  const ends = Date.now() + withinMs;
  while (Date.now() < ends) {
    if (await isSo()) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}
