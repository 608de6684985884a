import { afterEach, expect, test } from "vitest";
import { createDiscord } from "../../src/chat/discord/discord.ts";
import { createDeliveryLoop } from "../../src/delivery/loop.ts";
import { pause } from "../../src/delivery/pause.ts";
import { initialState } from "../../src/digests/standing.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { freshDelivery, tempFolder } from "../chaos/world.ts";
import { keptInMemory, keptLog, sampleCommander } from "../support/chat-samples.ts";
import { subscriptionOf } from "../support/sim-news.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { GUILD_ID, guildObject, TEXT_CHANNEL } from "../support/wire-discord-gateway.ts";
import type { Fault } from "../support/wire-server.ts";

const CHANNEL = `discord:${TEXT_CHANNEL}`;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A connected Discord with a ledger that holds one subscription and one post that waits. */
async function opened() {
  let fault: Fault | null = null;
  const wire = await startWireDiscord({
    fault: ({ method, path }) => (method === "POST" && path.endsWith("/messages") ? fault : null),
  });
  ends.push(() => wire.stop());
  const { log } = keptLog();
  const discord = createDiscord({
    token: "wire-token",
    apiUrl: wire.api,
    commander: sampleCommander().commander,
    configured: { admins: [], editors: [] },
    remembered: keptInMemory(),
    log,
  });
  ends.push(() => discord.stop());
  await discord.start();
  const { folder, remove } = tempFolder();
  ends.push(remove);
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  ends.push(() => ledger.close());
  const at = new Date().toISOString();
  const wish = subscriptionOf({ channel: CHANNEL, createdAt: at });
  await ledger.saveSubscription(wish, initialState(wish, at));
  await ledger.enqueue(freshDelivery({ channel: CHANNEL }));
  const parked: string[] = [];
  const loop = createDeliveryLoop({
    outbox: ledger,
    transports: [discord.transport],
    now: () => new Date().toISOString(),
    elapsedMs: () => performance.now(),
    pause,
    log,
    settleAfterMs: 200,
    onSettled: () => undefined,
    onParked: (_, reason) => void parked.push(reason),
  });
  return {
    wire,
    discord,
    ledger,
    loop,
    parked,
    fail: (next: Fault | null) => {
      fault = next;
    },
    subscriptions: async () => (await ledger.subscriptions(null)).length,
    /** Ticks until something is posted. */
    posted: async () => {
      while (wire.posts.length === 0) {
        await loop.tick();
        await pause(20, new AbortController().signal);
      }
      await loop.tick();
      return wire.posts.length;
    },
  };
}

test("while a server has an outage its subscriptions stay and its posts wait, then go once", async () => {
  const { wire, discord, ledger, loop, parked, fail, subscriptions, posted } = await opened();
  fail({ kind: "status", status: 503 });
  wire.dispatch("GUILD_DELETE", { id: GUILD_ID, unavailable: true });
  await loop.tick();
  const { pending, inflight, gone } = await ledger.counts();
  expect([wire.posts.length, pending + inflight, gone, parked]).toEqual([0, 1, 0, []]);
  expect([await subscriptions(), discord.isReady()]).toEqual([1, true]);
  wire.dispatch("GUILD_CREATE", guildObject());
  fail(null);
  expect(await posted()).toBe(1);
  expect(await ledger.counts()).toMatchObject({ sent: 1, pending: 0, inflight: 0, gone: 0 });
});

test("a server that put Sitrep out parks its channel; let in again, it gets what waited, once", async () => {
  const { wire, ledger, loop, parked, fail, subscriptions, posted } = await opened();
  fail({ kind: "status", status: 403, body: { code: 50001, message: "Missing Access" } });
  wire.dispatch("GUILD_DELETE", { id: GUILD_ID });
  await loop.tick();
  await loop.tick();
  expect(parked).toEqual(["Discord answered 403: Missing Access (50001)"]);
  expect(wire.server.calls.filter(({ path }) => path.endsWith("/messages"))).toHaveLength(1);
  expect(await ledger.counts()).toMatchObject({ sent: 0, pending: 1, gone: 0 });
  expect(await subscriptions()).toBe(1);
  wire.dispatch("GUILD_CREATE", guildObject());
  fail(null);
  await ledger.releaseChannel(CHANNEL);
  expect(await posted()).toBe(1);
});
