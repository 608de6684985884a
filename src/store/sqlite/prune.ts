import { setImmediate } from "node:timers/promises";
import type { Instant } from "../../feeds/item.ts";
import type { Connection } from "./connection.ts";
import { dropUnsaid } from "./replies.ts";
import { numberOf } from "./rows.ts";

/** Rows a transaction: keeps others from waiting long for the lock. */
const BATCH_ROWS = 500;

/**
 * Removes items seen before then and deliveries settled before then, and what no delivery says any more, in steps
 * that are each whole. How many items went. What was seen stays known.
 */
export async function prune(db: Connection, before: Instant): Promise<number> {
  let removed = 0;
  for (;;) {
    const items = db.writeSoon(() => removeItems(db, before));
    const deliveries = db.writeSoon(() => removeDeliveries(db, before));
    removed += items;
    await setImmediate();
    if (items < BATCH_ROWS && deliveries < BATCH_ROWS) break;
  }
  let lastId: number | null = 0;
  while (lastId !== null) {
    const afterId: number = lastId;
    lastId = db.writeSoon(() => dropUnsaid(db, afterId, BATCH_ROWS));
    await setImmediate();
  }
  return removed;
}

function removeItems(db: Connection, before: Instant): number {
  const seqs = db
    .all("SELECT seq FROM items WHERE seen_at < ? ORDER BY seen_at LIMIT ?", before, BATCH_ROWS)
    .map((row) => numberOf(row, "seq"));
  const list = JSON.stringify(seqs);
  const stories = JSON.stringify(
    db
      .all(
        `SELECT DISTINCT story_id FROM items WHERE seq IN (SELECT value FROM json_each(?))`,
        list,
      )
      .map((row) => row["story_id"]),
  );
  db.run("DELETE FROM archive WHERE rowid IN (SELECT value FROM json_each(?))", list);
  db.run("DELETE FROM items WHERE seq IN (SELECT value FROM json_each(?))", list);
  // A story goes with its last item, and with it what only speaks of the story.
  db.run(
    `DELETE FROM stories WHERE id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM items WHERE story_id = stories.id)`,
    stories,
  );
  for (const [table, column] of [
    ["told", "story_id"],
    ["merges", "into_id"],
  ]) {
    db.run(
      `DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM stories WHERE id = ${column})`,
      stories,
    );
  }
  return seqs.length;
}

function removeDeliveries(db: Connection, before: Instant): number {
  return db.run(
    `DELETE FROM deliveries WHERE seq IN (
       SELECT seq FROM deliveries WHERE settled_at < ? ORDER BY settled_at LIMIT ?)`,
    before,
    BATCH_ROWS,
  );
}
