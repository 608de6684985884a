import { startWireDiscord } from "../support/wire-discord.ts";
import { type Proof, percentile } from "./proof.ts";
import { countPosts, drain, filledFolder, loopOf, posts, transportOf } from "./world.ts";

/** The platform's own limits, enforced in every second: 50 requests of a bot, 5 posts a channel in 5 s. */
const LIMITS = { perSecond: 50, channelPosts: { count: 5, windowMs: 5_000 } };
/** What a thousand channels may take, and so in proportion. */
const MS_PER_CHANNEL = 21;

/** One alert to so many channels at once. */
export async function fanout(size: number): Promise<Proof> {
  const { ledger, remove } = await filledFolder("discord", size, size);
  const wire = await startWireDiscord({ limits: LIMITS });
  const { transport, stop } = transportOf("discord", wire.api, { requestMs: 10_000 });
  const loop = loopOf(ledger, [transport], 10_000);
  const startedMs = performance.now();
  await drain(loop, ledger);
  const tookMs = Math.round(performance.now() - startedMs);
  const calls = wire.server.calls.filter(({ method, path }) => posts("discord", method, path));
  const counts = countPosts(
    size,
    wire.posts.map(({ body }) => body),
  );
  const limited = wire.limited;
  await stop();
  await wire.stop();
  await ledger.close();
  remove();
  const allowedMs = Math.max(size * MS_PER_CHANNEL, 1_000);
  return {
    tried: `one alert to ${size} channels at ${LIMITS.perSecond} requests a second`,
    zeros: [
      { what: "lost", times: counts.lost, of: size },
      { what: "repeated", times: counts.repeated, of: size },
      { what: "answered 429", times: limited, of: calls.length },
    ],
    figures: [
      {
        what: `ms until the last was posted (at most ${allowedMs})`,
        value: tookMs,
        ok: tookMs <= allowedMs,
      },
      { what: "most requests in any second", value: busiest(calls.map(({ at }) => at)), ok: null },
      {
        what: "median requests in a second",
        value: medianSecond(calls.map(({ at }) => at)),
        ok: null,
      },
    ],
  };
}

function perSecond(times: readonly number[]): readonly number[] {
  return times.map((from) => times.filter((at) => at >= from && at - from < 1_000).length);
}

function busiest(times: readonly number[]): number {
  return Math.max(0, ...perSecond(times));
}

function medianSecond(times: readonly number[]): number {
  return percentile(perSecond(times), 0.5);
}
