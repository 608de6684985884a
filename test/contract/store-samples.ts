import type { Reply } from "../../src/commands/reply.ts";
import type { Delivery } from "../../src/delivery/delivery.ts";
import type { Subscription, SubscriptionState } from "../../src/digests/subscription.ts";
import type { Feed, FeedState } from "../../src/feeds/feed.ts";
import type { Instant, Item } from "../../src/feeds/item.ts";
import type { IngestPlan, NewItem } from "../../src/store/ledger.ts";
import type { Match } from "../../src/topics/topic.ts";

/** Minutes after a fixed morning. */
export function at(minutes: number): Instant {
  return new Date(Date.UTC(2026, 4, 4, 8, minutes)).toISOString();
}

export function item(guid: string, some: Partial<Item> = {}): Item {
  return {
    guid,
    title: `Headline of ${guid}`,
    url: `https://${guid}.example/news`,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: null,
    text: `Text of ${guid}. It has two sentences.`,
    categories: [],
    enclosures: [],
    source: null,
    agency: null,
    language: "en",
    ...some,
  };
}

export function match(topicId: string, score: number, matched = score >= 60): Match {
  return {
    topicId,
    score,
    matched,
    reasons: [{ concept: "talks", field: "title", quote: `scored ${score}`, points: score }],
  };
}

export function newItem(
  guid: string,
  some: Partial<Omit<NewItem, "item">> & { readonly item?: Partial<Item> } = {},
): NewItem {
  const full = item(guid, some.item);
  return {
    id: `i-${guid}`,
    identity: { guid, contentHash: `hash of ${guid}`, canonicalUrl: full.url },
    baseline: false,
    storyId: `s-${guid}`,
    duplicateOf: null,
    at: at(0),
    language: "en",
    matches: [],
    words: "",
    stems: "",
    ...some,
    item: full,
  };
}

export function plan(some: Partial<IngestPlan> = {}): IngestPlan {
  return {
    feedId: "f-one",
    seenAt: at(0),
    items: [],
    edits: [],
    aliases: [],
    merges: [],
    deliveries: [],
    told: [],
    state: null,
    ...some,
  };
}

export function reply(text: string): Reply {
  return { blocks: [{ kind: "text", text }], ephemeral: false };
}

export function delivery(key: string, some: Partial<Delivery> = {}): Delivery {
  return {
    key,
    tenant: "web",
    channel: "web:main",
    kind: "alert",
    subscriptionId: "u-one",
    topicId: "talks",
    storyIds: [],
    reply: reply(`post ${key}`),
    mention: null,
    createdAt: at(0),
    dueAt: at(0),
    attempts: 0,
    attemptAt: null,
    ...some,
  };
}

export function subscription(id: string, some: Partial<Subscription> = {}): Subscription {
  return {
    id,
    tenant: "web",
    channel: "web:main",
    topicId: "talks",
    mode: "digest",
    schedule: { kind: "times", at: ["08:00"], days: ["mon", "tue"] },
    timezone: "Europe/Berlin",
    minScore: 60,
    language: null,
    layout: "compact",
    mention: null,
    first: "now",
    quiet: { from: "22:00", to: "07:00" },
    cap: 20,
    empty: "silent",
    paused: false,
    createdAt: at(0),
    where: null,
    ...some,
  };
}

export function state(
  subscriptionId: string,
  some: Partial<SubscriptionState> = {},
): SubscriptionState {
  return { subscriptionId, dueAt: at(60), coveredTo: at(0), owedSince: null, ...some };
}

export function feed(id: string, some: Partial<Feed> = {}): Feed {
  return {
    id,
    url: `https://${id}.example/feed.xml`,
    name: null,
    tags: ["wire"],
    everyMs: 900_000,
    language: null,
    weight: 1,
    fullText: false,
    where: null,
    ...some,
  };
}

export function feedState(some: Partial<FeedState> = {}): FeedState {
  return {
    title: "A feed",
    nextPollAt: at(15),
    lastPollAt: at(0),
    lastOkAt: at(0),
    lastNewAt: null,
    failures: 0,
    problem: null,
    status: 200,
    paused: false,
    ...some,
  };
}
