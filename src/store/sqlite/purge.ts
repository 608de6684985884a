import type { AuditEntry, OwnCounts, PurgeScope } from "../../commands/own.ts";
import { noteAudit } from "./audit.ts";
import type { Connection } from "./connection.ts";
import { removeFeed } from "./feeds.ts";
import { numberOf, textOf } from "./rows.ts";
import { removeSubscription } from "./subscriptions.ts";
import { deleteTopic, madeTopics } from "./topics.ts";

/** How much a tenant has written down. Subscriptions of files are the operator's and not counted. */
export function ownCounts(db: Connection, tenant: string): OwnCounts {
  const count = (from: string): number => {
    const row = db.get(`SELECT count(*) AS n FROM ${from} = ?`, tenant);
    return row === undefined ? 0 : numberOf(row, "n");
  };
  return {
    feedback: count("verdicts WHERE tenant"),
    mutes: count("mutes WHERE tenant"),
    follows: count("follows WHERE tenant"),
    topics: madeTopics(db).filter((made) => made.tenant === tenant).length,
    subscriptions: count("subscriptions WHERE where_file IS NULL AND tenant"),
    feeds: count("feed_owners WHERE tenant"),
    audit: count("audit WHERE tenant"),
  };
}

/** Removes what a tenant wrote down; the audit stays, with this as its last line. */
export function purge(db: Connection, scope: PurgeScope, entry: AuditEntry): void {
  switch (scope) {
    case "feedback":
      db.run("DELETE FROM verdicts WHERE tenant = ?", entry.tenant);
      break;
    case "mutes":
      db.run("DELETE FROM mutes WHERE tenant = ?", entry.tenant);
      break;
    case "follows":
      db.run("DELETE FROM follows WHERE tenant = ?", entry.tenant);
      break;
    case "topics":
      purgeTopics(db, entry);
      break;
    case "subscriptions":
      purgeSubscriptions(db, entry);
      break;
    case "everything":
      for (const table of ["verdicts", "mutes", "follows", "tenant_settings"]) {
        db.run(`DELETE FROM ${table} WHERE tenant = ?`, entry.tenant);
      }
      purgeSubscriptions(db, entry);
      purgeTopics(db, entry);
      for (const row of db.all("SELECT feed_id FROM feed_owners WHERE tenant = ?", entry.tenant)) {
        removeFeed(db, textOf(row, "feed_id"), { ...entry, what: "removed a source by a purge" });
      }
  }
  noteAudit(db, entry);
}

function purgeTopics(db: Connection, entry: AuditEntry): void {
  for (const { tenant, topic } of madeTopics(db)) {
    if (tenant !== entry.tenant) continue;
    deleteTopic(db, topic.id, { ...entry, what: `deleted topic ${topic.id} by a purge` });
  }
}

function purgeSubscriptions(db: Connection, entry: AuditEntry): void {
  const rows = db.all(
    "SELECT id FROM subscriptions WHERE tenant = ? AND where_file IS NULL",
    entry.tenant,
  );
  for (const row of rows) removeSubscription(db, textOf(row, "id"), entry.at);
}
