import type { ToldMark } from "../../digests/plan.ts";
import {
  LAYOUTS,
  MODES,
  type Subscription,
  type SubscriptionState,
} from "../../digests/subscription.ts";
import type { Instant } from "../../feeds/item.ts";
import type { DigestCommit } from "../ledger.ts";
import type { Connection, Row } from "./connection.ts";
import { whereOfRow } from "./feeds.ts";
import { cancelOpen, enqueue } from "./outbox.ts";
import { flagOf, jsonOf, numberOf, numberOrNull, textOf, textOrNull, wordOf } from "./rows.ts";
import { noteTold, resolveStory } from "./stories.ts";

type Entry = { readonly subscription: Subscription; readonly state: SubscriptionState };

/** Of one tenant, or all. */
export function subscriptions(db: Connection, tenant: string | null): readonly Entry[] {
  const all = allSubscriptions(db);
  return tenant === null ? all : all.filter(({ subscription }) => subscription.tenant === tenant);
}

/** They are asked for with every item that comes, and change seldom. */
const READ = new WeakMap<
  Connection,
  { readonly revision: number; readonly all: readonly Entry[] }
>();

function allSubscriptions(db: Connection): readonly Entry[] {
  const row = db.get("SELECT value FROM counters WHERE name = 'subscriptions'");
  const revision = row === undefined ? 0 : numberOf(row, "value");
  const known = READ.get(db);
  if (known?.revision === revision) return known.all;
  const all = db
    .all("SELECT * FROM subscriptions ORDER BY seq")
    .map((row) => ({ subscription: subscriptionOfRow(row), state: stateOfRow(row) }));
  READ.set(db, { revision, all });
  return all;
}

/**
 * Makes the subscriptions of the file those of `declared`. One that stays keeps its state and its time
 * of making; only a changed schedule takes the new due time.
 */
export function syncSubscriptions(db: Connection, declared: readonly Entry[], now: Instant): void {
  for (const { subscription, state } of declared) {
    const row = db.get("SELECT * FROM subscriptions WHERE id = ?", subscription.id);
    if (row === undefined) {
      saveSubscription(db, subscription, state);
      continue;
    }
    const before = subscriptionOfRow(row);
    const kept = stateOfRow(row);
    saveSubscription(
      db,
      { ...subscription, createdAt: before.createdAt },
      timing(before) === timing(subscription) ? kept : { ...kept, dueAt: state.dueAt },
    );
  }
  const gone = db.all(
    `SELECT id FROM subscriptions
     WHERE where_file IS NOT NULL AND id NOT IN (SELECT value FROM json_each(?))`,
    JSON.stringify(declared.map(({ subscription }) => subscription.id)),
  );
  for (const row of gone) removeSubscription(db, textOf(row, "id"), now);
}

/** Its posts that have not begun are not sent any more. */
export function removeSubscription(db: Connection, subscriptionId: string, now: Instant): boolean {
  cancelOpen(db, subscriptionId, "the subscription was removed", now);
  return db.run("DELETE FROM subscriptions WHERE id = ?", subscriptionId) > 0;
}

export function saveSubscription(
  db: Connection,
  subscription: Subscription,
  state: SubscriptionState,
): void {
  db.run(
    `INSERT INTO subscriptions (id, tenant, channel, topic_id, mode, schedule, timezone, min_score,
       language, layout, mention, first, quiet, cap, empty, paused, created_at, where_file,
       where_line, due_at, covered_to, owed_since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, channel = excluded.channel,
       topic_id = excluded.topic_id, mode = excluded.mode, schedule = excluded.schedule,
       timezone = excluded.timezone, min_score = excluded.min_score, language = excluded.language,
       layout = excluded.layout, mention = excluded.mention, first = excluded.first,
       quiet = excluded.quiet, cap = excluded.cap, empty = excluded.empty,
       paused = excluded.paused, created_at = excluded.created_at,
       where_file = excluded.where_file, where_line = excluded.where_line,
       due_at = excluded.due_at, covered_to = excluded.covered_to,
       owed_since = excluded.owed_since`,
    subscription.id,
    subscription.tenant,
    subscription.channel,
    subscription.topicId,
    subscription.mode,
    JSON.stringify(subscription.schedule),
    subscription.timezone,
    subscription.minScore,
    subscription.language,
    subscription.layout,
    subscription.mention,
    subscription.first,
    JSON.stringify(subscription.quiet),
    subscription.cap,
    subscription.empty,
    subscription.paused ? 1 : 0,
    subscription.createdAt,
    subscription.where?.file ?? null,
    subscription.where?.line ?? null,
    state.dueAt,
    state.coveredTo,
    state.owedSince,
  );
}

/** What a subscription was told of these stories, under their present ids. */
export function told(
  db: Connection,
  subscriptionIds: readonly string[],
  storyIds: readonly string[],
): readonly ToldMark[] {
  const current = [...new Set(storyIds.map((id) => resolveStory(db, id)))];
  return db
    .all(
      `SELECT * FROM told
       WHERE subscription_id IN (SELECT value FROM json_each(?))
         AND story_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(subscriptionIds),
      JSON.stringify(current),
    )
    .map((row) => ({
      subscriptionId: textOf(row, "subscription_id"),
      storyId: textOf(row, "story_id"),
      items: numberOf(row, "items"),
      at: textOf(row, "at"),
    }));
}

/**
 * Stores what was planned. A subscription that moved on since the plan was made keeps its state, and what was
 * planned for it is dropped: somebody else has planned that period, or its times were changed.
 */
export function commitDigests(db: Connection, commit: DigestCommit): void {
  const stale = new Set<string | null>();
  for (const { before, after } of commit.states) {
    const moved = db.run(
      `UPDATE subscriptions SET due_at = ?, covered_to = ?, owed_since = ?
       WHERE id = ? AND covered_to = ? AND due_at IS ?`,
      after.dueAt,
      after.coveredTo,
      after.owedSince,
      after.subscriptionId,
      before.coveredTo,
      before.dueAt,
    );
    if (moved === 0) stale.add(before.subscriptionId);
  }
  const isCurrent = ({ subscriptionId }: { readonly subscriptionId: string | null }): boolean =>
    !stale.has(subscriptionId);
  enqueue(db, commit.deliveries.filter(isCurrent));
  noteTold(db, commit.told.filter(isCurrent));
}

/** Whose the declared subscriptions of a channel are. */
export function tellTenant(db: Connection, channel: string, tenant: string): void {
  db.run(
    "UPDATE subscriptions SET tenant = ?1 WHERE channel = ?2 AND tenant = ?2",
    tenant,
    channel,
  );
}

/** What decides when digests are due. */
function timing({ mode, schedule, timezone }: Subscription): string {
  return JSON.stringify([mode, schedule, timezone]);
}

function subscriptionOfRow(row: Row): Subscription {
  return {
    id: textOf(row, "id"),
    tenant: textOf(row, "tenant"),
    channel: textOf(row, "channel"),
    topicId: textOf(row, "topic_id"),
    mode: wordOf(row, "mode", MODES),
    schedule: jsonOf(row, "schedule"),
    timezone: textOf(row, "timezone"),
    minScore: numberOrNull(row, "min_score"),
    language: textOrNull(row, "language"),
    layout: wordOf(row, "layout", LAYOUTS),
    mention: textOrNull(row, "mention"),
    first: wordOf(row, "first", ["now", "next"]),
    quiet: jsonOf(row, "quiet"),
    cap: numberOf(row, "cap"),
    empty: wordOf(row, "empty", ["silent", "say"]),
    paused: flagOf(row, "paused"),
    createdAt: textOf(row, "created_at"),
    where: whereOfRow(row),
  };
}

function stateOfRow(row: Row): SubscriptionState {
  return {
    subscriptionId: textOf(row, "id"),
    dueAt: textOrNull(row, "due_at"),
    coveredTo: textOf(row, "covered_to"),
    owedSince: textOrNull(row, "owed_since"),
  };
}
