import type { AuditEntry, TenantSettings } from "../../commands/own.ts";
import type { Instant } from "../../feeds/item.ts";
import type { Connection } from "./connection.ts";
import { jsonOf, textOf } from "./rows.ts";

/** Writes down who changed what; the caller holds the transaction of the change. */
export function noteAudit(db: Connection, { tenant, at, user, what }: AuditEntry): void {
  db.run("INSERT INTO audit (tenant, at, user, what) VALUES (?, ?, ?, ?)", tenant, at, user, what);
}

/** Newest first. */
export function audit(
  db: Connection,
  tenant: string,
  since: Instant,
  user: string | null,
  limit: number,
): readonly AuditEntry[] {
  return db
    .all(
      `SELECT * FROM audit WHERE tenant = ?1 AND at >= ?2 AND (?3 IS NULL OR user = ?3)
       ORDER BY seq DESC LIMIT ?4`,
      tenant,
      since,
      user,
      limit,
    )
    .map((row) => ({
      tenant: textOf(row, "tenant"),
      at: textOf(row, "at"),
      user: textOf(row, "user"),
      what: textOf(row, "what"),
    }));
}

export function settings(db: Connection, tenant: string): TenantSettings {
  const row = db.get("SELECT settings FROM tenant_settings WHERE tenant = ?", tenant);
  return row === undefined ? {} : jsonOf(row, "settings");
}

export function saveSettings(db: Connection, values: TenantSettings, entry: AuditEntry): void {
  db.run(
    `INSERT INTO tenant_settings (tenant, settings) VALUES (?, ?)
     ON CONFLICT (tenant) DO UPDATE SET settings = excluded.settings`,
    entry.tenant,
    JSON.stringify(values),
  );
  noteAudit(db, entry);
}
