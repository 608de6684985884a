import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { KvTable } from "../kv.ts";
import type { Ledger } from "../ledger.ts";
import { StoreError } from "../store-error.ts";
import * as archive from "./archive.ts";
import { noteAudit } from "./audit.ts";
import { backupSqlite, checkOutbox, DATABASE_FILE, problemsOf } from "./backup.ts";
import { startCheckpointer } from "./checkpoint.ts";
import { mendClock } from "./clock.ts";
import { Connection } from "./connection.ts";
import * as edits from "./edits.ts";
import { translateError } from "./errors.ts";
import * as feeds from "./feeds.ts";
import { makeFolder } from "./folder.ts";
import * as ingest from "./ingest.ts";
import { sqliteKvTable } from "./kv.ts";
import { isOlder, migrate } from "./migrations.ts";
import * as outbox from "./outbox.ts";
import { ownOf } from "./own.ts";
import { dueFeeds, writeFeedStates } from "./polls.ts";
import * as posts from "./posts.ts";
import { prune } from "./prune.ts";
import { holdRunLock } from "./run-lock.ts";
import * as subscriptions from "./subscriptions.ts";

/** The ledger in one file, with the table for what may expire beside it. */
export type SqliteLedger = Ledger & { readonly kv: KvTable };

/**
 * Opens the database of a data folder; both are made when missing. `exclusive`: as the folder's one
 * `run`, until it is closed. Throws a StoreError that says what to do.
 */
export async function openSqliteLedger(options: {
  readonly folder: string;
  readonly exclusive: boolean;
}): Promise<SqliteLedger> {
  makeFolder(options.folder);
  const release = options.exclusive ? holdFolder(options.folder) : () => {};
  try {
    const db = openDatabase(options);
    // Several processes that write have no thread of their own for it, and only one of them runs for long.
    const checkpointer = options.exclusive ? startCheckpointer(db) : null;
    return ledgerOf(db, async () => {
      await checkpointer?.close();
      await db.flushed();
      db.close();
      release();
    });
  } catch (error) {
    release();
    throw error;
  }
}

function holdFolder(folder: string, whose = "another run"): () => void {
  const lock = holdRunLock(folder);
  if ("release" in lock) return lock.release;
  throw new StoreError(
    "held",
    folder,
    `${whose} holds this data folder (${lock.heldBy})`,
    "stop it first, or name another folder in SITREP_DATA",
  );
}

function openDatabase({ folder, exclusive }: Parameters<typeof openSqliteLedger>[0]): Connection {
  const file = join(folder, DATABASE_FILE);
  const isNew = !existsSync(file);
  const db = new Connection(file);
  try {
    switchToWal(db);
    // Who must not lose a commit waits for the disk after it.
    db.exec("PRAGMA synchronous = NORMAL");
    db.exec("PRAGMA foreign_keys = ON");
    db.exec("PRAGMA journal_size_limit = 67108864");
    if (isNew) chmodSync(file, 0o600);
    if (exclusive || !isOlder(db)) migrate(db);
    else migrateAlone(db, folder);
    if (exclusive) checkOutbox(db);
    return db;
  } catch (error) {
    db.close();
    throw translateError(error, file);
  }
}

/** A run that knows only the older tables would take every post for damaged. */
function migrateAlone(db: Connection, folder: string): void {
  const release = holdFolder(folder, "a run of an older Sitrep");
  try {
    migrate(db);
  } finally {
    release();
  }
}

/**
 * Only the first of several processes that open a new file can switch it, and SQLite does not make the
 * others wait for that as it does for a write: they are told "busy" at once, and have to ask again.
 */
function switchToWal(db: Connection): void {
  const lastMs = performance.now() + SWITCH_MS_MAX;
  for (;;) {
    try {
      db.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      const isBusy = error instanceof StoreError && error.trouble === "busy";
      if (!isBusy || performance.now() > lastMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_AGAIN_MS);
    }
  }
}

/** As long as a write waits for another process. */
const SWITCH_MS_MAX = 5_000;
const SWITCH_AGAIN_MS = 20;

function ledgerOf(db: Connection, close: () => Promise<void>): SqliteLedger {
  return {
    kv: sqliteKvTable(db),
    ...feedsOf(db),
    ...archiveOf(db),
    ...subscriptionsOf(db),
    ...outboxOf(db),
    ...ownOf(db),
    prune: (before) => prune(db, before),
    backup: (file) => backupSqlite(db.file, file),
    check: async () => problemsOf(db),
    close,
  };
}

/** The part of the ledger that one group of tables carries. */
type Part<Names extends keyof Ledger> = Pick<Ledger, Names>;

type FeedPart = Part<
  | "feeds"
  | "syncFeeds"
  | "addFeed"
  | "removeFeed"
  | "pauseFeed"
  | "saveFeedState"
  | "saveFeedStates"
  | "dueFeeds"
  | "known"
  | "ingest"
  | "recentStoryItems"
>;

function feedsOf(db: Connection): FeedPart {
  return {
    feeds: async () => feeds.feeds(db),
    syncFeeds: async (declared) => db.write(() => feeds.syncFeeds(db, declared)),
    addFeed: async (feed, entry) => db.write(() => feeds.addFeed(db, feed, entry ?? null)),
    removeFeed: async (feedId, entry) =>
      db.write(() => feeds.removeFeed(db, feedId, entry ?? null)),
    pauseFeed: async (feedId, paused, entry) =>
      db.write(() => feeds.pauseFeed(db, feedId, paused, entry)),
    // What polls bring need not be on the disk at once: who loses it reads the feed again, and nothing is sent before
    // its row is marked, which is.
    saveFeedState: async (feedId, state) =>
      db.writeSoon(() => feeds.writeFeedState(db, feedId, state)),
    saveFeedStates: async (states) => db.writeSoon(() => writeFeedStates(db, states)),
    dueFeeds: async (query) => db.read(() => dueFeeds(db, query)),
    known: async (feedId, identities) => db.read(() => ingest.known(db, feedId, identities)),
    ingest: async (plan) => db.writeSoon(() => ingest.ingest(db, plan)),
    recentStoryItems: async (since) => db.read(() => archive.recentStoryItems(db, since)),
  };
}

type ArchivePart = Part<
  | "topicStories"
  | "topicCounts"
  | "matchedItems"
  | "items"
  | "story"
  | "itemByUrl"
  | "item"
  | "matchesOf"
  | "sourceCounts"
  | "itemsSince"
  | "countSince"
  | "candidates"
  | "counts"
>;

function archiveOf(db: Connection): ArchivePart {
  return {
    topicStories: async (query) => db.read(() => archive.topicStories(db, query)),
    topicCounts: async (since, hidden = []) =>
      db.read(() => archive.topicCounts(db, since, hidden)),
    matchedItems: async (topicId, since, until, hidden = []) =>
      db.read(() => archive.matchedItems(db, topicId, since, until, hidden)),
    items: async (itemIds) => db.read(() => archive.items(db, itemIds)),
    story: async (storyId) => db.read(() => archive.story(db, storyId)),
    itemByUrl: async (url, hidden = []) => db.read(() => archive.itemByUrl(db, url, hidden)),
    item: async (itemId) => db.read(() => archive.item(db, itemId)),
    matchesOf: async (itemId) => db.read(() => archive.matchesOf(db, itemId)),
    sourceCounts: async (topicId, since, hidden = []) =>
      db.read(() => archive.sourceCounts(db, topicId, since, hidden)),
    itemsSince: async (since, after, limit, filter = {}) =>
      db.read(() => archive.itemsSince(db, since, after, limit, filter)),
    countSince: async (since, until, hidden = []) =>
      db.read(() => archive.countSince(db, since, until, hidden)),
    candidates: async (narrow, filter) => db.read(() => archive.candidates(db, narrow, filter)),
    counts: async () => db.read(() => archive.counts(db)),
  };
}

type SubscriptionPart = Part<
  | "subscriptions"
  | "syncSubscriptions"
  | "saveSubscription"
  | "removeSubscription"
  | "tellTenant"
  | "told"
  | "commitDigests"
>;

function subscriptionsOf(db: Connection): SubscriptionPart {
  return {
    subscriptions: async (tenant) => db.read(() => subscriptions.subscriptions(db, tenant)),
    syncSubscriptions: async (declared) =>
      db.write(() => subscriptions.syncSubscriptions(db, declared, now())),
    saveSubscription: async (subscription, state, entry) =>
      db.write(() => {
        subscriptions.saveSubscription(db, subscription, state);
        if (entry !== undefined) noteAudit(db, entry);
      }),
    removeSubscription: async (subscriptionId, entry) =>
      db.write(() => {
        const removed = subscriptions.removeSubscription(db, subscriptionId, now());
        if (removed && entry !== undefined) noteAudit(db, entry);
        return removed;
      }),
    tellTenant: async (channel, tenant) =>
      db.write(() => subscriptions.tellTenant(db, channel, tenant)),
    told: async (subscriptionIds, storyIds) =>
      db.read(() => subscriptions.told(db, subscriptionIds, storyIds)),
    commitDigests: async (commit) => db.write(() => subscriptions.commitDigests(db, commit)),
  };
}

type OutboxPart = Part<
  | "enqueue"
  | "hasDelivery"
  | "claim"
  | "inflight"
  | "settle"
  | "holdChannel"
  | "releaseChannel"
  | "mendClock"
  | "changedStories"
  | "alertPosts"
  | "commitEdits"
  | "dueEdits"
  | "settleEdit"
  | "posts"
  | "newestPosts"
  | "deliveriesOfStory"
  | "storyOfMessage"
>;

function outboxOf(db: Connection): OutboxPart {
  return {
    enqueue: async (delivery) => db.write(() => outbox.enqueueNext(db, delivery)),
    hasDelivery: async (key) => db.read(() => outbox.hasRow(db, key)),
    // Taken for nothing, a row would look as if its post may have left.
    claim: async (limit, at, platforms) => {
      const claimed = await db.write(
        () => outbox.claim(db, limit, at, platforms),
        (taken) => outbox.unclaim(db, taken),
      );
      return claimed.map(({ delivery }) => delivery);
    },
    inflight: async (platforms) => db.write(() => outbox.inflight(db, platforms, now())),
    // What a power failure takes back of these two is settled as after any crash, or said by the platform once more.
    settle: async (key, settlement, at) =>
      db.writeThrough(() => outbox.settle(db, key, settlement, at)),
    holdChannel: async (channel, until, reason) =>
      db.writeThrough(() => outbox.holdChannel(db, channel, until, reason)),
    releaseChannel: async (channel, entry) =>
      db.write(() => {
        outbox.releaseChannel(db, channel);
        if (entry !== undefined) noteAudit(db, entry);
      }),
    mendClock: async (at) => db.write(() => mendClock(db, at)),
    changedStories: async (limit) => db.read(() => edits.changedStories(db, limit)),
    alertPosts: async (storyId, since) => db.read(() => edits.alertPosts(db, storyId, since)),
    // What is lost of these two is planned again, or shown once more, which nobody sees.
    commitEdits: async (story, posts) => db.writeSoon(() => edits.commitEdits(db, story, posts)),
    dueEdits: async (limit, at, platforms) =>
      db.write(() => edits.dueEdits(db, limit, at, platforms)),
    settleEdit: async (edit, settlement) =>
      db.writeSoon(() => edits.settleEdit(db, edit, settlement)),
    posts: async (channel, after, limit) => db.read(() => posts.posts(db, channel, after, limit)),
    newestPosts: async (channel, limit) => db.read(() => posts.newestPosts(db, channel, limit)),
    deliveriesOfStory: async (storyId, tenant) =>
      db.read(() => posts.deliveriesOfStory(db, storyId, tenant)),
    storyOfMessage: async (messageId, tenant) =>
      db.read(() => posts.storyOfMessage(db, messageId, tenant)),
  };
}

const now = (): string => new Date().toISOString();
