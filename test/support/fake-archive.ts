import type { Archive, CommandPorts, DeliveryTrace, KnownFeed } from "../../src/commands/ports.ts";
import type { Caller } from "../../src/commands/spec.ts";
import type { TopicStory } from "../../src/digests/digest.ts";
import type { Subscription, SubscriptionState } from "../../src/digests/subscription.ts";
import type { Feed, FeedState } from "../../src/feeds/feed.ts";
import { headlineOf, outletOf } from "../../src/feeds/item.ts";
import type { ArchivedItem, Story } from "../../src/stories/story.ts";
import type { Match } from "../../src/topics/topic.ts";
import { emptyNotes, type FakeNotes, fakeOwn } from "./fake-own.ts";

export const NOW = "2026-03-10T12:00:00.000Z";

/** Everything that the archive of a test holds; tests add to it and look at it. */
export type FakeWorld = {
  readonly items: ArchivedItem[];
  /** Item id to its matches. */
  readonly matches: Map<string, readonly Match[]>;
  readonly feeds: KnownFeed[];
  readonly held: { subscription: Subscription; state: SubscriptionState }[];
  readonly deliveries: (DeliveryTrace & { readonly tenant: string })[];
  /** tenant and message id to story id. */
  readonly messages: Map<string, string>;
  readonly notes: FakeNotes;
};

export function emptyWorld(): FakeWorld {
  return {
    items: [],
    matches: new Map(),
    feeds: [],
    held: [],
    deliveries: [],
    messages: new Map(),
    notes: emptyNotes(),
  };
}

/** An archive in memory with the behaviour that the port's comments promise. */
export function fakeArchive(world: FakeWorld): Archive {
  const itemsOf = (storyId: string): ArchivedItem[] =>
    world.items
      .filter((item) => item.storyId === storyId)
      .sort((a, b) => (a.seenAt < b.seenAt ? -1 : 1));
  const matchOf = (item: ArchivedItem, topicId: string): Match | undefined =>
    world.matches.get(item.id)?.find((match) => match.topicId === topicId);
  const bestOf = (items: readonly ArchivedItem[], topicId: string): Match | null =>
    items.flatMap((item) => matchOf(item, topicId) ?? []).sort((a, b) => b.score - a.score)[0] ??
    null;
  const storyIds = (): string[] => [...new Set(world.items.map(({ storyId }) => storyId))];

  return {
    async topicStories({ topicId, since, until, minScore, language, limit }) {
      return storyIds()
        .flatMap((id): TopicStory[] => {
          const fresh = itemsOf(id).filter(
            (item) =>
              item.seenAt > since &&
              item.seenAt <= until &&
              (language === null || item.language === language),
          );
          const best = bestOf(fresh, topicId);
          if (fresh.length === 0 || best === null || best.score < minScore) return [];
          const bestItem = fresh.find((item) => matchOf(item, topicId) === best);
          return [
            {
              story: storyOf(itemsOf(id)),
              score: best.score,
              reasons: best.reasons,
              gist: fresh[0]?.text ?? null,
              itemsNew: fresh.length,
              update: false,
              ...(bestItem === undefined ? {} : { bestItemId: bestItem.id }),
            },
          ];
        })
        .sort((a, b) => b.score - a.score)
        .slice(0, limit);
    },
    async matchedItems(topicId, since, until) {
      return world.items
        .filter(({ seenAt }) => seenAt > since && seenAt <= until)
        .filter((item) => matchOf(item, topicId)?.matched === true)
        .map(({ id, storyId, language, seenAt, publishedAt, ...item }) => {
          const outlet = outletOf(item);
          return { itemId: id, storyId, outlet, language, seenAt, publishedAt };
        });
    },
    async topicCounts(since) {
      const topicIds = new Set([...world.matches.values()].flat().map(({ topicId }) => topicId));
      return [...topicIds].map((topicId) => {
        const items = world.items.filter(
          (item) => item.seenAt > since && matchOf(item, topicId)?.matched === true,
        );
        return {
          topicId,
          items: items.length,
          stories: new Set(items.map(({ storyId }) => storyId)).size,
        };
      });
    },
    async story(storyId) {
      const items = itemsOf(storyId);
      if (items.length === 0) return null;
      const topicIds = new Set(
        items.flatMap(({ id }) => (world.matches.get(id) ?? []).map(({ topicId }) => topicId)),
      );
      const matches = [...topicIds].flatMap((topicId) => bestOf(items, topicId) ?? []);
      return { story: storyOf(items), items, matches };
    },
    itemByUrl: async (url) => world.items.find((item) => item.url === url) ?? null,
    item: async (itemId) => world.items.find(({ id }) => id === itemId) ?? null,
    items: async (itemIds) => world.items.filter(({ id }) => itemIds.includes(id)),
    matchesOf: async (itemId) => world.matches.get(itemId) ?? [],
    async sourceCounts(topicId, since) {
      const counts = new Map<string, { items: number; lastSeenAt: string }>();
      for (const item of world.items) {
        if (item.seenAt <= since || matchOf(item, topicId)?.matched !== true) continue;
        const known = counts.get(outletOf(item)) ?? { items: 0, lastSeenAt: "" };
        const lastSeenAt = [item.seenAt, known.lastSeenAt].sort().at(-1) ?? "";
        counts.set(outletOf(item), { items: known.items + 1, lastSeenAt });
      }
      return [...counts].map(([outlet, count]) => ({ outlet, ...count }));
    },
    async itemsSince(since, after, limit) {
      const ordered = world.items
        .filter(({ seenAt }) => seenAt > since)
        .sort((a, b) => (a.seenAt < b.seenAt ? -1 : 1));
      const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
      return ordered.slice(start, start + limit);
    },
    countSince: async (since, until) =>
      world.items.filter(({ seenAt }) => seenAt > since && seenAt <= until).length,
    feeds: async () => world.feeds,
    async addFeed(feed, entry) {
      const { name, tags } = feed;
      const owners =
        entry === undefined ? [] : [{ tenant: entry.tenant, name, tags, paused: false }];
      world.feeds.push({ ...feed, state: null, owners });
    },
    async pauseFeed(feedId, paused) {
      const at = world.feeds.findIndex(({ id }) => id === feedId);
      const feed = world.feeds[at];
      if (feed === undefined || feed.state === null) return false;
      world.feeds.splice(at, 1, { ...feed, state: { ...feed.state, paused } });
      return true;
    },
    async removeFeed(feedId) {
      const at = world.feeds.findIndex(({ id, where }) => id === feedId && where === null);
      if (at >= 0) world.feeds.splice(at, 1);
      return at >= 0;
    },
    subscriptions: async (tenant) =>
      world.held.filter(({ subscription }) => tenant === null || subscription.tenant === tenant),
    async saveSubscription(subscription, state) {
      const at = world.held.findIndex((held) => held.subscription.id === subscription.id);
      if (at >= 0) world.held.splice(at, 1, { subscription, state });
      else world.held.push({ subscription, state });
    },
    async removeSubscription(subscriptionId) {
      const at = world.held.findIndex(({ subscription }) => subscription.id === subscriptionId);
      if (at >= 0) world.held.splice(at, 1);
      return at >= 0;
    },
    deliveriesOfStory: async (storyId, tenant) =>
      world.deliveries.filter(
        (delivery) => delivery.tenant === tenant && delivery.storyIds.includes(storyId),
      ),
    storyOfMessage: async (messageId, tenant) =>
      world.messages.get(`${tenant} ${messageId}`) ?? null,
    counts: async () => ({
      items: world.items.length,
      stories: storyIds().length,
      pending: 0,
      inflight: 0,
      sent: 3,
      gone: 0,
      ambiguous: 0,
      oldestPendingAt: null,
    }),
  };
}

/** A story made of its items, in the order in which they were seen. */
function storyOf(items: readonly ArchivedItem[]): Story {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a story has items");
  const outlets = new Map(items.map((item) => [outletOf(item), item.url]));
  return {
    id: first.storyId,
    headline: headlineOf(first),
    url: first.url,
    outlets: [...outlets].map(([name, url]) => ({ name, url })),
    firstReporter: outletOf(first),
    items: items.length,
    languages: [...new Set(items.flatMap(({ language }) => language ?? []))],
    publishedAt: first.publishedAt,
    firstSeenAt: first.seenAt,
    lastSeenAt: last.seenAt,
  };
}

/** An item with only what matters to a test. */
export function fakeItem(
  item: Partial<ArchivedItem> & Pick<ArchivedItem, "id" | "storyId" | "title" | "source">,
): ArchivedItem {
  return {
    guid: item.id,
    url: `https://news.example/${item.id}`,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: null,
    text: null,
    categories: [],
    enclosures: [],
    agency: null,
    language: "en",
    feedId: "f000000news",
    seenAt: "2026-03-10T09:00:00.000Z",
    editedAt: null,
    baseline: false,
    duplicateOf: null,
    ...item,
  };
}

/** A feed that was read five minutes ago and is well. */
export function fakeFeed(
  feed: Partial<KnownFeed> & Pick<Feed, "id" | "url" | "name">,
  state: Partial<FeedState> = {},
): KnownFeed & { readonly state: FeedState } {
  return {
    tags: [],
    everyMs: 900_000,
    language: null,
    weight: 1,
    fullText: false,
    where: null,
    owners: [{ tenant: "north", name: feed.name, tags: [], paused: false }],
    ...feed,
    state: {
      title: null,
      nextPollAt: "2026-03-10T12:10:00.000Z",
      lastPollAt: "2026-03-10T11:55:00.000Z",
      lastOkAt: "2026-03-10T11:55:00.000Z",
      lastNewAt: "2026-03-10T09:00:00.000Z",
      failures: 0,
      problem: null,
      status: 200,
      paused: false,
      ...state,
    },
  };
}

/** A daily digest at 08:00 UTC, last planned this morning. */
export function fakeSubscription(
  subscription: Partial<Subscription> & Pick<Subscription, "id" | "tenant" | "channel">,
): { subscription: Subscription; state: SubscriptionState } {
  return {
    subscription: {
      topicId: "harbour",
      mode: "digest",
      schedule: {
        kind: "times",
        at: ["08:00"],
        days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
      },
      timezone: "UTC",
      minScore: null,
      language: null,
      layout: "cards",
      mention: null,
      first: "next",
      quiet: null,
      cap: 20,
      empty: "silent",
      paused: false,
      createdAt: "2026-03-01T00:00:00.000Z",
      where: null,
      ...subscription,
    },
    state: {
      subscriptionId: subscription.id,
      dueAt: "2026-03-11T08:00:00.000Z",
      coveredTo: "2026-03-10T08:00:00.000Z",
      owedSince: null,
    },
  };
}

export const HARBOUR = {
  id: "harbour",
  name: "Harbour strike",
  about: "Strikes in the ports of the north",
  threshold: 60,
  query: "strike AND harbour",
};

export const RIVER = {
  id: "river",
  name: "River floods",
  about: "Floods along the river",
  threshold: 50,
  query: "flood AND river",
};

/** Ports over a world; what a test does not say is quiet and harmless. */
export function fakePorts(world: FakeWorld, over: Partial<CommandPorts> = {}): CommandPorts {
  let ids = 0;
  return {
    archive: fakeArchive(world),
    search: {
      async search(query, { topicId, source, since, limit }) {
        if (query.includes("(")) return { hits: [], fault: "column 1: ( is not closed" };
        const hits = world.items
          .filter((item) => headlineOf(item).toLowerCase().includes(query.toLowerCase()))
          .filter((item) => source === null || outletOf(item) === source)
          .filter((item) => since === null || item.seenAt > since)
          .map((item) => ({
            item,
            topics: (world.matches.get(item.id) ?? []).map((match) => match.topicId),
            snippet: item.text ?? "",
          }))
          .filter(({ topics }) => topicId === null || topics.includes(topicId));
        return { hits: hits.slice(0, limit), fault: null };
      },
    },
    topics: {
      list: () => [HARBOUR, RIVER],
      explain: (topicId) =>
        topicId === "harbour" || topicId === "river"
          ? { score: 0, threshold: 60, reasons: [] }
          : null,
      matchOne: () => null,
      narrowing: () => null,
      draft: async () => ({ matchOne: () => null }),
    },
    reader: {
      test: async (url) => ({
        url,
        parsed: {
          ok: false,
          feed: { title: null, url: null, language: null, updatedAt: null },
          items: [],
          problems: [{ code: "unreachable", message: "The host does not answer." }],
        },
        status: null,
        contentType: null,
        charset: null,
        bytes: null,
        etag: null,
        lastModified: null,
        tookMs: 12,
      }),
      discover: async () => [],
      list: async () => ({ problem: "The host does not answer." }),
    },
    digests: {
      preview: async (topicId, since) => ({
        topicId,
        topicName: HARBOUR.name,
        from: since,
        to: NOW,
        timezone: "UTC",
        stories: [],
        overflow: 0,
      }),
      sendNow: async () => "planned",
    },
    posts: { notice: async () => {} },
    doctor: { examine: async () => [] },
    own: fakeOwn(world.notes),
    backups: null,
    lines: fakeLines(),
    holds: { release: async () => {} },
    feedback: "reviewed",
    changesStories: true,
    settings: {},
    now: () => NOW,
    newId() {
      ids += 1;
      return `new${String(ids).padStart(3, "0")}`;
    },
    publicUrl: null,
    timezone: "UTC",
    pollEveryMs: 900_000,
    ...over,
  };
}

/** Long lines in memory, by their number. */
export function fakeLines(): CommandPorts["lines"] {
  const kept: string[] = [];
  return {
    async keep(tenant, line) {
      kept.push(`${tenant} ${line}`);
      return String(kept.length - 1).padStart(16, "0");
    },
    async recall(tenant, word) {
      const line = kept[Number(word)];
      return line?.startsWith(`${tenant} `) === true ? line.slice(tenant.length + 1) : null;
    },
  };
}

export const VIEWER: Caller = {
  tenant: "north",
  user: "chat:vera",
  level: "viewer",
  channel: "chat:news",
};
export const EDITOR: Caller = { ...VIEWER, user: "chat:edda", level: "editor" };
export const ADMIN: Caller = { ...VIEWER, user: "chat:ada", level: "admin" };

const strike = (score: number): Match => ({
  topicId: "harbour",
  score,
  matched: score >= HARBOUR.threshold,
  reasons: [
    { concept: "strike", field: "title", quote: "dockers walk out", points: score - 20 },
    { concept: "port", field: "lead", quote: "the harbour of Nordhavn", points: 20 },
  ],
});

/** Two harbour stories, one of them told by three, a near miss, two tenants with a subscription each. */
export function busyWorld(): FakeWorld {
  const world = emptyWorld();
  world.feeds.push(
    fakeFeed({ id: "f000000news", url: "https://news.example/feed", name: "North News" }),
    fakeFeed(
      { id: "f000000coast", url: "https://joe:hunter2@coast.example/rss?key=s3cret", name: null },
      {
        title: "Coast Daily",
        failures: 3,
        problem: "status 503",
        lastOkAt: "2026-03-09T12:00:00.000Z",
      },
    ),
  );
  world.items.push(
    fakeItem({
      id: "i00000000001",
      storyId: "s0000000001",
      title: "Dockers walk out in Nordhavn",
      source: "North News",
      text: "Dockers in the harbour of Nordhavn walked out on Tuesday.",
      seenAt: "2026-03-10T08:30:00.000Z",
    }),
    fakeItem({
      id: "i00000000002",
      storyId: "s0000000001",
      title: "Walkout stops Nordhavn harbour",
      source: "Coast Daily",
      feedId: "f000000coast",
      duplicateOf: "i00000000001",
      seenAt: "2026-03-10T09:00:00.000Z",
    }),
    fakeItem({
      id: "i00000000003",
      storyId: "s0000000001",
      title: "Hafenarbeiter legen Arbeit nieder",
      source: "Nordkurier",
      language: "de",
      editedAt: "2026-03-10T11:00:00.000Z",
      seenAt: "2026-03-10T10:00:00.000Z",
    }),
    fakeItem({
      id: "i00000000004",
      storyId: "s0000000002",
      title: "Ferry crews vote on strike",
      source: "North News",
      seenAt: "2026-03-10T07:00:00.000Z",
    }),
    fakeItem({
      id: "i00000000005",
      storyId: "s0000000003",
      title: "Harbour cafe opens",
      source: "Coast Daily",
      seenAt: "2026-03-09T15:00:00.000Z",
      baseline: true,
    }),
  );
  world.matches.set("i00000000001", [strike(82.5)]);
  world.matches.set("i00000000002", [strike(71)]);
  world.matches.set("i00000000003", [strike(64)]);
  world.matches.set("i00000000004", [strike(66)]);
  world.matches.set("i00000000005", [strike(45)]);
  world.held.push(
    fakeSubscription({ id: "u000nor", tenant: "north", channel: "chat:news" }),
    fakeSubscription({ id: "u000sou", tenant: "south", channel: "chat:secret-room" }),
  );
  world.deliveries.push(
    delivery("north", "chat:news", "u000nor"),
    delivery("south", "chat:secret-room", "u000sou"),
  );
  world.messages.set("north 900000000000000001", "s0000000001");
  world.messages.set("south 900000000000000002", "s0000000002");
  return world;
}

function delivery(
  tenant: string,
  channel: string,
  subscriptionId: string,
): FakeWorld["deliveries"][number] {
  return {
    tenant,
    channel,
    subscriptionId,
    key: `key-of-${tenant}`,
    kind: "digest",
    state: "sent",
    storyIds: ["s0000000001"],
    createdAt: "2026-03-10T11:00:00.000Z",
    dueAt: "2026-03-10T11:00:00.000Z",
    settledAt: "2026-03-10T11:30:00.000Z",
    reason: null,
  };
}
