import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isBusy, translateError } from "./errors.ts";

/** A held lock, or who holds it. */
export type RunLock = { release(): void } | { readonly heldBy: string };

/**
 * Takes the one `run` of a data folder. The lock is SQLite's own on a file beside the database, so the
 * system frees it however the process ends. Who holds it stands in a second file: a process that
 * opened and closed the locked file itself would lose the lock with that.
 */
export function holdRunLock(folder: string): RunLock {
  const file = join(folder, "run.lock");
  const holder = join(folder, "run.json");
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db?.close();
    if (isBusy(error)) return { heldBy: readHolder(holder) };
    throw translateError(error, file);
  }
  signHolder(holder);
  const lock = db;
  return {
    release: () => {
      if (!lock.isOpen) return;
      rmSync(holder, { force: true });
      lock.close();
    },
  };
}

/** Says who holds the lock. The lock holds without it, so a full disk does not stop a start. */
function signHolder(file: string): void {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    rmSync(file, { force: true });
    writeFileSync(file, `${JSON.stringify(holder)}\n`);
  } catch {
    // Whoever asks is then told "another process".
  }
}

function readHolder(file: string): string {
  try {
    const { pid, host, since }: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
    return `process ${pid} on ${host} since ${since}`;
  } catch {
    // Between taking the lock and writing this file, or before a full disk could take it.
    return "another process";
  }
}
