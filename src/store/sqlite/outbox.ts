import type { Delivery, Settlement } from "../../delivery/delivery.ts";
import type { Instant } from "../../feeds/item.ts";
import type { Connection, Row } from "./connection.ts";
import { type DeliveryRow, insertRow, readRow, updateRow } from "./delivery-rows.ts";
import { replyKeeper, STORED_ROWS } from "./replies.ts";
import { afterRestore, searchedSince } from "./restored.ts";
import { numberOf } from "./rows.ts";
import { resolveStory } from "./stories.ts";

/** Adds rows; nothing happens to those whose keys are there already. `reason`: why they are no first try. */
export function enqueue(
  db: Connection,
  deliveries: readonly Delivery[],
  reason: string | null = null,
): void {
  const replyId = replyKeeper(db);
  const links = deliveries.flatMap((delivery) => {
    const seq = insertRow(db, { delivery, ...UNTRIED, reason }, replyId(delivery.reply));
    if (seq === null) return [];
    return delivery.storyIds.map((storyId, position) => ({ seq, storyId, position }));
  });
  // Many channels are told one story at once: a statement for each of them would cost more than the rows.
  for (const [storyId, ofStory] of Map.groupBy(links, (link) => link.storyId)) {
    const current = resolveStory(db, storyId);
    for (const [position, alike] of Map.groupBy(ofStory, (link) => link.position)) {
      db.run(
        `INSERT OR IGNORE INTO delivery_stories (story_id, delivery, position)
         SELECT ?2, value, ?3 FROM json_each(?1)`,
        JSON.stringify(alike.map(({ seq }) => seq)),
        current,
        position,
      );
    }
  }
}

export function hasRow(db: Connection, key: string): boolean {
  return db.get("SELECT 1 FROM deliveries WHERE key = ?", key) !== undefined;
}

const UNTRIED = {
  state: "pending",
  settledAt: null,
  messageId: null,
  postNumber: null,
} as const;

/** Adds one row that was not planned, such as one that takes the place of another. */
export function enqueueNext(db: Connection, delivery: Delivery): void {
  const before = db.get(
    `SELECT 1 FROM deliveries
     WHERE state = 'inflight' AND channel = ? AND subscription_id = ? AND story_ids = ?`,
    delivery.channel,
    delivery.subscriptionId,
    JSON.stringify(delivery.storyIds),
  );
  enqueue(db, [delivery], before === undefined ? null : "sent again: the first may have arrived");
}

/** A delivery that was taken, and its row before that. */
export type Claimed = { readonly delivery: Delivery; readonly before: DeliveryRow };

/**
 * Takes due rows, the oldest of each channel, those longest due first. Soon after a restore a row whose post may stand
 * already is marked as if a try of it had been cut off, so that its channel is searched first.
 */
export function claim(
  db: Connection,
  limit: number,
  now: Instant,
  platforms: readonly string[],
): readonly Claimed[] {
  const claimed: Claimed[] = [];
  const restoredFrom = afterRestore(db, now);
  while (claimed.length < limit) {
    const rows = db.all(CLAIMABLE, now, JSON.stringify(platforms), limit - claimed.length);
    if (rows.length === 0) break;
    const { intact, damaged } = read(rows);
    setAside(db, damaged, now);
    for (const before of intact) {
      const { delivery } = before;
      const since = searchedSince(before, restoredFrom);
      const attempts = delivery.attempts + 1;
      const begun = { ...delivery, attempts, attemptAt: since ?? now };
      updateRow(db, { ...before, delivery: begun, state: "inflight" });
      if (since === null) claimed.push({ delivery: begun, before });
    }
  }
  return claimed;
}

/** Puts rows back that were taken for nothing. */
export function unclaim(db: Connection, claimed: readonly Claimed[]): void {
  for (const { before } of claimed) updateRow(db, before);
}

function read(rows: readonly Row[]): {
  readonly intact: readonly DeliveryRow[];
  readonly damaged: readonly Row[];
} {
  const intact: DeliveryRow[] = [];
  const damaged: Row[] = [];
  for (const stored of rows) {
    const row = readRow(stored);
    if (row === null) damaged.push(stored);
    else intact.push(row);
  }
  return { intact, damaged };
}

/**
 * The head of each free channel. Walks from channel to channel in the index of open rows, so its cost
 * grows with the channels that wait and not with the rows.
 */
const CLAIMABLE = `
  WITH RECURSIVE waiting (channel) AS (
    SELECT min(channel) FROM deliveries WHERE state IN ('pending', 'retry')
    UNION ALL
    SELECT (SELECT min(channel) FROM deliveries
            WHERE state IN ('pending', 'retry') AND channel > waiting.channel)
    FROM waiting WHERE waiting.channel IS NOT NULL
  ), heads (head) AS (
    SELECT (SELECT seq FROM deliveries
            WHERE channel = waiting.channel AND state IN ('pending', 'retry') AND due_at <= ?1
            ORDER BY seq LIMIT 1)
    FROM waiting
    WHERE waiting.channel IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM channel_holds h
                      WHERE h.channel IN (waiting.channel,
                          substr(waiting.channel, 1, instr(waiting.channel, ':')) || '*')
                        AND (h.until IS NULL OR h.until > ?1))
      AND NOT EXISTS (SELECT 1 FROM deliveries f
                      WHERE f.channel = waiting.channel AND f.state = 'inflight')
  )
  ${STORED_ROWS} JOIN heads ON d.seq = heads.head
  WHERE d.platform IN (SELECT value FROM json_each(?2))
  ORDER BY d.due_at, d.seq LIMIT ?3`;

/** Rows that were taken and not settled, oldest first; damaged ones are set aside. */
export function inflight(
  db: Connection,
  platforms: readonly string[],
  now: Instant,
): readonly Delivery[] {
  // The sign keeps SQLite from reading all rows there ever were in the order of seq.
  const rows = db.all(
    `${STORED_ROWS}
     WHERE d.state = 'inflight' AND d.platform IN (SELECT value FROM json_each(?)) ORDER BY +d.seq`,
    JSON.stringify(platforms),
  );
  const { intact, damaged } = read(rows);
  setAside(db, damaged, now);
  if (damaged.length > 0) count(db, "ambiguous", damaged.length);
  return intact.map(({ delivery }) => delivery);
}

/** Notes what became of a try. What is settled already stays as it is. */
export function settle(db: Connection, key: string, settlement: Settlement, now: Instant): void {
  const stored = db.get(`${STORED_ROWS} WHERE d.key = ?`, key);
  if (stored === undefined) throw new Error(`no delivery has the key ${key}`);
  const row = readRow(stored);
  if (row === null) {
    setAside(db, [stored], now);
    return;
  }
  if (row.state === "sent" || row.state === "gone") return;
  updateRow(db, settled(db, row, settlement, now));
}

function settled(
  db: Connection,
  row: DeliveryRow,
  settlement: Settlement,
  now: Instant,
): DeliveryRow {
  switch (settlement.state) {
    case "sent":
      count(db, "sent", 1);
      count(db, "ambiguous", settlement.ambiguous ? 1 : 0);
      return {
        ...row,
        state: "sent",
        settledAt: now,
        reason: null,
        messageId: settlement.messageId,
        postNumber: count(db, "posts", 1),
      };
    case "gone":
      count(db, "gone", 1);
      count(db, "ambiguous", settlement.ambiguous ? 1 : 0);
      return { ...row, state: "gone", settledAt: now, reason: settlement.reason };
    case "retry":
      return {
        ...row,
        delivery: { ...row.delivery, dueAt: settlement.dueAt },
        state: "retry",
        reason: settlement.reason,
      };
    case "inflight":
      return { ...row, state: "inflight", reason: settlement.reason };
  }
}

/** Ends rows of a subscription that wait; one that is under way is settled as usual. */
export function cancelOpen(
  db: Connection,
  subscriptionId: string,
  reason: string,
  now: Instant,
): void {
  const rows = db.all(
    `${STORED_ROWS} WHERE d.subscription_id = ? AND d.state IN ('pending', 'retry')`,
    subscriptionId,
  );
  endRows(db, rows, reason, now);
}

/**
 * Ends alerts that wait for their first try where an earlier alert of the same subscription tells what has become the
 * same story; that one's post goes on growing.
 */
export function cancelRepeats(db: Connection, storyId: string, now: Instant): void {
  const rows = db.all(
    `WITH alerts AS (
       SELECT d.seq, d.state, d.attempts, d.story_ids, first_value(d.story_ids) OVER (
           PARTITION BY d.subscription_id, d.channel ORDER BY d.seq) AS first_ids
       FROM delivery_stories s JOIN deliveries d ON d.seq = s.delivery
       WHERE s.story_id = ? AND d.kind = 'alert' AND d.state <> 'gone'
     )
     ${STORED_ROWS} WHERE d.seq IN (
       SELECT seq FROM alerts WHERE state = 'pending' AND attempts = 0 AND story_ids <> first_ids)`,
    resolveStory(db, storyId),
  );
  endRows(db, rows, "its story has become one with a story that was told", now);
}

function endRows(db: Connection, rows: readonly Row[], reason: string, now: Instant): void {
  const { intact, damaged } = read(rows);
  setAside(db, damaged, now);
  for (const row of intact) {
    updateRow(db, settled(db, row, { state: "gone", reason, ambiguous: false }, now));
  }
}

/** Ends damaged rows: they are never sent, keep their bytes, and check() goes on naming them. */
function setAside(db: Connection, damaged: readonly Row[], now: Instant): void {
  if (damaged.length === 0) return;
  for (const stored of damaged) {
    db.run(
      `UPDATE deliveries SET state = 'gone', damaged = 1, settled_at = ?,
         reason = 'damaged in the database, so it was not sent' WHERE seq = ?`,
      now,
      numberOf(stored, "seq"),
    );
  }
  // SQLite takes a row out of the indexes by what stands in it, which may not be what stood there when it
  // was put in; the row would come up again and again.
  db.exec("REINDEX deliveries");
  count(db, "gone", damaged.length);
}

/** The keys of rows whose bytes are not those that were stored. */
export function damagedRows(db: Connection): readonly string[] {
  return db
    .all(`${STORED_ROWS} ORDER BY d.seq`)
    .filter((row) => row["damaged"] !== 0 || readRow(row) === null)
    .map((row) => String(row["key"]));
}

export function holdChannel(
  db: Connection,
  channel: string,
  until: Instant | null,
  reason: string,
  now: Instant = new Date().toISOString(),
): boolean {
  const held = db.get("SELECT until FROM channel_holds WHERE channel = ?", channel);
  const wasParked = held !== undefined && held["until"] === null;
  if (!wasParked) {
    db.run(
      `INSERT INTO channel_holds (channel, until, reason, written_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (channel) DO UPDATE SET reason = excluded.reason,
         until = max(channel_holds.until, excluded.until), written_at = excluded.written_at`,
      channel,
      until,
      reason,
      now,
    );
  }
  return !wasParked;
}

export function releaseChannel(db: Connection, channel: string): void {
  db.run("DELETE FROM channel_holds WHERE channel = ?", channel);
}

/** Adds to a sum and gives its new value. */
function count(db: Connection, name: "sent" | "gone" | "ambiguous" | "posts", by: number): number {
  const row = db.get(
    "UPDATE counters SET value = value + ? WHERE name = ? RETURNING value",
    by,
    name,
  );
  return row === undefined ? 0 : numberOf(row, "value");
}
