import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { Transport } from "../../src/delivery/delivery.ts";
import { createDeliveryLoop } from "../../src/delivery/loop.ts";
import { pause } from "../../src/delivery/pause.ts";
import { createLog } from "../../src/log.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { keptInMemory, sampleCommander, seenInMemory } from "./chat-samples.ts";

/** What the delivering part of Sitrep is started with, as JSON in its first argument. */
export type WireBotOptions = {
  readonly platform: "discord" | "slack";
  readonly api: string;
  readonly folder: string;
  readonly settleAfterMs: number;
  /** Begins only when something comes on stdin. */
  readonly standby?: boolean;
};

/** Waits on stdin for the word to go, so that a process can be had ready. */
async function told(): Promise<void> {
  await once(process.stdin, "data");
  process.stdin.destroy();
}

/** Delivers what stands in a ledger, as a process of its own that can be killed; ends when nothing is open. */
async function main(options: WireBotOptions): Promise<void> {
  const { platform, api, folder, settleAfterMs } = options;
  const transport = await transportOf(platform, api);
  if (options.standby === true) await told();
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  const log = createLog("silent", [], false);
  const loop = createDeliveryLoop({
    outbox: ledger,
    transports: [transport],
    now: () => new Date().toISOString(),
    elapsedMs: () => performance.now(),
    pause,
    log,
    settleAfterMs,
    onSettled: () => undefined,
    onParked: () => undefined,
  });
  for (;;) {
    await loop.tick();
    const { pending, inflight } = await ledger.counts();
    if (pending + inflight === 0) break;
    await setTimeout(20);
  }
  await ledger.close();
  process.exit(0);
}

async function transportOf(platform: "discord" | "slack", api: string): Promise<Transport> {
  const shared = {
    apiUrl: api,
    commander: sampleCommander().commander,
    configured: { admins: [], editors: [] },
    log: createLog("silent", [], false),
    requestMs: 1_000,
  };
  if (platform === "discord") {
    const { createDiscord } = await import("../../src/chat/discord/discord.ts");
    const remembered = keptInMemory();
    return createDiscord({ ...shared, token: "wire-token", remembered }).transport;
  }
  const { createSlack } = await import("../../src/chat/slack/slack.ts");
  const seen = seenInMemory();
  const tokens = { botToken: "wire-token", appToken: null, signingSecret: null };
  // The stand-in takes posts as fast as they come.
  return createSlack({ ...shared, ...tokens, seen, postsApartMs: 0 }).transport;
}

await main(JSON.parse(process.argv[2] ?? "{}") as WireBotOptions);
