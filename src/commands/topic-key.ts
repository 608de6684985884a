/**
 * The name under which the ledger keeps a topic. One from a file is kept under its id; one that was made by a
 * command also under its tenant, because two tenants may choose the same id. People only ever see the id.
 */
export function topicKey(topicId: string, tenant: string | null): string {
  return tenant === null ? topicId : `${topicId}@${tenant}`;
}

/** The id that people see. */
export function topicIdOf(key: string): string {
  const at = key.indexOf("@");
  return at < 0 ? key : key.slice(0, at);
}

/** Whose topic it is; null: everybody's. */
export function topicTenantOf(key: string): string | null {
  const at = key.indexOf("@");
  return at < 0 ? null : key.slice(at + 1);
}
