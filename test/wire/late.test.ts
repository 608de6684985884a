import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  channelOf,
  drain,
  freshDelivery,
  keyOf,
  loopOf,
  type Platform,
  posts,
  tempFolder,
  transportOf,
} from "../chaos/world.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import type { WireCall, WireServer } from "../support/wire-server.ts";
import { startWireSlack } from "../support/wire-slack.ts";

const REQUEST_MS = 100;
const SETTLE_AFTER_MS = 600;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The first request for a post is given up, and taken up by the platform only then; how many posts there are in the end. */
async function postedWhen(
  platform: Platform,
  takenUp: (server: WireServer) => Promise<unknown>,
): Promise<number> {
  const { folder, remove } = tempFolder();
  ends.push(remove);
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  ends.push(() => ledger.close());
  let isFirst = true;
  const late: Promise<unknown>[] = [];
  const fault = (call: WireCall) => {
    if (!isFirst || !posts(platform, call.method, call.path)) return null;
    isFirst = false;
    const until = takenUp(wire.server);
    late.push(until);
    return { kind: "late" as const, until };
  };
  const wire =
    platform === "discord" ? await startWireDiscord({ fault }) : await startWireSlack({ fault });
  ends.push(() => wire.stop());
  const { transport, stop } = transportOf(platform, wire.api, {
    requestMs: REQUEST_MS,
    postsApartMs: 0,
  });
  ends.push(stop);
  const channel = `${platform}:${channelOf(platform, 1)}`;
  await ledger.enqueue(freshDelivery({ channel, key: keyOf(1) }));
  await drain(loopOf(ledger, [transport], SETTLE_AFTER_MS), ledger, 60_000);
  await Promise.all(late);
  return wire.posts.length;
}

/** Resolves with the second request for a post, before it is answered. */
function nextPost(platform: Platform, server: WireServer): Promise<unknown> {
  const first = server.calls.length;
  return server.waitFor(
    (call) => server.calls.indexOf(call) >= first && posts(platform, call.method, call.path),
  );
}

test("what Slack takes up after the request was given up, and within the settling wait, is posted once", async () => {
  expect(await postedWhen("slack", () => setTimeout(2 * REQUEST_MS))).toBe(1);
});

test("what Slack takes up only after it was looked for is posted twice: no client can tell", async () => {
  const looked = (server: WireServer): Promise<unknown> =>
    server.waitFor(({ path }) => path.endsWith("conversations.history"));
  expect(await postedWhen("slack", looked)).toBe(2);
});

test("what Discord takes up only with the next try is posted once, for both carry one nonce", async () => {
  expect(await postedWhen("discord", (server) => nextPost("discord", server))).toBe(1);
});
