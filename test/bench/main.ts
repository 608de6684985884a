import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/rules.ts";

/** A benchmark prints its table and returns its figures. */
type Bench = (args: string[]) => unknown;

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  backtest: async () => (await import("./backtest.ts")).run,
  feeds: async () => (await import("./feeds.ts")).run,
  flood: async () => (await import("./flood.ts")).run,
  hostile: async () => (await import("./hostile.ts")).run,
  match: async () => (await import("./match.ts")).run,
  paint: async () => (await import("./paint.ts")).run,
  mutations: async () => (await import("./mutations.ts")).run,
  parse: async () => (await import("./parse.ts")).run,
  poll: async () => (await import("./poll.ts")).run,
  quality: async () => (await import("./quality.ts")).run,
  slots: async () => (await import("./slots.ts")).run,
  ssrf: async () => (await import("./ssrf.ts")).run,
  stories: async () => (await import("./stories.ts")).run,
  store: async () => (await import("./store.ts")).run,
};

const [name = "", ...args] = process.argv.slice(2);
const load = BENCHES[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join("|")} [ARG …]\n`);
  process.exitCode = 2;
} else {
  const figures = await (await load())(args);
  const folder = join(ROOT, "data", "bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`figures: ${file}\n`);
}
