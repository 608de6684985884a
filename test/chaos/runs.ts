import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rssOf, serveFeeds } from "../support/feed-server.ts";
import { addressOf, type Running, startSitrep } from "../support/sitrep.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { TEXT_CHANNEL } from "../support/wire-discord-gateway.ts";
import { CHANNEL_ID, startWireSlack } from "../support/wire-slack.ts";
import type { Proof } from "./proof.ts";
import { itemOf } from "./subscribers.ts";
import { chanceOf, tempFolder } from "./world.ts";

/** Must never be seen outside the request that needs it. */
const CANARIES = {
  DISCORD_TOKEN: "canary-discord-5f1c",
  SLACK_BOT_TOKEN: "xoxb-canary-slack-5f1c",
  SLACK_APP_TOKEN: "xapp-canary-slack-5f1c",
};
const CANARY = /canary-[a-z]+-5f1c/;
const FEED_USER = "reader:canary-feed-5f1c";
const SHOWN_MAX = 40;
/** A channel takes a post a second, and after each kill what was under way waits 10 s: hardly anything is sent before the last run. */
const DRAIN_MS_PER_ITEM = 2_000;
const DRAIN_MS = 60_000;

/**
 * The whole Sitrep as its own process, with a feed that brings items all the time; killed with -9 again and again.
 * Every item is a story of its own, so each is to be alerted once on each platform.
 */
export async function runs(size: number): Promise<Proof> {
  const { folder, remove } = tempFolder();
  const brought: ReturnType<typeof itemOf>[] = [];
  const feed = await serveFeeds((_, response) => {
    response.setHeader("content-type", "application/rss+xml");
    response.end(rssOf("Harbour news", brought.slice(-SHOWN_MAX)));
  });
  const discord = await startWireDiscord({ token: CANARIES.DISCORD_TOKEN });
  const slack = await startWireSlack({
    token: CANARIES.SLACK_BOT_TOKEN,
    appToken: CANARIES.SLACK_APP_TOKEN,
  });
  configure(folder, feed.origin.replace("http://", `http://${FEED_USER}@`));
  const env = {
    ...CANARIES,
    SITREP_CONFIG: join(folder, "config"),
    SITREP_DATA: join(folder, "data"),
    SITREP_SEEDS: join(folder, "seeds"),
    SITREP_FEED_ALLOW: "127.0.0.1",
    DISCORD_API_URL: discord.api,
    SLACK_API_URL: slack.api,
    LOG_LEVEL: "debug",
  };
  const bring = (): void => void brought.push(itemOf("Bergen", brought.length));
  bring();
  const said: string[] = [];
  await firstPoll(env, feed.requests, said);
  const chance = chanceOf(size);
  let killed = 0;
  for (let kill = 0; kill < size; kill++) {
    const running = startSitrep(env);
    await addressOf(running);
    for (let item = 0; item < 2; item++) {
      bring();
      await sleep(chance() * 1_500);
    }
    await running.end("SIGKILL");
    killed += 1;
    said.push(running.out(), running.err());
  }
  const last = startSitrep(env);
  const pages = await pagesOf(last);
  const titles = brought.slice(1).map(({ title }) => title);
  const missing = (): number =>
    titles.filter((title) => !copies(discord.posts, title) || !copies(slack.posts, title)).length;
  const endMs = performance.now() + DRAIN_MS + titles.length * DRAIN_MS_PER_ITEM;
  while (missing() > 0 && performance.now() < endMs) await sleep(200);
  await last.end("SIGTERM");
  said.push(last.out(), last.err(), ...pages);
  const all = [...discord.posts, ...slack.posts].map(({ body }) => JSON.stringify(body));
  const repeated = titles.reduce(
    (sum, title) =>
      sum +
      Math.max(0, copies(discord.posts, title) - 1) +
      Math.max(0, copies(slack.posts, title) - 1),
    0,
  );
  const leaks = [...said, ...all].filter((text) => CANARY.test(text)).length;
  const stops = [discord, slack, feed].map((server) => server.stop());
  await Promise.all(stops);
  remove();
  return {
    tried: `${killed} kills -9 of the whole run while a feed brought ${titles.length} items`,
    zeros: [
      { what: "items not alerted on both platforms", times: missing(), of: titles.length },
      { what: "alerts repeated", times: repeated, of: titles.length * 2 },
      {
        what: "texts with a token or password (logs, posts, pages)",
        times: leaks,
        of: said.length + all.length,
      },
    ],
    figures: [
      {
        what: "shapes that a platform refused",
        value: discord.refused.length + slack.refused.length,
        ok: discord.refused.length + slack.refused.length === 0,
      },
    ],
  };
}

function configure(folder: string, feedUrl: string): void {
  for (const name of ["config/topics", "config/concepts", "seeds"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const subscription = (channel: string): string =>
    `  - { channel: "${channel}", topic: harbours, mode: instant }\n`;
  const channels = [`discord:${TEXT_CHANNEL}`, `slack:${CHANNEL_ID}`].map(subscription).join("");
  writeFileSync(
    join(folder, "config/sitrep.yaml"),
    `timezone: UTC\npoll: { every: 1s }\nsubscriptions:\n${channels}`,
  );
  writeFileSync(join(folder, "config/feeds.yaml"), `- { url: "${feedUrl}/feed", every: 1s }\n`);
  writeFileSync(
    join(folder, "config/topics/harbours.yaml"),
    "name: Harbours\nabout: Harbours\nquery: harbour\nthreshold: 1\n",
  );
}

/** The feed's first poll is its baseline and alerts nobody. */
async function firstPoll(
  env: Readonly<Record<string, string>>,
  requests: readonly unknown[],
  said: string[],
): Promise<void> {
  const running = startSitrep(env);
  await addressOf(running);
  while (requests.length < 2) await sleep(100);
  await running.end("SIGTERM");
  said.push(running.out(), running.err());
}

async function pagesOf(running: Running): Promise<readonly string[]> {
  const address = await addressOf(running);
  const paths = [
    "/",
    "/topics",
    "/feeds",
    "/status",
    "/metrics",
    "/readyz",
    "/search?q=harbour",
    "/none",
  ];
  return Promise.all(paths.map(async (path) => (await fetch(new URL(path, address))).text()));
}

function copies(
  posts: readonly { readonly body: Record<string, unknown> }[],
  title: string,
): number {
  const pattern = new RegExp(`${title}(?!\\d)`);
  return posts.filter(({ body }) => pattern.test(JSON.stringify(body))).length;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
