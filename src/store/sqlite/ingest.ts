import type { ItemIdentity, KnownIdentity } from "../../feeds/identity.ts";
import { headlineOf, type Instant, type Item, outletOf } from "../../feeds/item.ts";
import type { Match } from "../../topics/topic.ts";
import type { EditedItem, IngestPlan, NewItem } from "../ledger.ts";
import { joinTotals, type StoryTotals, totalsOfItem } from "../story-totals.ts";
import type { Connection } from "./connection.ts";
import { noteChanged } from "./edits.ts";
import { writeFeedState } from "./feeds.ts";
import { itemOfRow } from "./items.ts";
import { cancelRepeats, enqueue } from "./outbox.ts";
import { numberOf, textOf, textOrNull } from "./rows.ts";
import { archiveTerms } from "./search.ts";
import {
  growStory,
  mergeStories,
  noteTold,
  readTotals,
  resolveStory,
  writeTotals,
} from "./stories.ts";

/** Which of these the feed has shown before, by guid, by content or by address. */
export function known(
  db: Connection,
  feedId: string,
  identities: readonly ItemIdentity[],
): readonly KnownIdentity[] {
  const list = (values: readonly (string | null)[]): string =>
    JSON.stringify(values.filter((value) => value !== null));
  const rows = db.all(
    `SELECT guid, content_hash, canonical_url, item_id FROM seen
       WHERE feed_id = ?1 AND guid IN (SELECT value FROM json_each(?2))
     UNION SELECT guid, content_hash, canonical_url, item_id FROM seen
       WHERE feed_id = ?1 AND content_hash IN (SELECT value FROM json_each(?3))
     UNION SELECT guid, content_hash, canonical_url, item_id FROM seen
       WHERE feed_id = ?1 AND canonical_url IN (SELECT value FROM json_each(?4))`,
    feedId,
    list(identities.map((identity) => identity.guid)),
    list(identities.map((identity) => identity.contentHash)),
    list(identities.map((identity) => identity.canonicalUrl)),
  );
  return rows.map((row) => ({
    guid: textOf(row, "guid"),
    contentHash: textOf(row, "content_hash"),
    canonicalUrl: textOrNull(row, "canonical_url"),
    itemId: textOf(row, "item_id"),
  }));
}

/** Carries out one poll's plan; the caller holds the transaction. */
export function ingest(db: Connection, plan: IngestPlan): void {
  for (const entry of plan.items) addItem(db, plan.feedId, plan.seenAt, entry);
  for (const edit of plan.edits) editItem(db, plan.feedId, plan.seenAt, edit);
  for (const alias of plan.aliases) noteSeen(db, plan.feedId, alias, alias.itemId);
  for (const { from, into } of plan.merges) {
    mergeStories(db, from, into);
    cancelRepeats(db, into, plan.seenAt);
  }
  // Before the alerts of this plan: those tell their stories as they are.
  noteChanged(db, changedBy(db, plan));
  enqueue(db, plan.deliveries);
  noteTold(db, plan.told);
  if (plan.state !== null) writeFeedState(db, plan.feedId, plan.state);
}

/** The stories of which something came, went or was edited. */
function changedBy(db: Connection, plan: IngestPlan): readonly string[] {
  const edited = plan.edits.flatMap(({ id }) => {
    const row = db.get("SELECT story_id FROM items WHERE id = ?", id);
    return row === undefined ? [] : [textOf(row, "story_id")];
  });
  const grown = plan.items.map(({ storyId }) => resolveStory(db, storyId));
  const merged = plan.merges.map(({ into }) => resolveStory(db, into));
  return [...new Set([...grown, ...merged, ...edited])];
}

function addItem(db: Connection, feedId: string, seenAt: Instant, entry: NewItem): void {
  const { item, identity } = entry;
  const isNew = db.run(
    `INSERT INTO seen (feed_id, guid, content_hash, canonical_url, item_id) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (feed_id, guid) DO NOTHING`,
    feedId,
    identity.guid,
    identity.contentHash,
    identity.canonicalUrl,
    entry.id,
  );
  if (isNew === 0) return;
  const storyId = resolveStory(db, entry.storyId);
  const language = entry.language ?? item.language;
  growStory(db, storyId, totalsOfItem(item, language, seenAt));
  const seq = db.insert(
    `INSERT INTO items (id, feed_id, guid, story_id, duplicate_of, seen_at, edited_at, at, baseline,
       language, source, agency, outlet, headline, url, canonical_url, published_at, updated_at,
       author, title, categories, enclosures, summary, text)
     VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.id,
    feedId,
    item.guid,
    storyId,
    entry.duplicateOf,
    seenAt,
    entry.at,
    entry.baseline ? 1 : 0,
    language,
    ...columnsOf(item, identity),
  );
  addTerms(db, seq, entry);
  addMatches(db, seq, seenAt, entry.matches);
}

/** The columns from source to text that an edit may change too. */
function columnsOf(item: Item, identity: ItemIdentity): (string | null)[] {
  return [
    item.source,
    item.agency,
    outletOf(item),
    headlineOf(item),
    item.url,
    identity.canonicalUrl,
    item.publishedAt,
    item.updatedAt,
    item.author,
    item.title,
    JSON.stringify(item.categories),
    JSON.stringify(item.enclosures),
    item.summary,
    item.text,
  ];
}

function editItem(db: Connection, feedId: string, editedAt: Instant, edit: EditedItem): void {
  noteSeen(db, feedId, edit.identity, edit.id);
  const row = db.get("SELECT seq, story_id, seen_at, title FROM items WHERE id = ?", edit.id);
  if (row === undefined) return;
  const seq = numberOf(row, "seq");
  const title = textOrNull(row, "title");
  if (title !== null && title !== edit.item.title) {
    db.run(
      "INSERT INTO past_headlines (item_seq, title, until) VALUES (?, ?, ?)",
      seq,
      title,
      editedAt,
    );
  }
  db.run(
    `UPDATE items SET edited_at = ?, language = coalesce(?, language), source = ?, agency = ?,
       outlet = ?, headline = ?, url = ?, canonical_url = ?, published_at = ?, updated_at = ?,
       author = ?, title = ?, categories = ?, enclosures = ?, summary = ?, text = ?
     WHERE seq = ?`,
    editedAt,
    edit.item.language,
    ...columnsOf(edit.item, edit.identity),
    seq,
  );
  db.run("DELETE FROM archive WHERE rowid = ?", seq);
  addTerms(db, seq, edit);
  db.run("DELETE FROM matches WHERE item_seq = ?", seq);
  addMatches(db, seq, textOf(row, "seen_at"), edit.matches);
  retellStory(db, textOf(row, "story_id"), edit);
}

/** After an edit: the totals of its items; where some were removed, only the headline can follow. */
function retellStory(db: Connection, storyId: string, edit: EditedItem): void {
  const before = readTotals(db, storyId);
  const totals = db
    .all("SELECT * FROM items WHERE story_id = ?", storyId)
    .map((row) => {
      const item = itemOfRow(row);
      return totalsOfItem(item, item.language, item.seenAt);
    })
    .reduce<StoryTotals | null>((sum, one) => (sum === null ? one : joinTotals(sum, one)), null);
  if (before === null || totals === null) return;
  if (totals.items === before.items) writeTotals(db, storyId, totals);
  else if (before.firstGuid === edit.item.guid) {
    writeTotals(db, storyId, { ...before, headline: headlineOf(edit.item), url: edit.item.url });
  }
}

/** Remembers an identity; a changed one replaces what was known of that guid. */
function noteSeen(db: Connection, feedId: string, identity: ItemIdentity, itemId: string): void {
  db.run(
    `INSERT INTO seen (feed_id, guid, content_hash, canonical_url, item_id) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (feed_id, guid) DO UPDATE
       SET content_hash = excluded.content_hash, canonical_url = excluded.canonical_url`,
    feedId,
    identity.guid,
    identity.contentHash,
    identity.canonicalUrl,
    itemId,
  );
}

function addTerms(
  db: Connection,
  seq: number,
  terms: { readonly words: string; readonly stems: string },
): void {
  db.run(
    "INSERT INTO archive (rowid, words, stems) VALUES (?, ?, ?)",
    seq,
    archiveTerms(terms.words).join(" "),
    archiveTerms(terms.stems).join(" "),
  );
}

export function addMatches(
  db: Connection,
  seq: number,
  seenAt: Instant,
  matches: readonly Match[],
): void {
  for (const match of matches) {
    db.run(
      `INSERT INTO matches (item_seq, topic_id, seen_at, score, matched, reasons)
       VALUES (?, ?, ?, ?, ?, ?)`,
      seq,
      match.topicId,
      seenAt,
      match.score,
      match.matched ? 1 : 0,
      JSON.stringify(match.reasons),
    );
  }
}
