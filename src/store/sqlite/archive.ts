import type {
  FoundStory,
  ItemsFilter,
  LedgerCounts,
  MatchedItem,
  SourceCount,
  StoryDetail,
  StoryQuery,
  TopicCount,
} from "../../commands/ports.ts";
import type { Instant } from "../../feeds/item.ts";
import type { ArchivedItem, StoryItem } from "../../stories/story.ts";
import type { Match, Narrowing } from "../../topics/topic.ts";
import { gistOf } from "../gist.ts";
import type { CandidateFilter } from "../ledger.ts";
import { storyOfTotals } from "../story-totals.ts";
import type { Connection, Row } from "./connection.ts";
import { itemOfRow, storyItemOfRow } from "./items.ts";
import { flagOf, jsonOf, numberOf, textOf, textOrNull } from "./rows.ts";
import { searchExpression } from "./search.ts";
import { resolveStory, totalsOfRow } from "./stories.ts";

/** The item `i` is of no feed that is hidden; the value is a list as JSON. */
const IS_SEEN = "i.feed_id NOT IN (SELECT value FROM json_each(?))";

/**
 * Stories with an item of the period that has to do with the topic, and whose best item reaches the score.
 * Items of another language, or of a first poll where those do not count, decide nothing.
 */
const TOPIC_STORIES = `
  WITH fresh (story_id) AS (
    SELECT DISTINCT i.story_id FROM matches m JOIN items i ON i.seq = m.item_seq
    WHERE m.topic_id = ?1 AND m.seen_at > ?2 AND m.seen_at <= ?3
      AND (?5 IS NULL OR i.language = ?5) AND (?6 OR i.baseline = 0)
      AND i.feed_id NOT IN (SELECT value FROM json_each(?8))
  ), ranked AS (
    SELECT i.story_id, i.seq, m.score, m.reasons,
      row_number() OVER (PARTITION BY i.story_id ORDER BY m.score DESC, i.seq) AS place
    FROM fresh JOIN items i ON i.story_id = fresh.story_id
      JOIN matches m ON m.item_seq = i.seq AND m.topic_id = ?1
    WHERE i.seen_at <= ?3 AND (?5 IS NULL OR i.language = ?5) AND (?6 OR i.baseline = 0)
      AND i.feed_id NOT IN (SELECT value FROM json_each(?8))
  ), best AS (
    SELECT r.* FROM ranked r JOIN stories s ON s.id = r.story_id
    WHERE place = 1 AND score >= ?4
    ORDER BY score DESC, s.last_seen_at DESC, s.id LIMIT ?7
  )
  SELECT s.*, best.score, best.reasons, b.id AS best_id, b.summary, b.text,
    (SELECT count(*) FROM items n WHERE n.story_id = s.id AND n.seen_at > ?2 AND n.seen_at <= ?3
       AND (?5 IS NULL OR n.language = ?5) AND (?6 OR n.baseline = 0)
       AND n.feed_id NOT IN (SELECT value FROM json_each(?8))) AS items_new
  FROM best JOIN stories s ON s.id = best.story_id JOIN items b ON b.seq = best.seq
  ORDER BY best.score DESC, s.last_seen_at DESC, s.id`;

export function topicStories(db: Connection, query: StoryQuery): readonly FoundStory[] {
  const rows = db.all(
    TOPIC_STORIES,
    query.topicId,
    query.since,
    query.until,
    query.minScore,
    query.language,
    query.baseline ? 1 : 0,
    query.limit,
    JSON.stringify(query.hiddenFeeds ?? []),
  );
  return rows.map((row) => {
    const story = storyOfTotals(textOf(row, "id"), totalsOfRow(row));
    return {
      story,
      score: numberOf(row, "score"),
      reasons: jsonOf(row, "reasons"),
      gist: gistOf(textOrNull(row, "text") ?? textOrNull(row, "summary"), story.headline),
      itemsNew: numberOf(row, "items_new"),
      update: false,
      bestItemId: textOf(row, "best_id"),
    };
  });
}

/** Items that reached the topic's threshold, oldest first. */
export function matchedItems(
  db: Connection,
  topicId: string,
  since: Instant,
  until: Instant,
  hidden: readonly string[],
): readonly MatchedItem[] {
  return db
    .all(
      `SELECT i.id, i.story_id, i.outlet, i.language, i.seen_at, i.published_at
       FROM matches m JOIN items i ON i.seq = m.item_seq
       WHERE m.topic_id = ? AND m.seen_at > ? AND m.seen_at <= ? AND m.matched = 1 AND ${IS_SEEN}
       ORDER BY m.seen_at, i.seq`,
      topicId,
      since,
      until,
      JSON.stringify(hidden),
    )
    .map((row) => ({
      itemId: textOf(row, "id"),
      storyId: textOf(row, "story_id"),
      outlet: textOf(row, "outlet"),
      language: textOrNull(row, "language"),
      seenAt: textOf(row, "seen_at"),
      publishedAt: textOrNull(row, "published_at"),
    }));
}

export function topicCounts(
  db: Connection,
  since: Instant,
  hidden: readonly string[],
): readonly TopicCount[] {
  return db
    .all(
      `SELECT m.topic_id, count(DISTINCT i.story_id) AS stories, count(*) AS items
       FROM items i JOIN matches m ON m.item_seq = i.seq
       WHERE i.seen_at > ? AND m.matched = 1 AND ${IS_SEEN}
       GROUP BY m.topic_id ORDER BY m.topic_id`,
      since,
      JSON.stringify(hidden),
    )
    .map((row) => ({
      topicId: textOf(row, "topic_id"),
      stories: numberOf(row, "stories"),
      items: numberOf(row, "items"),
    }));
}

export function story(db: Connection, storyId: string): StoryDetail | null {
  const id = resolveStory(db, storyId);
  const row = db.get("SELECT * FROM stories WHERE id = ?", id);
  if (row === undefined) return null;
  const items = db
    .all("SELECT * FROM items WHERE story_id = ? ORDER BY seen_at, guid, seq", id)
    .map(itemOfRow);
  const matches = db.all(
    `SELECT * FROM (SELECT m.*, i.id AS item_id, row_number() OVER (PARTITION BY m.topic_id
                      ORDER BY m.score DESC, m.item_seq) AS place
                    FROM items i JOIN matches m ON m.item_seq = i.seq WHERE i.story_id = ?)
     WHERE place = 1 ORDER BY score DESC, topic_id`,
    id,
  );
  return {
    story: storyOfTotals(id, totalsOfRow(row)),
    items,
    matches: matches.map((match) => ({ ...matchOfRow(match), itemId: textOf(match, "item_id") })),
    pastHeadlines: pastHeadlines(db, id),
  };
}

function pastHeadlines(
  db: Connection,
  storyId: string,
): readonly { readonly itemId: string; readonly title: string; readonly until: Instant }[] {
  return db
    .all(
      `SELECT i.id, p.title, p.until FROM items i JOIN past_headlines p ON p.item_seq = i.seq
       WHERE i.story_id = ? ORDER BY p.until, p.seq`,
      storyId,
    )
    .map((row) => ({
      itemId: textOf(row, "id"),
      title: textOf(row, "title"),
      until: textOf(row, "until"),
    }));
}

/** The first that was seen at this address, of those that are not hidden. */
export function itemByUrl(
  db: Connection,
  url: string,
  hidden: readonly string[],
): ArchivedItem | null {
  const row = db.get(
    `SELECT * FROM items WHERE seq = (
       SELECT min(seq) FROM (SELECT seq, feed_id FROM items WHERE url = ?1
                             UNION ALL SELECT seq, feed_id FROM items WHERE canonical_url = ?1)
       WHERE feed_id NOT IN (SELECT value FROM json_each(?2)))`,
    url,
    JSON.stringify(hidden),
  );
  return row === undefined ? null : itemOfRow(row);
}

export function item(db: Connection, itemId: string): ArchivedItem | null {
  const row = db.get("SELECT * FROM items WHERE id = ?", itemId);
  return row === undefined ? null : itemOfRow(row);
}

export function items(db: Connection, itemIds: readonly string[]): readonly ArchivedItem[] {
  return db
    .all(
      "SELECT * FROM items WHERE id IN (SELECT value FROM json_each(?))",
      JSON.stringify(itemIds),
    )
    .map(itemOfRow);
}

export function matchesOf(db: Connection, itemId: string): readonly Match[] {
  return db
    .all(
      `SELECT m.* FROM items i JOIN matches m ON m.item_seq = i.seq
       WHERE i.id = ? ORDER BY m.score DESC, m.topic_id`,
      itemId,
    )
    .map(matchOfRow);
}

export function sourceCounts(
  db: Connection,
  topicId: string,
  since: Instant,
  hidden: readonly string[],
): readonly SourceCount[] {
  return db
    .all(
      `SELECT i.outlet, count(*) AS items, max(i.seen_at) AS last_seen_at
       FROM matches m JOIN items i ON i.seq = m.item_seq
       WHERE m.topic_id = ? AND m.seen_at > ? AND m.matched = 1 AND ${IS_SEEN}
       GROUP BY i.outlet ORDER BY items DESC, i.outlet`,
      topicId,
      since,
      JSON.stringify(hidden),
    )
    .map((row) => ({
      outlet: textOf(row, "outlet"),
      items: numberOf(row, "items"),
      lastSeenAt: textOf(row, "last_seen_at"),
    }));
}

export function itemsSince(
  db: Connection,
  since: Instant,
  after: string | null,
  limit: number,
  { hidden = [], narrow = null }: ItemsFilter,
): readonly ArchivedItem[] {
  const expression = narrow === null ? null : searchExpression(narrow);
  if (expression?.kind === "none") return [];
  const isSearch = expression?.kind === "match";
  // Items go oldest first, so when `after` is gone everything before it is gone too.
  const from = after === null ? null : seqOf(db, after);
  const seq = isSearch ? "archive.rowid" : "i.seq";
  return db
    .all(
      `SELECT i.* FROM ${isSearch ? "archive CROSS JOIN items i ON i.seq = archive.rowid" : "items i"}
       WHERE ${seq} > ? AND ${seq} >= ? AND i.seen_at >= ? AND ${IS_SEEN}
         ${isSearch ? "AND archive MATCH ?" : ""}
       ORDER BY ${seq} LIMIT ?`,
      from ?? 0,
      firstSeqSince(db, since),
      since,
      JSON.stringify(hidden),
      ...(isSearch ? [expression.text] : []),
      limit,
    )
    .map(itemOfRow);
}

export function countSince(
  db: Connection,
  since: Instant,
  until: Instant,
  hidden: readonly string[],
): number {
  const row = db.get(
    `SELECT count(*) AS items FROM items i WHERE i.seen_at >= ? AND i.seen_at <= ? AND ${IS_SEEN}`,
    since,
    until,
    JSON.stringify(hidden),
  );
  return row === undefined ? 0 : numberOf(row, "items");
}

/** Items for the grouping of stories, oldest first. */
export function recentStoryItems(
  db: Connection,
  since: Instant,
): readonly { readonly item: StoryItem; readonly storyId: string }[] {
  return db
    .all(
      `SELECT id, headline, text, summary, url, language, at, story_id FROM items
       WHERE seq >= ? AND seen_at >= ? ORDER BY seq`,
      firstSeqSince(db, since),
      since,
    )
    .map((row) => ({ storyId: textOf(row, "story_id"), item: storyItemOfRow(row) }));
}

export function candidates(
  db: Connection,
  narrow: Narrowing | null,
  filter: CandidateFilter,
): readonly ArchivedItem[] {
  const expression = narrow === null ? null : searchExpression(narrow);
  if (expression?.kind === "none") return [];
  const before = filter.beforeItemId === null ? null : seqOf(db, filter.beforeItemId);
  // Items go oldest first, so nothing that was seen before a removed item is left.
  if (filter.beforeItemId !== null && before === null) return [];
  const first = filter.since === null ? 0 : firstSeqSince(db, filter.since);
  const isSearch = expression?.kind === "match";
  return db
    .all(
      `SELECT i.* FROM ${isSearch ? "archive CROSS JOIN items i ON i.seq = archive.rowid" : "items i"}
       WHERE ${isSearch ? "archive.rowid" : "i.seq"} BETWEEN ?1 AND ?2
         AND (?3 IS NULL OR i.seen_at >= ?3)
         AND (?4 IS NULL OR EXISTS (SELECT 1 FROM matches m
                WHERE m.item_seq = i.seq AND m.topic_id = ?4 AND m.matched = 1))
         AND (?5 IS NULL
              OR fold_case(?5) IN (fold_case(i.outlet), fold_case(i.source), fold_case(i.agency)))
         AND i.feed_id NOT IN (SELECT value FROM json_each(?7))
         ${isSearch ? "AND archive MATCH ?8" : ""}
       ORDER BY ${isSearch ? "archive.rowid" : "i.seq"} DESC LIMIT ?6`,
      first,
      (before ?? Number.MAX_SAFE_INTEGER) - 1,
      filter.since,
      filter.topicId,
      filter.source,
      filter.limit,
      JSON.stringify(filter.hiddenFeeds ?? []),
      ...(expression?.kind === "match" ? [expression.text] : []),
    )
    .map(itemOfRow);
}

export function counts(db: Connection): LedgerCounts {
  const row = db.get(`
    SELECT (SELECT count(*) FROM items) AS items, (SELECT count(*) FROM stories) AS stories,
      (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'retry')) AS pending,
      (SELECT count(*) FROM deliveries WHERE state = 'inflight') AS inflight,
      (SELECT min(created_at) FROM deliveries WHERE state IN ('pending', 'retry')) AS oldest,
      (SELECT value FROM counters WHERE name = 'sent') AS sent,
      (SELECT value FROM counters WHERE name = 'gone') AS gone,
      (SELECT value FROM counters WHERE name = 'ambiguous') AS ambiguous`);
  if (row === undefined) throw new Error("a query of sums gave no row");
  return {
    items: numberOf(row, "items"),
    stories: numberOf(row, "stories"),
    pending: numberOf(row, "pending"),
    inflight: numberOf(row, "inflight"),
    sent: numberOf(row, "sent"),
    gone: numberOf(row, "gone"),
    ambiguous: numberOf(row, "ambiguous"),
    oldestPendingAt: textOrNull(row, "oldest"),
  };
}

function matchOfRow(row: Row): Match {
  return {
    topicId: textOf(row, "topic_id"),
    score: numberOf(row, "score"),
    matched: flagOf(row, "matched"),
    reasons: jsonOf(row, "reasons"),
  };
}

function seqOf(db: Connection, itemId: string): number | null {
  const row = db.get("SELECT seq FROM items WHERE id = ?", itemId);
  return row === undefined ? null : numberOf(row, "seq");
}

/** Lowest place of an item seen since then: bounds a walk in the order of sight. */
function firstSeqSince(db: Connection, since: Instant): number {
  const row = db.get("SELECT min(seq) AS seq FROM items WHERE seen_at >= ?", since);
  return row === undefined || row["seq"] === null ? Number.MAX_SAFE_INTEGER : numberOf(row, "seq");
}
