import { crc32 } from "node:zlib";
import type { Reply } from "../../commands/reply.ts";
import type { Edit, EditSettlement } from "../../delivery/delivery.ts";
import type { Instant } from "../../feeds/item.ts";
import type { AlertPost, ChangedStory, PostEdit } from "../ledger.ts";
import type { Connection } from "./connection.ts";
import { platformOf, readRow, writeReply } from "./delivery-rows.ts";
import { parseReply, readReply, replyKeeper, storedReply } from "./replies.ts";
import { numberOf, numberOrNull, textOf, textOrNull } from "./rows.ts";
import { resolveStory } from "./stories.ts";

/** Notes that posts of these stories may have to be edited, where an alert told them. */
export function noteChanged(db: Connection, storyIds: readonly string[]): void {
  for (const storyId of storyIds) {
    db.run(
      `INSERT INTO changed_stories (story_id, revision)
       SELECT ?1, 1 WHERE EXISTS (SELECT 1 FROM delivery_stories s JOIN deliveries d ON d.seq = s.delivery
                                  WHERE s.story_id = ?1 AND d.kind = 'alert')
       ON CONFLICT (story_id) DO UPDATE SET revision = revision + 1`,
      storyId,
    );
  }
}

/** Those that wait longest first. */
export function changedStories(db: Connection, limit: number): readonly ChangedStory[] {
  return db
    .all("SELECT story_id, revision FROM changed_stories ORDER BY seq LIMIT ?", limit)
    .map((row) => ({ storyId: textOf(row, "story_id"), revision: numberOf(row, "revision") }));
}

/** Adds the edits; a story that changed once more meanwhile stays noted. */
export function commitEdits(
  db: Connection,
  { storyId, revision }: ChangedStory,
  edits: readonly PostEdit[],
): void {
  const replyId = replyKeeper(db);
  for (const edit of edits) addEdit(db, edit, replyId);
  db.run("DELETE FROM changed_stories WHERE story_id = ? AND revision = ?", storyId, revision);
}

/** Notes what a post is to show; only the newest version is kept. A delivery that ended unsent is left alone. */
function addEdit(
  db: Connection,
  { key, reply, dueAt }: PostEdit,
  replyId: (reply: Reply) => number,
): void {
  const row = db.get("SELECT channel, state FROM deliveries WHERE key = ?", key);
  if (row === undefined || row["state"] === "gone") return;
  const known = db.get("SELECT revision FROM edits WHERE key = ?", key);
  const revision = known === undefined ? 1 : numberOf(known, "revision") + 1;
  db.run(
    `INSERT INTO edits (key, platform, revision, due_at, attempts, reply_id, checksum)
     VALUES (?, ?, ?, ?, 0, ?, ?)
     ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, attempts = 0,
       reply_id = excluded.reply_id, checksum = excluded.checksum`,
    key,
    platformOf(textOf(row, "channel")),
    revision,
    dueAt,
    replyId(reply),
    checksumOf(key, revision, storedReply(reply).text),
  );
}

/** Versions that are due, of posts that stand and whose channel is not held. */
export function dueEdits(
  db: Connection,
  limit: number,
  now: Instant,
  platforms: readonly string[],
): readonly Edit[] {
  const rows = db.all(
    `SELECT d.*, r.text AS reply, e.revision, e.attempts AS edit_attempts,
       e.checksum AS edit_checksum, n.text AS edit_reply
     FROM edits e JOIN deliveries d ON d.key = e.key
       LEFT JOIN replies r ON r.id = d.reply_id LEFT JOIN replies n ON n.id = e.reply_id
     WHERE e.platform IN (SELECT value FROM json_each(?2)) AND e.due_at <= ?1
       AND d.state = 'sent' AND d.damaged = 0 AND d.message_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM channel_holds h
                       WHERE h.channel IN (d.channel, d.platform || ':*')
                         AND (h.until IS NULL OR h.until > ?1))
     ORDER BY e.due_at LIMIT ?3`,
    now,
    JSON.stringify(platforms),
    limit,
  );
  return rows.flatMap((stored): readonly Edit[] => {
    const row = readRow(stored);
    const key = textOf(stored, "key");
    const revision = numberOf(stored, "revision");
    const text = textOrNull(stored, "edit_reply");
    const isIntact =
      text !== null && checksumOf(key, revision, text) === numberOf(stored, "edit_checksum");
    if (row === null || row.messageId === null || !isIntact) {
      dropEdit(db, key);
      return [];
    }
    const { channel, mention } = row.delivery;
    const attempts = numberOf(stored, "edit_attempts");
    const reply = parseReply(text);
    return [{ key, channel, messageId: row.messageId, reply, mention, revision, attempts }];
  });
}

/** Notes what became of a try. What the post shows now is kept as the post. */
export function settleEdit(db: Connection, edit: Edit, settlement: EditSettlement): void {
  const { key, revision } = edit;
  const row = db.get("SELECT revision FROM edits WHERE key = ?", key);
  const isNewest = row !== undefined && numberOf(row, "revision") === revision;
  switch (settlement.state) {
    case "shown":
      writeReply(db, key, edit.reply);
      if (isNewest) dropEdit(db, key);
      return;
    case "gone":
      dropEdit(db, key);
      return;
    case "retry":
      if (!isNewest) return;
      db.run(
        "UPDATE edits SET due_at = ?, attempts = ? WHERE key = ?",
        settlement.dueAt,
        edit.attempts + 1,
        key,
      );
  }
}

/** The alerts of a story since then that were not given up, newest first, as they are shown or are to be shown. */
export function alertPosts(db: Connection, storyId: string, since: Instant): readonly AlertPost[] {
  const rows = db.all(
    `SELECT d.key, d.tenant, d.subscription_id, coalesce(e.reply_id, d.reply_id) AS shown
     FROM delivery_stories s JOIN deliveries d ON d.seq = s.delivery LEFT JOIN edits e ON e.key = d.key
     WHERE s.story_id = ? AND d.kind = 'alert' AND d.state <> 'gone' AND d.damaged = 0
       AND d.subscription_id IS NOT NULL AND d.created_at > ?
     ORDER BY d.seq DESC`,
    resolveStory(db, storyId),
    since,
  );
  const ids = new Set(rows.map((row) => numberOrNull(row, "shown")));
  const shown = new Map([...ids].map((id) => [id, id === null ? null : readReply(db, id)]));
  return rows.flatMap((row): readonly AlertPost[] => {
    const reply = shown.get(numberOrNull(row, "shown")) ?? null;
    if (reply === null) return [];
    return [
      {
        key: textOf(row, "key"),
        tenant: textOf(row, "tenant"),
        subscriptionId: textOf(row, "subscription_id"),
        reply,
      },
    ];
  });
}

function dropEdit(db: Connection, key: string): void {
  db.run("DELETE FROM edits WHERE key = ?", key);
}

function checksumOf(key: string, revision: number, reply: string): number {
  return crc32(JSON.stringify([key, revision, reply]));
}
