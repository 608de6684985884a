import { crc32 } from "node:zlib";
import type { DeliveryTrace } from "../../commands/ports.ts";
import type { Reply } from "../../commands/reply.ts";
import type { Delivery } from "../../delivery/delivery.ts";
import type { Instant } from "../../feeds/item.ts";
import type { Connection, Row } from "./connection.ts";
import { keepReply, parseReply, STORED_ROWS, storedReply } from "./replies.ts";
import { jsonOf, numberOf, numberOrNull, textOf, textOrNull, wordOf } from "./rows.ts";

export const DELIVERY_STATES = ["pending", "inflight", "sent", "retry", "gone"] as const;

/** A row of the outbox: the delivery and where it stands. */
export type DeliveryRow = {
  readonly delivery: Delivery;
  readonly state: DeliveryTrace["state"];
  readonly settledAt: Instant | null;
  readonly reason: string | null;
  readonly messageId: string | null;
  /** Ascending in the order of settling; null unless sent. */
  readonly postNumber: number | null;
};

/** Adds a row that says the reply of that id, which is its own. Its seq; null when its key is there already. */
export function insertRow(db: Connection, row: DeliveryRow, replyId: number): number | null {
  const values = valuesOf(row);
  return db.insertNew(INSERT, ...values, replyId, checksumOf(values, row.delivery.reply));
}

const INSERT = `
  INSERT INTO deliveries (key, tenant, platform, channel, kind, subscription_id, topic_id, story_ids,
    mention, created_at, state, due_at, attempts, attempt_at, settled_at, reason, message_id,
    post_number, reply_id, checksum)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`;

/** Writes where a row stands now. */
export function updateRow(db: Connection, row: DeliveryRow): void {
  db.run(
    `UPDATE deliveries SET state = ?, due_at = ?, attempts = ?, attempt_at = ?, settled_at = ?,
       reason = ?, message_id = ?, post_number = ?, checksum = ? WHERE key = ?`,
    row.state,
    row.delivery.dueAt,
    row.delivery.attempts,
    row.delivery.attemptAt,
    row.settledAt,
    wellFormed(row.reason),
    wellFormed(row.messageId),
    row.postNumber,
    checksumOf(valuesOf(row), row.delivery.reply),
    row.delivery.key,
  );
}

/** Writes when a row came, was tried and is due. */
export function rewriteTimes(db: Connection, row: DeliveryRow): void {
  db.run(
    "UPDATE deliveries SET created_at = ? WHERE key = ?",
    row.delivery.createdAt,
    row.delivery.key,
  );
  updateRow(db, row);
}

/** A post that was sent shows something else by now. */
export function writeReply(db: Connection, key: string, reply: Reply): void {
  const stored = db.get(`${STORED_ROWS} WHERE d.key = ?`, key);
  const row = stored === undefined ? null : readRow(stored);
  if (row === null) return;
  db.run("UPDATE deliveries SET reply_id = ? WHERE key = ?", keepReply(db, reply), key);
  updateRow(db, { ...row, delivery: { ...row.delivery, reply } });
}

/** One of {@link STORED_ROWS} as it was stored; null when its bytes are no longer those, so that it must not be sent. */
export function readRow(row: Row): DeliveryRow | null {
  try {
    const read = decode(row);
    const isIntact = checksumOf(valuesOf(read), read.delivery.reply) === numberOf(row, "checksum");
    return isIntact && textOf(row, "platform") === platformOf(read.delivery.channel) ? read : null;
  } catch {
    // What cannot even be decoded is damaged too.
    return null;
  }
}

/** The part of a channel's name before its first colon. */
export function platformOf(channel: string): string {
  return channel.slice(0, channel.indexOf(":"));
}

function decode(row: Row): DeliveryRow {
  return {
    delivery: {
      key: textOf(row, "key"),
      tenant: textOf(row, "tenant"),
      channel: textOf(row, "channel"),
      kind: wordOf(row, "kind", ["digest", "alert", "notice"]),
      subscriptionId: textOrNull(row, "subscription_id"),
      topicId: textOrNull(row, "topic_id"),
      storyIds: jsonOf(row, "story_ids"),
      reply: parseReply(textOf(row, "reply")),
      mention: textOrNull(row, "mention"),
      createdAt: textOf(row, "created_at"),
      dueAt: textOf(row, "due_at"),
      attempts: numberOf(row, "attempts"),
      attemptAt: textOrNull(row, "attempt_at"),
    },
    state: wordOf(row, "state", DELIVERY_STATES),
    settledAt: textOrNull(row, "settled_at"),
    reason: textOrNull(row, "reason"),
    messageId: textOrNull(row, "message_id"),
    postNumber: numberOrNull(row, "post_number"),
  };
}

/** The columns from key to post_number, as they are stored. */
function valuesOf(row: DeliveryRow): (string | number | null)[] {
  const { delivery } = row;
  return [
    delivery.key,
    delivery.tenant,
    platformOf(delivery.channel),
    delivery.channel,
    delivery.kind,
    delivery.subscriptionId,
    delivery.topicId,
    JSON.stringify(delivery.storyIds),
    delivery.mention,
    delivery.createdAt,
    row.state,
    delivery.dueAt,
    delivery.attempts,
    delivery.attemptAt,
    row.settledAt,
    wellFormed(row.reason),
    wellFormed(row.messageId),
    row.postNumber,
  ];
}

/** Begins with the reply, which is long and the same for many. */
function checksumOf(values: readonly (string | number | null)[], reply: Reply): number {
  return crc32(JSON.stringify(values), storedReply(reply).crc);
}

/** A lone half of a surrogate pair is stored as U+FFFD, which must not look like damage. */
function wellFormed(text: string | null): string | null {
  return text === null ? null : text.toWellFormed();
}
