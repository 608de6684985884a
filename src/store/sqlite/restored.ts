import type { Instant } from "../../feeds/item.ts";
import type { Connection } from "./connection.ts";
import { type DeliveryRow, platformOf, readRow, updateRow } from "./delivery-rows.ts";
import { STORED_ROWS } from "./replies.ts";
import { numberOf, textOrNull } from "./rows.ts";

/** So long after a restore, what the old database posted since the backup may be planned anew. */
const LOOKED_FOR_MS = 48 * 3_600_000;

/**
 * Notes in a copy of a backup that it is restored. What waited in it may have been posted since, by tries of which it
 * knows nothing.
 */
export function noteRestored(db: Connection, now: Instant): void {
  const from = lastKnownAt(db) ?? now;
  for (const [name, value] of [
    ["restored", Date.parse(now)],
    ["restored_from", Date.parse(from)],
  ] as const) {
    db.run(
      `INSERT INTO counters (name, value) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      name,
      value,
    );
  }
  for (const stored of db.all(`${STORED_ROWS} WHERE d.state = 'retry'`)) {
    const row = readRow(stored);
    if (row === null) continue;
    const delivery = { ...row.delivery, attempts: 0, attemptAt: null };
    updateRow(db, { ...row, delivery, state: "pending", reason: null });
  }
}

/** The last moment that the backup knows of: it was made then or later. */
function lastKnownAt(db: Connection): Instant | null {
  const row = db.get(`
    SELECT max(at) AS at FROM (
      SELECT max(seen_at) AS at FROM items
      UNION ALL SELECT max(last_poll_at) FROM feed_states
      UNION ALL SELECT max(created_at) FROM deliveries
      UNION ALL SELECT max(attempt_at) FROM deliveries
      UNION ALL SELECT max(settled_at) FROM deliveries)`);
  return row === undefined ? null : textOrNull(row, "at");
}

/** Soon after a restore: when its backup was made, or a little before; else null. */
export function afterRestore(db: Connection, now: Instant): Instant | null {
  const restored = db.get("SELECT value FROM counters WHERE name = 'restored'");
  const from = db.get("SELECT value FROM counters WHERE name = 'restored_from'");
  if (restored === undefined || from === undefined) return null;
  if (Date.parse(now) - numberOf(restored, "value") > LOOKED_FOR_MS) return null;
  return new Date(numberOf(from, "value")).toISOString();
}

/**
 * Since when its channel is to be searched before its first try here: from `restoredFrom` on, as the same news had the
 * same key before. Null: it cannot stand there. The page's channels are the ledger itself, and a notice that tells no
 * story is always a new one.
 */
export function searchedSince(row: DeliveryRow, restoredFrom: Instant | null): Instant | null {
  const { attempts, channel, kind, storyIds } = row.delivery;
  const hasOwnKey = kind === "notice" && storyIds.length === 0;
  const isFirst = attempts === 0 && row.reason === null;
  return isFirst && !hasOwnKey && platformOf(channel) !== "web" ? restoredFrom : null;
}
