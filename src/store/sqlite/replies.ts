import { crc32 } from "node:zlib";
import type { Reply } from "../../commands/reply.ts";
import type { Connection } from "./connection.ts";
import { numberOf, textOf } from "./rows.ts";

/** Rows of the outbox with what they say as `reply`; NULL where that is lost. */
export const STORED_ROWS = `
  SELECT d.*, r.text AS reply FROM deliveries d LEFT JOIN replies r ON r.id = d.reply_id`;

/** A reply as it is stored, with its CRC-32. */
export type StoredReply = { readonly text: string; readonly crc: number };

/** Many channels are told the same at once. */
const STORED = new WeakMap<Reply, StoredReply>();

export function storedReply(reply: Reply): StoredReply {
  const known = STORED.get(reply);
  if (known !== undefined) return known;
  const text = JSON.stringify(reply);
  const stored = { text, crc: crc32(text) };
  STORED.set(reply, stored);
  return stored;
}

/** Reads a reply as it is stored. */
export function parseReply(text: string): Reply {
  const reply: Reply = JSON.parse(text);
  STORED.set(reply, { text, crc: crc32(text) });
  return reply;
}

/** Keeps a reply, once however often it is kept; its id. */
export function keepReply(db: Connection, reply: Reply): number {
  const { text, crc } = storedReply(reply);
  const known = db.get("SELECT id FROM replies WHERE crc = ? AND text = ?", crc, text);
  if (known !== undefined) return numberOf(known, "id");
  return db.insert("INSERT INTO replies (crc, text) VALUES (?, ?)", crc, text);
}

/** The same for many rows of one transaction. */
export function replyKeeper(db: Connection): (reply: Reply) => number {
  const ids = new Map<string, number>();
  return (reply) => {
    const { text } = storedReply(reply);
    const id = ids.get(text) ?? keepReply(db, reply);
    ids.set(text, id);
    return id;
  };
}

/** A reply that is kept; null when it is lost, or its bytes are no longer those that were stored. */
export function readReply(db: Connection, id: number): Reply | null {
  const row = db.get("SELECT crc, text FROM replies WHERE id = ?", id);
  if (row === undefined) return null;
  const text = textOf(row, "text");
  return crc32(text) === numberOf(row, "crc") ? parseReply(text) : null;
}

/**
 * Looks at so many replies after that id and removes those that no delivery and no edit refers to. The last id that it
 * looked at; null when there was none.
 */
export function dropUnsaid(db: Connection, afterId: number, limit: number): number | null {
  const row = db.get(
    `SELECT max(id) AS id FROM (SELECT id FROM replies WHERE id > ? ORDER BY id LIMIT ?)`,
    afterId,
    limit,
  );
  if (row === undefined || row["id"] === null) return null;
  const lastId = numberOf(row, "id");
  db.run(
    `DELETE FROM replies WHERE id > ? AND id <= ?
       AND NOT EXISTS (SELECT 1 FROM deliveries WHERE reply_id = replies.id)
       AND NOT EXISTS (SELECT 1 FROM edits WHERE reply_id = replies.id)`,
    afterId,
    lastId,
  );
  return lastId;
}
