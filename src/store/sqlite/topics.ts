import type { AuditEntry, TopicVersion } from "../../commands/own.ts";
import { topicKey } from "../../commands/topic-key.ts";
import type { Topic } from "../../topics/topic.ts";
import { noteAudit } from "./audit.ts";
import type { Connection, Row } from "./connection.ts";
import { flagOf, numberOf, textOf } from "./rows.ts";
import { removeSubscription } from "./subscriptions.ts";

/** Changes whenever a topic was made, changed or ended by a command. */
export function topicsRevision(db: Connection): number {
  const row = db.get("SELECT value FROM counters WHERE name = 'topics'");
  return row === undefined ? 0 : numberOf(row, "value");
}

/** Every topic that commands made and that has not ended, of all tenants. */
export function madeTopics(db: Connection): readonly TopicVersion[] {
  return db
    .all(
      `SELECT t.* FROM topic_versions t
       WHERE deleted = 0 AND version = (SELECT max(version) FROM topic_versions o
                                        WHERE o.tenant = t.tenant AND o.id = t.id)
       ORDER BY tenant, id`,
    )
    .map(versionOfRow);
}

export function topicVersions(
  db: Connection,
  tenant: string,
  topicId: string,
): readonly TopicVersion[] {
  return db
    .all(
      "SELECT * FROM topic_versions WHERE tenant = ? AND id = ? ORDER BY version",
      tenant,
      topicId,
    )
    .map(versionOfRow);
}

export function saveTopic(db: Connection, topic: Topic, entry: AuditEntry): number {
  return addVersion(db, topic, entry, false);
}

/** Its subscriptions, matches and verdicts end with it; its versions stay for the history. */
export function deleteTopic(db: Connection, topicId: string, entry: AuditEntry): boolean {
  const last = topicVersions(db, entry.tenant, topicId).at(-1);
  if (last === undefined || last.deleted) return false;
  const key = topicKey(topicId, entry.tenant);
  const held = db.all(
    "SELECT id FROM subscriptions WHERE tenant = ? AND topic_id = ?",
    entry.tenant,
    key,
  );
  for (const row of held) removeSubscription(db, textOf(row, "id"), entry.at);
  db.run("DELETE FROM matches WHERE topic_id = ?", key);
  db.run("DELETE FROM verdicts WHERE tenant = ? AND topic_id = ?", entry.tenant, topicId);
  db.run("DELETE FROM mutes WHERE tenant = ? AND topic_id = ?", entry.tenant, topicId);
  addVersion(db, last.topic, entry, true);
  return true;
}

function addVersion(db: Connection, topic: Topic, entry: AuditEntry, deleted: boolean): number {
  const version = (topicVersions(db, entry.tenant, topic.id).at(-1)?.version ?? 0) + 1;
  db.run(
    `INSERT INTO topic_versions (tenant, id, version, name, about, query, threshold, by, at, deleted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.tenant,
    topic.id,
    version,
    topic.name,
    topic.about,
    topic.query,
    topic.threshold,
    entry.user,
    entry.at,
    deleted ? 1 : 0,
  );
  db.run("UPDATE counters SET value = value + 1 WHERE name = 'topics'");
  noteAudit(db, entry);
  return version;
}

function versionOfRow(row: Row): TopicVersion {
  return {
    tenant: textOf(row, "tenant"),
    version: numberOf(row, "version"),
    by: textOf(row, "by"),
    at: textOf(row, "at"),
    deleted: flagOf(row, "deleted"),
    topic: {
      id: textOf(row, "id"),
      name: textOf(row, "name"),
      about: textOf(row, "about"),
      query: textOf(row, "query"),
      threshold: numberOf(row, "threshold"),
      where: null,
    },
  };
}
