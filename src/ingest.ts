import { alertReply, type PostOptions } from "./commands/cards.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { deliveryKey } from "./delivery/key.ts";
import { type Alert, type AlertStory, planAlerts } from "./digests/alerts.ts";
import type { Subscription } from "./digests/subscription.ts";
import { type FeedState, SEED_FEED_ID } from "./feeds/feed.ts";
import { groupingTime } from "./feeds/grouping-time.ts";
import { type IdentifiedItem, identityOf, sortOut } from "./feeds/identity.ts";
import type { Instant, Item } from "./feeds/item.ts";
import { gistOf } from "./store/gist.ts";
import type { EditedItem, IngestPlan, Ledger, NewItem } from "./store/ledger.ts";
import {
  type ArchivedItem,
  STORY_WINDOW_DAYS,
  type StoryItem,
  type StoryMerge,
} from "./stories/story.ts";
import { createStoryIndex, type StoryIndex } from "./stories/story-index.ts";
import { tellStory } from "./stories/tell-story.ts";
import { archiveTerms } from "./topics/analyse.ts";
import { documentOf } from "./topics/document.ts";
import type { TopicMatcher } from "./topics/matcher.ts";
import type { Match, Topic } from "./topics/topic.ts";

/** What one poll, or one reading of the seed corpus, brought. */
export type Batch = {
  readonly feedId: string;
  readonly items: readonly Item[];
  /** The feed's first poll: stored and found, but in no alert and no scheduled digest. */
  readonly baseline: boolean;
  /** State of the feed afterwards, given how many items were new; null for the seed corpus. */
  state(itemsNew: number): FeedState | null;
};

/** What became of a batch. */
export type Ingested = {
  readonly itemsNew: number;
  readonly itemsEdited: number;
  readonly alerts: number;
};

/** Stores batches one after the other: story assignment has one writer at a time. */
export type Ingester = { ingest(batch: Batch): Promise<Ingested> };

/** What an ingester works with. */
export type IngestParts = {
  readonly ledger: Ledger;
  readonly matcher: TopicMatcher;
  readonly topics: readonly Topic[];
  readonly posts: Pick<PostOptions, "publicUrl">;
  now(): Instant;
};

const DAY_MS = 86_400_000;

/** An ingester whose candidate stories are those of the last days, read from the ledger. */
export async function createIngester(parts: IngestParts): Promise<Ingester> {
  let index = await restoreIndex(parts);
  let before: Promise<unknown> = Promise.resolve();
  const store = async (batch: Batch): Promise<Ingested> => {
    try {
      return await ingestBatch(parts, index, batch);
    } catch (error) {
      // The index may hold items that were not stored.
      index = await restoreIndex(parts);
      throw error;
    }
  };
  return {
    ingest(batch) {
      const turn = before.then(() => store(batch));
      before = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function restoreIndex({ ledger, now }: IngestParts): Promise<StoryIndex> {
  const index = createStoryIndex();
  const since = new Date(Date.parse(now()) - STORY_WINDOW_DAYS * DAY_MS).toISOString();
  for (const { item, storyId } of await ledger.recentStoryItems(since)) index.add(item, storyId);
  return index;
}

async function ingestBatch(parts: IngestParts, index: StoryIndex, batch: Batch): Promise<Ingested> {
  const { ledger } = parts;
  const seenAt = parts.now();
  const known = await ledger.known(batch.feedId, batch.items.map(identityOf));
  const { fresh, edits, aliases } = sortOut(batch.feedId, batch.items, known);
  index.dropBefore(new Date(Date.parse(seenAt) - STORY_WINDOW_DAYS * DAY_MS).toISOString());
  const merges: StoryMerge[] = [];
  const items = fresh.map((entry) => newItem(parts, index, batch, entry, seenAt, merges));
  const alerts = batch.baseline ? [] : await alertsOf(parts, batch.feedId, items, seenAt);
  const plan: IngestPlan = {
    feedId: batch.feedId,
    seenAt,
    items,
    edits: edits.map((entry) => editedItem(parts, entry)),
    aliases,
    merges,
    deliveries: alerts.map((alert) => alertDelivery(parts, alert, seenAt)),
    told: alerts.map(({ told }) => told),
    state: batch.state(items.length),
  };
  await ledger.ingest(plan);
  return { itemsNew: items.length, itemsEdited: edits.length, alerts: alerts.length };
}

function newItem(
  parts: IngestParts,
  index: StoryIndex,
  batch: Batch,
  entry: IdentifiedItem,
  seenAt: Instant,
  merges: StoryMerge[],
): NewItem {
  const { id, item, identity } = entry;
  const document = documentOf(item);
  const at = groupingTime(item.publishedAt, seenAt);
  const { title, text, language } = document;
  const storyItem: StoryItem = { id, title, text, url: item.url, language, at };
  const assignment = index.decide(storyItem);
  const { storyId, duplicateOf } = assignment;
  index.add(storyItem, storyId);
  for (const merge of assignment.merges) {
    index.merge(merge);
    merges.push(merge);
  }
  return {
    id,
    item,
    identity,
    baseline: batch.baseline && batch.feedId !== SEED_FEED_ID,
    storyId,
    duplicateOf,
    at,
    language,
    matches: parts.matcher.match(document),
    ...archiveTerms(title, text, language),
  };
}

function editedItem(parts: IngestParts, { id, item, identity }: IdentifiedItem): EditedItem {
  const document = documentOf(item);
  const matches = parts.matcher.match(document);
  const terms = archiveTerms(document.title, document.text, document.language);
  return { id, item, identity, matches, ...terms };
}

async function alertsOf(
  parts: IngestParts,
  feedId: string,
  items: readonly NewItem[],
  seenAt: Instant,
): Promise<readonly Alert[]> {
  const { ledger } = parts;
  const subscriptions = (await ledger.subscriptions(null))
    .map(({ subscription }) => subscription)
    .filter(({ mode, paused }) => mode !== "digest" && !paused);
  if (subscriptions.length === 0) return [];
  const wanted = new Set(subscriptions.map(({ topicId }) => topicId));
  const stories: AlertStory[] = [];
  for (const [storyId, members] of Map.groupBy(items, (item) => item.storyId)) {
    const topics = parts.topics.filter(
      ({ id }) => wanted.has(id) && members.some((member) => matchOf(member, id)?.matched),
    );
    if (topics.length === 0) continue;
    const earlier = (await ledger.story(storyId))?.items ?? [];
    const archived = members.map((member) => archivedItem(member, feedId, seenAt));
    for (const topic of topics) {
      stories.push(alertStory(topic, members, [...earlier, ...archived]));
    }
  }
  const told = await toldOf(ledger, subscriptions, stories);
  return planAlerts({ subscriptions, stories, told }, seenAt);
}

function toldOf(
  ledger: Ledger,
  subscriptions: readonly Subscription[],
  stories: readonly AlertStory[],
): ReturnType<Ledger["told"]> {
  const ids = [...new Set(stories.map(({ story }) => story.story.id))];
  return Promise.all(subscriptions.map(({ id }) => ledger.told(id, ids))).then((all) => all.flat());
}

function matchOf(item: NewItem, topicId: string): Match | undefined {
  return item.matches.find((match) => match.topicId === topicId);
}

function alertStory(
  topic: Topic,
  members: readonly NewItem[],
  items: readonly ArchivedItem[],
): AlertStory {
  const scored = members.map((member) => ({ member, match: matchOf(member, topic.id) }));
  const best = scored.toSorted((a, b) => (b.match?.score ?? 0) - (a.match?.score ?? 0))[0];
  const story = tellStory(items);
  return {
    topicId: topic.id,
    topicName: topic.name,
    threshold: topic.threshold,
    story: {
      story,
      score: best?.match?.score ?? 0,
      reasons: best?.match?.reasons ?? [],
      gist: best === undefined ? null : gistOf(best.member.item.text, story.headline),
      itemsNew: members.length,
      update: false,
    },
    items: scored.map(({ member, match }) => ({
      score: match?.score ?? 0,
      baseline: member.baseline,
      language: member.language,
    })),
  };
}

function archivedItem(entry: NewItem, feedId: string, seenAt: Instant): ArchivedItem {
  const { id, item, baseline, storyId, duplicateOf, language } = entry;
  return {
    ...item,
    id,
    feedId,
    seenAt,
    editedAt: null,
    baseline,
    storyId,
    duplicateOf,
    language: language ?? item.language,
  };
}

function alertDelivery(parts: IngestParts, alert: Alert, now: Instant): Delivery {
  const { subscription, story } = alert;
  const topic = { id: subscription.topicId, name: alert.topicName };
  return {
    key: deliveryKey(alert.keyParts),
    tenant: subscription.tenant,
    channel: subscription.channel,
    kind: "alert",
    subscriptionId: subscription.id,
    topicId: subscription.topicId,
    storyIds: [story.story.id],
    reply: alertReply(topic, story, { layout: subscription.layout, ...parts.posts }),
    mention: subscription.mention,
    createdAt: now,
    dueAt: alert.dueAt,
    attempts: 0,
    attemptAt: null,
  };
}
