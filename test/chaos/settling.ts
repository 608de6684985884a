import type { Delivery } from "../../src/delivery/delivery.ts";
import type { SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireSlack } from "../support/wire-slack.ts";
import type { Figure, Proof, Zero } from "./proof.ts";
import {
  channelOf,
  countPosts,
  drain,
  freshDelivery,
  keyOf,
  loopOf,
  PLATFORMS,
  type Platform,
  tempFolder,
  transportOf,
} from "./world.ts";

const SETTLE_AFTER_MS = 300;

/** A process died after its request left: half of the posts are there, half are not. */
type Case = {
  readonly name: string;
  readonly platform: Platform;
  /** How long ago it was. */
  readonly agoMs: number;
  readonly historyLagMs: number;
  /** The bot may write there, not read. */
  readonly isBlind: boolean;
  /** The stand-in shows posts too late for any client to know: what is repeated is told, not promised. */
  readonly isTooLate: boolean;
};

const CASE = { agoMs: 0, historyLagMs: 100, isBlind: false, isTooLate: false };
/** Older than any nonce. */
const OLD_MS = 300_000;

const CASES: readonly Case[] = [
  { ...CASE, name: "nonce expired", platform: "discord", agoMs: OLD_MS },
  {
    ...CASE,
    name: "nonce expired, slow history",
    platform: "discord",
    agoMs: OLD_MS,
    historyLagMs: 250,
  },
  { ...CASE, name: "slow history", platform: "slack", historyLagMs: 250 },
  { ...CASE, name: "history slower than the wait, young", platform: "discord", historyLagMs: 900 },
  { ...CASE, name: "history forbidden", platform: "discord", agoMs: OLD_MS, isBlind: true },
  { ...CASE, name: "history forbidden", platform: "slack", isBlind: true },
  {
    ...CASE,
    name: "history slower than the wait",
    platform: "slack",
    historyLagMs: 900,
    isTooLate: true,
  },
];

/** What a crash left open is settled on a platform that makes it hard. */
export async function settling(size: number): Promise<Proof> {
  const each = Math.ceil(size / CASES.length);
  const zeros: Zero[] = [];
  const figures: Figure[] = [];
  for (const one of CASES) {
    const found = await settle(one, each);
    const what = `${one.name}, ${one.platform}`;
    if (one.isTooLate) {
      figures.push({ what: `${what}: repeated`, value: `${found.repeated} of ${each}`, ok: null });
    } else zeros.push({ what: `${what}: repeated`, times: found.repeated, of: each });
    if (one.isBlind) {
      figures.push({
        what: `${what}: counted as ambiguous`,
        value: `${found.ambiguous} of ${each}`,
        ok: found.ambiguous === each,
      });
    } else zeros.push({ what: `${what}: lost`, times: found.lost, of: each });
  }
  return {
    tried: `${each * CASES.length} posts left open by a crash, in ${CASES.length} ways`,
    zeros,
    figures,
  };
}

async function settle(one: Case, count: number) {
  const { platform, agoMs, historyLagMs, isBlind } = one;
  const { folder, remove } = tempFolder();
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  // The stand-in forgets a nonce at once where the case says that it is expired.
  const wire =
    platform === "discord"
      ? await startWireDiscord({ historyLagMs, ...(agoMs > 0 ? { nonceMs: 0 } : {}) })
      : await startWireSlack({ historyLagMs });
  const { transport, stop } = transportOf(platform, wire.api, {
    requestMs: 2_000,
    requestsPerSecond: 1_000,
  });
  const open = await leaveOpen(
    ledger,
    count,
    agoMs,
    (index) =>
      `${platform}:${isBlind ? blindChannel(platform, index) : channelOf(platform, index)}`,
  );
  for (const [index, delivery] of open.entries()) {
    const channel = delivery.channel.slice(platform.length + 1);
    if (index % 2 === 0) await transport.send({ ...delivery, channel });
  }
  // What was tried long ago is shown by now.
  if (agoMs > 0) await new Promise((resolve) => setTimeout(resolve, historyLagMs));
  await drain(loopOf(ledger, [transport], SETTLE_AFTER_MS), ledger, 60_000);
  const bodies = wire.posts.map(({ body }) => body);
  const { ambiguous } = await ledger.counts();
  const found = { ...countPosts(count, bodies), ambiguous };
  await stop();
  await wire.stop();
  await ledger.close();
  remove();
  return found;
}

function blindChannel(platform: Platform, index: number): string {
  return channelOf(platform, index).replace(/^92/, "93").replace(/^C1/, "C2");
}

/** Rows that a process took so long ago and never settled. */
async function leaveOpen(
  ledger: SqliteLedger,
  count: number,
  agoMs: number,
  channelAt: (index: number) => string,
): Promise<readonly Delivery[]> {
  const at = new Date(Date.now() - agoMs).toISOString();
  const open: Delivery[] = [];
  for (let index = 0; index < count; index++) {
    const channel = channelAt(index);
    const delivery = freshDelivery({ channel, key: keyOf(index), createdAt: at, dueAt: at });
    await ledger.enqueue(delivery);
    open.push(...(await ledger.claim(1, at, PLATFORMS)));
  }
  return open;
}
