import { SEED_FEED_ID } from "../feeds/feed.ts";
import type { Instant } from "../feeds/item.ts";
import type { KnownFeed } from "./ports.ts";
import { agoText, DAY_MS, MINUTE_MS } from "./words.ts";

/** A feed with what is known of polling it. */
export type PolledFeed = KnownFeed;

/** How a feed does. late: its poll is overdue; silent: it answers, but has had nothing new for longer than its rhythm tells, or for weeks. */
export type FeedHealth = "ok" | "new" | "late" | "failing" | "silent" | "paused";

/** So long after its due time a poll is late: one may take a while, and many may wait. */
const LATE_AFTER_MS = 10 * MINUTE_MS;
const SILENT_AFTER_MS = 21 * DAY_MS;

export function feedHealth(feed: PolledFeed, now: Instant): FeedHealth {
  const { state } = feed;
  if (state?.paused === true) return "paused";
  // The seed corpus is read on start and never polled.
  if (feed.id === SEED_FEED_ID) return "ok";
  if (state === null || state.lastPollAt === null) return "new";
  if (state.failures > 0) return "failing";
  if (Date.parse(now) - Date.parse(state.nextPollAt) > LATE_AFTER_MS) return "late";
  // Polls say it where a feed's own rhythm is known.
  if (state.problem !== null) return "silent";
  const lastNewAt = state.lastNewAt ?? state.lastOkAt;
  if (lastNewAt !== null && Date.parse(now) - Date.parse(lastNewAt) > SILENT_AFTER_MS) {
    return "silent";
  }
  return "ok";
}

/** What to call a feed: its name, its own title, its site. */
export function feedName(feed: PolledFeed): string {
  if (feed.id === SEED_FEED_ID) return feed.name ?? "Seed corpus";
  return feed.name ?? feed.state?.title ?? hostOf(feed.url);
}

/** The host without `www.`; the text itself when it is no address. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, "") : url;
}

/** One sentence on how a feed does. */
export function healthText(feed: PolledFeed, now: Instant): string {
  const health = feedHealth(feed, now);
  const { state } = feed;
  switch (health) {
    case "new":
      return "not read yet";
    case "paused":
      return state !== null && state.failures > 0
        ? `given up: ${state.problem ?? "no reason is known"}`
        : "paused";
    case "failing": {
      const since = state?.lastOkAt ?? null;
      const good = since === null ? "never read well" : `last read well ${agoText(since, now)}`;
      return `failing: ${state?.problem ?? "no reason is known"} (${good})`;
    }
    case "late":
      return `late: was due ${agoText(state?.nextPollAt ?? now, now)}`;
    case "silent":
      return `silent: nothing new since ${agoText(state?.lastNewAt ?? state?.lastOkAt ?? now, now)}`;
    case "ok":
      return state?.lastOkAt ? `ok, read ${agoText(state.lastOkAt, now)}` : "ok";
  }
}
