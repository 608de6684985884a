import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openSitrep, type Sitrep } from "../../src/wiring.ts";
import { feed, feedState } from "../contract/store-samples.ts";
import { keptLog } from "../support/chat-samples.ts";
import { type OwnConfig, ownConfig } from "../support/own-config.ts";
import { replyText } from "../support/reply-text.ts";
import { ROOT } from "../support/rules.ts";
import { sitrep as command, type Finished } from "../support/sitrep.ts";
import { somebody } from "../support/tenant-world.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireSlack } from "../support/wire-slack.ts";

const AT = "2026-05-04T08:00:00.000Z";

let own: OwnConfig;
let sitrep: Sitrep;
beforeEach(async () => {
  own = ownConfig({ settings: "", feeds: "[]\n" });
  const { config } = readConfig(own.env, ROOT, AT);
  if (config === null) throw new Error("the settings have faults");
  sitrep = await openSitrep(config, keptLog().log, { exclusive: false });
  for (const tenant of ["north", "south"]) {
    const entry = { tenant, at: AT, user: "chat:ada", what: "added it" };
    await sitrep.ledger.addFeed(feed(`f-${tenant}`), entry);
    const failing = feedState({ failures: 3, problem: `broken in ${tenant}` });
    await sitrep.ledger.saveFeedState(`f-${tenant}`, failing);
  }
});
afterEach(async () => {
  await sitrep.close();
  own.remove();
});

async function doctorFor(tenant: string): Promise<string> {
  return replyText(await sitrep.commander.runLine("/sitrep-admin doctor", somebody(tenant)));
}

test("the doctor shows a tenant the clock and its own feeds, nothing of others or of the machine", async () => {
  const text = await doctorFor("north");
  expect(text).toContain("broken in north: see /sitrep-admin source test f-north");
  expect(text).toContain("clock");
  for (const hidden of ["south", own.data, own.config, "MB free", "outbox", "subscriptions"]) {
    expect(text).not.toContain(hidden);
  }
});

test("the doctor shows the operator the machine, and no feed of a tenant's own", async () => {
  const text = await doctorFor("web");
  for (const shown of [own.data, own.config, "MB free", "outbox"]) expect(text).toContain(shown);
  expect(text).not.toContain("broken in");
});

test("the command doctor asks each platform whether it takes the token, and never shows it", async () => {
  await sitrep.ledger.removeFeed("f-north");
  await sitrep.ledger.removeFeed("f-south");
  const discord = await startWireDiscord({ token: "right-token" });
  const slack = await startWireSlack({ token: "right-token" });
  const ask = (token: string): Promise<Finished> => {
    const tokens = { DISCORD_TOKEN: token, SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: "quiet" };
    const addresses = { DISCORD_API_URL: discord.api, SLACK_API_URL: slack.api };
    return command(["doctor"], { env: { ...own.env, ...tokens, ...addresses } });
  };
  try {
    const right = await ask("right-token");
    expect(right.out).toContain("ok   Discord token: taken by the platform");
    expect(right.out).toContain("ok   Slack token: taken by the platform");
    const wrong = await ask("wrong-token");
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/MEND Discord token: Discord answered 401: .*: copy .*DISCORD_TOKEN/);
    expect(wrong.out).toMatch(/MEND Slack token: Slack answered invalid_auth: .*SLACK_BOT_TOKEN/);
    expect(right.out + right.err + wrong.out + wrong.err).not.toMatch(/(right|wrong)-token|quiet/);
  } finally {
    await discord.stop();
    await slack.stop();
  }
});

test("the command doctor asks for Socket Mode with its own token, and says which of the two is wrong", async () => {
  await sitrep.ledger.removeFeed("f-north");
  await sitrep.ledger.removeFeed("f-south");
  const slack = await startWireSlack({ token: "bot-token", appToken: "app-token" });
  const ask = (appToken: string): Promise<Finished> =>
    command(["doctor"], {
      env: {
        ...own.env,
        SLACK_BOT_TOKEN: "bot-token",
        SLACK_APP_TOKEN: appToken,
        SLACK_API_URL: slack.api,
      },
    });
  try {
    expect((await ask("app-token")).out).toContain("ok   Slack token: taken by the platform");
    const wrong = await ask("lost-token");
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/MEND Slack token: Slack answered invalid_auth: .*SLACK_APP_TOKEN/);
    expect(wrong.out + wrong.err).not.toMatch(/(bot|app|lost)-token/);
  } finally {
    await slack.stop();
  }
});
