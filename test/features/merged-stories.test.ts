import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Item } from "../../src/feeds/item.ts";
import { createIngester, type Ingester } from "../../src/pipeline/ingest.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import { newItem, plan } from "../contract/store-samples.ts";
import { replyText } from "../support/reply-text.ts";
import { STRIKES, type TenantWorld, tenantWorld } from "../support/tenant-world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Two tellings that were taken for two events, and a third that shows them to be one. */
const FIRST = "Strike of dockers closes 84 berths in the port of Kij";
const OTHER = "Port of Kij: dockers on strike close 84 of its berths";
const BOTH = "Dockers strike closes 84 berths in port of Kij";

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

/** Two stories of one item each, that came before anybody subscribed. */
async function settle(titles: readonly [string, string] = [FIRST, OTHER]): Promise<void> {
  const { ledger } = world;
  const seenAt = world.now();
  const stories = [
    ["first", titles[0], "s000000000a"],
    ["other", titles[1], "s000000000b"],
  ] as const;
  for (const [guid, title, storyId] of stories) {
    const matches = [{ topicId: "strikes", score: 90, matched: true, reasons: [] }];
    const item = { title, text: null };
    await ledger.ingest(
      plan({ seenAt, items: [newItem(guid, { storyId, at: seenAt, matches, item })] }),
    );
    world.pass(MINUTE_MS);
  }
}

/** One that knows the stories which the ledger holds by now. */
function ingester(): Promise<Ingester> {
  const { ledger, now } = world;
  const live = createLiveTopics(ledger, [STRIKES], []);
  return createIngester({ ledger, live, posts: { publicUrl: null }, now });
}

async function bring(into: Ingester, titles: readonly string[]): Promise<void> {
  const items = titles.map((title, index): Item => {
    const guid = `${world.now()} ${index}`;
    return { ...newItem(guid).item, title, text: null, url: null };
  });
  await into.ingest({ feedId: "f-two", baseline: false, items, state: () => null });
  world.pass(MINUTE_MS);
}

/** What was put into the outbox, as headlines. */
async function posts(): Promise<readonly string[]> {
  const waiting = [];
  for (;;) {
    const [delivery] = await world.ledger.claim(1, world.now(), ["chat"]);
    if (delivery === undefined) return waiting;
    const sent = { state: "sent", messageId: delivery.key, ambiguous: false } as const;
    await world.ledger.settle(delivery.key, sent, world.now());
    waiting.push(`${delivery.kind} ${delivery.storyIds.join(" ")}`);
  }
}

/** The subscription was told that story some time ago. */
async function tell(storyId: string): Promise<void> {
  const [subscriptionId = ""] = await subscriptionIds();
  const told = [{ subscriptionId, storyId, items: 1, at: world.now() }];
  await world.ledger.ingest(plan({ told }));
  world.pass(39 * MINUTE_MS);
}

describe("an item that joins an untold story and shows it to be one with a told one", () => {
  test("brings no second alert where the told one ends", async () => {
    await settle();
    await world.say("subscribe strikes instant confirm=yes");
    await tell("s000000000b");
    await bring(await ingester(), [BOTH]);
    expect((await world.ledger.story("s000000000b"))?.story.id).toBe("s000000000a");
    expect(await posts()).toEqual([]);
  });

  test("brings no second alert where the told one goes on", async () => {
    await settle([OTHER, FIRST]);
    await world.say("subscribe strikes instant confirm=yes");
    await tell("s000000000a");
    await bring(await ingester(), [BOTH]);
    expect((await world.ledger.story("s000000000b"))?.story.id).toBe("s000000000a");
    expect(await posts()).toEqual([]);
  });
});

test("two stories that become one within a poll are one alert, with the items of both", async () => {
  await settle();
  await world.say("subscribe strikes instant confirm=yes");
  await bring(await ingester(), [FIRST, OTHER, BOTH]);
  expect(await posts()).toEqual(["alert s000000000a"]);
  const [mark] = await world.ledger.told(await subscriptionIds(), ["s000000000a"]);
  expect(mark?.items).toBe(5);
});

test("of two alerts that still wait when their stories become one, the first is posted", async () => {
  await settle();
  await world.say("subscribe strikes instant confirm=yes");
  const reader = await ingester();
  for (const title of [FIRST, OTHER, BOTH]) await bring(reader, [title]);
  expect(await posts()).toEqual(["alert s000000000a"]);
});

test("a mute of a story holds for the one that it ends in", async () => {
  await settle();
  await world.say("subscribe strikes instant confirm=yes");
  await world.say("mute story s000000000b");
  await bring(await ingester(), [BOTH]);
  expect(await posts()).toEqual([]);
});

test("a digest tells a story that another ended in as one that it has told", async () => {
  await world.say("subscribe strikes digest at=12:00 tz=UTC confirm=yes");
  world.pass(MINUTE_MS);
  await settle();
  await tell("s000000000b");
  await bring(await ingester(), [BOTH]);
  world.pass(DAY_MS);
  expect(await world.planner.planDue()).toBe(1);
  expect(await posts()).toEqual(["digest s000000000a"]);
  const [post] = await world.ledger.newestPosts("chat:north-room", 1);
  expect(post === undefined ? "" : replyText(post.delivery.reply)).toContain("update");
});

async function subscriptionIds(): Promise<readonly string[]> {
  return (await world.ledger.subscriptions("north")).map(({ subscription }) => subscription.id);
}
