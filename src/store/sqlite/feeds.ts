import type { AuditEntry } from "../../commands/own.ts";
import type { FeedOwner, KnownFeed } from "../../commands/ports.ts";
import type { Feed, FeedState, Where } from "../../feeds/feed.ts";
import { noteAudit } from "./audit.ts";
import type { Connection, Row } from "./connection.ts";
import { flagOf, jsonOf, numberOf, numberOrNull, textOf, textOrNull } from "./rows.ts";

/** Every feed with its state, in the order in which they were added. */
export function feeds(db: Connection): readonly KnownFeed[] {
  const owners = Map.groupBy(
    db.all("SELECT * FROM feed_owners ORDER BY feed_id, tenant"),
    (row) => row["feed_id"],
  );
  return db
    .all(
      `SELECT feeds.*, feed_states.* FROM feeds LEFT JOIN feed_states ON feed_id = feeds.id
       ORDER BY seq`,
    )
    .map((row) => {
      const own = owners.get(row["id"] ?? null) ?? [];
      return {
        ...feedOfRow(row),
        state: row["feed_id"] === null ? null : stateOfRow(row),
        ...(own.length > 0 ? { owners: own.map(ownerOfRow) } : {}),
      };
    });
}

function ownerOfRow(row: Row): FeedOwner {
  return {
    tenant: textOf(row, "tenant"),
    name: textOrNull(row, "name"),
    tags: jsonOf(row, "tags"),
    paused: flagOf(row, "paused"),
  };
}

/**
 * Makes the feeds of the files those of `declared`. One that tenants added is everybody's while a file declares it, and
 * theirs again afterwards.
 */
export function syncFeeds(db: Connection, declared: readonly Feed[]): void {
  const ids = JSON.stringify(declared.map((feed) => feed.id));
  // It may rest because they let it.
  db.run(
    `UPDATE feed_states SET paused = 0
     WHERE feed_id IN (SELECT id FROM feeds
                       WHERE where_file IS NULL AND id IN (SELECT value FROM json_each(?)))`,
    ids,
  );
  for (const feed of declared) writeFeed(db, feed);
  const gone = "where_file IS NOT NULL AND id NOT IN (SELECT value FROM json_each(?))";
  const owned = "id IN (SELECT feed_id FROM feed_owners)";
  for (const row of db.all(`SELECT id FROM feeds WHERE ${gone} AND ${owned}`, ids)) {
    const id = textOf(row, "id");
    db.run("UPDATE feeds SET where_file = NULL, where_line = NULL WHERE id = ?", id);
    settlePause(db, id);
  }
  db.run(`DELETE FROM feeds WHERE ${gone}`, ids);
}

/** Adds a feed of a command's; one that a file declares, or that somebody else added, stays as it is. */
export function addFeed(db: Connection, feed: Feed, entry: AuditEntry | null): void {
  const row = db.get("SELECT where_file FROM feeds WHERE id = ?", feed.id);
  if (row === undefined || (row["where_file"] === null && entry === null)) writeFeed(db, feed);
  if (entry === null) return;
  db.run(
    `INSERT INTO feed_owners (feed_id, tenant, name, tags, paused) VALUES (?, ?, ?, ?, 0)
     ON CONFLICT (feed_id, tenant) DO UPDATE SET name = excluded.name, tags = excluded.tags`,
    feed.id,
    entry.tenant,
    feed.name,
    JSON.stringify(feed.tags),
  );
  settlePause(db, feed.id);
  noteAudit(db, entry);
}

/** A tenant gives up what it added; the feed goes with the last. Without a tenant it goes at once. */
export function removeFeed(db: Connection, feedId: string, entry: AuditEntry | null): boolean {
  if (entry !== null) {
    adopt(db, feedId, entry.tenant);
    const mine = "SELECT 1 FROM feed_owners WHERE feed_id = ? AND tenant = ?";
    if (db.get(mine, feedId, entry.tenant) === undefined) return false;
    db.run("DELETE FROM feed_owners WHERE feed_id = ? AND tenant = ?", feedId, entry.tenant);
    noteAudit(db, entry);
    if (db.get("SELECT 1 FROM feed_owners WHERE feed_id = ?", feedId) !== undefined) {
      settlePause(db, feedId);
      return true;
    }
  }
  return db.run("DELETE FROM feeds WHERE id = ? AND where_file IS NULL", feedId) > 0;
}

/** A feed rests while all who added it let it rest; waking it, it is due at once. */
export function pauseFeed(
  db: Connection,
  feedId: string,
  paused: boolean,
  entry: AuditEntry,
): boolean {
  adopt(db, feedId, entry.tenant);
  const changed = db.run(
    "UPDATE feed_owners SET paused = ? WHERE feed_id = ? AND tenant = ?",
    paused ? 1 : 0,
    feedId,
    entry.tenant,
  );
  if (changed === 0) return false;
  noteAudit(db, entry);
  if (paused) settlePause(db, feedId);
  else {
    db.run(
      "UPDATE feed_states SET paused = 0, failures = 0, next_poll_at = ? WHERE feed_id = ?",
      entry.at,
      feedId,
    );
  }
  return true;
}

/** Whose feeds are everybody's: the page and the terminal are the operator's. */
const OPERATOR = "web";

/** What nobody in particular added is the operator's. */
function adopt(db: Connection, feedId: string, tenant: string): void {
  if (tenant !== OPERATOR) return;
  db.run(
    `INSERT INTO feed_owners (feed_id, tenant, name, tags, paused)
     SELECT id, ?, name, tags, 0 FROM feeds WHERE id = ? AND where_file IS NULL
       AND NOT EXISTS (SELECT 1 FROM feed_owners WHERE feed_id = feeds.id)`,
    tenant,
    feedId,
  );
}

export function hiddenFeeds(db: Connection, tenant: string): readonly string[] {
  return db
    .all(
      `SELECT feed_id FROM feed_owners o JOIN feeds ON feeds.id = o.feed_id
       WHERE where_file IS NULL GROUP BY feed_id HAVING sum(tenant IN (?, ?)) = 0`,
      tenant,
      OPERATOR,
    )
    .map((row) => textOf(row, "feed_id"));
}

/** Null: everybody. */
export function audienceOf(db: Connection, feedId: string): readonly string[] | null {
  const owners = db
    .all(
      `SELECT tenant FROM feed_owners o JOIN feeds ON feeds.id = o.feed_id
       WHERE feed_id = ? AND where_file IS NULL`,
      feedId,
    )
    .map((row) => textOf(row, "tenant"));
  return owners.length === 0 || owners.includes(OPERATOR) ? null : owners;
}

/** Everybody who added it lets it rest, and no file declares it. */
const ALL_REST = `(
  SELECT count(*) > 0 AND min(paused) = 1 FROM feed_owners o JOIN feeds f ON f.id = o.feed_id
  WHERE o.feed_id = feed_states.feed_id AND f.where_file IS NULL)`;

function settlePause(db: Connection, feedId: string): void {
  db.run(`UPDATE feed_states SET paused = ${ALL_REST} WHERE feed_id = ?`, feedId);
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
       paused = max(excluded.paused, ${ALL_REST})`,
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
