import type { Match } from "../../topics/topic.ts";
import type { Connection } from "./connection.ts";
import { addMatches } from "./ingest.ts";
import { numberOf, textOf } from "./rows.ts";

/** Makes these the matches of the items in those topics. Items that are gone are left out. */
export function rescore(
  db: Connection,
  topicIds: readonly string[],
  scored: readonly { readonly itemId: string; readonly matches: readonly Match[] }[],
): void {
  const topics = JSON.stringify(topicIds);
  for (const { itemId, matches } of scored) {
    const row = db.get("SELECT seq, seen_at FROM items WHERE id = ?", itemId);
    if (row === undefined) continue;
    const seq = numberOf(row, "seq");
    db.run(
      "DELETE FROM matches WHERE item_seq = ? AND topic_id IN (SELECT value FROM json_each(?))",
      seq,
      topics,
    );
    addMatches(db, seq, textOf(row, "seen_at"), matches);
  }
}
