import { startWireDiscord } from "../support/wire-discord.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";
import { startWireSlack } from "../support/wire-slack.ts";
import type { Proof } from "./proof.ts";
import {
  chanceOf,
  countPosts,
  drain,
  faultOf,
  filledFolder,
  LIMITED,
  loopOf,
  PLATFORMS,
  type Platform,
  posts,
  transportOf,
} from "./world.ts";

const CHANNELS = 100;
const SETTLE_AFTER_MS = 300;
/** An answer needs as long until it is heard: a request that left before then knew nothing of it. */
const HEARD_AFTER_MS = 50;

/** 22 of 100 answers go wrong, for as long as it takes; nothing is killed. */
export async function faulty(size: number): Promise<Proof> {
  const found = [];
  for (const platform of PLATFORMS) found.push(await faultyOn(platform, Math.ceil(size / 2)));
  return {
    tried: `${size} posts, half on each platform, 22 % faulty answers`,
    zeros: found.flatMap(({ platform, lost, repeated, early, of, waits }) => [
      { what: `lost on ${platform}`, times: lost, of },
      { what: `repeated on ${platform}`, times: repeated, of },
      { what: `requests inside a Retry-After on ${platform}`, times: early, of: waits },
    ]),
    figures: found.map(({ platform, requests }) => ({
      what: `requests on ${platform}`,
      value: requests,
      ok: null,
    })),
  };
}

async function faultyOn(platform: Platform, count: number) {
  const { ledger, remove } = await filledFolder(platform, count, CHANNELS);
  const watch = createWatch(platform);
  const options = { historyLagMs: 100, fault: watch.fault };
  const wire =
    platform === "discord" ? await startWireDiscord(options) : await startWireSlack(options);
  const { transport, stop } = transportOf(platform, wire.api, { requestsPerSecond: 400 });
  await drain(loopOf(ledger, [transport], SETTLE_AFTER_MS), ledger);
  const bodies = wire.posts.map(({ body }) => body);
  const found = { platform, ...countPosts(count, bodies), of: count, ...watch.counts() };
  await stop();
  await wire.stop();
  await ledger.close();
  remove();
  return found;
}

/** Makes answers go wrong, and watches whether what asks to wait is heard. */
function createWatch(platform: Platform) {
  const chance = chanceOf(7);
  const waits = new Map<string, { readonly heardMs: number; readonly untilMs: number }>();
  const counts = { early: 0, waits: 0, requests: 0 };
  const placeOf = (call: WireCall): string => (platform === "discord" ? call.path : "all");
  return {
    counts: () => counts,
    fault(call: WireCall): Fault | null {
      if (!posts(platform, call.method, call.path)) return null;
      const nowMs = performance.now();
      counts.requests += 1;
      const wait = waits.get(placeOf(call));
      if (wait !== undefined && nowMs > wait.heardMs && nowMs < wait.untilMs) counts.early += 1;
      const fault = faultOf(chance(), LIMITED[platform]);
      if (fault === LIMITED[platform]) {
        counts.waits += 1;
        const untilMs = nowMs + (platform === "discord" ? 300 : 1_000) - 5;
        waits.set(placeOf(call), { heardMs: nowMs + HEARD_AFTER_MS, untilMs });
      }
      return fault;
    },
  };
}
