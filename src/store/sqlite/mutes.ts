import { type AuditEntry, type Follow, MUTE_KINDS, type Mute } from "../../commands/own.ts";
import type { Delivery } from "../../delivery/delivery.ts";
import type { Instant } from "../../feeds/item.ts";
import { noteAudit } from "./audit.ts";
import type { Connection, Row } from "./connection.ts";
import { enqueue } from "./outbox.ts";
import { numberOf, textOf, textOrNull, wordOf } from "./rows.ts";
import { resolveStory } from "./stories.ts";

/** Those that hold at `now`, oldest first; `tenant` null: of all. */
export function mutes(db: Connection, tenant: string | null, now: Instant): readonly Mute[] {
  return db
    .all(
      `SELECT * FROM mutes WHERE (?1 IS NULL OR tenant = ?1) AND (until IS NULL OR until > ?2)
       ORDER BY seq`,
      tenant,
      now,
    )
    .map((row) => ({
      id: textOf(row, "id"),
      tenant: textOf(row, "tenant"),
      kind: wordOf(row, "kind", MUTE_KINDS),
      value: textOf(row, "value"),
      channel: textOrNull(row, "channel"),
      topicId: textOrNull(row, "topic_id"),
      until: textOrNull(row, "until"),
      by: textOf(row, "by"),
      at: textOf(row, "at"),
    }));
}

export function saveMute(db: Connection, mute: Mute, entry: AuditEntry): void {
  db.run(
    `INSERT INTO mutes (tenant, id, kind, value, channel, topic_id, until, by, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant, id) DO UPDATE SET until = excluded.until`,
    entry.tenant,
    mute.id,
    mute.kind,
    mute.kind === "story" ? resolveStory(db, mute.value) : mute.value,
    mute.channel,
    mute.topicId,
    mute.until,
    mute.by,
    mute.at,
  );
  noteAudit(db, entry);
}

export function removeMute(db: Connection, muteId: string, entry: AuditEntry): boolean {
  const removed = db.run("DELETE FROM mutes WHERE tenant = ? AND id = ?", entry.tenant, muteId);
  if (removed > 0) noteAudit(db, entry);
  return removed > 0;
}

export function follows(
  db: Connection,
  tenant: string,
  user: string,
  now: Instant,
): readonly Follow[] {
  return db
    .all(
      "SELECT * FROM follows WHERE tenant = ? AND user = ? AND until > ? ORDER BY until",
      tenant,
      user,
      now,
    )
    .map(followOfRow);
}

export function saveFollow(db: Connection, follow: Follow, entry: AuditEntry): void {
  db.run(
    `INSERT INTO follows (tenant, user, story_id, channel, until, items, told_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant, user, story_id) DO UPDATE
       SET until = excluded.until, channel = excluded.channel`,
    entry.tenant,
    follow.user,
    resolveStory(db, follow.storyId),
    follow.channel,
    follow.until,
    follow.items,
    follow.toldAt,
  );
  noteAudit(db, entry);
}

export function removeFollow(db: Connection, storyId: string, entry: AuditEntry): boolean {
  const removed = db.run(
    "DELETE FROM follows WHERE tenant = ? AND user = ? AND story_id = ?",
    entry.tenant,
    entry.user,
    resolveStory(db, storyId),
  );
  if (removed > 0) noteAudit(db, entry);
  return removed > 0;
}

/** Those whose story has more items than were told, and that were not told of since then. */
export function grownFollows(db: Connection, now: Instant, toldBefore: Instant): readonly Follow[] {
  return db
    .all(
      `SELECT f.* FROM follows f JOIN stories s ON s.id = f.story_id
       WHERE s.items > f.items AND f.until > ? AND f.told_at <= ? ORDER BY f.told_at LIMIT 100`,
      now,
      toldBefore,
    )
    .map(followOfRow);
}

/** Puts what followers are told into the outbox, and notes that they were told; one that was told meanwhile is left. */
export function commitFollows(
  db: Connection,
  told: readonly {
    readonly before: Follow;
    readonly items: number;
    readonly delivery: Delivery;
  }[],
  now: Instant,
): void {
  for (const { before, items, delivery } of told) {
    const moved = db.run(
      `UPDATE follows SET items = ?, told_at = ?
       WHERE tenant = ? AND user = ? AND story_id = ? AND items = ?`,
      items,
      now,
      before.tenant,
      before.user,
      before.storyId,
      before.items,
    );
    if (moved > 0) enqueue(db, [delivery]);
  }
  db.run("DELETE FROM follows WHERE until <= ?", now);
}

function followOfRow(row: Row): Follow {
  return {
    tenant: textOf(row, "tenant"),
    user: textOf(row, "user"),
    storyId: textOf(row, "story_id"),
    channel: textOf(row, "channel"),
    until: textOf(row, "until"),
    items: numberOf(row, "items"),
    toldAt: textOf(row, "told_at"),
  };
}
