import { setTimeout as pause } from "node:timers/promises";
import { alertReply, type PostOptions } from "../commands/cards.ts";
import type { Reply } from "../commands/reply.ts";
import { topicIdOf } from "../commands/topic-key.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { deliveryKey } from "../delivery/key.ts";
import { type Alert, wantsAlerts } from "../digests/alerts.ts";
import type { TopicStory } from "../digests/digest.ts";
import { type FeedState, SEED_FEED_ID } from "../feeds/feed.ts";
import { groupingTime } from "../feeds/grouping-time.ts";
import type { IdentifiedItem, SortedItems } from "../feeds/identity.ts";
import type { Instant, Item } from "../feeds/item.ts";
import { createStretch, mapInSlices, type Stretch, stepInSlices } from "../slices.ts";
import type { EditedItem, Ledger, NewItem } from "../store/ledger.ts";
import { STORY_WINDOW_DAYS, type StoryItem, type StoryMerge } from "../stories/story.ts";
import { createStoryIndex, type StoryIndex } from "../stories/story-index.ts";
import type { LiveTopics, TopicSet } from "../tenants/live-topics.ts";
import { archiveTerms } from "../topics/analyse.ts";
import { documentOf } from "../topics/document.ts";
import type { MatchDocument } from "../topics/topic.ts";
import { alertsFor } from "./alerting.ts";
import { sortedBy } from "./sorting.ts";

/** What one poll, or one reading of the seed corpus, brought. */
export type Batch = {
  readonly feedId: string;
  readonly items: readonly Item[];
  /** The feed's first poll: stored and found, but in no alert and no scheduled digest. */
  readonly baseline: boolean;
  /** So many new items are stored, in the order given; all when absent. */
  readonly itemsNewMax?: number;
  /** An item that is new or edited as it is to be stored, known again by what it was; the same when absent. */
  complete?(item: Item): Item;
  /** Aborted: no further piece is stored, and nothing is said of the feed's state. */
  readonly signal?: AbortSignal;
  /** Hears how many new and edited items of how many are stored. */
  onStored?(stored: number, todo: number): void;
  /** State of the feed afterwards, given how many items were new; null for the seed corpus. */
  state(itemsNew: number): FeedState | null;
};

/** What became of a batch. */
export type Ingested = {
  readonly itemsNew: number;
  /** New ones that were too many. */
  readonly itemsLeft: number;
  readonly itemsEdited: number;
  readonly alerts: number;
};

/** Stores batches piece by piece: story assignment has one writer at a time. */
export type Ingester = { ingest(batch: Batch): Promise<Ingested> };

/** What an ingester works with. */
export type IngestParts = {
  readonly ledger: Ledger;
  readonly live: LiveTopics;
  readonly posts: Pick<PostOptions, "publicUrl">;
  now(): Instant;
};

const DAY_MS = 86_400_000;

/** An ingester whose candidate stories are those of the last days, read from the ledger. */
export async function createIngester(parts: IngestParts): Promise<Ingester> {
  const turns = createTurns();
  const state = { index: await restoreIndex(parts), revision: 0, droppedAt: parts.now() };
  /** The last batch of each feed: two batches of one feed would take the same items for new. */
  const lastOf = new Map<string, Promise<unknown>>();
  return {
    ingest(batch) {
      const before = lastOf.get(batch.feedId) ?? Promise.resolve();
      const stored = before.then(() => ingestBatch(parts, state, turns, batch));
      const settled = stored
        .catch(() => undefined)
        .finally(() => {
          if (lastOf.get(batch.feedId) === settled) lastOf.delete(batch.feedId);
        });
      lastOf.set(batch.feedId, settled);
      return stored;
    },
  };
}

/** Candidate stories; read again when something that they hold could not be stored. */
type IndexState = {
  index: StoryIndex;
  /** Of the regroupings that it knows. */
  revision: number;
  /** When old stories were last dropped. */
  droppedAt: Instant;
};

/** Dropping old stories looks at all of them. */
const DROP_EVERY_MS = 600_000;

function dropOld(state: IndexState, now: Instant): void {
  if (Date.parse(now) - Date.parse(state.droppedAt) < DROP_EVERY_MS) return;
  state.droppedAt = now;
  state.index.dropBefore(windowStart(now));
}

function windowStart(now: Instant): Instant {
  return new Date(Date.parse(now) - STORY_WINDOW_DAYS * DAY_MS).toISOString();
}

/** One piece of work at a time; of those that wait, the one whose batch has had the least done. */
type Turns = { take<T>(done: number, work: () => Promise<T>): Promise<T> };

function createTurns(): Turns {
  const waiting: { readonly done: number; readonly start: () => void }[] = [];
  let isBusy = false;
  const next = (): void => {
    const least = Math.min(...waiting.map(({ done }) => done));
    const at = waiting.findIndex(({ done }) => done === least);
    const [turn] = at === -1 ? [] : waiting.splice(at, 1);
    if (turn === undefined) isBusy = false;
    else turn.start();
  };
  return {
    async take(done, work) {
      if (isBusy) await new Promise<void>((start) => waiting.push({ done, start }));
      isBusy = true;
      try {
        return await work();
      } finally {
        // What else goes on in this process has its turn, too, even when the next comes only now.
        setImmediate(next);
      }
    },
  };
}

/** Takes in what people said about stories since the last time, by whatever process. */
async function heedPeople({ ledger }: IngestParts, state: IndexState): Promise<void> {
  const news = await ledger.regroupedSince(state.revision);
  if (news === null) return;
  state.index.regroup(news);
  state.revision = news.revision;
}

async function restoreIndex({ ledger, now }: IngestParts): Promise<StoryIndex> {
  const index = createStoryIndex();
  const since = windowStart(now());
  const recent = await ledger.recentStoryItems(since);
  await mapInSlices(recent, ({ item, storyId }) => index.add(item, storyId));
  return index;
}

/** In pieces, so that a batch of a thousand items does not hold up those of a few. */
async function ingestBatch(
  parts: IngestParts,
  state: IndexState,
  turns: Turns,
  batch: Batch,
): Promise<Ingested> {
  const sorted = withinLimit(await sortedBy(parts.ledger, batch.feedId, batch.items), batch);
  const set = await parts.live.current();
  const todo = sorted.fresh.length + sorted.edits.length;
  let done = 0;
  let alerts = 0;
  for (;;) {
    const startedMs = performance.now();
    const piece = await turns.take(done, async () => {
      try {
        await heedPeople(parts, state);
        const { index } = state;
        dropOld(state, parts.now());
        return await ingestPiece(parts, { set, index, batch, sorted, done, todo });
      } catch (error) {
        // The index may hold items that were not stored.
        state.index = await restoreIndex(parts);
        state.revision = 0;
        throw error;
      }
    });
    done = piece.done;
    alerts += piece.alerts;
    batch.onStored?.(done, todo);
    if (done === todo || batch.signal?.aborted === true) break;
    // A flood may have a third of this thread, so that the polls of others are not late for it.
    const isFlood = done >= FLOOD_ITEMS_MIN && batch.feedId !== SEED_FEED_ID;
    if (isFlood) await pause(Math.min(2 * (performance.now() - startedMs), FLOOD_PAUSE_MS_MAX));
  }
  const itemsNew = Math.min(done, sorted.fresh.length);
  return { itemsNew, itemsLeft: sorted.left, itemsEdited: done - itemsNew, alerts };
}

/** More than a feed brings between two polls. */
const FLOOD_ITEMS_MIN = 100;
const FLOOD_PAUSE_MS_MAX = 200;

type Sorted = SortedItems & { readonly left: number };

/** Leaves out what is new beyond the limit, with all that refers to it: it is new again next time. */
function withinLimit(sorted: SortedItems, { itemsNewMax, complete }: Batch): Sorted {
  const completed = (entry: IdentifiedItem): IdentifiedItem =>
    complete === undefined ? entry : { ...entry, item: complete(entry.item) };
  const fresh = sorted.fresh.slice(0, itemsNewMax);
  const left = new Set(sorted.fresh.slice(fresh.length).map(({ id }) => id));
  return {
    fresh: fresh.map(completed),
    edits: sorted.edits.filter(({ id }) => !left.has(id)).map(completed),
    aliases: sorted.aliases.filter(({ itemId }) => !left.has(itemId)),
    left: left.size,
  };
}

/** Work on items after which they are stored, in milliseconds. */
const PIECE_MS_MAX = 10;

/** Alerts after which they are stored with their items, as far as is known before each tenant's own weights. */
const PIECE_ALERTS_MAX = 1_000;

/** Stores the next items, new ones first, as one transaction; the last piece with the state of the feed. */
async function ingestPiece(
  parts: IngestParts,
  piece: {
    readonly set: TopicSet;
    readonly index: StoryIndex;
    readonly batch: Batch;
    readonly sorted: Sorted;
    readonly done: number;
    readonly todo: number;
  },
): Promise<{ readonly done: number; readonly alerts: number }> {
  const { set, index, batch, sorted, done, todo } = piece;
  const { ledger } = parts;
  const seenAt = parts.now();
  const merges: StoryMerge[] = [];
  const room = await roomOf(ledger);
  const stretch = createStretch();
  const items: NewItem[] = [];
  const edits: EditedItem[] = [];
  let at = done;
  for (; at < todo && (at === done || room.isLeft()); at += 1) {
    const fresh = sorted.fresh[at];
    const edit = sorted.edits[at - sorted.fresh.length];
    if (fresh !== undefined) {
      const item = await newItem({ set, index, stretch }, batch, fresh, seenAt, merges);
      items.push(item);
      if (!batch.baseline) room.take(item);
    } else if (edit !== undefined) edits.push(await editedItem({ set, stretch }, edit));
  }
  // A later item of the piece may have ended the story that an earlier one joined.
  const grouped = items.map((item) => ({ ...item, storyId: index.finalStory(item.storyId) }));
  const brought = { feedId: batch.feedId, seenAt, items: grouped, merges };
  const alerts = batch.baseline ? [] : await alertsFor({ ledger, topics: set.topics }, brought);
  const isLast = at === todo;
  await ledger.ingest({
    ...brought,
    edits,
    aliases: isLast ? sorted.aliases : [],
    deliveries: alerts.map((alert) => alertDelivery(parts, alert, seenAt)),
    told: alerts.map(({ told }) => told),
    state: isLast ? batch.state(sorted.fresh.length) : null,
  });
  return { done: at, alerts: alerts.length };
}

/** What one piece may hold. */
type Room = { isLeft(): boolean; take(item: NewItem): void };

async function roomOf(ledger: Ledger): Promise<Room> {
  const startedMs = performance.now();
  const wanted = new Map<string, number>();
  for (const { subscription } of await ledger.subscriptions(null)) {
    const { topicId } = subscription;
    if (wantsAlerts(subscription)) wanted.set(topicId, (wanted.get(topicId) ?? 0) + 1);
  }
  let alerts = 0;
  return {
    isLeft: () => performance.now() - startedMs <= PIECE_MS_MAX && alerts < PIECE_ALERTS_MAX,
    take({ matches }) {
      for (const { topicId, matched } of matches) if (matched) alerts += wanted.get(topicId) ?? 0;
    },
  };
}

/** The longest text takes 50 ms altogether, so others have their turn between the steps. */
async function newItem(
  { set, index, stretch }: ItemTools & { readonly index: StoryIndex },
  batch: Batch,
  entry: IdentifiedItem,
  seenAt: Instant,
  merges: StoryMerge[],
): Promise<NewItem> {
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
    ...(await readItem({ set, stretch }, document)),
  };
}

type ItemTools = { readonly set: TopicSet; readonly stretch: Stretch };

async function editedItem(
  tools: ItemTools,
  { id, item, identity }: IdentifiedItem,
): Promise<EditedItem> {
  return { id, item, identity, ...(await readItem(tools, documentOf(item))) };
}

async function readItem({ set, stretch }: ItemTools, document: MatchDocument) {
  await stretch.rest();
  await stepInSlices(set.matcher.meeting(document), stretch);
  const matches = set.matcher.match(document);
  await stretch.rest();
  const terms = archiveTerms(document.title, document.text, document.language);
  await stretch.rest();
  return { matches, ...terms };
}

/** What was put into words already: a story is told alike to all who share a layout. */
const REPLIES = new WeakMap<TopicStory, Map<string, Reply>>();

function replyOf(
  topic: { readonly id: string; readonly name: string },
  story: TopicStory,
  options: PostOptions,
): Reply {
  const known = REPLIES.get(story) ?? new Map<string, Reply>();
  REPLIES.set(story, known);
  const reply = known.get(options.layout) ?? alertReply(topic, story, options);
  known.set(options.layout, reply);
  return reply;
}

function alertDelivery(parts: IngestParts, alert: Alert, now: Instant): Delivery {
  const { subscription, story } = alert;
  const topic = { id: topicIdOf(subscription.topicId), name: alert.topicName };
  return {
    key: deliveryKey(alert.keyParts),
    tenant: subscription.tenant,
    channel: subscription.channel,
    kind: "alert",
    subscriptionId: subscription.id,
    topicId: subscription.topicId,
    storyIds: [story.story.id],
    reply: replyOf(topic, story, { layout: subscription.layout, ...parts.posts }),
    mention: subscription.mention,
    createdAt: now,
    dueAt: alert.dueAt,
    attempts: 0,
    attemptAt: null,
  };
}
