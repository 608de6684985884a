import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/rules.ts";
import { holds, type Proof, zeroWords } from "./proof.ts";

type Row = { readonly size: number; load(): Promise<(size: number) => Promise<Proof>> };

/** The long proofs, each with the size that the whole run gives it. */
const ROWS: Readonly<Record<string, Row>> = {
  kills: { size: 1_000, load: async () => (await import("./kills.ts")).kills },
  runs: { size: 100, load: async () => (await import("./runs.ts")).runs },
  settling: { size: 300, load: async () => (await import("./settling.ts")).settling },
  faulty: { size: 10_000, load: async () => (await import("./faulty.ts")).faulty },
  slots: { size: 2, load: async () => (await import("./slots.ts")).slots },
  clocks: { size: 500, load: async () => (await import("./clocks.ts")).clocks },
  disk: { size: 100, load: async () => (await import("./disk.ts")).disk },
  flips: { size: 1_000, load: async () => (await import("./flips.ts")).flips },
  signatures: { size: 10_000, load: async () => (await import("./signatures.ts")).signatures },
  hostile: { size: 20_000, load: async () => (await import("./hostile.ts")).hostile },
  fanout: { size: 1_000, load: async () => (await import("./fanout.ts")).fanout },
  subscribers: { size: 1_000, load: async () => (await import("./subscribers.ts")).subscribers },
};

const [first, ...more] = process.argv.slice(2);
const isSize = /^\d+$/.test(more[0] ?? "");
const names = first === undefined ? Object.keys(ROWS) : isSize ? [first] : [first, ...more];
const size = isSize ? Number(more[0]) : null;
const unknown = names.filter((name) => !(name in ROWS));
if (unknown.length > 0) {
  process.stderr.write(
    `there is no ${unknown.join(", ")}\nusage: npm run chaos -- [ROW [SIZE] | ROW …], of ${Object.keys(ROWS).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  for (const name of names) await prove(name);
}

async function prove(name: string): Promise<void> {
  const row = ROWS[name];
  if (row === undefined) return;
  const startedMs = performance.now();
  const run = await row.load();
  const proof = await run(size ?? row.size);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const lines = [
    `${holds(proof) ? "holds" : "FAILS"}  ${name}: ${proof.tried} (${seconds} s)`,
    ...proof.zeros.map((zero) => `         ${zeroWords(zero)}`),
    ...proof.figures.map(
      ({ what, value, ok }) => `         ${what}: ${value}${ok === false ? " — TOO MUCH" : ""}`,
    ),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!holds(proof)) process.exitCode = 1;
  const folder = join(ROOT, "data", "chaos");
  mkdirSync(folder, { recursive: true });
  const found = { name, holds: holds(proof), seconds, at: new Date().toISOString(), ...proof };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(found, null, 2)}\n`);
}
