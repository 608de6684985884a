import { noticeReply } from "../commands/cards.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { Sitrep } from "../wiring.ts";

/** Says once that a channel takes nothing: in the log, and where the tenant's admins wish to hear of it. */
export async function sayParked(
  {
    log,
    ledger,
    noticeAdmins,
  }: Pick<Sitrep, "log" | "noticeAdmins"> & {
    readonly ledger: Pick<Sitrep["ledger"], "settings">;
  },
  { tenant, channel }: Pick<Delivery, "tenant" | "channel">,
  reason: string,
): Promise<void> {
  log.error({ channel, reason }, "nothing goes to this channel until it is mended");
  // Whom somebody follows in private is nobody else's business.
  if (channel.includes(":user:") || (await ledger.settings(tenant)).alerts === channel) return;
  const line = `/sitrep-admin alerts release channel=${channel}`;
  const text = `Nothing goes to ${channel} any more: ${reason}. Mend it, then: ${line}`;
  await noticeAdmins(tenant, noticeReply("error", text));
}
