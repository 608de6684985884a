import { afterEach, expect, test } from "vitest";
import { createDeliveryLoop } from "../../src/delivery/loop.ts";
import { pause } from "../../src/delivery/pause.ts";
import { initialState } from "../../src/digests/standing.ts";
import type { Layout } from "../../src/digests/subscription.ts";
import type { Item } from "../../src/feeds/item.ts";
import { createLog } from "../../src/log.ts";
import { planEdits } from "../../src/pipeline/growing.ts";
import { createIngester } from "../../src/pipeline/ingest.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import { channelOf, PLATFORMS, type Platform, tempFolder, transportOf } from "../chaos/world.ts";
import { subscriptionOf } from "../support/sim-news.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireSlack } from "../support/wire-slack.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const TEXT =
  "A dredger ran aground in the harbour of Bergen on Monday and blocked the main channel for nine hours, the port authority said.";

function itemOf(outlet: string, changes: Partial<Item> = {}): Item {
  return {
    guid: `from-${outlet}`,
    title: "Dredger blocks the harbour of Bergen",
    url: `https://${outlet}.example/dredger`,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: null,
    text: TEXT,
    categories: [],
    enclosures: [],
    source: outlet,
    agency: null,
    language: "en",
    ...changes,
  };
}

async function startWorld(platform: Platform, layout: Layout = "cards") {
  const { folder, remove } = tempFolder();
  ends.push(remove);
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  ends.push(() => ledger.close());
  const wire = platform === "discord" ? await startWireDiscord() : await startWireSlack();
  ends.push(() => wire.stop());
  const { transport, stop } = transportOf(platform, wire.api, {
    requestMs: 2_000,
    postsApartMs: 0,
  });
  ends.push(stop);
  let nowMs = Date.parse("2026-03-05T10:00:00.000Z");
  const now = (): string => new Date(nowMs).toISOString();
  const channel = `${platform}:${channelOf(platform, 1)}`;
  const wish = subscriptionOf({ channel, mode: "instant", layout, createdAt: now() });
  await ledger.saveSubscription(wish, initialState(wish, now()));
  const topic = {
    id: "ports",
    name: "Ports",
    about: "",
    query: "harbour",
    threshold: 1,
    where: null,
  };
  const live = createLiveTopics(ledger, [topic], []);
  const ingester = await createIngester({ ledger, live, posts: { publicUrl: null }, now });
  const loop = createDeliveryLoop({
    outbox: ledger,
    edits: ledger,
    transports: [transport],
    now,
    elapsedMs: () => nowMs,
    pause,
    log: createLog("silent", [], false),
    onSettled: () => undefined,
    onParked: () => undefined,
  });
  return {
    wire,
    async bring(...outlets: string[]) {
      for (const outlet of outlets) {
        const items = [itemOf(outlet)];
        await ingester.ingest({ feedId: outlet, items, baseline: false, state: () => null });
      }
      await planEdits({ ledger, now });
      nowMs += 60_000;
      await loop.tick();
    },
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

test.each(PLATFORMS)(
  "on %s a posted story that grows is edited in place and not posted again",
  async (platform) => {
    const { wire, bring } = await startWorld(platform);
    await bring("alpha");
    expect([wire.posts.length, wire.edits]).toEqual([1, 0]);
    expect(JSON.stringify(wire.posts[0]?.body)).not.toContain("gamma");
    await bring("beta", "gamma");
    expect([wire.posts.length, wire.edits]).toEqual([1, 1]);
    expect(JSON.stringify(wire.posts[0]?.body)).toContain("gamma");
    expect(wire.refused).toEqual([]);
  },
);

test.each(PLATFORMS)(
  "on %s a story that spikes is alerted once more, as an update",
  async (platform) => {
    const { wire, bring, pass } = await startWorld(platform);
    await bring("alpha");
    pass(3_600_000);
    await bring(...Array.from({ length: 12 }, (_, index) => `outlet${index}`));
    expect(wire.posts).toHaveLength(2);
    expect(JSON.stringify(wire.posts[1]?.body)).toContain("Ports: update");
  },
);

test.each(PLATFORMS)(
  "on %s a story that heads a thread grows there and in the card below",
  async (platform) => {
    const { wire, bring } = await startWorld(platform, "thread");
    await bring("alpha");
    expect([wire.posts.length, wire.edits]).toEqual([2, 0]);
    await bring("beta", "gamma");
    expect([wire.posts.length, wire.edits]).toEqual([2, 2]);
    for (const { body } of wire.posts) expect(JSON.stringify(body)).toContain("gamma");
    expect(JSON.stringify(wire.posts[1]?.body)).toMatch(/feedback s[0-9a-z]{10} irrelevant ports/);
    expect(wire.refused).toEqual([]);
  },
);
