import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tidyWhenDue } from "../../../src/pipeline/tidying.ts";
import { createKeyv } from "../../../src/store/kv.ts";
import { openSqliteLedger, type SqliteLedger } from "../../../src/store/sqlite/ledger.ts";
import { newItem, plan } from "../../contract/store-samples.ts";

const DAY_MS = 86_400_000;
const SEEN_AT = "2026-05-04T08:00:00.000Z";

let folder: string;
let ledger: SqliteLedger;
let nowMs: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sitrep-tidying-"));
  ledger = await openSqliteLedger({ folder, exclusive: true });
  nowMs = Date.parse(SEEN_AT);
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** Tidies as a process that has just started does. */
function tidy(itemsKeptMs: number): Promise<boolean> {
  const memory = createKeyv(ledger.kv, "tidied");
  return tidyWhenDue({ ledger, memory, itemsKeptMs, now: () => new Date(nowMs).toISOString() });
}

async function items(): Promise<number> {
  return (await ledger.counts()).items;
}

test("a machine that is never on at night removes what is kept no longer, once a day", async () => {
  await ledger.ingest(plan({ seenAt: SEEN_AT, items: [newItem("a")] }));
  nowMs += 2 * DAY_MS;
  expect(await tidy(3 * DAY_MS)).toBe(true);
  expect(await items()).toBe(1);
  nowMs += DAY_MS - 1;
  expect(await tidy(DAY_MS)).toBe(false);
  expect(await items()).toBe(1);
  nowMs += 1;
  expect(await tidy(DAY_MS)).toBe(true);
  expect(await items()).toBe(0);
});

test("a clock that was ahead when it was tidied last does not keep it from being tidied", async () => {
  nowMs += 30 * DAY_MS;
  expect(await tidy(DAY_MS)).toBe(true);
  nowMs -= 29 * DAY_MS;
  expect(await tidy(DAY_MS)).toBe(true);
});

test("values that have expired go, too", async () => {
  await ledger.kv.set("pages", [{ key: "one", value: "1", expiresMs: nowMs + 1 }]);
  nowMs += 1;
  await tidy(DAY_MS);
  expect(await ledger.kv.sweep(nowMs)).toBe(0);
});
