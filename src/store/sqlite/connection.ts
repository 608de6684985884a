import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { crc32 } from "node:zlib";
import { translateError } from "./errors.ts";

/** How long a statement waits for another process's lock. */
const BUSY_TIMEOUT_MS = 5_000;

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
  /** Whether a commit waits for the disk; null: as the file was opened. */
  #waits: boolean | null = null;
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
    const { changes, lastInsertRowid } = this.#told(() => this.#prepared(sql).run(...values));
    this.#changedRows += Number(changes);
    return Number(lastInsertRowid);
  }

  /** Runs a script; for schema and pragmas. */
  exec(sql: string): void {
    this.#told(() => this.#db.exec(sql));
  }

  /** Does all of the work or none of it; it is on the disk when this returns. */
  write<T>(work: () => T): T {
    return this.#written(true, work);
  }

  /**
   * The same without waiting for the disk, for what can be read again: it outlives this process at once, and a power
   * failure from the next {@link write} on. Order is kept: nothing is ever on the disk without what was written before it.
   */
  writeSoon<T>(work: () => T): T {
    return this.#written(false, work);
  }

  /** Transactions that changed a row, since it was opened. */
  get writes(): number {
    return this.#writes;
  }

  /** Reads from one moment's state. */
  read<T>(work: () => T): T {
    return this.#transaction("BEGIN", work);
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #written<T>(waits: boolean, work: () => T): T {
    this.#waitForDisk(waits);
    const before = this.#changedRows;
    const result = this.#transaction("BEGIN IMMEDIATE", work);
    if (this.#changedRows > before) this.#writes += 1;
    return result;
  }

  #waitForDisk(waits: boolean): void {
    if (this.#waits === waits || this.#db.isTransaction) return;
    this.exec(`PRAGMA synchronous = ${waits ? "FULL" : "NORMAL"}`);
    this.#waits = waits;
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
