import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import type { Instant } from "../../feeds/item.ts";
import { RESTORE_REMEDY, StoreError } from "../store-error.ts";
import { Connection } from "./connection.ts";
import { sqliteCode, translateError } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { checkOrigin, migrate } from "./migrations.ts";
import { damagedRows } from "./outbox.ts";
import { noteRestored } from "./restored.ts";
import { holdRunLock } from "./run-lock.ts";

/** The ledger's file in its data folder. */
export const DATABASE_FILE = "sitrep.db";

/** All pages in one step: a copy in steps begins again whenever somebody writes in between. */
const ALL_PAGES = 0x7fffffff;

/** Copies a database that is in use into one file, which appears when it is whole. */
export async function backupSqlite(database: string, file: string): Promise<void> {
  const target = resolve(file);
  if (existsSync(target) && realpathSync(target) === realpathSync(database)) {
    throw new StoreError("unusable", target, "this is the database itself", "name another file");
  }
  const part = `${target}.part`;
  try {
    removeDatabase(part);
    const source = new DatabaseSync(database, { readOnly: true, timeout: 5_000 });
    try {
      await backup(source, part, { rate: ALL_PAGES });
    } finally {
      source.close();
    }
    finishFile(part);
    renameSync(part, target);
    syncFolder(dirname(target));
  } catch (error) {
    removeDatabase(part);
    throw fileError(error, target);
  }
}

/** What is wrong with a database: in its structure, its references and the rows of the outbox. */
export function problemsOf(db: Connection): readonly string[] {
  return [
    ...examined(() =>
      db
        .all("PRAGMA integrity_check(20)")
        .map((row) => String(row["integrity_check"]))
        .filter((line) => line !== "ok"),
    ),
    ...examined(() =>
      db
        .all("PRAGMA foreign_key_check")
        .map((row) => `table ${row["table"]}: row ${row["rowid"]} refers to nothing`),
    ),
    ...examined(() =>
      damagedRows(db).map(
        (key) => `delivery ${key}: its stored bytes have changed, so it is not sent`,
      ),
    ),
  ];
}

/** Damage may be such that it cannot even be examined, which is a finding too. */
function examined(look: () => readonly string[]): readonly string[] {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof StoreError) && sqliteCode(error) === null) throw error;
    return [error instanceof Error ? error.message : String(error)];
  }
}

/**
 * Puts a backup in the place of a folder's database. The backup is checked first; the old database is
 * kept beside until the new one stands. What is due for the first time soon after `now` is looked for on its channel
 * before it is posted.
 */
export function restoreSqlite(
  from: string,
  folder: string,
  now: Instant = new Date().toISOString(),
): void {
  makeFolder(folder);
  const lock = holdRunLock(folder);
  if ("heldBy" in lock) {
    throw new StoreError("held", folder, `a run holds it: ${lock.heldBy}`, "stop it, then restore");
  }
  const database = join(folder, DATABASE_FILE);
  const copy = `${database}.restoring`;
  try {
    copyChecked(from, copy, now);
    replaceDatabase(copy, database);
  } catch (error) {
    throw fileError(error, from);
  } finally {
    removeDatabase(copy);
    lock.release();
  }
}

function copyChecked(from: string, copy: string, now: Instant): void {
  removeDatabase(copy);
  if (!existsSync(from)) {
    throw new StoreError("unusable", from, "there is no such file", "name a file made by backup");
  }
  copyFileSync(from, copy);
  // Of a database that was copied by hand, the newest part may still stand beside it.
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${copy}-wal`);
  const problems = checkCopy(copy, from, now);
  if (problems.length > 0) {
    throw new StoreError(
      "corrupt",
      from,
      `it is damaged (${problems.slice(0, 3).join("; ")})`,
      "restore another copy; nothing was changed",
    );
  }
  finishFile(copy);
}

function checkCopy(copy: string, from: string, now: Instant): readonly string[] {
  const db = new Connection(copy);
  try {
    checkOrigin(db);
    const isEmpty = db.get("SELECT 1 FROM sqlite_schema") === undefined;
    // A backup may be an older Sitrep's.
    if (!isEmpty) migrate(db);
    const problems = isEmpty ? ["it is empty"] : problemsOf(db);
    if (problems.length === 0) db.writeSoon(() => noteRestored(db, now));
    return problems;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const what = error.message.slice(error.file.length + 2);
    if (error.trouble === "corrupt") return ["it cannot be read"];
    throw new StoreError(error.trouble, from, what, "nothing was changed", error);
  } finally {
    db.close();
  }
}

function replaceDatabase(copy: string, database: string): void {
  const aside = `${database}.before-restore`;
  removeDatabase(aside);
  foldJournal(database);
  // A journal that is left belongs to the old file and would be replayed into the new one.
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(`${database}${suffix}`)) renameSync(`${database}${suffix}`, `${aside}${suffix}`);
  }
  if (existsSync(database)) linkSync(database, aside);
  renameSync(copy, database);
  syncFolder(dirname(database));
  removeDatabase(aside);
}

/** Moves what stands in the journal into the file itself, if the old database can still do that. */
function foldJournal(database: string): void {
  if (!existsSync(database)) return;
  try {
    const old = new DatabaseSync(database, { timeout: 5_000 });
    old.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    old.close();
  } catch {
    // It is damaged: that may be why somebody restores.
  }
}

/** Makes it one file without a journal beside it, on the disk; feed addresses in it may hold passwords. */
function finishFile(file: string): void {
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = DELETE");
  db.close();
  const handle = openSync(file, "r+");
  fsyncSync(handle);
  closeSync(handle);
}

function removeDatabase(file: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"])
    rmSync(`${file}${suffix}`, { force: true });
}

/** A rename is only durable when its folder is. */
function syncFolder(folder: string): void {
  // Windows cannot open a folder, and does not need this.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

/** Puts a fault of the file system into words too. */
function fileError(error: unknown, file: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return new StoreError("full", file, "no room left on the disk", "free some space", error);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new StoreError(
        "read-only",
        file,
        "it cannot be written",
        "choose a place you may write in",
        error,
      );
    case "ENOENT":
      return new StoreError(
        "unusable",
        file,
        "its folder does not exist",
        "create the folder first",
        error,
      );
    default:
      return translateError(error, file);
  }
}

/** Throws unless the outbox's tables and their indexes agree; each row is checked when it is read. */
export function checkOutbox(db: Connection): void {
  const lines = ["deliveries", "replies"]
    .flatMap((table) => db.all(`PRAGMA integrity_check('${table}')`))
    .map((row) => String(row["integrity_check"]))
    .filter((line) => line !== "ok");
  const [first] = lines;
  if (first !== undefined) {
    throw new StoreError("corrupt", db.file, `the outbox is damaged (${first})`, RESTORE_REMEDY);
  }
}
