import type { Delivery } from "../delivery/delivery.ts";
import { inQuietHours } from "../digests/quiet.ts";
import type { Subscription } from "../digests/subscription.ts";
import type { Instant } from "../feeds/item.ts";
import type { Log } from "../log.ts";
import type { Ledger } from "../store/ledger.ts";

/** A change of quiet hours counts after so long. */
const KNOWN_FOR_MS = 5_000;

/** What quiet hours are looked up with. */
export type QuietParts = { readonly ledger: Ledger; readonly log: Log; now(): Instant };

/**
 * Until when a delivery must wait because its subscription's quiet hours have begun since it was planned, as while
 * it was tried again; null: it may go. Notices go at any time. Never throws.
 */
export function createQuiet({
  ledger,
  log,
  now,
}: QuietParts): (delivery: Delivery) => Promise<Instant | null> {
  let known = new Map<string, Subscription>();
  let readMs = Number.NEGATIVE_INFINITY;
  async function subscriptionOf(id: string): Promise<Subscription | undefined> {
    const nowMs = Date.parse(now());
    if (Math.abs(nowMs - readMs) > KNOWN_FOR_MS) {
      const all = await ledger.subscriptions(null);
      known = new Map(all.map(({ subscription }) => [subscription.id, subscription]));
      readMs = nowMs;
    }
    return known.get(id);
  }
  return async ({ subscriptionId }) => {
    if (subscriptionId === null) return null;
    try {
      const subscription = await subscriptionOf(subscriptionId);
      if (subscription === undefined || subscription.quiet === null) return null;
      return inQuietHours(subscription.quiet, subscription.timezone, now());
    } catch (error) {
      log.warn({ error: String(error) }, "quiet hours cannot be looked up; sending");
      return null;
    }
  };
}
