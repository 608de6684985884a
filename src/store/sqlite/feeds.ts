import type { Feed, FeedState, Where } from "../../feeds/feed.ts";
import type { Connection, Row } from "./connection.ts";
import { flagOf, jsonOf, numberOf, numberOrNull, textOf, textOrNull } from "./rows.ts";

/** Every feed with its state, in the order in which they were added. */
export function feeds(db: Connection): readonly (Feed & { readonly state: FeedState | null })[] {
  return db
    .all(
      `SELECT feeds.*, feed_states.* FROM feeds LEFT JOIN feed_states ON feed_id = feeds.id
       ORDER BY seq`,
    )
    .map((row) => ({ ...feedOfRow(row), state: row["feed_id"] === null ? null : stateOfRow(row) }));
}

/** Makes the feeds of the files those of `declared`. */
export function syncFeeds(db: Connection, declared: readonly Feed[]): void {
  for (const feed of declared) writeFeed(db, feed);
  db.run(
    `DELETE FROM feeds
     WHERE where_file IS NOT NULL AND id NOT IN (SELECT value FROM json_each(?))`,
    JSON.stringify(declared.map((feed) => feed.id)),
  );
}

/** Adds a feed of a command's; one that a file declares stays as the file says. */
export function addFeed(db: Connection, feed: Feed): void {
  const row = db.get("SELECT where_file FROM feeds WHERE id = ?", feed.id);
  if (row === undefined || row["where_file"] === null) writeFeed(db, feed);
}

export function removeFeed(db: Connection, feedId: string): boolean {
  return db.run("DELETE FROM feeds WHERE id = ? AND where_file IS NULL", feedId) > 0;
}

/** Nothing happens when the feed was removed meanwhile. */
export function writeFeedState(db: Connection, feedId: string, state: FeedState): void {
  db.run(
    `INSERT INTO feed_states (feed_id, title, next_poll_at, last_poll_at, last_ok_at, last_new_at,
       failures, problem, status, paused)
     SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM feeds WHERE id = ?
     ON CONFLICT (feed_id) DO UPDATE SET title = excluded.title,
       next_poll_at = excluded.next_poll_at, last_poll_at = excluded.last_poll_at,
       last_ok_at = excluded.last_ok_at, last_new_at = excluded.last_new_at,
       failures = excluded.failures, problem = excluded.problem, status = excluded.status,
       paused = excluded.paused`,
    state.title,
    state.nextPollAt,
    state.lastPollAt,
    state.lastOkAt,
    state.lastNewAt,
    state.failures,
    state.problem,
    state.status,
    state.paused ? 1 : 0,
    feedId,
  );
}

/** Where something is declared, from the two columns that hold it. */
export function whereOfRow(row: Row): Where | null {
  const file = textOrNull(row, "where_file");
  return file === null ? null : { file, line: numberOf(row, "where_line") };
}

function writeFeed(db: Connection, feed: Feed): void {
  db.run(
    `INSERT INTO feeds (id, url, name, tags, every_ms, language, weight, full_text, where_file,
       where_line)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET url = excluded.url, name = excluded.name,
       tags = excluded.tags, every_ms = excluded.every_ms, language = excluded.language,
       weight = excluded.weight, full_text = excluded.full_text,
       where_file = excluded.where_file, where_line = excluded.where_line`,
    feed.id,
    feed.url,
    feed.name,
    JSON.stringify(feed.tags),
    feed.everyMs,
    feed.language,
    feed.weight,
    feed.fullText ? 1 : 0,
    feed.where?.file ?? null,
    feed.where?.line ?? null,
  );
}

export function feedOfRow(row: Row): Feed {
  return {
    id: textOf(row, "id"),
    url: textOf(row, "url"),
    name: textOrNull(row, "name"),
    tags: jsonOf(row, "tags"),
    everyMs: numberOf(row, "every_ms"),
    language: textOrNull(row, "language"),
    weight: numberOf(row, "weight"),
    fullText: flagOf(row, "full_text"),
    where: whereOfRow(row),
  };
}

export function stateOfRow(row: Row): FeedState {
  return {
    title: textOrNull(row, "title"),
    nextPollAt: textOf(row, "next_poll_at"),
    lastPollAt: textOrNull(row, "last_poll_at"),
    lastOkAt: textOrNull(row, "last_ok_at"),
    lastNewAt: textOrNull(row, "last_new_at"),
    failures: numberOf(row, "failures"),
    problem: textOrNull(row, "problem"),
    status: numberOrNull(row, "status"),
    paused: flagOf(row, "paused"),
  };
}
