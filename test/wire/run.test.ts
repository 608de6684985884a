import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startWireDiscord } from "../support/wire-discord.ts";
import { TEXT_CHANNEL } from "../support/wire-discord-gateway.ts";
import { markdownOf } from "../support/wire-discord-rules.ts";
import { CHANNEL_ID, startWireSlack } from "../support/wire-slack.ts";
import { mrkdwnOf } from "../support/wire-slack-rules.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKENS = {
  DISCORD_TOKEN: "canary-token-of-discord",
  SLACK_BOT_TOKEN: "xoxb-canary-of-slack",
  SLACK_APP_TOKEN: "xapp-canary-of-slack",
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A configuration with one digest for each platform, due at once, over the shipped seeds and topics. */
function configuredFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-run-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(ROOT, "config"), join(folder, "config"), { recursive: true });
  writeFileSync(join(folder, "config/feeds.yaml"), "[]\n");
  const subscription = (channel: string): string =>
    `  - { channel: "${channel}", topic: russian-deployments, mode: digest, at: "08:00", first: now }\n`;
  const channels = [`discord:${TEXT_CHANNEL}`, `slack:${CHANNEL_ID}`];
  writeFileSync(
    join(folder, "config/sitrep.yaml"),
    `timezone: UTC\nsubscriptions:\n${channels.map(subscription).join("")}`,
  );
  return folder;
}

function startRun(folder: string, apis: Record<string, string>) {
  const run = spawn(process.execPath, ["src/main.ts", "run"], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      SITREP_CONFIG: join(folder, "config"),
      SITREP_DATA: join(folder, "data"),
      PORT: "0",
      LOG_LEVEL: "debug",
      ...TOKENS,
      ...apis,
    },
  });
  ends.push(() => run.kill("SIGKILL"));
  const said: string[] = [];
  run.stdout.on("data", (chunk) => said.push(String(chunk)));
  run.stderr.on("data", (chunk) => said.push(String(chunk)));
  return { run, said };
}

async function stopped(run: ChildProcess): Promise<number | null> {
  run.kill("SIGTERM");
  const [code] = await once(run, "exit");
  return code;
}

test("with tokens set, run posts its digests on both platforms once and answers commands there", async () => {
  const discord = await startWireDiscord({ token: TOKENS.DISCORD_TOKEN });
  ends.push(() => discord.stop());
  const slack = await startWireSlack({
    token: TOKENS.SLACK_BOT_TOKEN,
    appToken: TOKENS.SLACK_APP_TOKEN,
  });
  ends.push(() => slack.stop());
  const apis = { DISCORD_API_URL: discord.api, SLACK_API_URL: slack.api };
  const folder = configuredFolder();

  const first = startRun(folder, apis);
  await expect.poll(() => discord.posts.length, { timeout: 30_000 }).toBe(1);
  await expect.poll(() => slack.posts.length, { timeout: 30_000 }).toBe(1);
  expect(markdownOf(discord.posts[0]?.body["components"])).toContain("Russian deployments");
  expect(JSON.stringify(slack.posts[0]?.body["blocks"])).toContain("Russian deployments");

  await expect.poll(() => discord.registrations, { timeout: 30_000 }).toBe(1);
  const now = {
    type: 1,
    name: "now",
    options: [{ type: 3, name: "topic", value: "russian-deployments" }],
  };
  const token = discord.interact({
    type: 2,
    data: { id: "1", type: 1, name: "sitrep", options: [now] },
  });
  const answer = await discord.server.waitFor(
    ({ path }) => path.includes(token) && path.endsWith("/messages/@original"),
  );
  expect(markdownOf(answer.body["components"])).toContain("/100");

  await expect.poll(() => slack.sockets, { timeout: 30_000 }).toBe(1);
  await slack.push("slash_commands", slack.slash("/sitrep", "now russian-deployments"));
  const reply = await slack.server.waitFor(({ path }) => path.endsWith("/respond/slash"));
  expect(mrkdwnOf(reply.body["blocks"])).toContain("/100");
  expect([...discord.refused, ...slack.refused]).toEqual([]);
  expect(await stopped(first.run)).toBe(0);

  const second = startRun(folder, apis);
  await expect.poll(() => discord.identifies, { timeout: 30_000 }).toBe(2);
  await expect.poll(() => slack.sockets, { timeout: 30_000 }).toBe(2);
  expect(await stopped(second.run)).toBe(0);
  expect([discord.posts.length, slack.posts.length, discord.registrations]).toEqual([1, 1, 1]);
  expect([...first.said, ...second.said].join("")).not.toContain("canary");
});
