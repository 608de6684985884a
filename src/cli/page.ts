import { listen } from "../chat/web/listen.ts";
import type { WebMount } from "../chat/web/ports.ts";
import { createWebApp } from "../chat/web/server.ts";
import { isLoopback } from "../config.ts";
import type { Delivery, Edit } from "../delivery/delivery.ts";
import type { Metrics } from "../pipeline/metrics.ts";
import type { Sitrep } from "../wiring.ts";
import { LOCAL } from "./ask.ts";
import type { Terminal } from "./terminal.ts";

/** The page while it is open. */
export type Page = {
  readonly url: string;
  /** A post was settled: open pages show it at once. */
  announce(delivery: Delivery): void;
  /** A post was edited: open pages show that. */
  announceEdit(edit: Edit): void;
  close(): Promise<void>;
};

const FEED_STORIES_MAX = 50;
const FEED_DAYS = 30;
const DAY_MS = 86_400_000;

/** Opens the one server; null, with the reason on stderr, when it cannot listen. */
export async function openPage(
  terminal: Terminal,
  sitrep: Sitrep,
  metrics: Metrics,
  mounts: readonly WebMount[],
): Promise<Page | null> {
  const { config, commander, ledger, log } = sitrep;
  const { host, port, token, publicUrl, channels } = config.web;
  const web = createWebApp({
    posts: ledger,
    commander,
    channels,
    token,
    loopback: isLoopback(host),
    publicUrl,
    ready: () => readiness(sitrep),
    metrics: () => metrics.text(),
    topicFeed: (topicId) => topicFeed(sitrep, topicId),
    resolveStory: async (storyId) => (await ledger.story(storyId))?.story.id ?? null,
    now: () => Date.now(),
    log,
    mounts,
  });
  const listening = await listen(web.app, { host, port });
  if (!listening.ok) {
    terminal.talk(listening.problem);
    return null;
  }
  if (listening.moved) terminal.talk(`port 8080 is taken, so this is port ${listening.port}`);
  return {
    url: listening.url,
    announce: (delivery) => web.announce(delivery),
    announceEdit: (edit) => web.announceEdit(edit),
    async close() {
      web.close();
      await listening.close();
    },
  };
}

async function readiness({ ledger }: Sitrep): Promise<{ ok: boolean; problems: string[] }> {
  try {
    await ledger.counts();
    return { ok: true, problems: [] };
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** What the page's own tenant sees of a topic. */
async function topicFeed(
  { portsFor, now }: Sitrep,
  topicId: string,
): Promise<Awaited<ReturnType<Parameters<typeof createWebApp>[0]["topicFeed"]>>> {
  const { topics, archive } = await portsFor(LOCAL);
  const topic = topics.list().find(({ id }) => id === topicId);
  if (topic === undefined) return null;
  const until = now();
  const stories = await archive.topicStories({
    topicId,
    since: new Date(Date.parse(until) - FEED_DAYS * DAY_MS).toISOString(),
    until,
    minScore: topic.threshold,
    language: null,
    baseline: true,
    limit: FEED_STORIES_MAX,
  });
  const newestFirst = stories.toSorted((a, b) =>
    a.story.firstSeenAt < b.story.firstSeenAt ? 1 : -1,
  );
  return { topicId, name: topic.name, about: topic.about, stories: newestFirst };
}
