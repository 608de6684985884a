import type { ToldMark } from "../../digests/plan.ts";
import { joinTotals, type StoryTotals } from "../story-totals.ts";
import type { Connection, Row } from "./connection.ts";
import { jsonOf, numberOf, textOf, textOrNull } from "./rows.ts";

/** The story that this id stands for now: itself, or what it was merged into. */
export function resolveStory(db: Connection, storyId: string): string {
  const row = db.get("SELECT into_id FROM merges WHERE from_id = ?", storyId);
  return row === undefined ? storyId : textOf(row, "into_id");
}

export function readTotals(db: Connection, storyId: string): StoryTotals | null {
  const row = db.get("SELECT * FROM stories WHERE id = ?", storyId);
  return row === undefined ? null : totalsOfRow(row);
}

export function totalsOfRow(row: Row): StoryTotals {
  return {
    headline: textOf(row, "headline"),
    url: textOrNull(row, "url"),
    publishedAt: textOrNull(row, "published_at"),
    firstSeenAt: textOf(row, "first_seen_at"),
    firstGuid: textOf(row, "first_guid"),
    lastSeenAt: textOf(row, "last_seen_at"),
    items: numberOf(row, "items"),
    languages: jsonOf(row, "languages"),
    outlets: jsonOf(row, "outlets"),
  };
}

/** Adds items to a story, which is opened if it is not there. */
export function growStory(db: Connection, storyId: string, more: StoryTotals): void {
  const known = readTotals(db, storyId);
  writeTotals(db, storyId, known === null ? more : joinTotals(known, more));
}

export function writeTotals(db: Connection, storyId: string, totals: StoryTotals): void {
  db.run(
    `INSERT INTO stories (id, headline, url, published_at, first_seen_at, first_guid, last_seen_at,
       items, languages, outlets)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET headline = excluded.headline, url = excluded.url,
       published_at = excluded.published_at, first_seen_at = excluded.first_seen_at,
       first_guid = excluded.first_guid, last_seen_at = excluded.last_seen_at,
       items = excluded.items, languages = excluded.languages, outlets = excluded.outlets`,
    storyId,
    totals.headline,
    totals.url,
    totals.publishedAt,
    totals.firstSeenAt,
    totals.firstGuid,
    totals.lastSeenAt,
    totals.items,
    JSON.stringify(totals.languages),
    JSON.stringify(totals.outlets),
  );
}

/** Makes `from` end in `into`: items, told marks and posts move, and `from` leads there for ever. */
export function mergeStories(db: Connection, from: string, into: string): void {
  const ending = resolveStory(db, from);
  const staying = resolveStory(db, into);
  if (ending === staying) return;
  const totals = readTotals(db, ending);
  if (totals !== null) growStory(db, staying, totals);
  db.run("UPDATE items SET story_id = ? WHERE story_id = ?", staying, ending);
  db.run("DELETE FROM stories WHERE id = ?", ending);
  db.run("UPDATE merges SET into_id = ? WHERE into_id = ?", staying, ending);
  db.run("INSERT INTO merges (from_id, into_id) VALUES (?, ?)", ending, staying);
  moveTold(db, ending, staying);
  moveNotes(db, ending, staying);
  db.run("UPDATE OR IGNORE delivery_stories SET story_id = ? WHERE story_id = ?", staying, ending);
  db.run("DELETE FROM delivery_stories WHERE story_id = ?", ending);
}

/** Who was told both was told the items of both. */
function moveTold(db: Connection, ending: string, staying: string): void {
  db.run(
    `INSERT INTO told (story_id, subscription_id, items, at)
     SELECT ?, subscription_id, items, at FROM told WHERE story_id = ?
     ON CONFLICT (story_id, subscription_id) DO UPDATE
       SET items = told.items + excluded.items, at = max(told.at, excluded.at)`,
    staying,
    ending,
  );
  db.run("DELETE FROM told WHERE story_id = ?", ending);
}

/** Who followed either story follows the one that stays; a mute of the ended one holds for it. */
function moveNotes(db: Connection, ending: string, staying: string): void {
  db.run(
    `INSERT INTO follows (tenant, user, story_id, channel, until, items, told_at)
     SELECT tenant, user, ?, channel, until, items, told_at FROM follows WHERE story_id = ?
     ON CONFLICT (tenant, user, story_id) DO UPDATE SET items = follows.items + excluded.items,
       until = max(follows.until, excluded.until), told_at = max(follows.told_at, excluded.told_at)`,
    staying,
    ending,
  );
  db.run("DELETE FROM follows WHERE story_id = ?", ending);
  db.run("UPDATE mutes SET value = ? WHERE kind = 'story' AND value = ?", staying, ending);
}

/** Notes that a subscription was told a story. */
export function noteTold(db: Connection, told: readonly ToldMark[]): void {
  // Many subscriptions are told one story at once: a statement for each of them would cost more than the rows.
  const alike = Map.groupBy(told, ({ storyId, items, at }) => JSON.stringify([storyId, items, at]));
  for (const marks of alike.values()) {
    const [first] = marks;
    if (first === undefined) continue;
    db.run(
      `INSERT INTO told (story_id, subscription_id, items, at)
       SELECT ?2, value, ?3, ?4 FROM json_each(?1) WHERE true
       ON CONFLICT (story_id, subscription_id) DO UPDATE SET items = excluded.items, at = excluded.at`,
      JSON.stringify(marks.map(({ subscriptionId }) => subscriptionId)),
      resolveStory(db, first.storyId),
      first.items,
      first.at,
    );
  }
}
