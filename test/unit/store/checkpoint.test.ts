import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startCheckpointer } from "../../../src/store/sqlite/checkpoint.ts";
import { Connection } from "../../../src/store/sqlite/connection.ts";

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function open(): Connection {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-log-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const db = new Connection(join(folder, "some.db"));
  cleanUps.push(() => db.close());
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("CREATE TABLE notes (text TEXT)");
  return db;
}

const INSERT = "INSERT INTO notes (text) VALUES (?)";

test("what was written reaches the database without any commit that copies it", async () => {
  const db = open();
  const checkpointer = startCheckpointer(db, 10);
  for (let index = 0; index < 1_200; index += 1) {
    db.writeSoon(() => db.run(INSERT, "x".repeat(2_000)));
  }
  expect(statSync(db.file).size).toBeLessThan(100_000);
  await expect.poll(() => statSync(db.file).size, { timeout: 10_000 }).toBeGreaterThan(2_000_000);
  await checkpointer.close();
});

test("a look that changes nothing counts as no write", () => {
  const db = open();
  db.writeSoon(() => db.run("DELETE FROM notes WHERE text = 'none'"));
  expect(db.writes).toBe(0);
  db.writeSoon(() => db.run(INSERT, "one"));
  expect(db.writes).toBe(1);
});
