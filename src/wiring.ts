import { randomBytes } from "node:crypto";
import type { Keyv } from "keyv";
import { createCommander } from "./commands/commander.ts";
import type { CommandPorts } from "./commands/ports.ts";
import type { Reply } from "./commands/reply.ts";
import type { Commander } from "./commands/spec.ts";
import type { Config } from "./config.ts";
import { deliveryKey } from "./delivery/key.ts";
import { initialState, mendState } from "./digests/standing.ts";
import { createFetcher, type Fetcher } from "./feeds/fetch.ts";
import { createGuard } from "./feeds/guard.ts";
import type { Instant } from "./feeds/item.ts";
import { createFeedReader } from "./feeds/reader.ts";
import { createWorkerPool, type WorkerPool } from "./feeds/worker-pool.ts";
import type { Fault } from "./feeds/yaml.ts";
import type { Log } from "./log.ts";
import { revivingReader } from "./pipeline/feed-revival.ts";
import { createPlanner, type Planner } from "./pipeline/planning.ts";
import { SettingsError } from "./settings-error.ts";
import { createKeyv } from "./store/kv.ts";
import { openSqliteLedger, type SqliteLedger } from "./store/sqlite/ledger.ts";
import { createLines } from "./tenants/lines.ts";
import { createLiveTopics, type LiveTopics } from "./tenants/live-topics.ts";
import { type SharedPorts, tenantPorts } from "./tenants/tenant-ports.ts";
import { OPERATOR, type Reader } from "./tenants/tenant-reading.ts";
import { isUntold } from "./tenants/tenants.ts";
import { createBackups } from "./upkeep/backups.ts";
import { createDoctor } from "./upkeep/doctor.ts";
import { userAgentOf } from "./user-agent.ts";

/** The parts of a Sitrep, joined. */
export type Sitrep = {
  readonly config: Config;
  readonly ledger: SqliteLedger;
  readonly live: LiveTopics;
  readonly planner: Planner;
  readonly commander: Commander;
  /** What the commands of a tenant reach, for the command line too. */
  portsFor(reader: Reader): Promise<CommandPorts>;
  readonly fetcher: Fetcher;
  /** Reads documents in threads of their own. */
  readonly pool: WorkerPool;
  readonly log: Log;
  /** A Keyv of that namespace, for what may be lost. */
  keyv(namespace: string): Keyv;
  now(): Instant;
  /** Tells a tenant's admins, where they wish to be told; that channel, or null. */
  noticeAdmins(tenant: string, reply: Reply): Promise<string | null>;
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
  const fetcher = createFetcher({
    guard: createGuard({ allow: config.feedAllow }),
    userAgent: userAgentOf(config.web.publicUrl),
    wireBytesMax: config.poll.wireBytesMax,
    bodyBytesMax: config.poll.bodyBytesMax,
  });
  const pool = createWorkerPool();
  const { publicUrl } = config.web;
  const live = createLiveTopics(ledger, config.topics, config.concepts);
  const base = { ledger, live, publicUrl, timezone: config.timezone, now: wallClock };
  const planner = createPlanner({ ...base, log });
  const shared: SharedPorts = {
    ...base,
    planner,
    reader: revivingReader(createFeedReader(fetcher, pool), ledger, wallClock),
    posts: { notice: (tenant, channel, reply) => postNotice(ledger, tenant, channel, reply) },
    doctor: createDoctor(config, ledger, wallClock),
    backups: createBackups(ledger, config.folders.data, wallClock),
    lines: createLines(createKeyv(ledger.kv, "lines")),
    holds: { release: (channel, entry) => ledger.releaseChannel(channel, entry) },
    declaredFeeds: config.feeds,
    newId: () =>
      BigInt(`0x${randomBytes(12).toString("hex")}`)
        .toString(36)
        .slice(0, 12),
    feedback: config.feedback,
    pollEveryMs: config.poll.everyMs,
  };
  const portsFor = (reader: Reader): Promise<CommandPorts> => tenantPorts(shared, reader);
  return {
    config,
    ledger,
    live,
    planner,
    commander: createCommander(portsFor),
    portsFor,
    fetcher,
    pool,
    log,
    keyv: (namespace) => createKeyv(ledger.kv, namespace),
    now: wallClock,
    async noticeAdmins(tenant, reply) {
      const { alerts } = await ledger.settings(tenant);
      if (alerts !== undefined) await postNotice(ledger, tenant, alerts, reply);
      return alerts ?? null;
    },
    async close() {
      await fetcher.close();
      await pool.close();
      await ledger.close();
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
    // Whose a declared channel is, its platform said at an earlier start.
    const tenant = isUntold(subscription) ? before.subscription.tenant : subscription.tenant;
    const kept = { ...subscription, createdAt, tenant };
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

/**
 * What the operator declares in a file and made by a command: one of the two has to go. What other tenants made bars
 * nobody: a declared feed takes over theirs, and a topic of theirs goes before a declared one for them alone.
 */
async function contradictions(config: Config, ledger: SqliteLedger): Promise<Fault[]> {
  const made = (await ledger.madeTopics()).filter(({ tenant }) => tenant === OPERATOR);
  const topicIds = new Set(made.map(({ topic }) => topic.id));
  const added = (await ledger.feeds()).filter(
    ({ where, owners = [] }) =>
      where === null && (owners.length === 0 || owners.some(({ tenant }) => tenant === OPERATOR)),
  );
  const feedIds = new Set(added.map(({ id }) => id));
  const topics = config.topics.flatMap((topic): Fault[] => {
    if (topic.where === null || !topicIds.has(topic.id)) return [];
    const line = `sitrep ask --yes "/sitrep-admin topic delete ${topic.id}"`;
    const remedy = `name the file otherwise, or run: ${line}`;
    return [{ ...topic.where, what: "this topic was also made by a command", remedy }];
  });
  const feeds = config.feeds.flatMap((feed): Fault[] => {
    if (feed.where === null || !feedIds.has(feed.id)) return [];
    const remedy = `remove it here, or run: sitrep feeds remove ${feed.id}`;
    return [{ ...feed.where, what: "this feed was also added by a command", remedy }];
  });
  return [...topics, ...feeds];
}
