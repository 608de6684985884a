import { RESTORE_REMEDY, StoreError } from "../store-error.ts";
import type { Connection } from "./connection.ts";
import { SQLITE_CONSTRAINT, sqliteCode } from "./errors.ts";
import { numberOf } from "./rows.ts";
import { FIRST_SCHEMA } from "./schema.ts";
import { BY_STORY_SCHEMA } from "./schema-by-story.ts";
import { EDITS_SCHEMA } from "./schema-edits.ts";
import { REGROUPINGS_SCHEMA } from "./schema-regroupings.ts";
import { REPLIES_SCHEMA } from "./schema-replies.ts";
import { SUBSCRIPTION_CHANGES_SCHEMA } from "./schema-subscription-changes.ts";
import { TENANTS_SCHEMA } from "./schema-tenants.ts";

/** Marks the file as Sitrep's, so that no other program's database is mistaken for it: "Sitr". */
const APPLICATION_ID = 0x53697472;

/** What to do to a database, in order; never changed once released, only added to. */
const MIGRATIONS: readonly string[] = [
  FIRST_SCHEMA,
  TENANTS_SCHEMA,
  EDITS_SCHEMA,
  REGROUPINGS_SCHEMA,
  REPLIES_SCHEMA,
  SUBSCRIPTION_CHANGES_SCHEMA,
  BY_STORY_SCHEMA,
];

/** The schema that this Sitrep writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Whether it is an older Sitrep's, which a process of that Sitrep may still use. */
export function isOlder(db: Connection): boolean {
  const version = pragma(db, "user_version");
  return version > 0 && version < SCHEMA_VERSION;
}

/** Brings the schema up to date. A database of a newer Sitrep, or of another program, is left alone. */
export function migrate(db: Connection): void {
  checkOrigin(db);
  if (pragma(db, "user_version") === SCHEMA_VERSION) return;
  db.writeSoon(() => {
    // Another process may have done it while we waited for the lock.
    checkOrigin(db);
    for (const step of MIGRATIONS.slice(pragma(db, "user_version"))) take(db, step);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; PRAGMA application_id = ${APPLICATION_ID};`);
  });
}

/** Rows that a step cannot carry over were never stored as they are. */
function take(db: Connection, step: string): void {
  try {
    db.exec(step);
  } catch (error) {
    if (sqliteCode(error) !== SQLITE_CONSTRAINT) throw error;
    throw new StoreError(
      "corrupt",
      db.file,
      `rows of it are damaged, so this Sitrep cannot take it over (${error instanceof Error ? error.message : ""})`,
      RESTORE_REMEDY,
    );
  }
}

/** Throws unless the database is empty or made by this Sitrep or an older one. */
export function checkOrigin(db: Connection): void {
  const version = pragma(db, "user_version");
  const tables = db.get("SELECT count(*) AS n FROM sqlite_schema");
  const isEmpty = tables === undefined || numberOf(tables, "n") === 0;
  if (!isEmpty && pragma(db, "application_id") !== APPLICATION_ID) {
    throw new StoreError(
      "unusable",
      db.file,
      "this is no database of Sitrep's",
      "name another file, or another folder in SITREP_DATA",
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      "newer",
      db.file,
      `a newer Sitrep made it (schema ${version}, this one knows ${SCHEMA_VERSION})`,
      "update Sitrep, or restore a backup from before the update",
    );
  }
}

function pragma(db: Connection, name: "user_version" | "application_id"): number {
  const row = db.get(`PRAGMA ${name}`);
  return row === undefined ? 0 : numberOf(row, name);
}
