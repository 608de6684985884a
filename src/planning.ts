import { digestReply } from "./commands/cards.ts";
import type { Digests } from "./commands/ports.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { deliveryKey } from "./delivery/key.ts";
import {
  CANDIDATES_MAX,
  type DigestInput,
  type PlannedDigest,
  planDigestNow,
  planDigests,
  previewDigest,
} from "./digests/plan.ts";
import { type DigestWindow, digestWindow, standingOf } from "./digests/standing.ts";
import type { Subscription, SubscriptionState } from "./digests/subscription.ts";
import type { Instant } from "./feeds/item.ts";
import type { DigestCommit, Ledger } from "./store/ledger.ts";
import type { Topic } from "./topics/topic.ts";

/** What planning works with. */
export type PlanningParts = {
  readonly ledger: Ledger;
  readonly topics: readonly Topic[];
  /** Base of links to the page; null: no such links. */
  readonly publicUrl: string | null;
  /** IANA name, for previews. */
  readonly timezone: string;
  now(): Instant;
};

/** Plans what is due, and digests on demand. */
export type Planner = Digests & {
  /** Puts the digests that are due into the outbox; how many. */
  planDue(): Promise<number>;
};

type Standing = { readonly subscription: Subscription; readonly state: SubscriptionState };

export function createPlanner(parts: PlanningParts): Planner {
  const { ledger, topics, now } = parts;
  return {
    planDue: () => planDue(parts),
    async preview(topicId, since) {
      const topic = topics.find(({ id }) => id === topicId);
      if (topic === undefined) throw new Error(`there is no topic ${topicId}`);
      const window = { since, until: now() };
      const stories = await ledger.topicStories({
        topicId,
        ...window,
        minScore: topic.threshold,
        language: null,
        baseline: true,
        limit: CANDIDATES_MAX,
      });
      return previewDigest(topic, window, parts.timezone, stories);
    },
    async sendNow(subscriptionId) {
      const known = await ledger.subscriptions(null);
      const entry = known.find(({ subscription }) => subscription.id === subscriptionId);
      if (entry === undefined) throw new Error(`there is no subscription ${subscriptionId}`);
      const at = now();
      const window = digestWindow(entry.subscription, entry.state, at);
      const input = await inputOf(parts, entry, window);
      if (input === null) return "empty";
      const planned = planDigestNow(input, at);
      if (planned === "already" || planned === "empty") return planned;
      await ledger.commitDigests(commitOf(parts, [planned], at));
      return "planned";
    },
  };
}

async function planDue(parts: PlanningParts): Promise<number> {
  const { ledger } = parts;
  const at = parts.now();
  const inputs: DigestInput[] = [];
  const astray: DigestCommit["states"][number][] = [];
  for (const entry of await ledger.subscriptions(null)) {
    const standing = standingOf(entry.subscription, entry.state, at);
    if (standing.kind === "astray") astray.push({ before: entry.state, after: standing.after });
    if (standing.kind !== "due") continue;
    const input = await inputOf(parts, entry, standing.window);
    if (input !== null) inputs.push(input);
  }
  if (inputs.length === 0 && astray.length === 0) return 0;
  const commit = commitOf(parts, planDigests(inputs, at), at);
  await ledger.commitDigests({ ...commit, states: [...commit.states, ...astray] });
  return commit.deliveries.length;
}

/** Null when the topic is gone: the subscription waits until it comes back or is removed. */
async function inputOf(
  { ledger, topics }: PlanningParts,
  { subscription, state }: Standing,
  window: DigestWindow,
): Promise<DigestInput | null> {
  const topic = topics.find(({ id }) => id === subscription.topicId);
  if (topic === undefined) return null;
  const candidates = await ledger.topicStories({
    topicId: topic.id,
    ...window,
    minScore: Math.max(topic.threshold, subscription.minScore ?? 0),
    language: subscription.language,
    baseline: false,
    limit: CANDIDATES_MAX,
  });
  const ids = candidates.map(({ story }) => story.id);
  const told = await ledger.told(subscription.id, ids);
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
      reply: digestReply(digest, { layout: subscription.layout, publicUrl }),
      mention: null,
      createdAt: at,
      dueAt: at,
      attempts: 0,
      attemptAt: null,
    },
  ];
}
