import { randomBytes, timingSafeEqual } from "node:crypto";
import type { WebMount } from "../chat/web/ports.ts";
import { createGuard } from "../feeds/guard.ts";
import type { Instant, PollWishes } from "../feeds/item.ts";
import { type FeedMemory, NOTHING_KNOWN, withNewAt } from "../feeds/memory.ts";
import { itemsOf } from "../feeds/poller.ts";
import { redactUrl } from "../feeds/redact.ts";
import {
  createHubClient,
  type HubClient,
  isSigned,
  renewAt,
  verifyIntent,
} from "../feeds/websub.ts";
import { userAgentOf } from "../user-agent.ts";
import type { Sitrep } from "../wiring.ts";
import type { Ingester } from "./ingest.ts";
import type { PolledFeed, PollStore } from "./poll-store.ts";

/** Feeds that hubs push to us (WebSub); polls go on as the safety net. */
export type Pushes = {
  /** Where hubs call; null without a public address. */
  readonly mount: WebMount | null;
  /**
   * A good poll: subscribes, renews, and notices when polls find what the hub did not send. `wishes`: what the feed
   * says; null when it did not change, so that only its subscription may need renewal.
   */
  polled(feed: PolledFeed, wishes: PollWishes | null, itemsNew: number): Promise<void>;
  /** Whether a hub sends what is new of this feed, so that polls may be slow. */
  isPushed(feedId: string): boolean;
  /** Reads what is kept. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** What is kept of one subscription; losing it costs a new one. */
type Subscription = {
  readonly feedId: string;
  readonly hubUrl: string;
  readonly topicUrl: string;
  /** Part of the callback's address: nobody else can guess it. */
  readonly token: string;
  readonly secret: string;
  /** Null until the hub has asked whether we meant it. */
  readonly activeUntil: Instant | null;
  /** When to ask the hub (again). */
  readonly askAt: Instant;
  /** News that polls found and the hub had not sent, in a row. */
  readonly missed: number;
};

const HOUR_MS = 3_600_000;
/** After so many the hub is not relied upon, until it sends something again. */
const MISSED_MAX = 3;
/** Between two requests of a subscription that the hub does not confirm. */
const RETRY_MS = 12 * HOUR_MS;

type Parts = {
  readonly sitrep: Sitrep;
  readonly ingester: Ingester;
  readonly store: PollStore;
  readonly subscriptions: Map<string, Subscription>;
  readonly hub: HubClient;
  save(subscription: Subscription): Promise<void>;
  drop(feedId: string): Promise<void>;
};

export function createPushes(sitrep: Sitrep, ingester: Ingester, store: PollStore): Pushes {
  const { config, keyv, now } = sitrep;
  const { publicUrl } = config.web;
  if (publicUrl === null) return NO_PUSHES;
  const kept = keyv("websub");
  const subscriptions = new Map<string, Subscription>();
  const hub = createHubClient({
    guard: createGuard({ allow: config.feedAllow }),
    userAgent: userAgentOf(publicUrl),
  });
  const parts: Parts = {
    sitrep,
    ingester,
    store,
    subscriptions,
    hub,
    async save(subscription) {
      subscriptions.set(subscription.feedId, subscription);
      await kept.set(subscription.feedId, subscription);
    },
    async drop(feedId) {
      subscriptions.delete(feedId);
      await kept.delete(feedId);
    },
  };
  const asking = new Set<Promise<void>>();
  return {
    mount: { path: "/websub/:id", handle: (request) => answer(parts, request) },
    async polled(feed, wishes, itemsNew) {
      const next = dueRequest(subscriptions.get(feed.id) ?? null, feed.id, wishes, now());
      if (next !== null) {
        await parts.save(next);
        const asked = ask(parts, next, publicUrl).finally(() => asking.delete(asked));
        asking.add(asked);
      } else if (itemsNew > 0) await noteMissed(parts, feed);
    },
    isPushed(feedId) {
      const there = subscriptions.get(feedId);
      return there !== undefined && isActive(there, now()) && there.missed < MISSED_MAX;
    },
    async start() {
      const ids = (await sitrep.ledger.feeds()).map(({ id }) => id);
      for (const found of await kept.getMany<Subscription>(ids)) {
        if (found !== undefined) subscriptions.set(found.feedId, found);
      }
    },
    async stop() {
      await hub.close();
      await Promise.allSettled(asking);
    },
  };
}

const NO_PUSHES: Pushes = {
  mount: null,
  polled: async () => undefined,
  isPushed: () => false,
  start: async () => undefined,
  stop: async () => undefined,
};

function isActive({ activeUntil }: Subscription, now: Instant): boolean {
  return activeUntil !== null && activeUntil > now;
}

/** The subscription that the hub is to be asked for now; null: none, or not yet. */
function dueRequest(
  before: Subscription | null,
  feedId: string,
  wishes: PollWishes | null,
  now: Instant,
): Subscription | null {
  const retryAt = new Date(Date.parse(now) + RETRY_MS).toISOString();
  if (wishes === null) {
    return before !== null && before.askAt <= now ? { ...before, askAt: retryAt } : null;
  }
  const { hubUrl, selfUrl: topicUrl } = wishes;
  // A feed that left its hub: what was subscribed runs out.
  if (hubUrl === null || topicUrl === null) return null;
  if (before !== null && before.hubUrl === hubUrl && before.topicUrl === topicUrl) {
    return before.askAt <= now ? { ...before, askAt: retryAt } : null;
  }
  const token = randomBytes(18).toString("base64url");
  const secret = randomBytes(32).toString("base64url");
  const base = { feedId, hubUrl, topicUrl, token, secret };
  return { ...base, activeUntil: null, askAt: retryAt, missed: 0 };
}

async function ask(parts: Parts, wanted: Subscription, publicUrl: string): Promise<void> {
  const { hubUrl, topicUrl, feedId, token, secret } = wanted;
  const callbackUrl = `${publicUrl}/websub/${feedId}.${token}`;
  const problem = await parts.hub.request("subscribe", { hubUrl, topicUrl, callbackUrl, secret });
  if (problem === null) return;
  const fields = { hub: redactUrl(hubUrl), problem: problem.message };
  parts.sitrep.log.info(
    fields,
    "a hub does not take our subscription; the feed is polled as usual",
  );
}

/** A poll found news while the hub should have sent it. */
async function noteMissed({ subscriptions, sitrep, save }: Parts, feed: PolledFeed): Promise<void> {
  const there = subscriptions.get(feed.id);
  if (there === undefined || !isActive(there, sitrep.now()) || there.missed >= MISSED_MAX) return;
  const missed = there.missed + 1;
  await save({ ...there, missed });
  if (missed < MISSED_MAX) return;
  const fields = { feed: redactUrl(feed.url), hub: redactUrl(there.hubUrl) };
  sitrep.log.warn(fields, "a hub misses news of this feed; it is polled as usual again");
}

const NOT_OURS = (): Response => new Response("Not found\n", { status: 404 });

async function answer(parts: Parts, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [feedId = "", token = ""] = (url.pathname.split("/").at(-1) ?? "").split(".");
  const there = parts.subscriptions.get(feedId);
  if (there === undefined || !isSame(there.token, token)) return NOT_OURS();
  if (request.method === "GET") return confirm(parts, there, url.searchParams);
  if (request.method !== "POST") return new Response("Use GET or POST\n", { status: 405 });
  const body = await bodyOf(request, parts.sitrep.config.poll.wireBytesMax);
  if (body === null) return new Response("Too large\n", { status: 413 });
  const signature = request.headers.get("x-hub-signature") ?? undefined;
  // Taken with thanks all the same, as the standard asks: the sender is not to learn that it was dropped.
  if (isSigned(body, signature, there.secret)) await take(parts, there, body, request);
  return new Response(null, { status: 202 });
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function confirm(
  { sitrep, save, drop }: Parts,
  there: Subscription,
  query: URLSearchParams,
): Promise<Response> {
  const { topicUrl } = there;
  const verified = verifyIntent(query, { mode: "subscribe", topicUrl });
  switch (verified.kind) {
    case "unknown":
      return NOT_OURS();
    case "denied":
      await drop(there.feedId);
      return new Response(null, { status: 200 });
    case "confirmed": {
      const now = sitrep.now();
      const { leaseSeconds, challenge } = verified;
      const leaseMs = (leaseSeconds ?? LEASE_SECONDS_USUAL) * 1_000;
      const activeUntil = new Date(Date.parse(now) + leaseMs).toISOString();
      await save({ ...there, activeUntil, askAt: renewAt(leaseSeconds, now, Math.random()) });
      return new Response(challenge, { headers: { "content-type": "text/plain" } });
    }
  }
}

/** Of a hub that does not say: as long as was asked for. */
const LEASE_SECONDS_USUAL = 5 * 86_400;

/** Null when it has more bytes than a feed may have. */
async function bodyOf(request: Request, bytesMax: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Stores what a hub sent as what a poll brings; polling goes on as it was. */
async function take(
  { sitrep, ingester, store, subscriptions, save }: Parts,
  there: Subscription,
  body: Buffer,
  request: Request,
): Promise<void> {
  const { ledger, pool, now, log } = sitrep;
  const feed = (await ledger.feeds()).find(({ id }) => id === there.feedId);
  if (feed === undefined || feed.state?.lastOkAt == null) return;
  const contentType = request.headers.get("content-type");
  const parsed = await pool.parse(body, { contentType, base: there.topicUrl });
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    log.info(
      { feed: redactUrl(feed.url), problem: problem?.message },
      "a hub sent what is no feed",
    );
    return;
  }
  const { state } = feed;
  const { itemsNew } = await ingester.ingest({
    feedId: feed.id,
    items: itemsOf(feed, parsed),
    baseline: false,
    state: (newItems) => (newItems > 0 ? { ...state, lastNewAt: now() } : state),
  });
  const current = subscriptions.get(feed.id);
  if (current !== undefined && current.missed > 0) await save({ ...current, missed: 0 });
  if (itemsNew > 0) await noteNews(store, feed.id, now());
}

async function noteNews(store: PollStore, feedId: string, at: Instant): Promise<void> {
  const memory: FeedMemory = (await store.recall(feedId)) ?? NOTHING_KNOWN;
  store.remember(feedId, { ...memory, newAts: withNewAt(memory.newAts, at) });
}
