import { closeSync, fdatasync, openSync } from "node:fs";
import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { crc32 } from "node:zlib";
import { StoreError } from "../store-error.ts";
import { translateError } from "./errors.ts";
import { Flusher } from "./flusher.ts";

/** How long a statement waits for another process's lock. */
const BUSY_TIMEOUT_MS = 5_000;
/** The same after a failure of the disk, when everything waits. */
const REWRITE_MS_MAX = 200;

/** One row as SQLite gives it, by column name. */
export type Row = Record<string, SQLOutputValue>;

/**
 * One connection to one database file. Every transaction lives within one synchronous call: with an
 * await inside, another loop's acknowledged write would vanish with our rollback.
 */
export class Connection {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #flusher = new Flusher({ sync: () => this.#syncLog(), rewrite: () => this.#emptyLog() });
  /** Of the file that commits are appended to; null until somebody waits for the disk. */
  #log: number | null = null;
  #writes = 0;
  #changedRows = 0;

  constructor(file: string) {
    this.file = file;
    this.#db = this.#told(() => new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS }));
    // SQLite's own lower() knows ASCII only.
    this.#db.function("fold_case", { deterministic: true }, (text) =>
      typeof text === "string" ? text.toLowerCase() : null,
    );
    this.#db.function("crc32", { deterministic: true }, (text, before) =>
      crc32(String(text), Number(before)),
    );
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#told(() => this.#prepared(sql).all(...values));
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#told(() => this.#prepared(sql).get(...values));
  }

  /** How many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    const changes = Number(this.#told(() => this.#prepared(sql).run(...values)).changes);
    this.#changedRows += changes;
    return changes;
  }

  /** The rowid of the row that was inserted. */
  insert(sql: string, ...values: SQLInputValue[]): number {
    const rowid = this.insertNew(sql, ...values);
    if (rowid === null) throw new Error(`nothing was inserted by ${sql}`);
    return rowid;
  }

  /** The same; null when nothing was inserted, because it is there already. */
  insertNew(sql: string, ...values: SQLInputValue[]): number | null {
    const { changes, lastInsertRowid } = this.#told(() => this.#prepared(sql).run(...values));
    this.#changedRows += Number(changes);
    return Number(changes) === 0 ? null : Number(lastInsertRowid);
  }

  /** Runs a script; for schema and pragmas. */
  exec(sql: string): void {
    this.#told(() => this.#db.exec(sql));
  }

  /**
   * Does all of the work or none of it at once; it is on the disk when this resolves. When the disk fails although the
   * work was done, this rejects and `undo` takes it back; without that it may stand, and doing it again must add nothing.
   */
  async write<T>(work: () => T, undo?: (result: T) => void): Promise<T> {
    const before = this.#writes;
    const result = this.writeSoon(work);
    if (this.#writes === before && !this.#flusher.isInDoubt) return result;
    try {
      await this.#flusher.flush();
    } catch (error) {
      if (undo !== undefined) this.#undone(() => undo(result));
      throw translateError(error, this.file);
    }
    return result;
  }

  /**
   * The same without waiting for the disk, for what can be read again: it outlives this process at once, and a power
   * failure from the next {@link write} on. Order is kept: nothing is ever on the disk without what was written before it.
   */
  writeSoon<T>(work: () => T): T {
    const before = this.#changedRows;
    const result = this.#transaction("BEGIN IMMEDIATE", work);
    if (this.#changedRows > before) this.#writes += 1;
    return result;
  }

  /** The same, and nobody waits while it is brought to the disk. */
  writeThrough<T>(work: () => T): T {
    const result = this.writeSoon(work);
    // What fails now is found in doubt by the next that waits.
    this.#flusher.flush().catch(() => undefined);
    return result;
  }

  /** Transactions that changed a row, since it was opened. */
  get writes(): number {
    return this.#writes;
  }

  /** Reads from one moment's state. */
  read<T>(work: () => T): T {
    return this.#transaction("BEGIN", work);
  }

  /** Resolves when nobody waits for the disk any more: before that it is not to be closed. */
  async flushed(): Promise<void> {
    await this.#flusher.ended();
  }

  close(): void {
    this.#statements.clear();
    // Before SQLite removes the file.
    if (this.#log !== null) closeSync(this.#log);
    this.#log = null;
    if (this.#db.isOpen) this.#db.close();
  }

  /**
   * What was committed stands in the log, or in the database already, which is on the disk before the log is reused.
   * SQLite itself would wait in the commit, and everything in this process with it: as much as two seconds on a busy disk.
   */
  #syncLog(): Promise<void> {
    // SQLite puts it beside the file that a link leads to.
    this.#log ??= openSync(`${this.#db.location() ?? this.file}-wal`, "r+");
    const log = this.#log;
    return new Promise((resolve, reject) => {
      fdatasync(log, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  #undone(undo: () => void): void {
    try {
      this.writeSoon(undo);
    } catch {
      // The disk that failed is what is told.
    }
  }

  /**
   * Copies the log into the database, waits for the disk in this thread, and empties the log: one with a gap would be
   * played over the newer database up to the gap.
   */
  #emptyLog(): void {
    this.exec(`PRAGMA busy_timeout = ${REWRITE_MS_MAX}`);
    try {
      const row = this.get("PRAGMA wal_checkpoint(TRUNCATE)");
      if (row?.["busy"] !== 0) {
        throw new StoreError(
          "io",
          this.file,
          "the disk failed, and another process keeps the log in use, so that it cannot be written anew",
          "check the disk; end what else reads this database",
        );
      }
    } finally {
      this.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  #transaction<T>(begin: string, work: () => T): T {
    this.exec(begin);
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk may have made SQLite roll back by itself.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translateError(error, this.file);
    }
  }
}
