import type { DeliveryTrace } from "../../commands/ports.ts";
import type { Post } from "../ledger.ts";
import type { Connection, Row } from "./connection.ts";
import { DELIVERY_STATES, readRow } from "./delivery-rows.ts";
import { STORED_ROWS } from "./replies.ts";
import { jsonOf, textOf, textOrNull, wordOf } from "./rows.ts";
import { resolveStory } from "./stories.ts";

export function posts(
  db: Connection,
  channel: string,
  after: number,
  limit: number,
): readonly Post[] {
  return db
    .all(
      `${STORED_ROWS} WHERE d.channel = ? AND d.post_number > ? AND d.damaged = 0
       ORDER BY d.post_number LIMIT ?`,
      channel,
      after,
      limit,
    )
    .flatMap(postOfRow);
}

export function newestPosts(db: Connection, channel: string, limit: number): readonly Post[] {
  return db
    .all(
      `${STORED_ROWS} WHERE d.channel = ? AND d.post_number IS NOT NULL AND d.damaged = 0
       ORDER BY d.post_number DESC LIMIT ?`,
      channel,
      limit,
    )
    .flatMap(postOfRow);
}

/** The delivery is the tenant's, also when it was made before its channel was known to be. */
const IS_OWN = `(d.tenant = ? OR d.tenant = d.channel AND EXISTS (
  SELECT 1 FROM subscriptions own WHERE own.channel = d.channel AND own.tenant = ?))`;

export function deliveriesOfStory(
  db: Connection,
  storyId: string,
  tenant: string,
): readonly DeliveryTrace[] {
  return db
    .all(
      `SELECT d.*, (SELECT json_group_array(story_id)
                    FROM (SELECT story_id FROM delivery_stories WHERE delivery = d.seq ORDER BY position))
                AS current_ids
       FROM delivery_stories s JOIN deliveries d ON d.seq = s.delivery
       WHERE s.story_id = ? AND ${IS_OWN} ORDER BY d.seq`,
      resolveStory(db, storyId),
      tenant,
      tenant,
    )
    .map((row) => ({
      key: textOf(row, "key"),
      channel: textOf(row, "channel"),
      kind: wordOf(row, "kind", ["digest", "alert", "notice"]),
      state: wordOf(row, "state", DELIVERY_STATES),
      storyIds: jsonOf(row, "current_ids"),
      subscriptionId: textOrNull(row, "subscription_id"),
      createdAt: textOf(row, "created_at"),
      dueAt: textOf(row, "due_at"),
      settledAt: textOrNull(row, "settled_at"),
      reason: textOrNull(row, "reason"),
    }));
}

/** The one story that a message tells; null when it tells several, or is none of ours. */
export function storyOfMessage(db: Connection, messageId: string, tenant: string): string | null {
  const rows = db.all(
    `SELECT DISTINCT s.story_id FROM deliveries d JOIN delivery_stories s ON s.delivery = d.seq
     WHERE d.message_id = ? AND ${IS_OWN} LIMIT 2`,
    messageId,
    tenant,
    tenant,
  );
  const [only] = rows;
  return rows.length === 1 && only !== undefined ? textOf(only, "story_id") : null;
}

function postOfRow(stored: Row): readonly Post[] {
  const row = readRow(stored);
  if (row === null || row.postNumber === null || row.settledAt === null) return [];
  return [
    {
      number: row.postNumber,
      key: row.delivery.key,
      channel: row.delivery.channel,
      at: row.settledAt,
      delivery: row.delivery,
    },
  ];
}
