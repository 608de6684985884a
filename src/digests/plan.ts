import type { Instant } from "../feeds/item.ts";
import type { Digest, TopicStory } from "./digest.ts";
import { lastSlot, nextDueAt } from "./schedule.ts";
import { type DigestWindow, digestWindow } from "./standing.ts";
import { STORIES_MAX, type Subscription, type SubscriptionState } from "./subscription.ts";
import { earlierOf, laterOf, toInstant } from "./wall-clock.ts";

/** That a subscription was told a story when it had so many items. */
export type ToldMark = {
  readonly subscriptionId: string;
  readonly storyId: string;
  readonly items: number;
  readonly at: Instant;
};

/** A subscription whose digest is to be planned, with what it needs to know. */
export type DigestInput = {
  readonly subscription: Subscription;
  readonly state: SubscriptionState;
  readonly topicName: string;
  /**
   * Every story of the window, without what its feed's first poll brought, whose score reaches the
   * topic's threshold and `minScore`. At most CANDIDATES_MAX, best first.
   */
  readonly candidates: readonly TopicStory[];
  /** What the subscription was told of these stories, by digests and alerts. */
  readonly told: readonly ToldMark[];
};

/**
 * How many stories of one window are looked at. What lies beyond is not lost: the next digest
 * looks at the whole window again.
 */
export const CANDIDATES_MAX = 1000;

/** What one due digest comes to. All of it is stored in one transaction. */
export type PlannedDigest = {
  readonly subscription: Subscription;
  /** Null when the period is empty and the subscription is silent about that. */
  readonly digest: Digest | null;
  /** As of `digestKeyParts`. */
  readonly keyParts: readonly string[];
  readonly told: readonly ToldMark[];
  readonly before: SubscriptionState;
  readonly after: SubscriptionState;
};

/**
 * Plans a digest for each subscription of which `standingOf` says that it is due. One digest covers
 * all that came since the last, however many slots passed meanwhile.
 */
export function planDigests(
  due: readonly DigestInput[],
  now: Instant,
  told: StoriesTold = allTold,
): readonly PlannedDigest[] {
  return due.map((input) => planDigest(input, now, now, told));
}

/** The slot of the digest that is due next: of several that passed the last one. Null without digests. */
export function slotDue(
  { schedule, timezone }: Subscription,
  { dueAt }: SubscriptionState,
  now: Instant,
): Instant | null {
  return dueAt === null ? null : lastSlot(schedule, timezone, dueAt, now);
}

/** What makes the key of a slot's digest, so that a slot has one post at most, whatever clocks show. */
export function digestKeyParts({ id }: Subscription, slot: Instant): readonly string[] {
  return ["digest", id, slot];
}

/** The state once the slots until now are done with. */
export function afterSlots(
  { schedule, timezone }: Subscription,
  state: SubscriptionState,
  now: Instant,
): SubscriptionState {
  if (state.dueAt === null) return state;
  return { ...state, dueAt: nextDueAt(schedule, timezone, laterOf(state.dueAt, now)) };
}

/** How many of a digest's stories, from the first, the one post in the subscription's channel tells. */
export type StoriesTold = (subscription: Subscription, digest: Digest) => number;

const allTold: StoriesTold = (_, { stories }) => stories.length;

/**
 * Plans the running period's digest before its time; its slot then passes in silence, so a period
 * is told once. "already": that has been done. Candidates: `digestWindow(subscription, state, now)`.
 * A subscription without digests has no periods: "empty".
 */
export function planDigestNow(
  input: DigestInput,
  now: Instant,
  told: StoriesTold = allTold,
): PlannedDigest | "already" | "empty" {
  const { subscription, state } = input;
  if (state.dueAt === null) return "empty";
  const slot = nextDueAt(subscription.schedule, subscription.timezone, now);
  if (state.dueAt > slot) return "already";
  const planned = planDigest(input, now, laterOf(state.dueAt, now), told);
  const isEmpty = planned.digest === null || planned.digest.stories.length === 0;
  return isEmpty ? "empty" : planned;
}

/** What a digest would say now, were it the first: nothing told before, nothing beyond a cap. */
export function previewDigest(
  topic: { readonly id: string; readonly name: string },
  window: DigestWindow,
  timezone: string,
  candidates: readonly TopicStory[],
): Digest {
  return {
    topicId: topic.id,
    topicName: topic.name,
    from: window.since,
    to: window.until,
    timezone,
    stories: [...candidates].sort(bestFirst),
    overflow: 0,
  };
}

/** `dueAfter`: the next due time lies after it. What its post has no room for is left to the next digest. */
function planDigest(
  input: DigestInput,
  now: Instant,
  dueAfter: Instant,
  told: StoriesTold,
): PlannedDigest {
  const { subscription, state } = input;
  const wanted = newsOf(input).sort(
    (a, b) => Number(isOwed(b, state)) - Number(isOwed(a, state)) || bestFirst(a, b),
  );
  let digest = digestOf(input, now, wanted, Math.min(subscription.cap, STORIES_MAX));
  while (digest.stories.length > 1) {
    const shown = told(subscription, digest);
    if (shown >= digest.stories.length) break;
    digest = digestOf(input, now, wanted, Math.max(1, shown));
  }
  const isSilent = digest.stories.length === 0 && subscription.empty === "silent";
  const left = wanted.slice(digest.stories.length);
  const { id, schedule, timezone } = subscription;
  return {
    subscription,
    digest: isSilent ? null : digest,
    keyParts: digestKeyParts(subscription, slotDue(subscription, state, now) ?? now),
    told: digest.stories.map(({ story }) => markOf(id, story, now)),
    before: state,
    after: {
      subscriptionId: id,
      dueAt: nextDueAt(schedule, timezone, dueAfter),
      coveredTo: now,
      owedSince: owedSince(left, input, now),
    },
  };
}

function digestOf(
  { subscription, state, topicName }: DigestInput,
  now: Instant,
  wanted: readonly TopicStory[],
  room: number,
): Digest {
  const { topicId, timezone } = subscription;
  const stories = wanted.slice(0, room).sort(bestFirst);
  const overflow = wanted.length - stories.length;
  const from = earlierOf(state.coveredTo, now);
  return { topicId, topicName, from, to: now, timezone, stories, overflow };
}

/** That a subscription is told a story as it is now. */
export function markOf(
  subscriptionId: string,
  story: { readonly id: string; readonly items: number },
  at: Instant,
): ToldMark {
  return { subscriptionId, storyId: story.id, items: story.items, at };
}

/** What the subscription does not know yet: stories never told, and told ones that grew. */
function newsOf({ subscription, candidates, told }: DigestInput): TopicStory[] {
  const known = new Map(told.map(({ storyId, items }) => [storyId, items]));
  return candidates.flatMap((candidate): TopicStory[] => {
    const { language } = subscription;
    if (language !== null && !candidate.story.languages.includes(language)) return [];
    const items = known.get(candidate.story.id);
    if (items === undefined) return [{ ...candidate, update: false }];
    return candidate.story.items > items ? [{ ...candidate, update: true }] : [];
  });
}

/** The last digest had no room for it: such stories go first, so they are told in the next one. */
function isOwed({ story, update }: TopicStory, state: SubscriptionState): boolean {
  if (state.owedSince === null) return false;
  return (update ? story.lastSeenAt : story.firstSeenAt) <= state.coveredTo;
}

function owedSince(left: readonly TopicStory[], input: DigestInput, now: Instant): Instant | null {
  const { since } = digestWindow(input.subscription, input.state, now);
  if (input.candidates.length >= CANDIDATES_MAX) return since;
  if (left.length === 0) return null;
  const firstMs = Math.min(...left.map(({ story }) => Date.parse(story.firstSeenAt)));
  return laterOf(toInstant(firstMs - 1), since);
}

/** Higher score first; of equals the one that was told of last, then by id, so the order is settled. */
function bestFirst(a: TopicStory, b: TopicStory): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.story.lastSeenAt !== b.story.lastSeenAt) {
    return a.story.lastSeenAt < b.story.lastSeenAt ? 1 : -1;
  }
  return a.story.id < b.story.id ? -1 : 1;
}
