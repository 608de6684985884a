import { afterEach, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  channelOf,
  drain,
  freshDelivery,
  keyOf,
  loopOf,
  type Platform,
  tempFolder,
  transportOf,
} from "../chaos/world.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireSlack } from "../support/wire-slack.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Brings posts to these places, in this order, through the platform's real transport. */
async function bring(
  platform: Platform,
  api: string,
  places: readonly string[],
  options: { readonly postsApartMs?: number } = {},
): Promise<void> {
  const { folder, remove } = tempFolder();
  ends.push(remove);
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  ends.push(() => ledger.close());
  const { transport, stop } = transportOf(platform, api, { requestMs: 5_000, ...options });
  ends.push(stop);
  for (const [index, place] of places.entries()) {
    await ledger.enqueue(freshDelivery({ channel: `${platform}:${place}`, key: keyOf(index) }));
  }
  await drain(loopOf(ledger, [transport], 1_000), ledger, 60_000);
}

test("many posts to one Discord channel keep to what its answers say: none is refused", async () => {
  const channelPosts = { count: 5, windowMs: 400 };
  const wire = await startWireDiscord({ limits: { perSecond: 50, channelPosts } });
  ends.push(() => wire.stop());
  await bring("discord", wire.api, Array(12).fill(channelOf("discord", 1)));
  expect(wire.posts.length).toBe(12);
  expect(wire.limited).toBe(0);
});

test("posts to one Slack channel and its threads are as far apart as Slack wants, others do not wait", async () => {
  const wire = await startWireSlack();
  ends.push(() => wire.stop());
  const channel = channelOf("slack", 1);
  const places = [channel, `${channel}/1700000000.000100`, channel, channelOf("slack", 2)];
  const postsApartMs = 200;
  await bring("slack", wire.api, places, { postsApartMs });
  const times = wire.posts.filter((post) => post.channel === channel).map(({ at }) => at);
  const apartMs = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(apartMs.length).toBe(2);
  // The stand-in's clock shows whole milliseconds.
  expect(Math.min(...apartMs)).toBeGreaterThanOrEqual(postsApartMs - 1);
  const other = wire.posts.findIndex((post) => post.channel !== channel);
  expect(other).toBeLessThan(2);
});

test("Slack takes a post a second in a channel", async () => {
  const { transport, stop } = transportOf("slack", "http://127.0.0.1:1/api/");
  ends.push(stop);
  expect(transport.postsApart?.ms).toBe(1_000);
});
