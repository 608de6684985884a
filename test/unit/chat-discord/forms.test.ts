import { afterEach, expect, test } from "vitest";
import { createDiscord } from "../../../src/chat/discord/discord.ts";
import { keptInMemory, keptLog } from "../../support/chat-samples.ts";
import { formCommander } from "../../support/form-samples.ts";
import { startWireDiscord } from "../../support/wire-discord.ts";
import { USER_ID } from "../../support/wire-discord-gateway.ts";
import { markdownOf } from "../../support/wire-discord-rules.ts";

const TOKEN = "canary-token-of-discord";
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const MANAGE_GUILD = { user: { id: USER_ID }, roles: [], permissions: String(1n << 5n) };

async function connected() {
  const wire = await startWireDiscord({ token: TOKEN });
  ends.push(() => wire.stop());
  const { commander, heard } = formCommander();
  const discord = createDiscord({
    token: TOKEN,
    apiUrl: wire.api,
    commander,
    configured: { admins: [], editors: [] },
    remembered: keptInMemory(),
    log: keptLog().log,
  });
  ends.push(() => discord.stop());
  await discord.start();
  return { wire, heard };
}

function asks(name: string, options: readonly object[], member: object = MANAGE_GUILD): object {
  const group = { type: 2, name: "topic", options: [{ type: 1, name, options }] };
  return { type: 2, data: { id: "1", type: 1, name: "sitrep-admin", options: [group] }, member };
}

type Wire = Awaited<ReturnType<typeof connected>>["wire"];

async function firstAnswer(wire: Wire, token: string): Promise<unknown> {
  return (await wire.server.waitFor(({ path }) => path.includes(token))).body;
}

test("topic create opens a form as its first answer, with what it needs on top", async () => {
  const { wire, heard } = await connected();
  const token = wire.interact({ ...asks("create", []) });
  const input = { type: 4, max_length: 4000, style: 1 };
  expect(await firstAnswer(wire, token)).toEqual({
    type: 9,
    data: {
      custom_id: "-|/sitrep-admin topic create",
      title: "topic create",
      components: [
        ["Id", "Its id", { ...input, custom_id: "id", required: true }],
        ["Query", "What it looks for", { ...input, custom_id: "query", required: true, style: 2 }],
        ["Name", "What it is called", { ...input, custom_id: "name", required: false }],
        ["Threshold", "Least score", { ...input, custom_id: "threshold", required: false }],
      ].map(([label, description, component]) => ({ type: 18, label, description, component })),
    },
  });
  expect(heard).toEqual([]);
});

test("topic edit opens with what the topic is now", async () => {
  const { wire } = await connected();
  const topic = { type: 3, name: "topic", value: "venezuela-talks" };
  const token = wire.interact({ ...asks("edit", [topic]) });
  const body = JSON.stringify(await firstAnswer(wire, token));
  expect(body).toContain('"custom_id":"-|/sitrep-admin topic edit venezuela-talks"');
  expect(body).toContain('"value":"Caracas\\nAND talks"');
});

test("a form that was sent is heard as its command, and its preview asks to confirm", async () => {
  const { wire, heard } = await connected();
  const filled = (custom_id: string, value: string): object => ({
    type: 18,
    component: { type: 4, custom_id, value },
  });
  const token = wire.interact({
    type: 5,
    data: {
      custom_id: "-|/sitrep-admin topic create",
      components: [filled("id", "oslo"), filled("query", " Oslo\nAND talks "), filled("name", "")],
    },
    member: MANAGE_GUILD,
  });
  const call = await wire.server.waitFor(
    ({ path }) => path.includes(token) && path.endsWith("/messages/@original"),
  );
  expect(markdownOf(call.body["components"])).toContain("It would have matched 12 items.");
  expect(JSON.stringify(call.body)).toContain("topic create confirm=yes");
  expect(heard[0]?.what).toEqual({
    root: "sitrep-admin",
    group: "topic",
    name: "create",
    options: { id: "oslo", query: "Oslo\nAND talks" },
  });
});

test("a form that was sent with something missing is answered with words, never with another form", async () => {
  const { wire } = await connected();
  const component = { type: 4, custom_id: "id", value: "oslo" };
  const data = {
    custom_id: "-|/sitrep-admin topic create",
    components: [{ type: 18, component }],
  };
  const token = wire.interact({ type: 5, data, member: MANAGE_GUILD });
  expect(await firstAnswer(wire, token)).toEqual({ type: 5, data: { flags: 64 } });
});

const CDN = "https://cdn.discordapp.com/ephemeral-attachments/1/2/feeds.opml?ex=1&is=2&hm=3";
const RESOLVED = { attachments: { "77": { id: "77", filename: "feeds.opml", url: CDN } } };

function imports(options: readonly object[]): object {
  const group = { type: 2, name: "source", options: [{ type: 1, name: "import", options }] };
  const data = { id: "1", type: 1, name: "sitrep-admin", options: [group], resolved: RESOLVED };
  return { type: 2, data, member: MANAGE_GUILD };
}

test("a file that comes with the command is read at its address", async () => {
  const { wire, heard } = await connected();
  wire.interact({ ...imports([{ type: 11, name: "file", value: "77" }]) });
  await expect.poll(() => heard[0]?.what).toMatchObject({ name: "import", options: { file: CDN } });
});

test("source import opens a form that takes an address, a file, or the list pasted", async () => {
  const { wire, heard } = await connected();
  const token = wire.interact({ ...imports([]) });
  const body = JSON.stringify(await firstAnswer(wire, token));
  expect(body).toContain('"custom_id":"-|/sitrep-admin source import"');
  expect(body).toContain(
    '{"custom_id":"file","required":false,"file_types":[".opml",".xml"],"type":19,"min_values":0',
  );
  expect(body).toContain('"custom_id":"opml","required":false,"type":4,"style":2');
  const field = (component: object): object => ({ type: 18, component });
  wire.interact({
    type: 5,
    data: {
      custom_id: "-|/sitrep-admin source import",
      components: [
        field({ type: 4, custom_id: "url", value: "" }),
        field({ type: 19, custom_id: "file", values: ["77"] }),
        field({ type: 4, custom_id: "opml", value: "" }),
      ],
      resolved: RESOLVED,
    },
    member: MANAGE_GUILD,
  });
  await expect.poll(() => heard[0]?.what).toMatchObject({ name: "import", options: { file: CDN } });
});

test("whoever may not make topics gets a refusal, not a form", async () => {
  const { wire } = await connected();
  const member = { user: { id: USER_ID }, roles: [], permissions: "0" };
  const token = wire.interact({ ...asks("create", [], member) });
  expect(await firstAnswer(wire, token)).toEqual({ type: 5, data: { flags: 64 } });
});

test("a channel that Sitrep may not post to is told of when it is subscribed", async () => {
  const { wire } = await connected();
  const token = wire.interact({
    type: 3,
    message: { id: "1", flags: 0 },
    data: { component_type: 2, custom_id: "-|/sitrep subscribe venezuela-talks" },
    member: MANAGE_GUILD,
    app_permissions: String(1n << 10n),
  });
  const call = await wire.server.waitFor(
    ({ path }) => path.includes(token) && path.endsWith("/messages/@original"),
  );
  expect(markdownOf(call.body["components"])).toContain(
    "give it Send Messages, Read Message History in this channel",
  );
});
