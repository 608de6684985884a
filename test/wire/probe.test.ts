import { afterEach, expect, test } from "vitest";
import { probe } from "../../src/upkeep/probe.ts";
import { channelOf, type Platform, transportOf } from "../chaos/world.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireSlack } from "../support/wire-slack.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Probes a stand-in whose time passes only while the probe waits. */
async function probed(platform: Platform, options: { nonceMs?: number; historyLagMs?: number }) {
  let nowMs = Date.parse("2026-03-05T10:00:00.000Z");
  const now = (): number => nowMs;
  const wire =
    platform === "discord"
      ? await startWireDiscord({ ...options, now })
      : await startWireSlack({ ...options, now });
  ends.push(() => wire.stop());
  const { transport, stop } = transportOf(platform, wire.api, {
    requestMs: 5_000,
    requestsPerSecond: 10_000,
  });
  ends.push(stop);
  const findings = await probe({
    transport,
    channel: `${platform}:${channelOf(platform, 1)}`,
    now: () => new Date(nowMs).toISOString(),
    wait: async (ms) => {
      nowMs += ms;
    },
    talk: () => undefined,
  });
  return findings.map(({ ok, text }) => `${ok}: ${text}`);
}

test("the probe tells how long a key keeps a post from being made twice, and how soon it is shown", async () => {
  expect(await probed("discord", { nonceMs: 330_000, historyLagMs: 600 })).toEqual([
    "true: at least 5 min; Sitrep relies on 1 min",
    "true: 10 of 10 found, the slowest after 750 ms; Sitrep relies on 10000 ms",
  ]);
});

test("the probe asks for a report where less holds than is relied on", async () => {
  const [window] = await probed("discord", { nonceMs: 30_000 });
  expect(window).toBe("false: at least 0 min; Sitrep relies on 1 min: please report this");
});

test("where keys are not known, only reading back is probed", async () => {
  expect(await probed("slack", { historyLagMs: 12_000 })).toEqual([
    "false: 10 of 10 found, the slowest after 12000 ms; Sitrep relies on 10000 ms: please report this",
  ]);
});
