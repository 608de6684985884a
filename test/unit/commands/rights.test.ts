import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf } from "../../../src/commands/line.ts";
import type { Caller, Level } from "../../../src/commands/spec.ts";
import { SPECS } from "../../../src/commands/table.ts";
import { NOW } from "../../support/fake-archive.ts";
import { replyText } from "../../support/reply-text.ts";
import { somebody, type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

const LEVELS: readonly Level[] = ["viewer", "editor", "admin"];
const SOUTH = somebody("south");

/** What belongs to the other tenant alone, or is a secret: no answer may hold any of it. */
const SECRETS = [
  "Quillon",
  "quillon",
  "hidden-topic",
  "key-of-south",
  "hunter2",
  "s3cret",
  "joe:",
  "of-south",
  "south-room",
];

/**
 * Every command as lines that work for those who may. SUB, MUTE, STORY, ITEM, FEED, TOPIC and MESSAGE stand for ids
 * of each tenant in turn.
 */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "/sitrep now": ["now", "now strikes share", "now TOPIC"],
  "/sitrep topics": ["topics"],
  "/sitrep search": ["search gazette", "search dockers topic=TOPIC", "search SUB"],
  "/sitrep story": ["story STORY", "story ITEM", "story MESSAGE"],
  "/sitrep why": ["why STORY", "why ITEM TOPIC", "why MESSAGE"],
  "/sitrep sources": ["sources", "sources strikes", "sources TOPIC"],
  "/sitrep status": ["status"],
  "/sitrep catchup": ["catchup"],
  "/sitrep trend": ["trend strikes by=source", "trend TOPIC"],
  "/sitrep compare": ["compare strikes TOPIC"],
  "/sitrep export": ["export strikes json", "export TOPIC csv"],
  "/sitrep feedback": [
    "feedback STORY relevant",
    "feedback ITEM irrelevant topic=TOPIC",
    "feedback MESSAGE duplicate",
    "feedback STORY undo",
  ],
  "/sitrep follow": ["follow", "follow STORY", "follow ITEM undo=yes"],
  "/sitrep subscribe": [
    "subscribe strikes",
    "subscribe TOPIC instant",
    "subscribe TOPIC instant confirm=yes",
  ],
  "/sitrep subscription": [
    "subscription",
    "subscription pause SUB",
    "subscription resume SUB",
    "subscription edit SUB",
    "subscription edit SUB at=09:00",
    "subscription test SUB",
    "subscription remove SUB",
  ],
  "/sitrep mute": [
    "mute",
    "mute story STORY",
    "mute term gazette scope=topic topic=TOPIC",
    "mute undo MUTE",
  ],
  "/sitrep digest": ["digest strikes", "digest TOPIC", "digest TOPIC send confirm=yes"],
  "/sitrep help": ["help"],
  "/sitrep-admin source add": ["/sitrep-admin source add https://new.example/feed"],
  "/sitrep-admin source list": ["/sitrep-admin source list"],
  "/sitrep-admin source test": ["/sitrep-admin source test FEED"],
  "/sitrep-admin source pause": ["/sitrep-admin source pause FEED"],
  "/sitrep-admin source remove": ["/sitrep-admin source remove FEED"],
  "/sitrep-admin source import": ["/sitrep-admin source import https://new.example/opml"],
  "/sitrep-admin source export": ["/sitrep-admin source export"],
  "/sitrep-admin topic list": ["/sitrep-admin topic list"],
  "/sitrep-admin topic create": ["/sitrep-admin topic create brand-new gazette confirm=yes"],
  "/sitrep-admin topic edit": [
    "/sitrep-admin topic edit TOPIC",
    "/sitrep-admin topic edit TOPIC threshold=15 confirm=yes",
  ],
  "/sitrep-admin topic backtest": ["/sitrep-admin topic backtest TOPIC"],
  "/sitrep-admin topic tune": [
    "/sitrep-admin topic tune TOPIC",
    "/sitrep-admin topic tune strikes apply",
    "/sitrep-admin topic tune strikes revert",
  ],
  "/sitrep-admin topic clone": ["/sitrep-admin topic clone TOPIC a-copy"],
  "/sitrep-admin topic delete": ["/sitrep-admin topic delete TOPIC"],
  "/sitrep-admin topic history": [
    "/sitrep-admin topic history TOPIC",
    "/sitrep-admin topic history TOPIC restore=1 confirm=yes",
  ],
  "/sitrep-admin health": ["/sitrep-admin health"],
  "/sitrep-admin doctor": ["/sitrep-admin doctor"],
  "/sitrep-admin alerts": ["/sitrep-admin alerts", "/sitrep-admin alerts here"],
  "/sitrep-admin settings": ["/sitrep-admin settings", "/sitrep-admin settings cap=7"],
  "/sitrep-admin audit": ["/sitrep-admin audit", "/sitrep-admin audit actor=chat:admin-of-south"],
  "/sitrep-admin backup": ["/sitrep-admin backup"],
  "/sitrep-admin purge": [
    "/sitrep-admin purge mutes",
    "/sitrep-admin purge mutes really=mutes confirm=yes",
  ],
};

/** So unlike that nobody takes them for one story. */
const NEWS: Readonly<Record<string, readonly [string, string]>> = {
  south: [
    "Quillon gazette reveals auction of submarine blueprints",
    "Bidders from nine countries offered millions in Lisbon, the Quillon gazette writes.",
  ],
  north: [
    "Winter recipes fill the village gazette again",
    "Turnip soup and barley bread were most asked for by readers of the gazette.",
  ],
};

type Ids = Readonly<Record<string, string>>;

/** A tenant's private feed and topic, a subscription, a mute, a verdict, a follow, settings and a post. */
async function settle(world: TenantWorld, tenant: string, words: string): Promise<Ids> {
  const who = somebody(tenant);
  const { ledger } = world;
  const entry = { tenant, at: world.now(), user: who.user, what: `added ${words}` };
  const feed = `f-${tenant}`;
  const secretUrl = `https://joe:hunter2@${tenant}.example/rss?key=s3cret`;
  await ledger.addFeed(
    {
      id: feed,
      url: secretUrl,
      name: `${words} feed`,
      tags: [],
      everyMs: 900_000,
      language: null,
      weight: 1,
      fullText: false,
      where: null,
    },
    entry,
  );
  const topic = `${tenant === "south" ? "hidden-topic" : "own-topic"}`;
  const create = `/sitrep-admin topic create ${topic} query="gazette" threshold=10 name="${words} topic" confirm=yes`;
  await world.commander.runLine(create, who);
  const item = `https://${tenant}.example/item`;
  const source = `${words} Gazette`;
  const [title, text] = NEWS[tenant] ?? ["", ""];
  await world.bring(feed, [{ title, text, url: item, source }]);
  await world.commander.runLine(`subscribe ${topic} digest confirm=yes`, who);
  await world.commander.runLine(`mute term "${words} weather"`, who);
  await world.commander.runLine(`feedback ${item} relevant topic=${topic}`, who);
  await world.commander.runLine(`follow ${item}`, who);
  await world.commander.runLine("/sitrep-admin alerts here", who);
  const [held] = await ledger.subscriptions(tenant);
  const [mute] = await ledger.mutes(tenant, world.now());
  const story = (await ledger.itemByUrl(item))?.storyId ?? "";
  const message = tenant === "south" ? "900000000000000002" : "900000000000000001";
  await post(world, { tenant, channel: who.channel, story, message });
  if (held === undefined || mute === undefined || story === "") throw new Error("not settled");
  return {
    SUB: held.subscription.id,
    MUTE: mute.id,
    STORY: story,
    ITEM: item,
    FEED: feed,
    TOPIC: topic,
    MESSAGE: message,
  };
}

async function post(
  { ledger }: TenantWorld,
  told: { tenant: string; channel: string; story: string; message: string },
): Promise<void> {
  const key = `key-of-${told.tenant}`;
  await ledger.enqueue({
    key,
    tenant: told.tenant,
    channel: told.channel,
    kind: "alert",
    subscriptionId: null,
    topicId: null,
    storyIds: [told.story],
    reply: { blocks: [], ephemeral: false },
    mention: null,
    createdAt: NOW,
    dueAt: NOW,
    attempts: 0,
    attemptAt: null,
  });
  await ledger.claim(1, NOW, ["chat"]);
  await ledger.settle(key, { state: "sent", messageId: told.message, ambiguous: false }, NOW);
}

/** All that a tenant has, as the ledger holds it. */
async function stateOf({ ledger, now }: TenantWorld, tenant: string): Promise<string> {
  const people = LEVELS.map((level) => somebody(tenant, level).user);
  return JSON.stringify([
    await ledger.subscriptions(tenant),
    (await ledger.madeTopics()).filter((made) => made.tenant === tenant),
    await ledger.mutes(tenant, now()),
    await ledger.verdicts(tenant, null),
    await Promise.all(people.map((user) => ledger.follows(tenant, user, now()))),
    await ledger.settings(tenant),
    (await ledger.feeds()).flatMap(({ id, owners = [] }) =>
      owners.filter((owner) => owner.tenant === tenant).map((owner) => [id, owner]),
    ),
  ]);
}

function filled(line: string, ids: Ids): string {
  return line.replace(/\b[A-Z]{3,}\b/g, (word) => ids[word] ?? word);
}

/** Ids of the same shape that nobody ever had. */
const NOBODYS: Ids = {
  SUB: "u999999",
  MUTE: "m999999",
  STORY: "s9999999999",
  ITEM: "https://nowhere.example/item",
  FEED: "f-nobody",
  TOPIC: "no-such-topic",
  MESSAGE: "900000000000000009",
};

test("every command stands in this table", () => {
  expect(Object.keys(LINES)).toEqual(SPECS.map(nameOf));
});

const cases = SPECS.flatMap((spec) =>
  (LINES[nameOf(spec)] ?? []).map((line) => ({ line, needs: spec.level, confirms: spec.confirms })),
);

describe.each(LEVELS)("rights of a %s", (level) => {
  let world: TenantWorld;
  let north: Ids;
  let south: Ids;
  const caller: Caller = somebody("north", level);

  beforeAll(async () => {
    world = await tenantWorld();
    south = await settle(world, "south", "Quillon");
    north = await settle(world, "north", "Plain");
  });
  afterAll(() => world.close());

  const ask = async (line: string): Promise<string> =>
    replyText(await world.commander.runLine(line, caller));

  test.each(cases)("$line: own ids", async ({ line, needs }) => {
    const before = await stateOf(world, "north");
    const others = await stateOf(world, "south");
    const entries = (await world.ledger.ownCounts("north")).audit;
    const text = await ask(filled(line, north));
    const allowed = LEVELS.indexOf(level) >= LEVELS.indexOf(needs);
    expect(/needs an? (editor|admin); you are/.test(text)).toBe(!allowed);
    const isChanged = (await stateOf(world, "north")) !== before;
    if (!allowed) expect(isChanged).toBe(false);
    if (isChanged) expect((await world.ledger.ownCounts("north")).audit).toBeGreaterThan(entries);
    expect(await stateOf(world, "south")).toBe(others);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });

  test.each(cases.filter(({ line }) => /\b[A-Z]{3,}\b/.test(line)))(
    "$line: another tenant's ids are as unknown as ids that never were",
    async ({ line, confirms }) => {
      const others = await stateOf(world, "south");
      const asked = confirms && !/confirm=/.test(line) ? `${line} confirm=yes` : line;
      const foreign = await ask(filled(asked, south));
      const never = await ask(filled(asked, NOBODYS));
      expect(await stateOf(world, "south")).toBe(others);
      expect(sameWords(foreign, south)).toBe(sameWords(never, NOBODYS));
    },
  );

  test("another tenant's things are not offered while typing", async () => {
    for (const spec of SPECS) {
      for (const option of spec.options) {
        const offers = await world.commander.suggest(spec, option.name, "", caller);
        const text = JSON.stringify(offers);
        for (const secret of [...SECRETS, south["SUB"] ?? "-", south["STORY"] ?? "-"]) {
          expect(text).not.toContain(secret);
        }
      }
    }
  });

  test("what the other tenant is told is its own", async () => {
    const text = replyText(await world.commander.runLine("search gazette", SOUTH));
    expect(text).toContain("Quillon gazette reveals");
    expect(text).not.toContain("village");
  });
});

/** An answer without the ids that were asked about, which it may repeat, whole or cut. */
function sameWords(text: string, ids: Ids): string {
  return Object.entries(ids)
    .sort(([, a], [, b]) => b.length - a.length)
    .reduce((words, [name, id]) => words.replaceAll(id, name), text)
    .replaceAll(/\b(south|nowhere)\.example/g, "HOST")
    .replaceAll(/Did you mean [^?]*\?/g, "");
}

describe("what a platform hands over", () => {
  let world: TenantWorld;
  beforeAll(async () => {
    world = await tenantWorld();
  });
  afterAll(() => world.close());
  const viewer = somebody("north", "viewer");

  test("an unknown command or option is told so", async () => {
    const odd = { root: "sitrep", group: null, name: "nwo", options: {} } as const;
    expect(replyText(await world.commander.run(odd, viewer))).toContain(
      "Did you mean /sitrep now?",
    );
    const extra = { ...odd, name: "now", options: { colour: "red" } };
    expect(replyText(await world.commander.run(extra, viewer))).toContain("has no option colour");
  });

  test("control characters in a value are taken for spaces", async () => {
    const options = { query: "harbour\u0000\u202Ewalk\nout" };
    const text = replyText(
      await world.commander.run({ root: "sitrep", group: null, name: "search", options }, viewer),
    );
    expect(text).toContain("# Search: harbour walk out");
  });
});
