import type { KvEntry, KvTable } from "../kv.ts";
import type { Connection } from "./connection.ts";
import { textOf } from "./rows.ts";

const LIVE = "(expires_ms IS NULL OR expires_ms > ?)";

/** The `kv` table of the ledger's database. */
export function sqliteKvTable(db: Connection): KvTable {
  return {
    get: async (namespace, keys, nowMs) => {
      const rows = db.all(
        `SELECT key, value FROM kv
         WHERE namespace = ? AND key IN (SELECT value FROM json_each(?)) AND ${LIVE}`,
        namespace,
        JSON.stringify(keys),
        nowMs,
      );
      return new Map(rows.map((row) => [textOf(row, "key"), textOf(row, "value")]));
    },
    set: async (namespace, entries) => db.writeSoon(() => setAll(db, namespace, entries)),
    delete: async (namespace, keys) =>
      db.write(() =>
        keys.map(
          (key) => db.run("DELETE FROM kv WHERE namespace = ? AND key = ?", namespace, key) > 0,
        ),
      ),
    clear: async (namespace) => {
      db.run("DELETE FROM kv WHERE namespace = ?", namespace);
    },
    page: async (namespace, after, limit, nowMs) =>
      db
        .all(
          `SELECT key, value FROM kv WHERE namespace = ? AND (? IS NULL OR key > ?) AND ${LIVE}
           ORDER BY key LIMIT ?`,
          namespace,
          after,
          after,
          nowMs,
          limit,
        )
        .map((row) => ({ key: textOf(row, "key"), value: textOf(row, "value") })),
    sweep: async (nowMs) => db.run("DELETE FROM kv WHERE expires_ms <= ?", nowMs),
  };
}

function setAll(db: Connection, namespace: string, entries: readonly KvEntry[]): void {
  for (const { key, value, expiresMs } of entries) {
    db.run(
      `INSERT INTO kv (namespace, key, value, expires_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (namespace, key) DO UPDATE
         SET value = excluded.value, expires_ms = excluded.expires_ms`,
      namespace,
      key,
      value,
      expiresMs,
    );
  }
}
