import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { sampleDelivery, sampleDigest } from "../support/chat-samples.ts";
import type { WireBotOptions } from "../support/wire-bot.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";
import { startWireSlack } from "../support/wire-slack.ts";

/** More than a test run has time for: WIRE_KILLS=1000. */
const KILLS = Number(process.env["WIRE_KILLS"] ?? 8);
const POSTS = KILLS * 6;
const CHANNELS = 5;
const BOT = join(import.meta.dirname, "../support/wire-bot.ts");

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The same numbers in every run. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** 22 of 100 answers go wrong, in every way there is. */
function faultOf(chance: number, limited: Fault): Fault | null {
  if (chance >= 0.22) return null;
  if (chance < 0.06) return limited;
  if (chance < 0.1) return { kind: "status", status: 500 };
  if (chance < 0.14) return { kind: "done-but-status", status: 502 };
  if (chance < 0.17) return { kind: "reset" };
  if (chance < 0.21) return { kind: "lost" };
  return { kind: "done-but-hang" };
}

/** Kills the bot at one of the points around a request, and now and then makes an answer go wrong. */
function createReaper(limited: Fault) {
  const chance = chanceOf(11);
  let bot: ChildProcess | null = null;
  let kills = 0;
  let seen = 0;
  const kill = (): void => {
    if (bot?.kill("SIGKILL")) kills += 1;
    bot = null;
  };
  return {
    watch(process: ChildProcess) {
      bot = process;
    },
    kills: () => kills,
    fault(call: WireCall, posts: boolean): Fault | null {
      if (!posts || call.method !== "POST") return null;
      seen += 1;
      const due = kills < KILLS && seen % 3 === 0;
      if (!due) return faultOf(chance(), limited);
      const point = kills % 3;
      if (point === 2) {
        // After the answer left: before, while or after it is noted.
        setTimeout(kill, Math.floor(chance() * 6));
        return null;
      }
      kill();
      return point === 0 ? { kind: "hang" } : { kind: "done-but-hang" };
    },
  };
}

async function filledFolder(platform: string, channelOf: (index: number) => string) {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-kill-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  const keys: string[] = [];
  for (let index = 0; index < POSTS; index++) {
    const key = `k${String(index).padStart(21, "0")}`;
    const channel = `${platform}:${channelOf(index % CHANNELS)}`;
    keys.push(key);
    const delivery = sampleDelivery({ channel, key, reply: sampleDigest(1 + (index % 3)) });
    await ledger.enqueue({ ...delivery, attempts: 0, attemptAt: null });
  }
  await ledger.close();
  return { folder, keys };
}

/** Starts the bot again and again until it ends by itself. */
async function runToEnd(options: WireBotOptions, watch: (bot: ChildProcess) => void) {
  for (;;) {
    const bot = spawn(process.execPath, [BOT, JSON.stringify(options)], { stdio: "inherit" });
    ends.push(() => bot.kill("SIGKILL"));
    watch(bot);
    const [code] = await once(bot, "exit");
    if (code === 0) return;
    if (code !== null) throw new Error(`the bot ended with ${code}`);
  }
}

/** How often each key was posted, for every key that was not posted exactly once. */
function strays(keys: readonly string[], posted: readonly string[]): readonly string[] {
  return keys
    .map((key) => `${key}: ${posted.filter((text) => text.includes(key)).length}`)
    .filter((text) => !text.endsWith(": 1"));
}

test("killed at any point around a request, Discord gets every post once", async () => {
  const reaper = createReaper({
    kind: "status",
    status: 429,
    body: { message: "slow down", retry_after: 0.3, global: false },
    headers: { "retry-after": "0.3", "x-ratelimit-limit": "5", "x-ratelimit-scope": "shared" },
  });
  const wire = await startWireDiscord({
    historyLagMs: 100,
    fault: (call) => reaper.fault(call, call.path.endsWith("/messages")),
  });
  ends.push(() => wire.stop());
  const channelOf = (index: number): string => `92${String(index).padStart(16, "0")}`;
  const { folder, keys } = await filledFolder("discord", channelOf);
  const options = { platform: "discord", api: wire.api, folder, settleAfterMs: 300 } as const;
  await runToEnd(options, reaper.watch);
  expect(reaper.kills()).toBe(KILLS);
  expect(
    strays(
      keys,
      wire.posts.map(({ body }) => JSON.stringify(body)),
    ),
  ).toEqual([]);
});

test("killed at any point around a request, Slack gets every post once", async () => {
  const reaper = createReaper({
    kind: "status",
    status: 429,
    body: { ok: false, error: "ratelimited" },
    headers: { "retry-after": "1" },
  });
  const wire = await startWireSlack({
    historyLagMs: 100,
    fault: (call) => reaper.fault(call, call.path.endsWith("chat.postMessage")),
  });
  ends.push(() => wire.stop());
  const { folder, keys } = await filledFolder("slack", (index) => `C1${index}`);
  const options = { platform: "slack", api: wire.api, folder, settleAfterMs: 300 } as const;
  await runToEnd(options, reaper.watch);
  expect(reaper.kills()).toBe(KILLS);
  expect(
    strays(
      keys,
      wire.posts.map(({ body }) => JSON.stringify(body)),
    ),
  ).toEqual([]);
});
