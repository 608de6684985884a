import { createPlatforms, type Platforms } from "../chat/platforms.ts";
import { noticeReply } from "../commands/cards.ts";
import type { Finding } from "../commands/ports.ts";
import type { Delivery, Transport } from "../delivery/delivery.ts";
import { deliveryKey } from "../delivery/key.ts";
import type { Sitrep } from "../wiring.ts";

/** The platforms whose tokens are set, not connected: enough to post and to read back. */
export function offlinePlatforms(sitrep: Sitrep): Promise<Platforms> {
  const { config, commander, keyv, log } = sitrep;
  const { platforms, admins, editors } = config;
  const configured = { admins, editors };
  return createPlatforms({ platforms, commander, configured, cache: keyv, log });
}

/** A delivery of nothing but words, made to look at a channel or to try it. Channels are given with their platform. */
export function trialDelivery(channel: string, name: string, now: string): Delivery {
  return {
    key: deliveryKey(["trial", channel, name, now]),
    tenant: channel,
    channel: channel.slice(channel.indexOf(":") + 1),
    kind: "notice",
    subscriptionId: null,
    topicId: null,
    storyIds: [],
    reply: noticeReply("info", `Sitrep tries this channel: ${name}.`),
    mention: null,
    createdAt: now,
    dueAt: now,
    attempts: 1,
    attemptAt: now,
  };
}

/** The transport that serves a channel; null when its platform is off. */
export function transportFor(platforms: Platforms, channel: string): Transport | null {
  const platform = channel.slice(0, channel.indexOf(":"));
  return platforms.transports.find((transport) => transport.platform === platform) ?? null;
}

/**
 * Whether each channel with a subscription can be read back: without that a post whose answer was lost can neither
 * be found nor be sent again safely. Posts nothing.
 */
export async function checkChannels(
  sitrep: Pick<Sitrep, "ledger" | "now">,
  platforms: Platforms,
): Promise<readonly Finding[]> {
  const entries = await sitrep.ledger.subscriptions(null);
  const channels = [...new Set(entries.map(({ subscription }) => subscription.channel))];
  const findings: Finding[] = [];
  for (const channel of channels.filter((name) => !name.startsWith("web:"))) {
    const transport = transportFor(platforms, channel);
    if (transport !== null) findings.push(await checkChannel(transport, channel, sitrep.now()));
  }
  return findings;
}

async function checkChannel(transport: Transport, channel: string, now: string): Promise<Finding> {
  const what = `channel ${channel}`;
  const found = await transport.find(trialDelivery(channel, "reading back", now));
  switch (found.kind) {
    case "found":
    case "absent":
      return { what, ok: true, text: "can be read back" };
    case "unreadable": {
      const remedy = "let Sitrep into the channel and let it read the history there";
      return { what, ok: false, text: `cannot be read back (${found.reason}): ${remedy}` };
    }
    case "retry":
      return { what, ok: false, text: `does not answer now (${found.reason}): try again later` };
  }
}
