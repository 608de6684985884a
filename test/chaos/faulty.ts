import type { Delivery, Outcome, Transport } from "../../src/delivery/delivery.ts";
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
/** A starved stand-in takes up what was sent to it seconds later: the wait has to outlast that, as 10 s do elsewhere. */
const SETTLE_AFTER_MS = 3_000;
/** Waits are kept to the millisecond, this clock is finer. */
const CLOCKS_DIFFER_MS = 5;

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
  const chance = chanceOf(7);
  const fault = (call: WireCall): Fault | null =>
    posts(platform, call.method, call.path) ? faultOf(chance(), LIMITED[platform]) : null;
  const options = { historyLagMs: 100, fault };
  const wire =
    platform === "discord" ? await startWireDiscord(options) : await startWireSlack(options);
  const { transport, stop } = transportOf(platform, wire.api, { requestsPerSecond: 400 });
  const watch = watched(transport);
  await drain(loopOf(ledger, [watch.transport], SETTLE_AFTER_MS), ledger);
  const bodies = wire.posts.map(({ body }) => body);
  const found = { platform, ...countPosts(count, bodies), of: count, ...watch.counts() };
  await stop();
  await wire.stop();
  await ledger.close();
  remove();
  return found;
}

/** Watches whether a request leaves although an answer that was heard before asked to wait. */
function watched(transport: Transport) {
  const untilMs = new Map<string, number>();
  const counts = { early: 0, waits: 0, requests: 0 };
  const everywhere = "";
  const isEarly = (place: string): boolean => performance.now() < (untilMs.get(place) ?? 0);
  return {
    counts: () => counts,
    transport: {
      ...transport,
      async send(delivery: Delivery): Promise<Outcome> {
        counts.requests += 1;
        if (isEarly(everywhere) || isEarly(delivery.channel)) counts.early += 1;
        const outcome = await transport.send(delivery);
        if (outcome.kind === "retry" && outcome.afterMs !== null && outcome.scope !== "delivery") {
          counts.waits += 1;
          const place = outcome.scope === "platform" ? everywhere : delivery.channel;
          untilMs.set(place, performance.now() + outcome.afterMs - CLOCKS_DIFFER_MS);
        }
        return outcome;
      },
    },
  };
}
