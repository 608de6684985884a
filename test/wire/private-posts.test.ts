import { afterEach, expect, test } from "vitest";
import { createDiscord } from "../../src/chat/discord/discord.ts";
import { createSlack } from "../../src/chat/slack/slack.ts";
import type { Delivery } from "../../src/delivery/delivery.ts";
import { keptInMemory, keptLog, sampleCommander, seenInMemory } from "../support/chat-samples.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { startWireSlack } from "../support/wire-slack.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const at = "2026-03-10T12:00:00.000Z";
const word = (channel: string): Delivery => ({
  key: "abcdefghijklmnopqrstuv",
  tenant: "any",
  channel,
  kind: "notice",
  subscriptionId: null,
  topicId: null,
  storyIds: [],
  reply: { blocks: [{ kind: "text", text: "A story that you follow grew." }], ephemeral: false },
  mention: null,
  createdAt: at,
  dueAt: at,
  attempts: 1,
  attemptAt: at,
});

const base = { commander: sampleCommander().commander, configured: { admins: [], editors: [] } };

test("a word to a person on Discord goes to the private channel with them, which is asked for once", async () => {
  const token = "private-token";
  const wire = await startWireDiscord({ token });
  ends.push(() => wire.stop());
  const { log } = keptLog();
  const remembered = keptInMemory();
  const discord = createDiscord({ ...base, token, apiUrl: wire.api, remembered, log });
  ends.push(() => discord.stop());
  for (let time = 0; time < 2; time += 1) {
    expect((await discord.transport.send(word("user:400000000000000001"))).kind).toBe("sent");
  }
  const opened = wire.server.calls.filter(({ path }) => path.endsWith("/users/@me/channels"));
  expect(opened.map(({ body }) => body)).toEqual([{ recipient_id: "400000000000000001" }]);
});

test("a word to a person on Slack is posted to the person", async () => {
  const botToken = "xoxb-private";
  const wire = await startWireSlack({ token: botToken });
  ends.push(() => wire.stop());
  const { log } = keptLog();
  const rest = { appToken: null, signingSecret: null, seen: seenInMemory(), log };
  const slack = createSlack({ ...base, ...rest, botToken, apiUrl: wire.api });
  ends.push(() => slack.stop());
  await slack.transport.send(word("user:U0PERSON"));
  const posted = wire.server.calls.filter(({ path }) => path.endsWith("chat.postMessage"));
  expect(posted.map(({ body }) => body["channel"])).toEqual(["U0PERSON"]);
});
