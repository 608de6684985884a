import { RESTORE_REMEDY, StoreError } from "../store-error.ts";
import type { Row } from "./connection.ts";

/** Reads a column that always holds text. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column);
  return value;
}

/** Reads a column that holds text or NULL. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

/** Reads a column that always holds a number. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw unexpected(column);
  return value;
}

/** Reads a column that holds a number or NULL. */
export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : numberOf(row, column);
}

/** Reads a column that holds 0 or 1. */
export function flagOf(row: Row, column: string): boolean {
  return numberOf(row, column) !== 0;
}

/** Reads a value that we stored as JSON; its shape is that of what was stored. */
export function jsonOf<T>(row: Row, column: string): T {
  try {
    const value: T = JSON.parse(textOf(row, column));
    return value;
  } catch {
    throw unexpected(column);
  }
}

/** Reads one of a few words. */
export function wordOf<T extends string>(row: Row, column: string, words: readonly T[]): T {
  const value = textOf(row, column);
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw unexpected(column);
  return word;
}

function unexpected(column: string): StoreError {
  return new StoreError(
    "corrupt",
    `column ${column}`,
    "holds what was never stored",
    RESTORE_REMEDY,
  );
}
