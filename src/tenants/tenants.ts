import type { Subscription } from "../digests/subscription.ts";
import type { Log } from "../log.ts";
import type { Ledger } from "../store/ledger.ts";

/** How long the start waits for platforms to say whose their channels are. */
const START_MS_MAX = 5_000;
const AGAIN_MS = 60_000;

/** What tenants are told with. `tenantOf`: null when the platform cannot be asked now. */
export type TenantParts = {
  readonly ledger: Ledger;
  readonly log: Log;
  tenantOf(channel: string): Promise<string | null>;
};

/**
 * A file names a channel and not whose it is: the platform is asked, and asked again every minute until it has
 * answered. Resolves after the first round, or after 5 s. Ends with `signal`.
 */
export async function tellTenants(parts: TenantParts, signal: AbortSignal): Promise<void> {
  const first = round(parts);
  await Promise.race([first, wait(START_MS_MAX, signal)]);
  void goOn(parts, first, signal);
}

/** The tenant of a declared subscription whose platform was not asked yet. */
export function isUntold({ tenant, channel }: Subscription): boolean {
  return tenant === channel;
}

async function goOn(
  parts: TenantParts,
  first: Promise<number>,
  signal: AbortSignal,
): Promise<void> {
  let left = await first;
  while (left > 0 && !signal.aborted) {
    await wait(AGAIN_MS, signal);
    if (!signal.aborted) left = await round(parts);
  }
}

/** How many are still untold. Never throws. */
async function round({ ledger, log, tenantOf }: TenantParts): Promise<number> {
  let left = 0;
  try {
    const untold = (await ledger.subscriptions(null))
      .map(({ subscription }) => subscription)
      .filter(isUntold);
    for (const channel of new Set(untold.map((subscription) => subscription.channel))) {
      const tenant = await tenantOf(channel);
      if (tenant === null) left += 1;
      else await ledger.tellTenant(channel, tenant);
    }
  } catch (error) {
    log.warn({ error: String(error) }, "whose the declared channels are is not known yet");
    return 1;
  }
  return left;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
