import { afterEach, expect, test } from "vitest";
import { type FeedEntry, type FeedServer, rssOf, serveFeeds } from "../support/feed-server.ts";
import { type OwnConfig, ownConfig } from "../support/own-config.ts";
import { addressOf, type Running, sitrep, startSitrep } from "../support/sitrep.ts";

const cleanUps: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const INSTANT = `
subscriptions:
  - { channel: "web:main", topic: russian-deployments, mode: instant }
`;

const OLD: FeedEntry = {
  guid: "old",
  title: "Russia deploys 300 soldiers to Mali",
  text: "Russia deployed 300 soldiers to Mali, the government in Bamako said.",
};
const FRESH: FeedEntry = {
  guid: "fresh",
  title: "Russia sends military advisers to Niger",
  text: "Russia sent a hundred military advisers to Niger on Tuesday, officials in Niamey said.",
};
const OTHER: FeedEntry = {
  guid: "other",
  title: "Harvest festival opens in Lyon",
  text: "Thousands came to the opening of the harvest festival.",
};

/** A server with one feed, and a Sitrep that polls it each second. */
async function watching(
  entries: FeedEntry[],
  settings: string,
): Promise<{
  own: OwnConfig;
  server: FeedServer;
  start(): Running;
}> {
  const server = await serveFeeds((_request, response) => {
    response.setHeader("content-type", "application/rss+xml");
    response.end(rssOf("Harbour Post", entries));
  });
  cleanUps.push(() => server.stop());
  const feeds = `- { url: "${server.origin}/feed", name: Harbour Post, every: 1s }\n`;
  const own = ownConfig({ settings, feeds, seeds: {} });
  cleanUps.push(() => own.remove());
  const start = (): Running => {
    const run = startSitrep(own.env);
    cleanUps.push(async () => {
      await run.end("SIGKILL");
    });
    return run;
  };
  return { own, server, start };
}

test("what a feed holds at its first poll is found but not told; what comes later is an alert", async () => {
  const entries = [OLD, OTHER];
  const { own, start } = await watching(entries, INSTANT);
  const run = start();
  await addressOf(run);
  const found = async (): Promise<string> =>
    (await sitrep(["search", "Mali", "--json"], { env: own.env })).out;
  await expect.poll(found, { timeout: 15_000, interval: 200 }).toContain("300 soldiers");
  entries.push(FRESH);
  await run.until(/Russia sends military advisers to Niger/);
  expect(run.out()).not.toContain("Mali");
  expect(run.out()).not.toContain("Lyon");
  expect(run.out().match(/^── web:main /gm)).toHaveLength(1);
});

test("an alert is posted once, however often its feed is read and the process killed", async () => {
  const entries = [OTHER];
  const { server, start } = await watching(entries, INSTANT);
  const first = start();
  await expect.poll(() => server.requests.length, { timeout: 15_000 }).toBeGreaterThan(0);
  await addressOf(first);
  await expect.poll(() => server.requests.length, { timeout: 15_000 }).toBeGreaterThan(1);
  entries.push(FRESH);
  await first.until(/Russia sends military advisers to Niger/);
  await first.end("SIGKILL");
  const second = start();
  const address = await addressOf(second);
  const polls = server.requests.length;
  await expect.poll(() => server.requests.length, { timeout: 15_000 }).toBeGreaterThan(polls + 1);
  const page = await (await fetch(address)).text();
  expect(page.match(/<article class="post"/g)).toHaveLength(1);
  expect(second.out()).toBe("");
});

test("a feed that cannot be reached is one line, and the round ends well", async () => {
  const own = ownConfig({
    settings: INSTANT,
    feeds: '- { url: "http://127.0.0.1:9/feed", name: Nobody }\n',
    seeds: {},
  });
  cleanUps.push(() => own.remove());
  const run = await sitrep(["run", "--once"], { env: own.env });
  expect(run.code).toBe(0);
  expect(run.err.match(/feed cannot be read/g)).toHaveLength(1);
});

test("a feed that asks who we are hears it, and its validators come back to it", async () => {
  const { server, start } = await watching([OTHER], INSTANT);
  const run = start();
  await addressOf(run);
  await expect.poll(() => server.requests.length, { timeout: 15_000 }).toBeGreaterThan(0);
  expect(server.requests[0]?.headers["user-agent"]).toMatch(/^Sitrep\/\d/);
});
