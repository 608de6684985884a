import { randomBytes } from "node:crypto";
import type { Keyv } from "keyv";
import { createSearch } from "./archive-search.ts";
import { createCommander } from "./commands/commander.ts";
import type { CommandPorts, Topics } from "./commands/ports.ts";
import type { Commander } from "./commands/spec.ts";
import type { Config } from "./config.ts";
import { deliveryKey } from "./delivery/key.ts";
import { initialState, mendState } from "./digests/standing.ts";
import { createDoctor } from "./doctor.ts";
import { createFetcher, type Fetcher } from "./feeds/fetch.ts";
import { createGuard } from "./feeds/guard.ts";
import type { Instant } from "./feeds/item.ts";
import { createFeedReader } from "./feeds/reader.ts";
import { createWorkerPool, type WorkerPool } from "./feeds/worker-pool.ts";
import type { Fault } from "./feeds/yaml.ts";
import type { Log } from "./log.ts";
import { createPlanner, type Planner } from "./planning.ts";
import { SettingsError } from "./settings-error.ts";
import { createKeyv } from "./store/kv.ts";
import { openSqliteLedger, type SqliteLedger } from "./store/sqlite/ledger.ts";
import { compileTopics, type TopicMatcher } from "./topics/matcher.ts";
import { userAgentOf } from "./user-agent.ts";

/** The parts of a Sitrep, joined. */
export type Sitrep = {
  readonly config: Config;
  readonly ledger: SqliteLedger;
  readonly matcher: TopicMatcher;
  readonly planner: Planner;
  readonly commander: Commander;
  /** What the commands reach, for the command line too. */
  readonly ports: CommandPorts;
  readonly fetcher: Fetcher;
  /** Reads documents in threads of their own. */
  readonly pool: WorkerPool;
  readonly log: Log;
  /** A Keyv of that namespace, for what may be lost. */
  keyv(namespace: string): Keyv;
  now(): Instant;
  close(): Promise<void>;
};

/** The wall clock. Every other part gets the time as an argument. */
export const wallClock = (): Instant => new Date().toISOString();

/** Opens the ledger and joins the parts. `exclusive`: as the data folder's one `run`. */
export async function openSitrep(
  config: Config,
  log: Log,
  { exclusive }: { exclusive: boolean },
): Promise<Sitrep> {
  const ledger = await openSqliteLedger({ folder: config.folders.data, exclusive });
  try {
    if (exclusive) await syncDeclared(config, ledger);
    return joined(config, log, ledger);
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

function joined(config: Config, log: Log, ledger: SqliteLedger): Sitrep {
  const { matcher } = compileTopics(config.topics, config.concepts);
  const fetcher = createFetcher({
    guard: createGuard({ allow: config.feedAllow }),
    userAgent: userAgentOf(config.web.publicUrl),
    wireBytesMax: config.poll.wireBytesMax,
    bodyBytesMax: config.poll.bodyBytesMax,
  });
  const pool = createWorkerPool();
  const { publicUrl } = config.web;
  const base = { ledger, topics: config.topics, publicUrl, timezone: config.timezone };
  const planner = createPlanner({ ...base, now: wallClock });
  const ports: CommandPorts = {
    archive: ledger,
    search: createSearch(ledger),
    topics: topicsOf(config, matcher),
    reader: createFeedReader(fetcher, pool.parse),
    digests: planner,
    posts: { notice: (tenant, channel, reply) => postNotice(ledger, tenant, channel, reply) },
    doctor: createDoctor(config, ledger, wallClock),
    now: wallClock,
    newId: () =>
      BigInt(`0x${randomBytes(12).toString("hex")}`)
        .toString(36)
        .slice(0, 12),
    publicUrl,
    timezone: config.timezone,
    pollEveryMs: config.poll.everyMs,
  };
  return {
    config,
    ledger,
    matcher,
    planner,
    commander: createCommander(ports),
    ports,
    fetcher,
    pool,
    log,
    keyv: (namespace) => createKeyv(ledger.kv, namespace),
    now: wallClock,
    async close() {
      await fetcher.close();
      await pool.close();
      await ledger.close();
    },
  };
}

function topicsOf(config: Config, matcher: TopicMatcher): Topics {
  const thresholds = new Map(config.topics.map(({ id, threshold }) => [id, threshold]));
  return {
    list: () => config.topics,
    explain(topicId, document) {
      const match = matcher.explain(topicId, document);
      const threshold = thresholds.get(topicId);
      if (match === null || threshold === undefined) return null;
      return { score: match.score, threshold, reasons: match.reasons };
    },
  };
}

async function postNotice(
  ledger: SqliteLedger,
  tenant: string,
  channel: string,
  reply: Parameters<typeof ledger.enqueue>[0]["reply"],
): Promise<void> {
  const at = wallClock();
  await ledger.enqueue({
    key: deliveryKey(["notice", channel, at, randomBytes(8).toString("hex")]),
    tenant,
    channel,
    kind: "notice",
    subscriptionId: null,
    topicId: null,
    storyIds: [],
    reply,
    mention: null,
    createdAt: at,
    dueAt: at,
    attempts: 0,
    attemptAt: null,
  });
}

/** Makes the ledger's declared feeds and subscriptions those of the files. */
async function syncDeclared(config: Config, ledger: SqliteLedger): Promise<void> {
  const faults = await contradictions(config, ledger);
  if (faults.length > 0) throw new SettingsError(faults);
  await ledger.syncFeeds(config.feeds);
  const at = wallClock();
  const known = await ledger.subscriptions(null);
  const states = new Map(known.map((entry) => [entry.subscription.id, entry]));
  const declared = config.subscriptions.map((subscription) => {
    const before = states.get(subscription.id);
    if (before === undefined) return { subscription, state: initialState(subscription, at) };
    const { createdAt } = before.subscription;
    const kept = { ...subscription, createdAt };
    return { subscription: kept, state: mendState(kept, before.state, at) };
  });
  await ledger.syncSubscriptions(declared);
  for (const { subscription, state } of declared) {
    const before = states.get(subscription.id)?.state;
    if (before !== undefined && before.dueAt !== state.dueAt) {
      await ledger.saveSubscription(subscription, state);
    }
  }
}

/** The same feed in a file and in the ledger: one of the two has to go. */
async function contradictions(config: Config, ledger: SqliteLedger): Promise<Fault[]> {
  const added = new Map((await ledger.feeds()).map((feed) => [feed.id, feed]));
  return config.feeds.flatMap((feed): Fault[] => {
    const other = added.get(feed.id);
    if (other === undefined || other.where !== null || feed.where === null) return [];
    const remedy = `remove it here, or run: sitrep feeds remove ${feed.id}`;
    return [{ ...feed.where, what: "this feed was also added by a command", remedy }];
  });
}
