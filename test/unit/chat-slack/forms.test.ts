import { afterEach, expect, test } from "vitest";
import { createSlack } from "../../../src/chat/slack/slack.ts";
import { keptLog, seenInMemory } from "../../support/chat-samples.ts";
import { formCommander } from "../../support/form-samples.ts";
import { type Fault, record, type WireCall } from "../../support/wire-server.ts";
import { ADMIN_ID, CHANNEL_ID, startWireSlack, type WireSlack } from "../../support/wire-slack.ts";
import { mrkdwnOf } from "../../support/wire-slack-rules.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(fault: (call: WireCall) => Fault | null = () => null) {
  const wire = await startWireSlack({ token: "xoxb-canary", appToken: "xapp-canary", fault });
  ends.push(() => wire.stop());
  const { commander, heard } = formCommander();
  const slack = createSlack({
    botToken: "xoxb-canary",
    appToken: "xapp-canary",
    signingSecret: null,
    apiUrl: wire.api,
    commander,
    configured: { admins: [`slack:${ADMIN_ID}`], editors: [] },
    seen: seenInMemory(),
    log: keptLog().log,
  });
  ends.push(() => slack.stop());
  await slack.start();
  return { wire, heard };
}

function called(wire: WireSlack, path: string): Promise<WireCall> {
  return wire.server.waitFor((call) => call.path.endsWith(path));
}

async function viewOf(wire: WireSlack): Promise<Record<string, unknown>> {
  const opened = await called(wire, "views.open");
  expect(opened.body["trigger_id"]).toBe("1.1");
  const { body } = await called(wire, "views.update");
  expect(body["view_id"]).toBe("V1");
  return record(JSON.parse(String(body["view"])));
}

test("a command that lacks what it needs opens a form, and the form is heard as the command", async () => {
  const { wire, heard } = await started();
  const fields = { user_id: ADMIN_ID };
  const line = wire.slash("/sitrep-admin", "topic create", fields);
  expect(await wire.push("slash_commands", line)).toEqual({});
  const view = await viewOf(wire);
  expect(JSON.stringify(view["blocks"])).toContain('"multiline":true');
  expect(wire.refused).toEqual([]);
  await wire.push("interactive", {
    type: "view_submission",
    team: { id: "T0WIRE" },
    user: { id: ADMIN_ID },
    view: {
      callback_id: view["callback_id"],
      private_metadata: view["private_metadata"],
      state: {
        values: {
          id: { value: { type: "plain_text_input", value: "oslo" } },
          query: { value: { type: "plain_text_input", value: "Oslo AND talks" } },
          name: { value: { type: "plain_text_input", value: null } },
        },
      },
    },
  });
  const answer = await called(wire, "/respond/slash");
  expect(mrkdwnOf(answer.body["blocks"])).toContain("It would have matched 12 items.");
  expect(answer.body["response_type"]).toBe("ephemeral");
  expect(heard.at(-1)).toMatchObject({
    what: { group: "topic", name: "create", options: { id: "oslo", query: "Oslo AND talks" } },
    caller: { level: "admin", channel: `slack:${CHANNEL_ID}` },
  });
});

test("a form's menu offers what the command would offer", async () => {
  const { wire } = await started();
  await wire.push("slash_commands", wire.slash("/sitrep", "now"));
  const view = await viewOf(wire);
  const offered = await wire.push("interactive", {
    type: "block_suggestion",
    team: { id: "T0WIRE" },
    user: { id: ADMIN_ID },
    action_id: "sitrep_suggest:topic",
    block_id: "topic",
    value: "vene",
    view: { private_metadata: view["private_metadata"] },
  });
  expect(offered).toEqual({
    options: [{ text: { type: "plain_text", text: "Venezuela talks" }, value: "venezuela-talks" }],
  });
});

test("whoever may not use a command gets a refusal, not a form", async () => {
  const { wire } = await started();
  await wire.push("slash_commands", wire.slash("/sitrep-admin", "topic create"));
  const view = await viewOf(wire);
  expect(mrkdwnOf(view["blocks"])).toContain("heard: /sitrep-admin topic create");
  expect(view["callback_id"]).toBeUndefined();
});

test("a form is opened before anything is looked up, and filled afterwards", async () => {
  const { wire } = await started();
  await wire.push("slash_commands", wire.slash("/sitrep-admin", "topic create"));
  await viewOf(wire);
  const asked = wire.server.calls.map(({ path }) => path.split("/").at(-1));
  expect(asked.filter((method) => method !== "apps.connections.open")).toEqual([
    "views.open",
    "users.info",
    "views.update",
  ]);
});

test("when the platform opens no form the answer comes as a message", async () => {
  const { wire } = await started((call) =>
    call.path.endsWith("views.open")
      ? { kind: "status", status: 200, body: { ok: false, error: "expired_trigger_id" } }
      : null,
  );
  await wire.push("slash_commands", wire.slash("/sitrep-admin", "topic create"));
  const answer = await called(wire, "/respond/slash");
  expect(mrkdwnOf(answer.body["blocks"])).toContain("heard: /sitrep-admin topic create");
});

test("somebody who asks too fast is told in the acknowledgement", async () => {
  const { wire } = await started();
  const acks: unknown[] = [];
  for (let asked = 0; asked < 14; asked += 1) {
    acks.push(await wire.push("slash_commands", wire.slash("/sitrep", "status")));
  }
  expect(acks.at(-1)).toEqual({
    response_type: "ephemeral",
    text: "Too many commands at once. Try again in a few seconds.",
  });
});

test("a button on the Home tab is answered in a view of its own", async () => {
  const { wire } = await started();
  const { response_url, channel, ...click } = wire.click("/sitrep status", false) as Record<
    string,
    unknown
  >;
  await wire.push("interactive", { ...click, view: { id: "V1", type: "home" } });
  await viewOf(wire);
});

test("source import opens a form in which a list can be pasted, and asks for no scope more", async () => {
  const { wire, heard } = await started();
  const line = wire.slash("/sitrep-admin", "source import", { user_id: ADMIN_ID });
  await wire.push("slash_commands", line);
  const view = await viewOf(wire);
  const blocks = Array.isArray(view["blocks"]) ? view["blocks"].map(record) : [];
  expect(blocks.map((block) => block["block_id"])).toEqual(["url", "opml"]);
  expect(wire.refused).toEqual([]);
  const opml = '<opml>\n<body><outline xmlUrl="https://a.example/feed"/></body>\n</opml>';
  await wire.push("interactive", {
    type: "view_submission",
    team: { id: "T0WIRE" },
    user: { id: ADMIN_ID },
    view: {
      callback_id: view["callback_id"],
      private_metadata: view["private_metadata"],
      state: { values: { opml: { value: { type: "plain_text_input", value: opml } } } },
    },
  });
  await expect.poll(() => heard.at(-1)?.what).toMatchObject({ name: "import", options: { opml } });
});
