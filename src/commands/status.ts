import { answer, facts, heading, notice } from "./answers.ts";
import type { Command } from "./command.ts";
import { type FeedHealth, feedHealth, feedName, type PolledFeed } from "./feed-health.ts";
import type { Block } from "./reply.ts";
import { agoText, countText, listText } from "./words.ts";

/** Deliveries that wait longer than this are worth a word. */
const WAITING_LONG_MS = 5 * 60_000;

export const statusCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "status",
    about: "Whether everything runs: feeds, archive, deliveries",
    level: "viewer",
    options: [],
  },
  async run({ ports, caller, now }) {
    const [feeds, counts, held] = await Promise.all([
      ports.archive.feeds(),
      ports.archive.counts(),
      ports.archive.subscriptions(caller.tenant),
    ]);
    const own = held.filter(({ subscription }) => subscription.tenant === caller.tenant);
    const nextDueAt = own
      .filter(({ subscription }) => !subscription.paused)
      .flatMap(({ state }) => state.dueAt ?? [])
      .sort()[0];
    const lastPollAt = feeds
      .flatMap(({ state }) => state?.lastPollAt ?? [])
      .sort()
      .at(-1);
    const waiting = counts.pending + counts.inflight;
    const oldest = counts.oldestPendingAt;
    return answer([
      heading("Status"),
      ...warnings(feeds, oldest, now),
      facts(
        ["Last poll", lastPollAt === undefined ? "none yet" : agoText(lastPollAt, now)],
        ["Feeds", feedSums(feeds, now)],
        [
          "Archive",
          `${countText(counts.items, "item")} in ${countText(counts.stories, "story", "stories")}`,
        ],
        ["Topics", String(ports.topics.list().length)],
        ["Subscriptions here", String(own.length)],
        ["Next digest here", nextDueAt === undefined ? "none" : agoText(nextDueAt, now)],
        ["Deliveries waiting", waitingText(waiting, oldest, now)],
        ["Deliveries sent", counts.sent.toLocaleString("en-US")],
        ["Deliveries given up", counts.gone.toLocaleString("en-US")],
        ["Deliveries that cannot be known", counts.ambiguous.toLocaleString("en-US")],
      ),
    ]);
  },
};

function waitingText(waiting: number, oldest: string | null, now: string): string {
  if (waiting === 0) return "none";
  return oldest === null ? String(waiting) : `${waiting}, the oldest since ${agoText(oldest, now)}`;
}

/** `12 ok, 1 late, 2 failing` in this order; states that no feed is in are left out. */
export function feedSums(feeds: readonly PolledFeed[], now: string): string {
  if (feeds.length === 0) return "none";
  const states: readonly FeedHealth[] = ["ok", "new", "late", "failing", "silent", "paused"];
  return states
    .map((state) => ({
      state,
      count: feeds.filter((feed) => feedHealth(feed, now) === state).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(", ");
}

function warnings(
  feeds: readonly PolledFeed[],
  oldestPendingAt: string | null,
  now: string,
): readonly Block[] {
  const failing = feeds.filter((feed) => feedHealth(feed, now) === "failing").map(feedName);
  const late =
    oldestPendingAt !== null && Date.parse(now) - Date.parse(oldestPendingAt) > WAITING_LONG_MS;
  return [
    ...(failing.length > 0 ? [notice("warning", `Failing: ${listText(failing, 5)}.`)] : []),
    ...(late ? [notice("warning", "Deliveries are waiting longer than they should.")] : []),
  ];
}
