import { describe, expect, test } from "vitest";
import type { AuditEntry, Follow, KeptVerdict, Mute } from "../../src/commands/own.ts";
import type { Ledger } from "../../src/store/ledger.ts";
import type { Topic } from "../../src/topics/topic.ts";
import {
  at,
  delivery,
  feed,
  feedState,
  match,
  newItem,
  plan,
  state,
  subscription,
} from "./store-samples.ts";

function by(tenant: string, what = "did something", minutes = 0): AuditEntry {
  return { tenant, at: at(minutes), user: "chat:ada", what };
}

const TOPIC: Topic = {
  id: "talks",
  name: "Talks",
  about: "About talks",
  query: "talks",
  threshold: 60,
  where: null,
};

function mute(tenant: string, some: Partial<Mute> = {}): Mute {
  return {
    id: "m00001",
    tenant,
    kind: "story",
    value: "s-a",
    channel: null,
    topicId: null,
    until: null,
    by: "chat:ada",
    at: at(0),
    ...some,
  };
}

function verdict(tenant: string, itemId: string, some: Partial<KeptVerdict> = {}): KeptVerdict {
  return {
    tenant,
    topicId: "talks",
    itemId,
    storyId: "s-a",
    verdict: "relevant",
    relevant: true,
    by: "chat:ada",
    at: at(0),
    terms: ["talk"],
    appliedAt: null,
    ...some,
  };
}

function follow(tenant: string, some: Partial<Follow> = {}): Follow {
  return {
    tenant,
    user: "chat:ada",
    storyId: "s-a",
    channel: "chat:room",
    until: at(600),
    items: 1,
    toldAt: at(0),
    ...some,
  };
}

const whatOf = async (ledger: Ledger, tenant: string): Promise<string[]> =>
  (await ledger.audit(tenant, at(-1), null, 99)).map(({ what }) => what);

/** What every engine must do with what tenants write down. */
export function storeOwnContract(open: () => Promise<Ledger>): void {
  describe("what tenants write down", () => {
    topicTests(open);
    verdictTests(open);
    muteTests(open);
    followTests(open);
    feedTests(open);
    otherTests(open);
  });
}

function topicTests(open: () => Promise<Ledger>): void {
  test("a topic has versions, of each tenant its own, and other processes notice a change", async () => {
    const [ledger, other] = [await open(), await open()];
    const before = await other.topicsRevision();
    expect(await ledger.saveTopic(TOPIC, by("north", "created talks"))).toBe(1);
    expect(await ledger.saveTopic({ ...TOPIC, threshold: 70 }, by("north"))).toBe(2);
    expect(await ledger.saveTopic({ ...TOPIC, query: "pact" }, by("south"))).toBe(1);
    expect(await other.topicsRevision()).toBeGreaterThan(before);
    expect((await other.madeTopics()).map(({ tenant, version }) => [tenant, version])).toEqual([
      ["north", 2],
      ["south", 1],
    ]);
    const versions = await ledger.topicVersions("north", "talks");
    expect(versions.map(({ topic }) => topic.threshold)).toEqual([60, 70]);
    expect(versions[0]).toMatchObject({ by: "chat:ada", at: at(0), deleted: false, topic: TOPIC });
  });

  test("a deleted topic takes its subscriptions, matches and verdicts along, not those of another's", async () => {
    const ledger = await open();
    for (const tenant of ["north", "south"]) {
      await ledger.saveTopic(TOPIC, by(tenant));
      const held = subscription(`u-${tenant}`, { tenant, topicId: `talks@${tenant}` });
      await ledger.saveSubscription(held, state(held.id));
      await ledger.saveVerdict(verdict(tenant, "i-a"), by(tenant));
    }
    const matches = [match("talks@north", 80), match("talks@south", 80)];
    await ledger.ingest(plan({ items: [newItem("a", { matches })] }));
    expect(await ledger.deleteTopic("talks", by("north", "deleted talks"))).toBe(true);
    expect(await ledger.deleteTopic("talks", by("north"))).toBe(false);
    expect((await ledger.madeTopics()).map(({ tenant }) => tenant)).toEqual(["south"]);
    expect((await ledger.subscriptions(null)).map((held) => held.subscription.id)).toEqual([
      "u-south",
    ]);
    expect((await ledger.matchesOf("i-a")).map(({ topicId }) => topicId)).toEqual(["talks@south"]);
    expect(await ledger.verdicts("north", null)).toEqual([]);
    expect(await ledger.verdicts("south", null)).toHaveLength(1);
    expect((await ledger.topicVersions("north", "talks")).at(-1)?.deleted).toBe(true);
    expect(await ledger.saveTopic(TOPIC, by("north"))).toBe(3);
  });
}

function verdictTests(open: () => Promise<Ledger>): void {
  test("a person has one verdict on an item in a topic, and takes back only the own one", async () => {
    const ledger = await open();
    await ledger.saveVerdict(verdict("north", "i-a"), by("north"));
    const changed = verdict("north", "i-a", { verdict: "irrelevant", relevant: false });
    await ledger.saveVerdict(changed, by("north"));
    const other = verdict("north", "i-a", { by: "chat:bea" });
    await ledger.saveVerdict(other, { ...by("north"), user: "chat:bea" });
    expect(await ledger.verdicts("north", "talks")).toEqual([changed, other]);
    expect(await ledger.verdicts("north", "other")).toEqual([]);
    expect(await ledger.removeVerdict("talks", "i-a", by("south"))).toBe(false);
    expect(await ledger.removeVerdict("talks", "i-a", by("north"))).toBe(true);
    expect(await ledger.verdicts("north", null)).toEqual([other]);
  });

  test("who was told a story was told what is taken out of it, and what is joined to it", async () => {
    const ledger = await open();
    await ledger.ingest(
      plan({
        items: [newItem("a"), newItem("b", { storyId: "s-a" }), newItem("c")],
        told: [{ subscriptionId: "u-one", storyId: "s-a", items: 2, at: at(0) }],
      }),
    );
    const split = { kind: "split", storyId: "s-a", itemId: "i-b", intoId: "s-b" } as const;
    const kept = verdict("north", "i-b", { verdict: "wrong-story", relevant: false });
    expect(await ledger.regroup(split, kept, by("north"))).toBe(true);
    const told = async (): Promise<unknown> =>
      (await ledger.told(["u-one"], ["s-a", "s-b", "s-c"])).map(({ storyId, items }) => [
        storyId,
        items,
      ]);
    expect(await told()).toEqual([
      ["s-a", 1],
      ["s-b", 1],
    ]);
    expect((await ledger.story("s-b"))?.items.map(({ id }) => id)).toEqual(["i-b"]);
    expect((await ledger.regroupedSince(0))?.apart).toEqual([["s-a", "s-b"]]);
    await ledger.removeVerdict("talks", "i-b", by("north"));
    expect((await ledger.story("s-b"))?.story.id).toBe("s-a");
    expect((await ledger.regroupedSince(1))?.apart).toEqual([]);
    expect(await ledger.regroupedSince(2)).toBeNull();
    const join = { kind: "join", storyId: "s-c", intoId: "s-a" } as const;
    const again = verdict("north", "i-c", { verdict: "duplicate", relevant: false });
    expect(await ledger.regroup(join, again, by("north"))).toBe(true);
    expect((await ledger.story("s-c"))?.items.map(({ id }) => id)).toEqual(["i-a", "i-b", "i-c"]);
    expect(await ledger.regroup(join, again, by("south"))).toBe(false);
    await ledger.removeVerdict("talks", "i-c", by("north"));
    expect((await ledger.story("s-c"))?.items.map(({ id }) => id)).toEqual(["i-c"]);
    expect((await ledger.story("s-a"))?.story.items).toBe(2);
  });

  test("what waits is applied together, and what was applied last can be reverted", async () => {
    const ledger = await open();
    await ledger.saveVerdict(verdict("north", "i-a"), by("north"));
    expect(await ledger.applyVerdicts("talks", by("north", "applied", 1))).toBe(1);
    await ledger.saveVerdict(verdict("north", "i-b"), by("north"));
    await ledger.saveVerdict(verdict("south", "i-b"), by("south"));
    expect(await ledger.applyVerdicts("talks", by("north", "applied", 2))).toBe(1);
    expect(await ledger.applyVerdicts("talks", by("north", "applied", 3))).toBe(0);
    expect(await ledger.revertVerdicts("talks", by("north", "reverted", 4))).toBe(1);
    const applied = async (tenant: string) =>
      (await ledger.verdicts(tenant, null)).map(({ itemId, appliedAt }) => [itemId, appliedAt]);
    expect(await applied("north")).toEqual([
      ["i-a", at(1)],
      ["i-b", null],
    ]);
    expect(await applied("south")).toEqual([["i-b", null]]);
  });
}

function muteTests(open: () => Promise<Ledger>): void {
  test("mutes hold for their tenant until their time is over or they are undone", async () => {
    const ledger = await open();
    const brief = mute("north", { id: "m00002", kind: "term", value: "cup", until: at(10) });
    await ledger.saveMute(mute("north"), by("north"));
    await ledger.saveMute(brief, by("north"));
    await ledger.saveMute(mute("south"), by("south"));
    expect(await ledger.mutes("north", at(9))).toEqual([mute("north"), brief]);
    expect(await ledger.mutes("north", at(10))).toEqual([mute("north")]);
    expect(await ledger.allMutes(at(9))).toHaveLength(3);
    expect(await ledger.removeMute("m00002", by("south"))).toBe(false);
    expect(await ledger.removeMute("m00001", by("north"))).toBe(true);
    expect(await ledger.mutes("south", at(0))).toEqual([mute("south")]);
  });

  test("a muted or followed story stays so when it is merged into another", async () => {
    const ledger = await open();
    await ledger.ingest(plan({ items: [newItem("a"), newItem("b")] }));
    await ledger.saveMute(mute("north"), by("north"));
    await ledger.saveFollow(follow("north"), by("north"));
    await ledger.ingest(plan({ merges: [{ from: "s-a", into: "s-b" }] }));
    expect((await ledger.mutes("north", at(0))).map(({ value }) => value)).toEqual(["s-b"]);
    expect((await ledger.grownFollows(at(1), at(0))).map(({ storyId }) => storyId)).toEqual([
      "s-b",
    ]);
  });
}

function followTests(open: () => Promise<Ledger>): void {
  test("who follows is told once of what grew, and not too soon again", async () => {
    const ledger = await open();
    await ledger.ingest(plan({ items: [newItem("a")] }));
    await ledger.saveFollow(follow("north"), by("north"));
    expect(await ledger.grownFollows(at(1), at(0))).toEqual([]);
    await ledger.ingest(plan({ feedId: "f-two", items: [newItem("b", { storyId: "s-a" })] }));
    expect(await ledger.grownFollows(at(1), at(-1))).toEqual([]);
    const [before] = await ledger.grownFollows(at(1), at(0));
    if (before === undefined) throw new Error("nobody follows");
    const told = [{ before, items: 2, delivery: delivery("k-follow") }];
    await ledger.commitFollows(told, at(1));
    // A second process that read the same comes too late.
    await ledger.commitFollows([{ ...told[0], before, items: 2, delivery: delivery("k2") }], at(1));
    expect(await ledger.counts()).toMatchObject({ pending: 1 });
    expect(await ledger.grownFollows(at(2), at(1))).toEqual([]);
    expect(await ledger.follows("north", "chat:ada", at(2))).toMatchObject([
      { items: 2, toldAt: at(1) },
    ]);
    expect(await ledger.follows("north", "chat:bea", at(2))).toEqual([]);
    expect(await ledger.removeFollow("s-a", by("south"))).toBe(false);
    expect(await ledger.removeFollow("s-a", by("north"))).toBe(true);
  });
}

function feedTests(open: () => Promise<Ledger>): void {
  test("a feed of one tenant is hidden from others until everybody may see it", async () => {
    const ledger = await open();
    await ledger.addFeed(feed("f-one"), by("north"));
    expect(await ledger.hiddenFeeds("north")).toEqual([]);
    expect(await ledger.hiddenFeeds("south")).toEqual(["f-one"]);
    expect(await ledger.audienceOf("f-one")).toEqual(["north"]);
    await ledger.addFeed(feed("f-one"), by("web"));
    expect(await ledger.hiddenFeeds("south")).toEqual([]);
    expect(await ledger.audienceOf("f-one")).toBeNull();
    expect(await ledger.removeFeed("f-one", by("south"))).toBe(false);
    expect(await ledger.removeFeed("f-one", by("web"))).toBe(true);
    expect(await ledger.hiddenFeeds("south")).toEqual(["f-one"]);
  });

  test("a feed rests when all who added it let it, also when a poll ends meanwhile", async () => {
    const ledger = await open();
    const rests = async () => (await ledger.feeds())[0]?.state?.paused;
    await ledger.addFeed(feed("f-one"), by("north"));
    await ledger.addFeed(feed("f-one"), by("south"));
    await ledger.saveFeedState("f-one", feedState());
    expect(await ledger.pauseFeed("f-one", true, by("north"))).toBe(true);
    expect(await rests()).toBe(false);
    expect(await ledger.pauseFeed("f-one", true, by("south"))).toBe(true);
    await ledger.saveFeedState("f-one", feedState());
    expect(await rests()).toBe(true);
    expect(await ledger.pauseFeed("f-one", false, by("south"))).toBe(true);
    expect(await rests()).toBe(false);
    expect(await ledger.pauseFeed("f-one", true, by("east"))).toBe(false);
  });

  test("items of hidden feeds count nowhere", async () => {
    const ledger = await open();
    const matches = [match("talks", 80)];
    await ledger.ingest(plan({ feedId: "f-open", items: [newItem("a", { matches })] }));
    await ledger.ingest(plan({ feedId: "f-paid", items: [newItem("b", { matches })] }));
    const hidden = ["f-paid"];
    const query = {
      topicId: "talks",
      since: at(-9),
      until: at(9),
      minScore: 0,
      language: null,
      baseline: true,
      limit: 9,
    };
    const stories = await ledger.topicStories({ ...query, hiddenFeeds: hidden });
    expect(stories.map(({ story, bestItemId }) => [story.id, bestItemId])).toEqual([
      ["s-a", "i-a"],
    ]);
    expect(await ledger.topicCounts(at(-9), hidden)).toMatchObject([{ items: 1 }]);
    expect(await ledger.sourceCounts("talks", at(-9), hidden)).toHaveLength(1);
    expect(await ledger.itemsSince(at(-9), null, 9, { hidden })).toHaveLength(1);
    expect(await ledger.matchedItems("talks", at(-9), at(9), hidden)).toMatchObject([
      { itemId: "i-a", outlet: "a.example" },
    ]);
    expect(await ledger.matchedItems("talks", at(-9), at(9))).toHaveLength(2);
    const filter = { topicId: null, source: null, since: null, beforeItemId: null, limit: 1 };
    expect(await ledger.candidates(null, { ...filter, hiddenFeeds: hidden })).toMatchObject([
      { id: "i-a" },
    ]);
    expect(await ledger.itemByUrl("https://b.example/news", hidden)).toBeNull();
    expect(await ledger.itemByUrl("https://b.example/news")).toMatchObject({ id: "i-b" });
    expect((await ledger.items(["i-a", "i-b", "i-none"])).map(({ id }) => id).sort()).toEqual([
      "i-a",
      "i-b",
    ]);
  });
}

function otherTests(open: () => Promise<Ledger>): void {
  test("every change stands in the tenant's audit, written with it or not at all", async () => {
    const ledger = await open();
    await ledger.saveSubscription(subscription("u-one"), state("u-one"), by("web", "subscribed"));
    await ledger.removeSubscription("u-one", by("web", "unsubscribed"));
    await ledger.removeSubscription("u-one", by("web", "unsubscribed again"));
    await ledger.releaseChannel("web:main", by("web", "released"));
    await ledger.noteAudit({ ...by("web", "posted"), user: "chat:bea" });
    await ledger.noteAudit(by("other", "elsewhere"));
    expect(await whatOf(ledger, "web")).toEqual([
      "posted",
      "released",
      "unsubscribed",
      "subscribed",
    ]);
    expect(await ledger.audit("web", at(-1), "chat:bea", 9)).toHaveLength(1);
    expect(await ledger.audit("web", at(1), null, 9)).toEqual([]);
  });

  test("what a file subscribes in a channel is the tenant's that the channel turns out to be of, earlier posts too", async () => {
    const ledger = await open();
    const where = { file: "sitrep.yaml", line: 1 };
    const unknown = subscription("u-file", { tenant: "chat:room", channel: "chat:room", where });
    const declared = [{ subscription: unknown, state: state("u-file") }];
    await ledger.syncSubscriptions(declared);
    await ledger.ingest(plan({ items: [newItem("a")] }));
    await ledger.enqueue(
      delivery("k1", { tenant: "chat:room", channel: "chat:room", storyIds: ["s-a"] }),
    );
    await ledger.claim(1, at(1), ["chat"]);
    await ledger.settle("k1", { state: "sent", messageId: "m1", ambiguous: false }, at(1));
    expect(await ledger.storyOfMessage("m1", "north")).toBeNull();

    await ledger.tellTenant("chat:room", "north");
    expect(await ledger.subscriptions("north")).toHaveLength(1);
    expect(await ledger.storyOfMessage("m1", "north")).toBe("s-a");
    expect(await ledger.deliveriesOfStory("s-a", "north")).toHaveLength(1);
    expect(await ledger.storyOfMessage("m1", "south")).toBeNull();
  });

  test("settings are kept by tenant", async () => {
    const ledger = await open();
    await ledger.saveSettings({ timezone: "Europe/Berlin", cap: 5 }, by("north"));
    expect(await ledger.settings("north")).toEqual({ timezone: "Europe/Berlin", cap: 5 });
    expect(await ledger.settings("south")).toEqual({});
  });

  test("a purge takes what the tenant made and leaves others', files' and the audit", async () => {
    const ledger = await open();
    const where = { file: "sitrep.yaml", line: 1 };
    for (const tenant of ["north", "south"]) {
      await ledger.saveTopic(TOPIC, by(tenant));
      await ledger.saveMute(mute(tenant), by(tenant));
      await ledger.saveFollow(follow(tenant), by(tenant));
      await ledger.saveVerdict(verdict(tenant, "i-a"), by(tenant));
      await ledger.saveSettings({ cap: 5 }, by(tenant));
      await ledger.addFeed(feed(`f-${tenant}`), by(tenant));
      await ledger.saveSubscription(subscription(`u-${tenant}`, { tenant }), state(`u-${tenant}`));
    }
    const declared = subscription("u-file", { tenant: "north", where });
    await ledger.saveSubscription(declared, state("u-file"));
    const full = { feedback: 1, mutes: 1, follows: 1, topics: 1, subscriptions: 1, feeds: 1 };
    expect(await ledger.ownCounts("north")).toMatchObject(full);
    await ledger.purge("mutes", by("north", "purged mutes"));
    expect(await ledger.ownCounts("north")).toMatchObject({ ...full, mutes: 0 });
    await ledger.purge("everything", by("north", "purged everything"));
    const none = { feedback: 0, mutes: 0, follows: 0, topics: 0, subscriptions: 0, feeds: 0 };
    expect(await ledger.ownCounts("north")).toMatchObject(none);
    expect(await ledger.settings("north")).toEqual({});
    expect(await ledger.ownCounts("south")).toMatchObject(full);
    expect((await ledger.subscriptions("north")).map((one) => one.subscription.id)).toEqual([
      "u-file",
    ]);
    expect((await ledger.feeds()).map(({ id }) => id)).toEqual(["f-south"]);
    expect((await whatOf(ledger, "north"))[0]).toBe("purged everything");
  });
}
