/** What kind of trouble the database is in: decides what a caller may do about it. */
export type StoreTrouble =
  /** No room on the disk: nothing was stored, reading goes on, writing works again once there is room. */
  | "full"
  | "read-only"
  /** Bytes of the file are not what was written. */
  | "corrupt"
  /** Made by a newer Sitrep. */
  | "newer"
  /** Another process kept the database locked for longer than we wait. */
  | "busy"
  /** A `run` holds the data folder. */
  | "held"
  /** Cannot be opened, or is no database of Sitrep's. */
  | "unusable"
  /** The disk failed to read or write. */
  | "io";

/** The database cannot do what was asked. The message says what, where and how to mend it. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly trouble: StoreTrouble;
  /** The file or folder that it is about. */
  readonly file: string;
  readonly remedy: string;

  constructor(trouble: StoreTrouble, file: string, what: string, remedy: string, cause?: unknown) {
    super(`${file}: ${what}: ${remedy}`, { cause });
    this.trouble = trouble;
    this.file = file;
    this.remedy = remedy;
  }
}

/** How to go on after damage; the same words wherever damage is found. */
export const RESTORE_REMEDY =
  "stop Sitrep and bring back the last good copy with `npm run -s sitrep -- restore FILE`, or move this file away to start empty";
