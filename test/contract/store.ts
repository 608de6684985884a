import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KvTable } from "../../src/store/kv.ts";
import type { Ledger } from "../../src/store/ledger.ts";
import { storeArchiveContract } from "./store-archive.ts";
import { storeKvContract } from "./store-kv.ts";
import { storeOutboxContract } from "./store-outbox.ts";
import { storeOwnContract } from "./store-own.ts";
import { storePollsContract } from "./store-polls.ts";
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

/** One empty store of an engine, for one test. */
export type StorePlace = {
  /** Another process's view of the same data. */
  open(): Promise<Ledger & { readonly kv: KvTable }>;
  /** Command line of a process that enqueues key after key and prints each once it is acknowledged. */
  readonly writer: readonly string[];
  remove(): Promise<void>;
};

/** What every engine's ledger must do. */
export function storeContract(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`the ledger on ${name}`, () => {
    let place: StorePlace;
    const opened: Ledger[] = [];
    const open = async (): Promise<Ledger & { readonly kv: KvTable }> => {
      const ledger = await place.open();
      opened.push(ledger);
      return ledger;
    };

    beforeEach(async () => {
      place = await makePlace();
    });
    afterEach(async () => {
      for (const ledger of opened.splice(0)) await ledger.close();
      await place.remove();
    });

    feedTests(open);
    ingestTests(open);
    subscriptionTests(open);
    storeArchiveContract(open);
    storeOutboxContract(open);
    storePollsContract(open);
    storeOwnContract(open);
    storeKvContract(open);
    sharingTests(open, () => place);
  });
}

function feedTests(open: () => Promise<Ledger>): void {
  test("feeds of files come and go with the files, added ones stay", async () => {
    const ledger = await open();
    const where = { file: "feeds.yaml", line: 3 };
    await ledger.addFeed(feed("f-added"));
    await ledger.syncFeeds([feed("f-one", { where }), feed("f-two", { where, name: "Two" })]);
    await ledger.saveFeedState("f-one", feedState());
    await ledger.syncFeeds([feed("f-one", { where, weight: 2.5, fullText: true })]);

    expect(await ledger.feeds()).toEqual([
      { ...feed("f-added"), state: null },
      { ...feed("f-one", { where, weight: 2.5, fullText: true }), state: feedState() },
    ]);
    expect(await ledger.removeFeed("f-one")).toBe(false);
    expect(await ledger.removeFeed("f-added")).toBe(true);
    expect(await ledger.removeFeed("f-added")).toBe(false);
  });

  test("a feed of a file takes over one that tenants added, and is theirs again when it leaves the file", async () => {
    const ledger = await open();
    const entry = { tenant: "north", at: at(0), user: "chat:ada", what: "added it" };
    const where = { file: "feeds.yaml", line: 3 };
    await ledger.addFeed(feed("f-one", { name: "Ours" }), entry);
    await ledger.saveFeedState("f-one", feedState());
    await ledger.pauseFeed("f-one", true, entry);
    await ledger.syncFeeds([feed("f-one", { where })]);
    const owners = [{ tenant: "north", name: "Ours", tags: ["wire"], paused: true }];
    expect(await ledger.feeds()).toMatchObject([{ where, owners, state: { paused: false } }]);
    expect(await ledger.audienceOf("f-one")).toBeNull();
    await ledger.saveFeedState("f-one", feedState());
    expect(await ledger.feeds()).toMatchObject([{ state: { paused: false } }]);

    await ledger.syncFeeds([]);
    expect(await ledger.feeds()).toMatchObject([{ where: null, owners, state: { paused: true } }]);
    expect(await ledger.audienceOf("f-one")).toEqual(["north"]);
  });

  test("a feed that is added again begins anew, with no state", async () => {
    const ledger = await open();
    await ledger.addFeed(feed("f-one"));
    await ledger.saveFeedState("f-one", feedState({ failures: 2, problem: "gone" }));
    await ledger.removeFeed("f-one");
    await ledger.saveFeedState("f-one", feedState());
    await ledger.addFeed(feed("f-one"));
    expect((await ledger.feeds()).map(({ state: known }) => known)).toEqual([null]);
  });
}

function ingestTests(open: () => Promise<Ledger>): void {
  test("a seen item is known by guid, by content and by address, in its own feed only", async () => {
    const ledger = await open();
    await ledger.ingest(plan({ items: [newItem("a"), newItem("b")] }));
    const ask = (some: object) =>
      ledger.known("f-one", [{ guid: "?", contentHash: "?", canonicalUrl: null, ...some }]);
    const a = { ...newItem("a").identity, itemId: "i-a" };

    expect(await ask({ guid: "a" })).toEqual([a]);
    expect(await ask({ contentHash: "hash of a" })).toEqual([a]);
    expect(await ask({ canonicalUrl: "https://a.example/news" })).toEqual([a]);
    expect(await ask({})).toEqual([]);
    expect(await ledger.known("f-two", [newItem("a").identity])).toEqual([]);
  });

  test("an item under a new guid is known by that guid too", async () => {
    const ledger = await open();
    await ledger.ingest(plan({ items: [newItem("a")] }));
    const alias = { guid: "a2", contentHash: "hash of a", canonicalUrl: null, itemId: "i-a" };
    await ledger.ingest(plan({ aliases: [alias] }));
    expect(
      await ledger.known("f-one", [{ guid: "a2", contentHash: "?", canonicalUrl: null }]),
    ).toEqual([alias]);
  });

  test("the same plan twice stores everything once", async () => {
    const ledger = await open();
    const twice = plan({
      items: [newItem("a", { matches: [match("talks", 80)] })],
      deliveries: [delivery("k1", { storyIds: ["s-a"] })],
      told: [{ subscriptionId: "u-one", storyId: "s-a", items: 1, at: at(0) }],
    });
    await ledger.ingest(twice);
    await ledger.ingest(twice);
    expect(await ledger.counts()).toMatchObject({ items: 1, stories: 1, pending: 1 });
    expect((await ledger.story("s-a"))?.story.items).toBe(1);
  });

  test("of two items with one guid in a plan the first is stored", async () => {
    const ledger = await open();
    const [first, second] = [newItem("a"), newItem("a", { id: "i-b", storyId: "s-b" })];
    await ledger.ingest(plan({ items: [first, second] }));
    expect(await ledger.counts()).toMatchObject({ items: 1, stories: 1 });
  });

  test("a fault in the middle of a plan stores nothing of it", async () => {
    const ledger = await open();
    await ledger.addFeed(feed("f-one"));
    const broken = plan({
      items: [newItem("a"), newItem("b", { matches: [match("talks", Number.NaN)] })],
      deliveries: [delivery("k1")],
      state: feedState(),
    });
    await expect(ledger.ingest(broken)).rejects.toThrow();

    expect(await ledger.counts()).toMatchObject({ items: 0, stories: 0, pending: 0 });
    expect(await ledger.known("f-one", [newItem("a").identity])).toEqual([]);
    expect((await ledger.feeds()).map(({ state: known }) => known)).toEqual([null]);
    await ledger.ingest(plan({ items: [newItem("a")] }));
    expect(await ledger.counts()).toMatchObject({ items: 1 });
  });

  test("an edited item keeps its id, story and time of sight, and the story its old headline", async () => {
    const ledger = await open();
    await ledger.ingest(
      plan({
        items: [newItem("a", { matches: [match("talks", 80)], words: "old", stems: "old" })],
      }),
    );
    const edited = newItem("a", { item: { title: "New headline", source: "The Post" } });
    await ledger.ingest(
      plan({
        seenAt: at(30),
        edits: [
          {
            id: "i-a",
            item: edited.item,
            identity: { guid: "a", contentHash: "new hash", canonicalUrl: null },
            matches: [match("talks", 70)],
            words: "new",
            stems: "new",
          },
        ],
      }),
    );

    expect(await ledger.item("i-a")).toMatchObject({
      title: "New headline",
      seenAt: at(0),
      editedAt: at(30),
      storyId: "s-a",
    });
    const detail = await ledger.story("s-a");
    expect(detail?.story).toMatchObject({ headline: "New headline", firstReporter: "The Post" });
    expect(detail?.matches).toEqual([{ ...match("talks", 70), itemId: "i-a" }]);
    expect(detail?.pastHeadlines).toEqual([
      { itemId: "i-a", title: "Headline of a", until: at(30) },
    ]);
    const [known] = await ledger.known("f-one", [newItem("a").identity]);
    expect(known?.contentHash).toBe("new hash");
  });

  test("a poll's state is stored with its items", async () => {
    const ledger = await open();
    await ledger.addFeed(feed("f-one"));
    await ledger.ingest(plan({ items: [newItem("a")], state: feedState({ lastNewAt: at(0) }) }));
    expect((await ledger.feeds()).map(({ state: known }) => known?.lastNewAt)).toEqual([at(0)]);
  });
}

function subscriptionTests(open: () => Promise<Ledger>): void {
  test("subscriptions come back as they were saved, by tenant", async () => {
    const ledger = await open();
    const odd = subscription("u-odd", {
      tenant: "T1",
      schedule: { kind: "cron", expression: "0 8 * * 1" },
      minScore: null,
      language: "ru",
      quiet: null,
      mention: "123",
      paused: true,
      layout: "thread",
    });
    await ledger.saveSubscription(odd, state("u-odd", { dueAt: null, owedSince: at(-5) }));
    await ledger.saveSubscription(subscription("u-web"), state("u-web"));

    expect(await ledger.subscriptions("T1")).toEqual([
      { subscription: odd, state: state("u-odd", { dueAt: null, owedSince: at(-5) }) },
    ]);
    expect(await ledger.subscriptions(null)).toHaveLength(2);
    expect(await ledger.removeSubscription("u-odd")).toBe(true);
    expect(await ledger.removeSubscription("u-odd")).toBe(false);
    expect(await ledger.subscriptions("T1")).toEqual([]);
  });

  test("declared subscriptions keep where they stand; a changed schedule takes its new due time", async () => {
    const ledger = await open();
    const where = { file: "sitrep.yaml", line: 9 };
    const declared = (some: object) => subscription("u-file", { where, ...some });
    const wanted = (minutes: number) => state("u-file", { dueAt: at(minutes) });
    const stands = async () =>
      (await ledger.subscriptions(null)).map((entry) => [
        entry.subscription.id,
        entry.subscription.cap,
        entry.state.dueAt,
        entry.state.coveredTo,
      ]);
    await ledger.saveSubscription(subscription("u-chat"), state("u-chat"));
    await ledger.syncSubscriptions([{ subscription: declared({}), state: wanted(10) }]);
    await ledger.commitDigests({
      deliveries: [],
      told: [],
      states: [{ before: wanted(10), after: { ...wanted(100), coveredTo: at(10) } }],
    });

    await ledger.syncSubscriptions([{ subscription: declared({ cap: 5 }), state: wanted(200) }]);
    expect(await stands()).toEqual([
      ["u-chat", 20, at(60), at(0)],
      ["u-file", 5, at(100), at(10)],
    ]);

    const later = declared({ timezone: "UTC" });
    await ledger.syncSubscriptions([{ subscription: later, state: wanted(300) }]);
    expect((await stands())[1]).toEqual(["u-file", 20, at(300), at(10)]);

    await ledger.syncSubscriptions([]);
    expect((await stands()).map(([id]) => id)).toEqual(["u-chat"]);
  });

  test("a digest's post, what it tells and the next due time are stored together, once", async () => {
    const ledger = await open();
    await ledger.saveSubscription(subscription("u-one"), state("u-one"));
    await ledger.ingest(plan({ items: [newItem("a")] }));
    const digest = (key: string) => ({
      deliveries: [delivery(key, { kind: "digest", storyIds: ["s-a"] })],
      told: [{ subscriptionId: "u-one", storyId: "s-a", items: 1, at: at(60) }],
      states: [
        {
          before: state("u-one"),
          after: state("u-one", { dueAt: at(1500), coveredTo: at(60), owedSince: at(20) }),
        },
      ],
    });
    await ledger.commitDigests(digest("k1"));
    // A second planner that began from the same state comes too late.
    await ledger.commitDigests(digest("k2"));

    expect(await ledger.counts()).toMatchObject({ pending: 1 });
    expect((await ledger.claim(9, at(60), ["web"])).map(({ key }) => key)).toEqual(["k1"]);
    expect((await ledger.subscriptions(null)).map((entry) => entry.state)).toEqual([
      state("u-one", { dueAt: at(1500), coveredTo: at(60), owedSince: at(20) }),
    ]);
    expect(await ledger.told(["u-one"], ["s-a", "s-unknown"])).toEqual([
      { subscriptionId: "u-one", storyId: "s-a", items: 1, at: at(60) },
    ]);
    expect(await ledger.told(["u-two"], ["s-a"])).toEqual([]);
  });

  test("a schedule that is edited while its digest is planned keeps its new due time, and nothing is posted", async () => {
    const ledger = await open();
    await ledger.saveSubscription(subscription("u-one"), state("u-one"));
    await ledger.saveSubscription(subscription("u-none"), state("u-none", { dueAt: null }));
    const before = { one: state("u-one"), none: state("u-none", { dueAt: null }) };
    const edited = state("u-one", { dueAt: at(90) });
    await ledger.saveSubscription(subscription("u-one"), edited);
    await ledger.commitDigests({
      deliveries: [delivery("k1", { kind: "digest", subscriptionId: "u-one" })],
      told: [],
      states: [
        { before: before.one, after: state("u-one", { dueAt: at(1500), coveredTo: at(60) }) },
        { before: before.none, after: state("u-none", { dueAt: at(1500), coveredTo: at(60) }) },
      ],
    });
    expect((await ledger.subscriptions(null)).map((entry) => entry.state)).toEqual([
      edited,
      state("u-none", { dueAt: at(1500), coveredTo: at(60) }),
    ]);
    expect(await ledger.counts()).toMatchObject({ pending: 0 });
  });

  test("what another process does to subscriptions is seen at once", async () => {
    const [ledger, other] = [await open(), await open()];
    const seen = async () =>
      (await ledger.subscriptions(null)).map((entry) => [
        entry.subscription.id,
        entry.subscription.tenant,
        entry.state.dueAt,
      ]);
    expect(await seen()).toEqual([]);
    await other.saveSubscription(subscription("u-one", { tenant: "web:main" }), state("u-one"));
    expect(await seen()).toEqual([["u-one", "web:main", at(60)]]);
    await other.tellTenant("web:main", "T1");
    expect(await seen()).toEqual([["u-one", "T1", at(60)]]);
    const after = state("u-one", { dueAt: at(1500) });
    await other.commitDigests({
      deliveries: [],
      told: [],
      states: [{ before: state("u-one"), after }],
    });
    expect(await seen()).toEqual([["u-one", "T1", at(1500)]]);
    await other.removeSubscription("u-one");
    expect(await seen()).toEqual([]);
  });

  test("what waits for a removed subscription is not sent any more", async () => {
    const ledger = await open();
    await ledger.saveSubscription(subscription("u-one"), state("u-one"));
    await ledger.enqueue(delivery("k1"));
    await ledger.enqueue(delivery("k2", { subscriptionId: "u-two" }));
    await ledger.removeSubscription("u-one");
    expect((await ledger.claim(9, at(1), ["web"])).map(({ key }) => key)).toEqual(["k2"]);
    expect(await ledger.counts()).toMatchObject({ gone: 1, inflight: 1 });
  });
}

function sharingTests(
  open: () => Promise<Ledger & { readonly kv: KvTable }>,
  place: () => StorePlace,
): void {
  test("several connections write at once and nothing is lost", async () => {
    const ledgers = await Promise.all([open(), open(), open()]);
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        ledgers[n % 3]?.ingest(
          plan({ feedId: `f-${n}`, items: [newItem(`n${n}`)], deliveries: [delivery(`k${n}`)] }),
        ),
      ),
    );
    for (const ledger of ledgers) {
      expect(await ledger.counts()).toMatchObject({ items: 60, stories: 60, pending: 60 });
    }
  });

  test("two connections never claim one row", async () => {
    const [one, other] = await Promise.all([open(), open()]);
    for (let n = 0; n < 40; n += 1) {
      await one.enqueue(delivery(`k${n}`, { channel: `web:c${n}` }));
    }
    const keys: string[] = [];
    for (;;) {
      const claims = await Promise.all([
        one.claim(3, at(1), ["web"]),
        other.claim(3, at(1), ["web"]),
      ]);
      if (claims.flat().length === 0) break;
      keys.push(...claims.flat().map(({ key }) => key));
    }
    expect(keys).toHaveLength(40);
    expect(new Set(keys).size).toBe(40);
  });

  test("a process killed with -9 loses nothing that it was told is stored", async () => {
    for (const killAfter of [1, 7, 30]) {
      const acknowledged = await writeAndKill(place().writer, killAfter);
      expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter);
      const ledger = await open();
      expect(await ledger.check()).toEqual([]);
      const posts = await ledger.deliveriesOfStory("s-kept", "web");
      expect(posts.map(({ key }) => key)).toEqual(expect.arrayContaining(acknowledged));
    }
  });
}

/** The keys that a writing process printed until it was killed at that many. */
async function writeAndKill(command: readonly string[], killAfter: number): Promise<string[]> {
  const [program, ...parameters] = command;
  if (program === undefined) throw new Error("an empty command line");
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const keys: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    keys.push(line);
    if (keys.length === killAfter) child.kill("SIGKILL");
  }
  await ended;
  return keys;
}
