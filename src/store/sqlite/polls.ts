import type { Feed, FeedState } from "../../feeds/feed.ts";
import type { DueFeeds } from "../ledger.ts";
import type { Connection } from "./connection.ts";
import { feedOfRow, stateOfRow, writeFeedState } from "./feeds.ts";
import { numberOf } from "./rows.ts";

/** Feeds whose poll is due, those that wait longest first; ones that were never polled come last. */
export function dueFeeds(
  db: Connection,
  { now, failing, limit }: DueFeeds,
): readonly (Feed & { readonly state: FeedState | null })[] {
  const due = db
    .all(
      `SELECT feeds.*, feed_states.* FROM feed_states JOIN feeds ON feeds.id = feed_states.feed_id
       WHERE feed_states.paused = 0 AND (failures > 0) = ? AND next_poll_at <= ?
       ORDER BY next_poll_at LIMIT ?`,
      failing ? 1 : 0,
      now,
      limit,
    )
    .map((row) => ({ ...feedOfRow(row), state: stateOfRow(row) }));
  if (failing || due.length >= limit || !hasNewFeeds(db)) return due;
  const unpolled = db
    .all(
      `SELECT * FROM feeds WHERE NOT EXISTS (SELECT 1 FROM feed_states WHERE feed_id = feeds.id)
       ORDER BY seq LIMIT ?`,
      limit - due.length,
    )
    .map((row) => ({ ...feedOfRow(row), state: null }));
  return [...due, ...unpolled];
}

/** Counting two tables costs far less than looking for the feeds that are only in one. */
function hasNewFeeds(db: Connection): boolean {
  const row = db.get(
    "SELECT (SELECT count(*) FROM feeds) - (SELECT count(*) FROM feed_states) AS n",
  );
  return row !== undefined && numberOf(row, "n") > 0;
}

/** States of many feeds as one transaction. */
export function writeFeedStates(
  db: Connection,
  states: readonly { readonly feedId: string; readonly state: FeedState }[],
): void {
  for (const { feedId, state } of states) writeFeedState(db, feedId, state);
}
