import { RESTORE_REMEDY, StoreError } from "../store-error.ts";

/** Primary result codes, https://sqlite.org/rescode.html (2026-11-21). */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
export const SQLITE_CONSTRAINT = 19;
const SQLITE_NOTADB = 26;

/** The primary result code of an error of node:sqlite; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode & 0xff : null;
}

/** True when another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}

/** What the system says when a file cannot be written, as SQLite would say it. */
function systemCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return SQLITE_FULL;
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return SQLITE_READONLY;
    case "EIO":
      return SQLITE_IOERR;
    case "ENOENT":
    case "EMFILE":
    case "ENFILE":
      return SQLITE_CANTOPEN;
    default:
      return null;
  }
}

/** Puts what SQLite or the system says into words with a remedy; an error that is our own bug comes back as it is. */
export function translateError(error: unknown, file: string): unknown {
  const trouble = (kind: StoreError["trouble"], what: string, remedy: string): StoreError =>
    new StoreError(kind, file, what, remedy, error);
  switch (sqliteCode(error) ?? systemCode(error)) {
    case SQLITE_FULL:
      return trouble("full", "no room left on the disk", "free some space; nothing stored is lost");
    case SQLITE_READONLY:
      return trouble(
        "read-only",
        "the database cannot be written",
        "give this user the right to write the file and its folder",
      );
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return trouble("corrupt", "the database is damaged", RESTORE_REMEDY);
    case SQLITE_BUSY:
      return trouble(
        "busy",
        "another process keeps the database locked",
        "wait until it is done, or stop it",
      );
    case SQLITE_CANTOPEN:
      return trouble(
        "unusable",
        "the database cannot be opened",
        "check that the folder exists and that this user may write in it",
      );
    case SQLITE_IOERR:
      return trouble(
        "io",
        "the disk failed to read or write",
        "check the disk, its free space and the limits of this process",
      );
    default:
      return error;
  }
}
