import { setImmediate as nextTurn } from "node:timers/promises";
import { storiesTold } from "../chat/post-room.ts";
import { digestReply } from "../commands/cards.ts";
import { growthReply } from "../commands/follow.ts";
import type { Digests, PreviewAs } from "../commands/ports.ts";
import type { Reply } from "../commands/reply.ts";
import { topicIdOf } from "../commands/topic-key.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { deliveryKey } from "../delivery/key.ts";
import type { Digest } from "../digests/digest.ts";
import {
  afterSlots,
  CANDIDATES_MAX,
  type DigestInput,
  digestKeyParts,
  type PlannedDigest,
  planDigestNow,
  planDigests,
  previewDigest,
  type StoriesTold,
  slotDue,
} from "../digests/plan.ts";
import { type DigestWindow, digestWindow, standingOf } from "../digests/standing.ts";
import type { Subscription, SubscriptionState } from "../digests/subscription.ts";
import type { Instant } from "../feeds/item.ts";
import type { Log } from "../log.ts";
import type { DigestCommit, Ledger } from "../store/ledger.ts";
import type { LiveTopics } from "../tenants/live-topics.ts";
import { storiesFor } from "../tenants/tenant-reading.ts";

/** What planning works with. */
export type PlanningParts = {
  readonly ledger: Ledger;
  readonly live: LiveTopics;
  /** Base of links to the page; null: no such links. */
  readonly publicUrl: string | null;
  /** IANA name, for previews. */
  readonly timezone: string;
  readonly log: Pick<Log, "error">;
  now(): Instant;
};

/** Plans what is due, and digests on demand. */
export type Planner = Pick<Digests, "sendNow"> & {
  /**
   * Puts the digests that are due, and what followers are to hear, into the outbox; how many. One that cannot be
   * planned is said in the log and keeps no other waiting. Once `signal` says so, the rest is left for later.
   */
  planDue(signal?: AbortSignal): Promise<number>;
  /** What a digest would say to a tenant now; `key` is the topic's in the ledger. */
  previewFor(tenant: string, key: string, since: Instant, as?: PreviewAs): Promise<Digest>;
};

/** Who follows a story hears of it at most so often, however fast it grows. */
const FOLLOW_PAUSE_MS = 3_600_000;

/** Digests that are stored at once: each time waits for the disk. */
const STORED_TOGETHER = 50;

type Standing = { readonly subscription: Subscription; readonly state: SubscriptionState };

export function createPlanner(parts: PlanningParts): Planner {
  const { ledger, now } = parts;
  const broken: Broken = new Map();
  return {
    planDue: async (signal) =>
      (await planDue(parts, broken, signal ?? null)) + (await tellFollowers(parts)),
    previewFor: (tenant, key, since, as) => preview(parts, tenant, key, since, as),
    async sendNow(subscriptionId) {
      const known = await ledger.subscriptions(null);
      const entry = known.find(({ subscription }) => subscription.id === subscriptionId);
      if (entry === undefined) throw new Error(`there is no subscription ${subscriptionId}`);
      const at = now();
      const current = await inRunningPeriod(ledger, entry, at);
      if (await isServed(ledger, current, at)) return "already";
      const window = digestWindow(current.subscription, current.state, at);
      const input = await inputOf(parts, current, window);
      if (input === null) return "empty";
      const planned = planDigestNow(input, at, toldBy(parts));
      if (planned === "already" || planned === "empty") return planned;
      // The ledger compares with what it holds.
      await ledger.commitDigests(commitOf(parts, [{ ...planned, before: entry.state }], at));
      return "planned";
    },
  };
}

async function preview(
  { ledger, live, timezone, now }: PlanningParts,
  tenant: string,
  key: string,
  since: Instant,
  as?: PreviewAs,
): Promise<Digest> {
  const { topics } = await live.current();
  const topic = topics.find(({ id }) => id === key);
  if (topic === undefined) throw new Error(`there is no topic ${key}`);
  const window = { since, until: now() };
  const reader = { tenant, channel: as?.channel ?? null };
  const query = {
    ...window,
    minScore: Math.max(topic.threshold, as?.minScore ?? 0),
    language: as?.language ?? null,
    baseline: true,
    limit: CANDIDATES_MAX,
  };
  const stories = await storiesFor(ledger, reader, topic, query, window.until);
  return previewDigest({ ...topic, id: topicIdOf(key) }, window, timezone, stories);
}

/** One private word to each follower whose story has grown. */
async function tellFollowers({ ledger, now, publicUrl }: PlanningParts): Promise<number> {
  const at = now();
  const toldBefore = new Date(Date.parse(at) - FOLLOW_PAUSE_MS).toISOString();
  const grown = await ledger.grownFollows(at, toldBefore);
  if (grown.length === 0) return 0;
  const told = [];
  for (const before of grown) {
    const detail = await ledger.story(before.storyId);
    if (detail === null) continue;
    const { items } = detail.story;
    const delivery: Delivery = {
      key: deliveryKey(["follow", before.tenant, before.user, before.storyId, String(items)]),
      tenant: before.tenant,
      channel: privateChannel(before),
      kind: "notice",
      subscriptionId: null,
      topicId: null,
      storyIds: [before.storyId],
      reply: growthReply(detail.story, before, publicUrl),
      mention: null,
      createdAt: at,
      dueAt: at,
      attempts: 0,
      attemptAt: null,
    };
    told.push({ before, items, delivery });
  }
  await ledger.commitFollows(told, at);
  return told.length;
}

/** `platform:user:id`, where the platform finds the way to the person; the page has only its channels. */
function privateChannel({
  user,
  channel,
  tenant,
}: {
  user: string;
  channel: string;
  tenant: string;
}): string {
  if (tenant === "web") return channel;
  const colon = user.indexOf(":");
  return `${user.slice(0, colon)}:user:${user.slice(colon + 1)}`;
}

/** What was said last of each subscription that cannot be planned, so that it is said once and not every second. */
type Broken = Map<string, string>;

/** What is to be stored of one subscription. */
type Due = { readonly planned: readonly PlannedDigest[]; readonly astray: DigestCommit["states"] };

async function planDue(
  parts: PlanningParts,
  broken: Broken,
  signal: AbortSignal | null,
): Promise<number> {
  const at = parts.now();
  let deliveries = 0;
  let dues: Due[] = [];
  const store = async (): Promise<void> => {
    const commit = commitOf(
      parts,
      dues.flatMap(({ planned }) => planned),
      at,
    );
    const states = [...commit.states, ...dues.flatMap(({ astray }) => astray)];
    dues = [];
    if (states.length === 0) return;
    await parts.ledger.commitDigests({ ...commit, states });
    deliveries += commit.deliveries.length;
  };
  for (const entry of await parts.ledger.subscriptions(null)) {
    if (signal?.aborted === true) break;
    const due = await dueOrBroken(parts, entry, at, broken);
    if (due === null) continue;
    dues.push(due);
    if (dues.length >= STORED_TOGETHER) await store();
    // Choosing from a thousand stories takes a while, and of such digests there may be many.
    await nextTurn();
  }
  await store();
  return deliveries;
}

/** Null when nothing is due, or nobody can tell. */
async function dueOrBroken(
  parts: PlanningParts,
  entry: Standing,
  at: Instant,
  broken: Broken,
): Promise<Due | null> {
  const { id, tenant } = entry.subscription;
  try {
    const due = await dueOf(parts, entry, at);
    broken.delete(id);
    return due;
  } catch (error) {
    const problem = String(error);
    if (broken.get(id) !== problem) {
      parts.log.error(
        { subscription: id, tenant, error: problem },
        "this subscription cannot be planned: edit or remove it",
      );
    }
    broken.set(id, problem);
    return null;
  }
}

async function dueOf(parts: PlanningParts, entry: Standing, at: Instant): Promise<Due | null> {
  const standing = standingOf(entry.subscription, entry.state, at);
  switch (standing.kind) {
    case "waits":
      return null;
    case "astray":
      return { planned: [], astray: [{ before: entry.state, after: standing.after }] };
    case "due": {
      if (await isServed(parts.ledger, entry, at)) return null;
      const input = await inputOf(parts, entry, standing.window);
      if (input === null) return null;
      return { planned: planDigests([input], at, toldBy(parts)), astray: [] };
    }
  }
}

/**
 * Whether the slot that is due has had its digest, as when a clock that was ahead called for it, or lies before the
 * subscription itself. Then nothing is due before the next slot, which tells what came since.
 */
async function isServed(
  ledger: Pick<Ledger, "hasDelivery">,
  { subscription, state }: Standing,
  at: Instant,
): Promise<boolean> {
  const slot = slotDue(subscription, state, at);
  if (slot === null) return false;
  if (slot < subscription.createdAt) return true;
  return ledger.hasDelivery(deliveryKey(digestKeyParts(subscription, slot)));
}

/** A slot that was served before its time no longer stands for the period that runs. */
async function inRunningPeriod(
  ledger: Pick<Ledger, "hasDelivery">,
  entry: Standing,
  at: Instant,
): Promise<Standing> {
  if (!(await isServed(ledger, entry, at))) return entry;
  return { ...entry, state: afterSlots(entry.subscription, entry.state, at) };
}

/** Null when the topic is gone: the subscription waits until it comes back or is removed. */
async function inputOf(
  { ledger, live, now }: PlanningParts,
  { subscription, state }: Standing,
  window: DigestWindow,
): Promise<DigestInput | null> {
  const { topics } = await live.current();
  const topic = topics.find(({ id }) => id === subscription.topicId);
  if (topic === undefined) return null;
  const query = {
    ...window,
    minScore: Math.max(topic.threshold, subscription.minScore ?? 0),
    language: subscription.language,
    baseline: false,
    limit: CANDIDATES_MAX,
  };
  const candidates = await storiesFor(ledger, subscription, topic, query, now());
  const ids = candidates.map(({ story }) => story.id);
  const told = await ledger.told([subscription.id], ids);
  return { subscription, state, topicName: topic.name, candidates, told };
}

function commitOf(
  parts: PlanningParts,
  planned: readonly PlannedDigest[],
  at: Instant,
): DigestCommit {
  return {
    deliveries: planned.flatMap((plan) => digestDelivery(parts, plan, at)),
    told: planned.flatMap(({ told }) => told),
    states: planned.map(({ before, after }) => ({ before, after })),
  };
}

/** What the one post in a channel has no room for is not told by it. */
function toldBy({ publicUrl }: PlanningParts): StoriesTold {
  return (subscription, digest) =>
    storiesTold(subscription.channel, postOf(publicUrl, subscription, digest));
}

function postOf(publicUrl: string | null, { layout }: Subscription, digest: Digest): Reply {
  return digestReply(digest, { layout, publicUrl });
}

function digestDelivery(
  { publicUrl }: PlanningParts,
  { subscription, digest, keyParts }: PlannedDigest,
  at: Instant,
): Delivery[] {
  if (digest === null) return [];
  return [
    {
      key: deliveryKey(keyParts),
      tenant: subscription.tenant,
      channel: subscription.channel,
      kind: "digest",
      subscriptionId: subscription.id,
      topicId: subscription.topicId,
      storyIds: digest.stories.map(({ story }) => story.id),
      reply: postOf(publicUrl, subscription, digest),
      mention: null,
      createdAt: at,
      dueAt: at,
      attempts: 0,
      attemptAt: null,
    },
  ];
}
