import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { translateError } from "../../../src/store/sqlite/errors.ts";
import { StoreError } from "../../../src/store/store-error.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sitrep-errors-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What SQLite itself throws, in our words. */
function told(work: () => unknown): StoreError {
  try {
    work();
  } catch (error) {
    const translated = translateError(error, "sitrep.db");
    if (translated instanceof StoreError) return translated;
    throw translated;
  }
  throw new Error("nothing went wrong");
}

test("a full database says to free space", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("PRAGMA max_page_count = 2; CREATE TABLE t (a)");
  const error = told(() => db.exec("INSERT INTO t VALUES (zeroblob(100000))"));
  expect(error.trouble).toBe("full");
  expect(error.message).toBe(
    "sitrep.db: no room left on the disk: free some space; nothing stored is lost",
  );
});

test("a file that cannot be written says whose right is missing", () => {
  const file = join(folder, "a.db");
  new DatabaseSync(file).exec("CREATE TABLE t (a)");
  const db = new DatabaseSync(file, { readOnly: true });
  expect(told(() => db.exec("INSERT INTO t VALUES (1)"))).toMatchObject({ trouble: "read-only" });
  db.close();
});

test("a lock held by another says to wait", () => {
  const file = join(folder, "a.db");
  const holder = new DatabaseSync(file);
  holder.exec("CREATE TABLE t (a); BEGIN EXCLUSIVE");
  const db = new DatabaseSync(file, { timeout: 0 });
  expect(told(() => db.exec("BEGIN IMMEDIATE"))).toMatchObject({ trouble: "busy" });
  db.close();
  holder.close();
});

test("a file that cannot be opened says what to check", () => {
  expect(told(() => new DatabaseSync(folder))).toMatchObject({ trouble: "unusable" });
});

test("a bug of our own stays what it is", () => {
  const db = new DatabaseSync(":memory:");
  expect(() => told(() => db.exec("SELECT * FROM nowhere"))).toThrow("no such table");
  const bug = new TypeError("bug");
  expect(translateError(bug, "sitrep.db")).toBe(bug);
});
