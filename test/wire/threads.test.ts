import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Delivery } from "../../src/delivery/delivery.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  channelOf,
  freshDelivery,
  loopOf,
  PLATFORMS,
  type Platform,
  tempFolder,
  transportOf,
} from "../chaos/world.ts";
import { sampleCard, sampleDelivery, sampleDigest } from "../support/chat-samples.ts";
import type { WireBotOptions } from "../support/wire-bot.ts";
import { startWireDiscord, type WireDiscord } from "../support/wire-discord.ts";
import { FORUM_CHANNEL, THREAD_CHANNEL } from "../support/wire-discord-gateway.ts";
import { markdownOf } from "../support/wire-discord-rules.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";
import { startWireSlack, type WireSlack } from "../support/wire-slack.ts";
import { mrkdwnOf } from "../support/wire-slack-rules.ts";

const BOT = join(import.meta.dirname, "../support/wire-bot.ts");
const SETTLE_AFTER_MS = 300;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type World = Awaited<ReturnType<typeof opened>>;

/** A platform, a ledger, and what goes wrong with the n-th request that would post or start a thread. */
async function opened(platform: Platform, faults: Readonly<Record<number, Fault>> = {}) {
  let count = 0;
  const seen: (() => void)[] = [];
  const fault = (call: WireCall): Fault | null => {
    if (call.method !== "POST" || !/(\/messages|\/threads|chat\.postMessage)$/.test(call.path)) {
      return null;
    }
    count += 1;
    const found = faults[count] ?? null;
    if (found !== null) for (const tell of seen.splice(0)) tell();
    return found;
  };
  const discord = platform === "discord" ? await startWireDiscord({ fault }) : null;
  const slack = platform === "slack" ? await startWireSlack({ fault }) : null;
  const wire = discord ?? slack;
  if (wire === null) throw new Error("no platform");
  ends.push(() => wire.stop());
  const { folder, remove } = tempFolder();
  ends.push(remove);
  return {
    platform,
    api: wire.api,
    folder,
    discord,
    slack,
    refused: wire.refused,
    failed: () => new Promise<void>((resolve) => seen.push(resolve)),
  };
}

async function enqueued(world: World, fields: Partial<Delivery> = {}): Promise<void> {
  const ledger = await openSqliteLedger({ folder: world.folder, exclusive: false });
  const channel = `${world.platform}:${channelOf(world.platform, 1)}`;
  const reply = { ...sampleDigest(3), layout: "thread" } as const;
  await ledger.enqueue(freshDelivery({ channel, reply, ...fields }));
  await ledger.close();
}

/** Delivers until nothing is open. */
async function delivered(world: World): Promise<void> {
  const ledger = await openSqliteLedger({ folder: world.folder, exclusive: false });
  const { transport, stop } = transportOf(world.platform, world.api, { postsApartMs: 0 });
  const loop = loopOf(ledger, [transport], SETTLE_AFTER_MS);
  for (;;) {
    await loop.tick();
    const { pending, inflight } = await ledger.counts();
    if (pending + inflight === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  await ledger.close();
}

/** What the channel shows, and what the thread under its first post shows. */
function shown(world: World): { readonly channel: string[]; readonly thread: string[] } {
  if (world.discord !== null) return shownOnDiscord(world.discord);
  return world.slack === null ? { channel: [], thread: [] } : shownOnSlack(world.slack);
}

function shownOnDiscord({ posts }: WireDiscord) {
  const text = (of: string | undefined): string[] =>
    posts.filter(({ channel }) => channel === of).map(({ body }) => markdownOf(body["components"]));
  const [head] = posts;
  return { channel: text(head?.channel), thread: text(head?.id) };
}

function shownOnSlack({ posts }: WireSlack) {
  const text = (of: string | null | undefined): string[] =>
    posts.filter(({ thread }) => thread === of).map(({ body }) => mrkdwnOf(body["blocks"]));
  return { channel: text(null), thread: text(posts[0]?.ts) };
}

/** The headlines of one post. */
function headlines(text: string): string[] {
  return text.match(/Story number \d/g) ?? [];
}

function expectWhole(world: World): void {
  const { channel, thread } = shown(world);
  expect(channel.map(headlines)).toEqual([["Story number 1", "Story number 2", "Story number 3"]]);
  expect(thread.map(headlines)).toEqual([
    ["Story number 1"],
    ["Story number 2"],
    ["Story number 3"],
  ]);
  expect(world.refused).toEqual([]);
}

test.each(PLATFORMS)("on %s a digest heads a thread that holds its cards", async (platform) => {
  const world = await opened(platform);
  await enqueued(world);
  await delivered(world);
  expectWhole(world);
  const { channel, thread } = shown(world);
  expect(channel[0]).not.toContain("Both sides returned to the table");
  expect(thread.every((text) => text.includes("Both sides returned to the table"))).toBe(true);
  expect([...(world.discord?.threads.values() ?? ["Venezuela talks"])]).toEqual([
    "Venezuela talks",
  ]);
});

test("a digest and all of its thread ring no device on Discord, and are components v2", async () => {
  const world = await opened("discord");
  await enqueued(world);
  await delivered(world);
  const flags = world.discord?.posts.map(({ body }) => body["flags"]);
  expect(flags).toEqual(Array.from({ length: 4 }, () => (1 << 15) | (1 << 12)));
  expect(world.refused).toEqual([]);
});

test.each(PLATFORMS)("on %s every card in a thread has its own buttons", async (platform) => {
  const world = await opened(platform);
  await enqueued(world);
  await delivered(world);
  const posts = world.discord?.posts ?? world.slack?.posts ?? [];
  const last = JSON.stringify(posts.at(-1)?.body);
  for (const line of [
    "feedback s0000000002 relevant",
    "why s0000000002",
    "mute story s0000000002",
  ]) {
    expect(last).toContain(`/sitrep ${line}`);
  }
});

test.each(PLATFORMS)(
  "on %s an alert heads a thread too, called by its headline",
  async (platform) => {
    const world = await opened(platform);
    const story = {
      kind: "story",
      card: sampleCard({ headline: "Talks resume in Oslo" }),
    } as const;
    const heading = { kind: "heading", text: "Venezuela talks" } as const;
    const reply = { blocks: [heading, story], ephemeral: false, layout: "thread" } as const;
    await enqueued(world, { kind: "alert", reply });
    await delivered(world);
    const { channel, thread } = shown(world);
    expect([channel.length, thread.length]).toEqual([1, 1]);
    expect([...(world.discord?.threads.values() ?? ["Talks resume in Oslo"])]).toEqual([
      "Talks resume in Oslo",
    ]);
    if (world.discord === null) return;
    // The head rings, the card under it does not.
    expect(world.discord.posts.map(({ body }) => Number(body["flags"]) & (1 << 12))).toEqual([
      0,
      1 << 12,
    ]);
  },
);

test.each(PLATFORMS)(
  "on %s nothing is lost or doubled whichever request of a thread fails",
  async (platform) => {
    const failures = [1, 2, 3, 4].flatMap((request) =>
      (["lost", "reset"] as const).map((kind) => ({ [request]: { kind } })),
    );
    const worlds = await Promise.all(failures.map((faults) => opened(platform, faults)));
    await Promise.all(
      worlds.map(async (world) => {
        await enqueued(world);
        await delivered(world);
      }),
    );
    for (const world of worlds) expectWhole(world);
  },
);

test.each(PLATFORMS)(
  "on %s a process killed anywhere between head and cards is taken over from",
  async (platform) => {
    const kills = [1, 2, 3].map((request) => ({ [request]: { kind: "done-but-hang" } as const }));
    const worlds = await Promise.all(kills.map((faults) => opened(platform, faults)));
    await Promise.all(
      worlds.map(async (world) => {
        await enqueued(world);
        const failed = world.failed();
        const bot = startBot(world);
        await failed;
        bot.kill("SIGKILL");
        await once(bot, "exit");
        await delivered(world);
      }),
    );
    for (const world of worlds) expectWhole(world);
  },
);

test("in a thread of Discord's, which has no threads, the cards follow their head", async () => {
  const world = await opened("discord");
  await enqueued(world, { channel: `discord:${THREAD_CHANNEL}` });
  await delivered(world);
  const { channel, thread } = shown(world);
  expect([channel.length, thread.length]).toEqual([4, 0]);
});

test("in a forum the cards follow in the post, which is a thread by itself", async () => {
  const world = await opened("discord");
  await enqueued(world, { channel: `discord:${FORUM_CHANNEL}` });
  await delivered(world);
  expect(world.discord?.threads.size).toBe(0);
  const places = new Set(world.discord?.posts.map(({ channel }) => channel));
  expect([world.discord?.posts.length, places.size]).toEqual([4, 1]);
});

test("a process that does not know a forum from a channel finds that its post is a thread", async () => {
  const world = await opened("discord");
  await enqueued(world, { channel: `discord:${FORUM_CHANNEL}` });
  await delivered(world);
  const head = world.discord?.posts[0]?.id ?? "";
  const { transport, stop } = transportOf("discord", world.api);
  ends.push(stop);
  const late = sampleDelivery({
    channel: `${FORUM_CHANNEL}/${head}`,
    key: "late0key0late0key0late",
  });
  expect((await transport.send(late)).kind).toBe("sent");
  expect(world.discord?.posts.at(-1)?.channel).toBe(head);
  expect((await transport.find(late)).kind).toBe("found");
});

test("cards whose head was deleted are given up, and its channel goes on", async () => {
  const world = await opened("discord");
  const { transport, stop } = transportOf("discord", world.api);
  ends.push(stop);
  const card = sampleDelivery({ channel: `${channelOf("discord", 1)}/900000000000000777` });
  expect(await transport.send(card)).toMatchObject({ kind: "gone", park: false });
  expect(world.discord?.posts).toEqual([]);
});

test("a server with too many open threads keeps the cards waiting, none is given up", async () => {
  const tooMany = { code: 160_006, message: "Maximum number of active threads reached" };
  const world = await opened("discord", { 2: { kind: "status", status: 400, body: tooMany } });
  await enqueued(world);
  const ledger = await openSqliteLedger({ folder: world.folder, exclusive: false });
  const { transport, stop } = transportOf("discord", world.api);
  await loopOf(ledger, [transport], SETTLE_AFTER_MS).tick();
  await stop();
  expect(await ledger.counts()).toMatchObject({ sent: 1, gone: 0, pending: 3 });
  await ledger.close();
});

function startBot({ platform, api, folder }: World): ChildProcess {
  const options: WireBotOptions = { platform, api, folder, settleAfterMs: SETTLE_AFTER_MS };
  const bot = spawn(process.execPath, [BOT, JSON.stringify(options)], { stdio: "inherit" });
  ends.push(() => bot.kill("SIGKILL"));
  return bot;
}
