import { type AuditEntry, type KeptVerdict, VERDICTS } from "../../commands/own.ts";
import { noteAudit } from "./audit.ts";
import type { Connection, Row } from "./connection.ts";
import { jsonOf, textOf, textOrNull, wordOf } from "./rows.ts";
import { resolveStory } from "./stories.ts";

/** Oldest first. */
export function verdicts(
  db: Connection,
  tenant: string,
  topicId: string | null,
): readonly KeptVerdict[] {
  return db
    .all(
      "SELECT * FROM verdicts WHERE tenant = ?1 AND (?2 IS NULL OR topic_id = ?2) ORDER BY seq",
      tenant,
      topicId,
    )
    .map((row) => verdictOfRow(db, row));
}

/** Whose verdict it is, on what. */
export type VerdictKey = Pick<KeptVerdict, "tenant" | "topicId" | "itemId" | "by">;

export function saveVerdict(db: Connection, kept: KeptVerdict, entry: AuditEntry): void {
  db.run(
    "DELETE FROM verdicts WHERE tenant = ? AND topic_id = ? AND item_id = ? AND by = ?",
    entry.tenant,
    kept.topicId,
    kept.itemId,
    kept.by,
  );
  db.run(
    `INSERT INTO verdicts (tenant, topic_id, item_id, by, story_id, verdict, terms, at, applied_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.tenant,
    kept.topicId,
    kept.itemId,
    kept.by,
    kept.storyId,
    kept.verdict,
    JSON.stringify(kept.terms),
    kept.at,
    kept.appliedAt,
  );
  noteAudit(db, entry);
}

/** Of the person of the entry. */
export function removeVerdict(
  db: Connection,
  topicId: string,
  itemId: string,
  entry: AuditEntry,
): boolean {
  const removed = db.run(
    "DELETE FROM verdicts WHERE tenant = ? AND topic_id = ? AND item_id = ? AND by = ?",
    entry.tenant,
    topicId,
    itemId,
    entry.user,
  );
  if (removed > 0) noteAudit(db, entry);
  return removed > 0;
}

export function applyVerdicts(db: Connection, topicId: string, entry: AuditEntry): number {
  const applied = db.run(
    "UPDATE verdicts SET applied_at = ? WHERE tenant = ? AND topic_id = ? AND applied_at IS NULL",
    entry.at,
    entry.tenant,
    topicId,
  );
  if (applied > 0) noteAudit(db, entry);
  return applied;
}

export function revertVerdicts(db: Connection, topicId: string, entry: AuditEntry): number {
  const reverted = db.run(
    `UPDATE verdicts SET applied_at = NULL
     WHERE tenant = ?1 AND topic_id = ?2 AND applied_at = (
       SELECT max(applied_at) FROM verdicts WHERE tenant = ?1 AND topic_id = ?2)`,
    entry.tenant,
    topicId,
  );
  if (reverted > 0) noteAudit(db, entry);
  return reverted;
}

function verdictOfRow(db: Connection, row: Row): KeptVerdict {
  const verdict = wordOf(row, "verdict", VERDICTS);
  return {
    tenant: textOf(row, "tenant"),
    topicId: textOf(row, "topic_id"),
    itemId: textOf(row, "item_id"),
    storyId: resolveStory(db, textOf(row, "story_id")),
    verdict,
    relevant: verdict === "relevant",
    by: textOf(row, "by"),
    at: textOf(row, "at"),
    terms: jsonOf(row, "terms"),
    appliedAt: textOrNull(row, "applied_at"),
  };
}
