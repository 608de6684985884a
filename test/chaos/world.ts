import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDiscord } from "../../src/chat/discord/discord.ts";
import { createSlack } from "../../src/chat/slack/slack.ts";
import type { Delivery, Transport } from "../../src/delivery/delivery.ts";
import { createDeliveryLoop, type DeliveryLoop } from "../../src/delivery/loop.ts";
import { pause } from "../../src/delivery/pause.ts";
import type { Outbox } from "../../src/delivery/ports.ts";
import { createLog } from "../../src/log.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  keptInMemory,
  sampleCommander,
  sampleDelivery,
  sampleDigest,
  seenInMemory,
} from "../support/chat-samples.ts";
import { type Fault, record } from "../support/wire-server.ts";

export const PLATFORMS = ["discord", "slack"] as const;
export type Platform = (typeof PLATFORMS)[number];

export const TOKEN = "wire-token";

/** The same numbers in every run. */
export function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** 22 of 100 answers go wrong, in every way there is. */
export function faultOf(chance: number, limited: Fault): Fault | null {
  if (chance >= 0.22) return null;
  if (chance < 0.06) return limited;
  if (chance < 0.1) return { kind: "status", status: 500 };
  if (chance < 0.14) return { kind: "done-but-status", status: 502 };
  if (chance < 0.17) return { kind: "reset" };
  if (chance < 0.21) return { kind: "lost" };
  return { kind: "done-but-hang" };
}

/** How each platform says: wait. Discord for 300 ms in a channel, Slack for a second in all. */
export const LIMITED: Readonly<Record<Platform, Fault>> = {
  discord: {
    kind: "status",
    status: 429,
    body: { message: "slow down", retry_after: 0.3, global: false },
    headers: { "retry-after": "0.3", "x-ratelimit-limit": "5", "x-ratelimit-scope": "shared" },
  },
  slack: {
    kind: "status",
    status: 429,
    body: { ok: false, error: "ratelimited" },
    headers: { "retry-after": "1" },
  },
};

/** Whether a request would post. */
export function posts(platform: Platform, method: string, path: string): boolean {
  if (method !== "POST") return false;
  return platform === "discord" ? path.endsWith("/messages") : path.endsWith("chat.postMessage");
}

/** A channel that the stand-in has, without its platform. */
export function channelOf(platform: Platform, index: number): string {
  return platform === "discord" ? `92${String(index).padStart(16, "0")}` : `C1${index}`;
}

export function keyOf(index: number): string {
  return `k${String(index).padStart(21, "0")}`;
}

/** The key that a post carries, if any. */
export function keyIn(body: unknown): string | null {
  return /k\d{21}/.exec(JSON.stringify(record(body)))?.[0] ?? null;
}

/** A folder that is removed when the process ends its work with it. */
export function tempFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-chaos-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A delivery that was not tried yet. */
export function freshDelivery(fields: Partial<Delivery> & { readonly channel: string }): Delivery {
  return { ...sampleDelivery(fields), attempts: 0, attemptAt: null };
}

/** A ledger in which so many posts wait, in so many channels. */
export async function filledFolder(platform: Platform, count: number, channels: number) {
  const { folder, remove } = tempFolder();
  const ledger = await openSqliteLedger({ folder, exclusive: true });
  for (let index = 0; index < count; index++) {
    const channel = `${platform}:${channelOf(platform, index % channels)}`;
    const reply = sampleDigest(1 + (index % 3));
    await ledger.enqueue(freshDelivery({ channel, key: keyOf(index), reply }));
  }
  return { folder, remove, ledger };
}

/** How often posts are missing and how often they are there again. */
export function countPosts(
  count: number,
  bodies: readonly unknown[],
): { readonly lost: number; readonly repeated: number } {
  const copies = new Map<string, number>();
  for (const body of bodies) {
    const key = keyIn(body) ?? "none";
    copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  let lost = 0;
  for (let index = 0; index < count; index++) if (!copies.has(keyOf(index))) lost += 1;
  const repeated = [...copies.values()].reduce((sum, times) => sum + times - 1, 0);
  return { lost, repeated };
}

/** The platform's real transport against a stand-in. */
export function transportOf(
  platform: Platform,
  api: string,
  options: {
    readonly requestMs?: number;
    readonly requestsPerSecond?: number;
    readonly postsApartMs?: number;
  } = {},
): { readonly transport: Transport; stop(): Promise<void> } {
  const shared = {
    apiUrl: api,
    commander: sampleCommander().commander,
    configured: { admins: [], editors: [] },
    log: createLog("silent", [], false),
    requestMs: 1_000,
    ...options,
  };
  if (platform === "discord") {
    return createDiscord({ ...shared, token: TOKEN, remembered: keptInMemory() });
  }
  const tokens = { botToken: TOKEN, appToken: null, signingSecret: null };
  return createSlack({ ...shared, ...tokens, seen: seenInMemory() });
}

/** A delivery loop over a ledger and transports, on the real clock. */
export function loopOf(
  outbox: Outbox,
  transports: readonly Transport[],
  settleAfterMs: number,
): DeliveryLoop {
  return createDeliveryLoop({
    outbox,
    transports,
    now: () => new Date().toISOString(),
    elapsedMs: () => performance.now(),
    pause,
    log: createLog("silent", [], false),
    settleAfterMs,
    onSettled: () => undefined,
    onParked: () => undefined,
  });
}

/** Ticks until nothing is open, or for so long. */
export async function drain(
  loop: DeliveryLoop,
  ledger: Pick<SqliteLedger, "counts">,
  msMax = 600_000,
): Promise<void> {
  const endMs = performance.now() + msMax;
  while (performance.now() < endMs) {
    await loop.tick();
    const { pending, inflight } = await ledger.counts();
    if (pending + inflight === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
