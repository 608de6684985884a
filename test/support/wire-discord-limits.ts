import type { WireAnswer } from "./wire-server.ts";

/** What the stand-in takes: of a bot in all, and of posts to one channel. */
export type WireLimits = {
  readonly perSecond: number;
  readonly channelPosts: { readonly count: number; readonly windowMs: number };
};

/** Refuses what is too much, as the platform does: in every second, and per channel by its window. */
export function createWireLimiter(
  limits: WireLimits,
  now: () => number,
): {
  /** The refusal of a request; null: it is taken. */
  take(method: string, path: string): WireAnswer | null;
  /** What an answer says of a channel's window; nothing has been posted there: nothing. */
  headersOf(channel: string): Readonly<Record<string, string>>;
  limited(): number;
} {
  let recent: number[] = [];
  let limited = 0;
  const windows = new Map<string, { startMs: number; count: number }>();

  function refusal(afterMs: number, global: boolean): WireAnswer {
    limited += 1;
    const seconds = Math.max(afterMs, 1) / 1_000;
    const scope: Record<string, string> = global
      ? { "x-ratelimit-global": "true" }
      : { "x-ratelimit-limit": String(limits.channelPosts.count), "x-ratelimit-scope": "user" };
    return {
      status: 429,
      body: { message: "You are being rate limited.", retry_after: seconds, global },
      headers: { "retry-after": String(Math.ceil(seconds)), ...scope },
    };
  }

  function channelRefusal(channel: string, nowMs: number): WireAnswer | null {
    const { count, windowMs } = limits.channelPosts;
    const known = windows.get(channel);
    const open = known !== undefined && nowMs - known.startMs < windowMs ? known : null;
    if (open === null) {
      windows.set(channel, { startMs: nowMs, count: 1 });
      return null;
    }
    open.count += 1;
    return open.count > count ? refusal(open.startMs + windowMs - nowMs, false) : null;
  }

  return {
    take(method, path) {
      const nowMs = now();
      recent = recent.filter((atMs) => nowMs - atMs < 1_000);
      if (recent.length >= limits.perSecond)
        return refusal(1_000 - (nowMs - (recent[0] ?? 0)), true);
      recent.push(nowMs);
      const channel = /^\/channels\/(\d+)\/(?:messages|threads)$/.exec(path)?.[1];
      return method === "POST" && channel !== undefined ? channelRefusal(channel, nowMs) : null;
    },
    headersOf(channel) {
      const known = windows.get(channel);
      if (known === undefined) return {};
      const { count, windowMs } = limits.channelPosts;
      return {
        "x-ratelimit-limit": String(count),
        "x-ratelimit-remaining": String(Math.max(0, count - known.count)),
        "x-ratelimit-reset-after": String(Math.max(0, known.startMs + windowMs - now()) / 1_000),
        "x-ratelimit-bucket": "channel-posts",
      };
    },
    limited: () => limited,
  };
}
