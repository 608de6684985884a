import type { AuditEntry, KeptVerdict, Regrouping } from "../../commands/own.ts";
import type { Regrouped } from "../../stories/story.ts";
import { joinTotals, type StoryTotals, totalsOfItem } from "../story-totals.ts";
import type { Connection, Row } from "./connection.ts";
import { noteChanged } from "./edits.ts";
import { itemOfRow, storyItemOfRow } from "./items.ts";
import { jsonOf, numberOf, textOf } from "./rows.ts";
import { growStory, mergeStories, readTotals, resolveStory, writeTotals } from "./stories.ts";
import { saveVerdict, type VerdictKey } from "./verdicts.ts";

/** Carries out what a verdict says of stories. False, and nothing is done: the stories are not as it takes them. */
export function regroup(
  db: Connection,
  regrouping: Regrouping,
  verdict: KeptVerdict,
  entry: AuditEntry,
): boolean {
  // An earlier verdict of the same person on the item is taken back first.
  const key = { ...verdict, tenant: entry.tenant };
  undoRegroupings(db, key);
  const from = resolveStory(db, regrouping.storyId);
  const into = regrouping.kind === "join" ? resolveStory(db, regrouping.intoId) : regrouping.intoId;
  const moved = regrouping.kind === "join" ? itemsOf(db, from) : [regrouping.itemId];
  const isDone =
    regrouping.kind === "join" ? join(db, from, into) : split(db, moved, from, into) > 0;
  if (!isDone) return false;
  saveVerdict(db, { ...verdict, storyId: into }, entry);
  db.run(
    `INSERT INTO regroupings (revision, tenant, topic_id, item_id, by, kind, from_id, into_id, items, undone)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    nextRevision(db),
    key.tenant,
    key.topicId,
    key.itemId,
    key.by,
    regrouping.kind,
    from,
    into,
    JSON.stringify(moved),
  );
  return true;
}

/** Makes stories again what they were before that verdict, as far as they still hold its items. */
export function undoRegroupings(db: Connection, key: VerdictKey): void {
  const rows = db.all(
    `SELECT * FROM regroupings WHERE tenant = ? AND topic_id = ? AND item_id = ? AND by = ? AND undone = 0`,
    key.tenant,
    key.topicId,
    key.itemId,
    key.by,
  );
  for (const row of rows) {
    const from = textOf(row, "from_id");
    const into = textOf(row, "into_id");
    if (textOf(row, "kind") === "join")
      split(db, jsonOf(row, "items"), resolveStory(db, into), from);
    else join(db, resolveStory(db, into), resolveStory(db, from));
    db.run(
      "UPDATE regroupings SET undone = 1, revision = ? WHERE seq = ?",
      nextRevision(db),
      numberOf(row, "seq"),
    );
  }
}

/** Where the items of all regroupings after that revision are now, and which stories stay two; null: no news. */
export function regroupedSince(db: Connection, after: number): Regrouped | null {
  const counter = db.get("SELECT value FROM counters WHERE name = 'regroupings'");
  const revision = counter === undefined ? 0 : numberOf(counter, "value");
  if (revision === after) return null;
  const items = db
    .all(
      `SELECT * FROM items WHERE id IN (
         SELECT moved.value FROM regroupings r, json_each(r.items) moved WHERE r.revision > ?)`,
      after,
    )
    .map((row) => ({ item: storyItemOfRow(row), storyId: textOf(row, "story_id") }));
  const apart = db
    .all("SELECT from_id, into_id FROM regroupings WHERE kind = 'split' AND undone = 0")
    .map((row) => pairOf(db, row));
  return { revision, items, apart };
}

function pairOf(db: Connection, row: Row): readonly [string, string] {
  return [resolveStory(db, textOf(row, "from_id")), resolveStory(db, textOf(row, "into_id"))];
}

function nextRevision(db: Connection): number {
  db.run("UPDATE counters SET value = value + 1 WHERE name = 'regroupings'");
  const row = db.get("SELECT value FROM counters WHERE name = 'regroupings'");
  return row === undefined ? 0 : numberOf(row, "value");
}

function itemsOf(db: Connection, storyId: string): readonly string[] {
  return db
    .all("SELECT id FROM items WHERE story_id = ? ORDER BY seq", storyId)
    .map((row) => textOf(row, "id"));
}

function join(db: Connection, from: string, into: string): boolean {
  const isWhole = readTotals(db, from) !== null && readTotals(db, into) !== null;
  if (from === into || !isWhole) return false;
  mergeStories(db, from, into);
  noteChanged(db, [into]);
  return true;
}

/** Moves items out of a story that keeps others. How many. Who was told the story was told what leaves it. */
function split(db: Connection, itemIds: readonly string[], from: string, into: string): number {
  const rows = db.all("SELECT * FROM items WHERE story_id = ?", from);
  const leaving = rows.filter((row) => itemIds.includes(textOf(row, "id")));
  const staying = rows.filter((row) => !leaving.includes(row));
  const before = readTotals(db, from);
  const gone = totalsOf(leaving);
  const left = totalsOf(staying);
  if (before === null || gone === null || left === null) return 0;
  db.run("DELETE FROM merges WHERE from_id = ?", into);
  growStory(db, into, gone);
  // Of a story that lost items to old age the rest cannot be summed up any more.
  const isWhole = rows.length === before.items;
  const after = isWhole ? left : { ...before, items: before.items - leaving.length };
  writeTotals(db, from, after);
  const ids = JSON.stringify(leaving.map((row) => textOf(row, "id")));
  db.run("UPDATE items SET story_id = ? WHERE id IN (SELECT value FROM json_each(?))", into, ids);
  db.run(
    `INSERT INTO told (story_id, subscription_id, items, at)
     SELECT ?, subscription_id, ?, at FROM told WHERE story_id = ?
     ON CONFLICT (story_id, subscription_id) DO NOTHING`,
    into,
    gone.items,
    from,
  );
  for (const table of ["told", "follows"]) {
    db.run(`UPDATE ${table} SET items = min(items, ?) WHERE story_id = ?`, after.items, from);
  }
  noteChanged(db, [from, into]);
  return leaving.length;
}

function totalsOf(rows: readonly Row[]): StoryTotals | null {
  return rows
    .map((row) => {
      const item = itemOfRow(row);
      return totalsOfItem(item, item.language, item.seenAt);
    })
    .reduce<StoryTotals | null>((sum, one) => (sum === null ? one : joinTotals(sum, one)), null);
}
