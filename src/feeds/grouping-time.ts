import type { Instant } from "./item.ts";

/** Claims older than this, or in the future, are not believed. */
const CLAIM_AGE_MS_MAX = 30 * 86_400_000;

/** When an item happened, as evidence for grouping: its claim if within 30 days before seenAt, else seenAt. */
export function groupingTime(publishedAt: Instant | null, seenAt: Instant): Instant {
  if (publishedAt === null) return seenAt;
  const ageMs = Date.parse(seenAt) - Date.parse(publishedAt);
  return ageMs >= 0 && ageMs <= CLAIM_AGE_MS_MAX ? publishedAt : seenAt;
}
