import type { Instant } from "../../feeds/item.ts";
import type { Connection } from "./connection.ts";
import { readRow, rewriteTimes } from "./delivery-rows.ts";
import { STORED_ROWS } from "./replies.ts";
import { textOf } from "./rows.ts";

/** Clocks of one machine differ from themselves by less. */
const AHEAD_MS = 1_000;

/**
 * What was written at a time that has not come yet was written while the clock was ahead: it waits from now on
 * only as long as it was to wait then.
 */
export function mendClock(db: Connection, now: Instant): void {
  const ahead = later(now, AHEAD_MS);
  mendHolds(db, now, ahead);
  const rows = db.all(
    `${STORED_ROWS} WHERE d.state IN ('pending', 'retry') AND d.due_at > ?1
       AND coalesce(d.attempt_at, d.created_at) > ?2`,
    now,
    ahead,
  );
  for (const stored of rows) {
    const row = readRow(stored);
    if (row === null) continue;
    const { delivery } = row;
    const writtenAt = delivery.attemptAt ?? delivery.createdAt;
    const dueAt = later(now, waitMs(writtenAt, delivery.dueAt));
    const createdAt = delivery.createdAt > ahead ? now : delivery.createdAt;
    const attemptAt = delivery.attemptAt === null ? null : now;
    rewriteTimes(db, { ...row, delivery: { ...delivery, createdAt, attemptAt, dueAt } });
  }
}

function mendHolds(db: Connection, now: Instant, ahead: Instant): void {
  const holds = db.all(
    `SELECT channel, until, written_at FROM channel_holds
     WHERE until > ?1 AND written_at > ?2`,
    now,
    ahead,
  );
  for (const hold of holds) {
    db.run(
      "UPDATE channel_holds SET until = ?, written_at = ? WHERE channel = ?",
      later(now, waitMs(textOf(hold, "written_at"), textOf(hold, "until"))),
      now,
      textOf(hold, "channel"),
    );
  }
}

function waitMs(from: Instant, until: Instant): number {
  return Math.max(0, Date.parse(until) - Date.parse(from));
}

function later(now: Instant, ms: number): Instant {
  return new Date(Date.parse(now) + ms).toISOString();
}
