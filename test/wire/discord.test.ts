import { afterEach, expect, test, vi } from "vitest";
import { createDiscord, type Discord } from "../../src/chat/discord/discord.ts";
import { keptInMemory, keptLog, sampleCommander, sampleDelivery } from "../support/chat-samples.ts";
import { startWireDiscord, type WireDiscord } from "../support/wire-discord.ts";
import { TEXT_CHANNEL, USER_ID } from "../support/wire-discord-gateway.ts";
import { markdownOf } from "../support/wire-discord-rules.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";

const TOKEN = "canary-token-of-discord";
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function connected(
  remembered = keptInMemory(),
  fault: (call: WireCall) => Fault | null = () => null,
) {
  const wire = await startWireDiscord({ token: TOKEN, fault });
  ends.push(() => wire.stop());
  const { commander, heard } = sampleCommander();
  const { log, lines } = keptLog();
  const discord: Discord = createDiscord({
    token: TOKEN,
    apiUrl: wire.api,
    commander,
    configured: { admins: [], editors: ["discord:role:77"] },
    remembered,
    log,
  });
  ends.push(() => discord.stop());
  await discord.start();
  return { wire, discord, heard, lines };
}

async function answered(wire: WireDiscord, token: string): Promise<string> {
  const call = await wire.server.waitFor(
    ({ path }) => path.includes(token) && path.endsWith("/messages/@original"),
  );
  return markdownOf(call.body["components"]);
}

const NOW = { type: 2, data: { id: "1", type: 1, name: "sitrep" } };
function asksNow(...options: object[]) {
  return { ...NOW, data: { ...NOW.data, options: [{ type: 1, name: "now", options }] } };
}

test("registers its commands once, and again only when they changed", async () => {
  const remembered = keptInMemory();
  const first = await connected(remembered);
  await first.wire.server.waitFor(({ method }) => method === "PUT");
  expect(first.wire.refused).toEqual([]);
  expect(first.wire.commands.map((one) => Reflect.get(Object(one), "name"))).toEqual([
    "sitrep",
    "sitrep-admin",
    "Why this?",
  ]);
  const second = await connected(remembered);
  expect(second.discord.isReady()).toBe(true);
  expect(second.wire.registrations).toBe(0);
});

test("/sitrep now is heard at once and answered to the asker alone", async () => {
  const { wire, heard } = await connected();
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "venezuela-talks" }));
  expect(await answered(wire, token)).toContain("Story number 1");
  const [callback] = wire.answers(token);
  expect(callback?.body).toEqual({ type: 5, data: { flags: 64 } });
  expect(heard[0]).toEqual({
    what: { root: "sitrep", group: null, name: "now", options: { topic: "venezuela-talks" } },
    caller: {
      tenant: "discord:900000000000000002",
      user: `discord:${USER_ID}`,
      level: "viewer",
      channel: `discord:${TEXT_CHANNEL}`,
    },
  });
  expect(wire.refused).toEqual([]);
});

test("an acknowledgement that came too fast for the platform is tried once more", async () => {
  let refusals = 0;
  const { wire } = await connected(undefined, ({ path }) => {
    if (!path.endsWith("/callback") || refusals > 0) return null;
    refusals += 1;
    return { kind: "status", status: 429, headers: { "retry-after": "0.05" } };
  });
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "venezuela-talks" }));
  expect(await answered(wire, token)).toContain("Story number 1");
  expect(wire.answers(token).map(({ method }) => method)).toEqual(["POST", "POST", "PATCH"]);
});

test("an acknowledgement that is refused is told to the operator without its token", async () => {
  const { wire, lines } = await connected(undefined, ({ path }) =>
    path.endsWith("/callback")
      ? { kind: "status", status: 404, body: { code: 10062, message: "Unknown interaction" } }
      : null,
  );
  const token = wire.interact(asksNow());
  await vi.waitFor(() => expect(lines.join("\n")).toContain("Unknown interaction (10062)"));
  expect(lines.join("\n")).not.toContain(token);
});

test("an answer that is shared is shown to everybody", async () => {
  const { wire } = await connected();
  const share = { type: 5, name: "share", value: true };
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "a" }, share));
  await answered(wire, token);
  expect(wire.answers(token)[0]?.body).toEqual({ type: 5, data: {} });
});

test("an answer that turns out to be for the asker alone is taken back from the channel", async () => {
  const { wire } = await connected();
  const share = { type: 5, name: "share", value: true };
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "secret" }, share));
  const follow = await wire.server.waitFor(
    ({ method, path }) => method === "POST" && path.endsWith(token),
  );
  expect(Number(follow.body["flags"]) & 64).toBe(64);
  expect(wire.answers(token).map(({ method }) => method)).toEqual(["POST", "DELETE", "POST"]);
});

test("a file comes with the answer", async () => {
  const { wire } = await connected();
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "file" }));
  await answered(wire, token);
  const answer = wire.answers(token).at(-1);
  expect(answer?.files).toEqual(["a_b.csv"]);
  expect(JSON.stringify(answer?.body)).toContain("attachment://a_b.csv");
  expect(wire.refused).toEqual([]);
});

test("permissions and configured roles decide the level", async () => {
  const { wire, heard } = await connected();
  const ask = (permissions: bigint, roles: string[]): Promise<string> =>
    answered(
      wire,
      wire.interact({
        ...asksNow({ type: 3, name: "topic", value: "a" }),
        member: { user: { id: USER_ID }, roles, permissions: String(permissions) },
      }),
    );
  await ask(1n << 5n, []);
  await ask(1n << 29n, []);
  await ask(0n, ["77"]);
  await ask(0n, ["78"]);
  expect(heard.map(({ caller }) => caller.level)).toEqual(["admin", "editor", "editor", "viewer"]);
});

test("what fits an option is offered while typing", async () => {
  const { wire } = await connected();
  const token = wire.interact({
    ...asksNow({ type: 3, name: "topic", value: "vene", focused: true }),
    type: 4,
  });
  const call = await wire.server.waitFor(({ path }) => path.includes(token));
  expect(call.body).toEqual({
    type: 8,
    data: { choices: [{ name: "Venezuela talks", value: "venezuela-talks" }] },
  });
});

test("a button under a post works without any memory of the post", async () => {
  const { wire, heard } = await connected();
  const token = wire.interact({
    type: 3,
    message: { id: "1", flags: 32768 },
    data: { component_type: 2, custom_id: "somekey|/sitrep why s0123456789" },
  });
  expect(await answered(wire, token)).toContain("heard: /sitrep why s0123456789");
  expect(wire.answers(token)[0]?.body).toEqual({ type: 5, data: { flags: 64 } });
  expect(heard[0]?.what).toBe("/sitrep why s0123456789");
});

test("a button in an answer replaces that answer", async () => {
  const { wire } = await connected();
  const token = wire.interact({
    type: 3,
    message: { id: "1", flags: 32768 | 64 },
    data: { component_type: 2, custom_id: "-|/sitrep now a page=2" },
  });
  await answered(wire, token);
  expect(wire.answers(token)[0]?.body["type"]).toBe(6);
});

test("many questions at once are all answered: answers do not count against the bot's limit", async () => {
  const { wire } = await connected();
  const tokens = Array.from({ length: 150 }, (_, person) =>
    wire.interact({
      ...asksNow({ type: 3, name: "topic", value: "a" }),
      member: { user: { id: `93000000000000${1000 + person}` }, roles: [], permissions: "0" },
    }),
  );
  const texts = await Promise.all(tokens.map((token) => answered(wire, token)));
  expect(texts.filter((text) => text.includes("Story number 1"))).toHaveLength(150);
});

test("somebody who asks too fast is told so at once, and the others are answered", async () => {
  const { wire, heard } = await connected();
  const question = asksNow({ type: 3, name: "topic", value: "a" });
  const flood = Array.from({ length: 60 }, () => wire.interact(question));
  const member = { user: { id: "930000000000009999" }, roles: [], permissions: "0" };
  const other = wire.interact({ ...question, member });
  expect(await answered(wire, other)).toContain("Story number 1");
  const last = flood.at(-1) ?? "";
  await wire.server.waitFor(({ path }) => path.includes(last));
  expect(JSON.stringify(wire.answers(last)[0]?.body)).toContain("Too many commands at once");
  expect(heard.filter(({ caller }) => caller.user === `discord:${USER_ID}`).length).toBeLessThan(
    15,
  );
});

test("a message action asks about the message it was used on", async () => {
  const { wire, heard } = await connected();
  const message = { id: "555", channel_id: TEXT_CHANNEL, author: { id: USER_ID } };
  const resolved = { messages: { "555": message } };
  const token = wire.interact({
    type: 2,
    data: { id: "1", type: 3, name: "Why this?", target_id: "555", resolved },
  });
  await answered(wire, token);
  expect(heard[0]?.what).toBe(
    `/sitrep why https://discord.com/channels/900000000000000002/${TEXT_CHANNEL}/555`,
  );
});

test("a command that breaks says so and ends nothing", async () => {
  const { wire, lines } = await connected();
  const broken = wire.interact(asksNow({ type: 3, name: "topic", value: "broken" }));
  expect(await answered(wire, broken)).toContain("Something broke");
  const next = wire.interact(asksNow({ type: 3, name: "topic", value: "fine" }));
  expect(await answered(wire, next)).toContain("Story number 1");
  expect(lines.some((line) => line.includes("a command broke"))).toBe(true);
});

test("events of a shape that nobody knows end nothing", async () => {
  const { wire, lines } = await connected();
  wire.dispatch("GUILD_CREATE", { id: "1", channels: 7, roles: { a: null } });
  wire.dispatch("CHANNEL_UPDATE", null);
  wire.interact({ type: 2, data: { id: "1", type: 3, name: "Why this?", target_id: "5" } });
  wire.interact({ type: 99, data: null });
  wire.interact({ type: 3, data: null, message: null });
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "a" }));
  expect(await answered(wire, token)).toContain("Story number 1");
  expect(lines.some((line) => line.includes("an event was not understood"))).toBe(true);
});

test("outside a server it says that it answers in servers only", async () => {
  const { wire, heard } = await connected();
  const token = wire.interact({
    ...asksNow({ type: 3, name: "topic", value: "a" }),
    member: undefined,
    guild_id: undefined,
    user: { id: USER_ID },
  });
  const call = await wire.server.waitFor(({ path }) => path.includes(token));
  expect(JSON.stringify(call.body)).toContain("in servers only");
  expect(heard).toEqual([]);
});

test("a digest is delivered through the same connection", async () => {
  const { wire, discord } = await connected();
  const outcome = await discord.transport.send(sampleDelivery({ channel: TEXT_CHANNEL }));
  expect(outcome.kind).toBe("sent");
  expect(wire.posts).toHaveLength(1);
  expect(markdownOf(wire.posts[0]?.body["components"])).toContain(
    "**[Story number 2](https://news.example/2)**",
  );
});

test("a dropped gateway is resumed", async () => {
  const { wire, discord } = await connected();
  wire.dropGateway(4000);
  await expect.poll(() => wire.resumes, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => discord.isReady()).toBe(true);
  const token = wire.interact(asksNow({ type: 3, name: "topic", value: "a" }));
  expect(await answered(wire, token)).toContain("Story number 1");
});

test("a refused token is said once, without the token, and harms nothing else", async () => {
  const wire = await startWireDiscord({ token: "another" });
  ends.push(() => wire.stop());
  const { log, lines } = keptLog();
  const discord = createDiscord({
    token: TOKEN,
    apiUrl: wire.api,
    commander: sampleCommander().commander,
    configured: { admins: [], editors: [] },
    remembered: keptInMemory(),
    log,
  });
  ends.push(() => discord.stop());
  await discord.start();
  expect(discord.isReady()).toBe(false);
  expect(lines.filter((line) => line.includes("DISCORD_TOKEN is refused"))).toHaveLength(1);
  expect(lines.join("\n")).not.toContain(TOKEN);
});

test("it connects with Guilds alone: no privileged intent", async () => {
  const { wire } = await connected();
  expect(wire.intents).toEqual([1 << 0]);
});
