import { afterEach, expect, test } from "vitest";
import { createSlack, type SlackOptions } from "../../src/chat/slack/slack.ts";
import { keptLog, sampleCommander, sampleDelivery, seenInMemory } from "../support/chat-samples.ts";
import { record, type WireCall } from "../support/wire-server.ts";
import {
  ADMIN_ID,
  CHANNEL_ID,
  PERSON_ID,
  signedRequest,
  startWireSlack,
  type WireSlack,
} from "../support/wire-slack.ts";
import { mrkdwnOf } from "../support/wire-slack-rules.ts";

const TOKEN = "xoxb-canary-of-slack";
const APP_TOKEN = "xapp-canary-of-slack";
const SECRET = "canary-signing-secret";
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(fields: Partial<SlackOptions> = {}, wireAppToken = APP_TOKEN) {
  const wire = await startWireSlack({ token: TOKEN, appToken: wireAppToken });
  ends.push(() => wire.stop());
  const { commander, heard } = sampleCommander();
  const { log, lines } = keptLog();
  const slack = createSlack({
    botToken: TOKEN,
    appToken: APP_TOKEN,
    signingSecret: null,
    apiUrl: wire.api,
    commander,
    configured: { admins: [], editors: [`slack:${PERSON_ID}`] },
    seen: seenInMemory(),
    log,
    ...fields,
  });
  ends.push(() => slack.stop());
  await slack.start();
  return { wire, slack, heard, lines };
}

function called(wire: WireSlack, path: string): Promise<WireCall> {
  return wire.server.waitFor((call) => call.path.endsWith(path));
}

test("/sitrep is acknowledged at once and answered to the asker alone", async () => {
  const { wire, heard } = await started();
  const ack = await wire.push("slash_commands", wire.slash("/sitrep", "now &lt;a&gt; since=6h"));
  expect(ack).toEqual({});
  const answer = await called(wire, "/respond/slash");
  expect(answer.body["response_type"]).toBe("ephemeral");
  expect(mrkdwnOf(answer.body["blocks"])).toContain("heard: /sitrep now &lt;a&gt; since=6h");
  expect(heard[0]).toEqual({
    what: "/sitrep now <a> since=6h",
    caller: {
      tenant: "slack:T0WIRE",
      user: `slack:${PERSON_ID}`,
      level: "editor",
      channel: `slack:${CHANNEL_ID}`,
    },
  });
  expect(wire.refused).toEqual([]);
});

test("an admin of the workspace is an admin here", async () => {
  const { wire, heard } = await started();
  await wire.push("slash_commands", wire.slash("/sitrep-admin", "health", { user_id: ADMIN_ID }));
  await called(wire, "/respond/slash");
  expect(heard[0]).toMatchObject({ what: "/sitrep-admin health", caller: { level: "admin" } });
});

test("a button under a post is answered to whoever clicked, one in an answer replaces it", async () => {
  const { wire, heard } = await started();
  await wire.push("interactive", wire.click("/sitrep why s0123456789", false));
  const first = await called(wire, "/respond/click");
  expect(first.body).toMatchObject({ response_type: "ephemeral", replace_original: false });
  await wire.push("interactive", wire.click("/sitrep now a page=2", true));
  await called(wire, "/respond/click");
  await expect.poll(() => heard.length).toBe(2);
  await wire.server.waitFor(({ body }) => body["replace_original"] === true);
});

test("a mention in a thread is answered in that thread, once however often it is delivered", async () => {
  const { wire, heard } = await started();
  const event = wire.event({
    type: "app_mention",
    user: PERSON_ID,
    channel: CHANNEL_ID,
    text: "<@U0BOT> why <https://news.example/1>",
    ts: "1700000001.000100",
    thread_ts: "1700000000.000100",
  });
  await wire.push("events_api", event);
  await wire.push("events_api", event);
  const answer = await called(wire, "chat.postEphemeral");
  expect(answer.body).toMatchObject({ user: PERSON_ID, thread_ts: "1700000000.000100" });
  expect(heard.map(({ what }) => what)).toEqual(["why https://news.example/1"]);
});

test("a shortcut on a message asks about that message", async () => {
  const { wire, heard } = await started();
  await wire.push("interactive", {
    type: "message_action",
    callback_id: "sitrep_why",
    team: { id: "T0WIRE" },
    user: { id: PERSON_ID },
    channel: { id: CHANNEL_ID },
    message_ts: "1700000000.000100",
    message: { ts: "1700000000.000100" },
    response_url: wire.slash("", "")["response_url"],
  });
  await expect
    .poll(() => heard[0]?.what)
    .toBe("/sitrep why https://slack.com/archives/C0NEWS/p1700000000000100");
});

test("the Home tab shows the topics and the status", async () => {
  const { wire } = await started();
  await wire.push(
    "events_api",
    wire.event({ type: "app_home_opened", user: PERSON_ID, channel: "D0HOME", tab: "home" }),
  );
  const call = await called(wire, "views.publish");
  const view = record(JSON.parse(String(call.body["view"])));
  expect(mrkdwnOf(view["blocks"])).toContain("heard: /sitrep topics");
  expect(mrkdwnOf(view["blocks"])).toContain("heard: /sitrep status");
});

test("when the platform refreshes the connection a new one is opened at once", async () => {
  const { wire, slack, heard } = await started();
  wire.refresh();
  await expect.poll(() => wire.sockets, { timeout: 3_000 }).toBe(2);
  await expect.poll(() => slack.isReady()).toBe(true);
  await wire.push("slash_commands", wire.slash("/sitrep", "status"));
  await expect.poll(() => heard.length).toBe(1);
});

test("a refused app token is said, without the token, and deliveries go on", async () => {
  const { wire, slack, lines } = await started({}, "another");
  expect(slack.isReady()).toBe(false);
  expect(lines.some((line) => line.includes("SLACK_APP_TOKEN is refused"))).toBe(true);
  const outcome = await slack.transport.send(sampleDelivery({ channel: CHANNEL_ID }));
  expect(outcome).toEqual({ kind: "sent", messageId: wire.posts[0]?.ts });
  expect(lines.join("\n")).not.toMatch(/canary/);
});

async function overHttp(now = Date.now) {
  const made = await started({ appToken: null, signingSecret: SECRET, now });
  const { events } = made.slack;
  if (events === null) throw new Error("no handler");
  return { ...made, events };
}

test("over HTTP a signed command is acknowledged and answered", async () => {
  const { wire, events } = await overHttp();
  const body = new URLSearchParams(wire.slash("/sitrep", "status")).toString();
  const response = await events(signedRequest(SECRET, body, Date.now()));
  expect(response.status).toBe(200);
  const answer = await called(wire, "/respond/slash");
  expect(mrkdwnOf(answer.body["blocks"])).toContain("heard: /sitrep status");
});

test("over HTTP a click and the platform's own check are answered", async () => {
  const { wire, events, heard } = await overHttp();
  const payload = JSON.stringify(wire.click("/sitrep why s0123456789", false));
  const body = new URLSearchParams({ payload }).toString();
  expect((await events(signedRequest(SECRET, body, Date.now()))).status).toBe(200);
  await expect.poll(() => heard.length).toBe(1);
  const check = JSON.stringify({ type: "url_verification", challenge: "c7" });
  const response = await events(signedRequest(SECRET, check, Date.now(), "application/json"));
  expect(await response.json()).toEqual({ challenge: "c7" });
});

test("forged, stale, future and replayed requests are refused and do nothing", async () => {
  const at = Date.parse("2026-03-01T08:00:00Z");
  const { wire, events, heard, lines } = await overHttp(() => at);
  const body = new URLSearchParams(wire.slash("/sitrep", "status")).toString();
  const statuses = async (...requests: Request[]): Promise<number[]> => {
    const found: number[] = [];
    for (const request of requests) found.push((await events(request)).status);
    return found;
  };
  const unsigned = new Request("http://127.0.0.1/slack/events", { method: "POST", body });
  const changed = signedRequest(SECRET, body, at);
  const altered = new Request(changed.url, {
    method: "POST",
    body: `${body}x`,
    headers: changed.headers,
  });
  expect(
    await statuses(
      unsigned,
      altered,
      signedRequest("another", body, at),
      signedRequest(SECRET, body, at - 301_000),
      signedRequest(SECRET, body, at + 301_000),
    ),
  ).toEqual([401, 401, 401, 401, 401]);
  expect(heard).toEqual([]);
  const again = (): Request => signedRequest(SECRET, body, at - 299_000);
  expect(await statuses(again(), again())).toEqual([200, 409]);
  await called(wire, "/respond/slash");
  expect(heard).toHaveLength(1);
  expect(lines.join("\n")).not.toMatch(/canary/);
});
