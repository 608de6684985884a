import { hash } from "node:crypto";

/** Characters of a key: 132 bits, and short enough for every platform's idempotency field. */
export const KEY_CHARS = 22;

/** The key of what these parts name: the same parts, the same key, in every process and after every restart. */
export function deliveryKey(parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "base64url").slice(0, KEY_CHARS);
}
