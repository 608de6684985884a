import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { rssOf, serveFeeds } from "../support/feed-server.ts";
import { ROOT } from "../support/rules.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireServer, type WireAnswer, type WireCall } from "../support/wire-server.ts";

const TOKEN = "canary-token-of-discord";

/** What is promised of a stop. */
const STOP_MS_MAX = 5_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Settings = {
  readonly subscriptions?: string;
  readonly feeds?: string;
  readonly seeds?: number;
  readonly env?: Readonly<Record<string, string>>;
};

/** A `run` over settings of its own, and what it has said. */
function startRun(settings: Settings, command = "run") {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-stopping-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const [config, seeds] = [join(folder, "config"), join(folder, "seeds")];
  cpSync(join(ROOT, "config"), config, { recursive: true });
  mkdirSync(seeds);
  writeFileSync(join(config, "feeds.yaml"), settings.feeds ?? "[]\n");
  writeFileSync(
    join(config, "sitrep.yaml"),
    `timezone: UTC\nsubscriptions:${settings.subscriptions ?? " []"}\n`,
  );
  for (let i = 0; i < (settings.seeds ?? 0); i += 1) {
    writeFileSync(join(seeds, `${i}.md`), seedArticle(i));
  }
  const child = spawn(process.execPath, ["src/main.ts", ...command.split(" ")], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      SITREP_CONFIG: config,
      SITREP_DATA: join(folder, "data"),
      SITREP_SEEDS: seeds,
      SITREP_FEED_ALLOW: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "warn",
      ...settings.env,
    },
  });
  ends.push(() => child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return { child, said: () => said };
}

function seedArticle(number: number): string {
  const words = Array.from({ length: 120 }, (_, i) => `word${(number * 131 + i * 17) % 5_000}`);
  return `---\ntitle: Article ${number} tells of ${words[0]}\nsource: Paper\n---\n${words.join(" ")}.\n`;
}

/** The exit code, when the process is gone in time; "still there" else. */
async function stopped(child: ChildProcess): Promise<number | null | "still there"> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  return await Promise.race([
    gone.then(([code]) => code),
    setTimeout(STOP_MS_MAX, "still there" as const, { ref: false }),
  ]);
}

/** A platform whose REST interface works as far as told, and whose gateway is nowhere. */
async function startHalfDiscord(hangs: (call: WireCall) => boolean): Promise<{
  readonly api: string;
  readonly server: Awaited<ReturnType<typeof startWireServer>>;
}> {
  const gateway = {
    url: "ws://127.0.0.1:1",
    shards: 1,
    session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 },
  };
  const server = await startWireServer({
    fault: (call) => (hangs(call) ? { kind: "hang" } : null),
    handle: ({ path }): WireAnswer =>
      path.endsWith("/gateway/bot") ? { status: 200, body: gateway } : { status: 404, body: {} },
    socket: (socket) => socket.terminate(),
  });
  ends.push(() => server.stop());
  return { api: `http://127.0.0.1:${server.port}/api`, server };
}

test("a stop ends the process while the gateway refuses connections, which is said once", async () => {
  const { api } = await startHalfDiscord(() => false);
  const { child, said } = startRun({ env: { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: api } });
  await expect.poll(said, { timeout: 60_000 }).toContain("gateway cannot be reached");
  await expect.poll(said, { timeout: 60_000 }).toContain("Sitrep is at");
  expect(await stopped(child)).toBe(0);
  expect(said().match(/gateway cannot be reached/g)).toHaveLength(1);
  expect(said()).not.toContain("canary");
});

test.each(["run", "run --once"])(
  "a stop is heeded while a platform does not answer at the start: %s",
  async (command) => {
    const { api, server } = await startHalfDiscord(() => true);
    const { child, said } = startRun(
      {
        subscriptions: `\n  - { channel: "discord:900000000000000010", topic: venezuela-talks, mode: digest, at: "08:00" }`,
        env: { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: api },
      },
      command,
    );
    await server.waitFor(() => true);
    await expect.poll(said, { timeout: 60_000, interval: 20 }).toContain("waiting for the chat");
    expect(await stopped(child)).toBe(0);
  },
);

test.each(["run", "run --once"])(
  "progress of a long reading of seeds is shown, and a stop heeded meanwhile: %s",
  async (command) => {
    const { child, said } = startRun({ seeds: 2_500 }, command);
    await expect.poll(said, { timeout: 60_000, interval: 20 }).toMatch(/seeds: \d+ of 2500/);
    expect(await stopped(child)).toBe(0);
    expect(said()).not.toContain("2500 of 2500");
  },
);

test("a platform that hangs holds up neither the start, nor polls, nor alerts elsewhere", async () => {
  const wire = await startWireDiscord({
    token: TOKEN,
    fault: ({ method, path }) =>
      method === "POST" && path.endsWith("/messages") ? { kind: "hang" } : null,
  });
  ends.push(() => wire.stop());
  const entry = {
    guid: "old",
    title: "Harvest festival opens in Lyon",
    text: "Thousands came to the opening of the harvest festival.",
  };
  const entries = [entry];
  let polls = 0;
  const feeds = await serveFeeds((_request, response) => {
    polls += 1;
    response.setHeader("content-type", "application/rss+xml");
    response.end(rssOf("Harbour Post", entries));
  });
  ends.push(() => feeds.stop());
  const digest = `topic: venezuela-talks, mode: digest, at: "08:00", first: now, empty: say`;
  const { child, said } = startRun({
    subscriptions: `
  - { channel: "discord:900000000000000010", ${digest} }
  - { channel: "web:main", topic: russian-deployments, mode: instant }`,
    feeds: `- { url: "${feeds.origin}/feed", name: Harbour Post, every: 1s }\n`,
    env: { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: wire.api },
  });
  const requests = (): number => wire.server.calls.filter(isPost).length;
  await expect.poll(requests, { timeout: 60_000 }).toBe(1);
  await expect.poll(said, { timeout: 60_000 }).toContain("Sitrep is at");
  await expect.poll(() => polls, { timeout: 60_000 }).toBeGreaterThan(1);
  entries.push({
    guid: "new",
    title: "Russia sends military advisers to Niger",
    text: "Russia sent a hundred military advisers to Niger on Tuesday, officials in Niamey said.",
  });
  await expect.poll(said, { timeout: 60_000, interval: 20 }).toContain("military advisers");
  // Its first request has not been given up yet.
  expect(requests()).toBe(1);
  expect(said()).not.toContain("NODE-CRON");
  expect(await stopped(child)).toBe(0);
  expect(said()).not.toContain("not all has ended in time");
});

function isPost({ method, path }: WireCall): boolean {
  return method === "POST" && path.endsWith("/messages");
}
