import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCommander } from "../../src/commands/commander.ts";
import type { CommandPorts } from "../../src/commands/ports.ts";
import type { Caller, Commander, Level } from "../../src/commands/spec.ts";
import type { Item } from "../../src/feeds/item.ts";
import { createIngester, type Ingester } from "../../src/pipeline/ingest.ts";
import { createPlanner, type Planner } from "../../src/pipeline/planning.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import { tenantPorts } from "../../src/tenants/tenant-ports.ts";
import type { Topic } from "../../src/topics/topic.ts";
import type { ConceptGroup } from "../../src/topics/topic-file.ts";
import { emptyWorld, fakeLines, fakePorts, NOW } from "./fake-archive.ts";
import { replyText } from "./reply-text.ts";

/** A Sitrep without network and platforms on a real ledger, for several tenants, with a clock that stands. */
export type TenantWorld = {
  readonly ledger: SqliteLedger;
  readonly commander: Commander;
  readonly planner: Planner;
  /** What planning said in the log. */
  readonly faults: readonly string[];
  readonly ingester: Ingester;
  /** Moves the clock on. */
  pass(ms: number): void;
  now(): string;
  /** What a person of a tenant is answered, as text. */
  say(line: string, by?: Partial<Caller>): Promise<string>;
  /** Stores what a feed brought. */
  bring(feedId: string, items: readonly Partial<Item>[], baseline?: boolean): Promise<void>;
  close(): Promise<void>;
};

/** A topic of a file, as everybody has it. */
export const STRIKES: Topic = {
  id: "strikes",
  name: "Strikes",
  about: "Strikes in ports",
  query: "strike AND (harbour OR port)",
  threshold: 40,
  where: { file: "topics/strikes.yaml", line: 1 },
};

/** Who walks out, as a concept file says it. */
export const WORKERS: ConceptGroup = {
  name: "workers",
  about: "People who work in a port",
  aliases: [
    { words: ["docker"], mode: "inflected", language: "en" },
    { words: ["estibador"], mode: "inflected", language: "es" },
  ],
  includes: [],
  where: { file: "concepts/work.yaml", line: 1 },
};

/** Somebody of a tenant, in its one channel. */
export function somebody(tenant: string, level: Level = "admin"): Caller {
  return { tenant, user: `chat:${level}-of-${tenant}`, level, channel: `chat:${tenant}-room` };
}

export async function tenantWorld(over: Partial<CommandPorts> = {}): Promise<TenantWorld> {
  const folder = mkdtempSync(join(tmpdir(), "sitrep-tenants-"));
  const ledger = await openSqliteLedger({ folder, exclusive: true });
  let nowMs = Date.parse(NOW);
  const now = (): string => new Date(nowMs).toISOString();
  const live = createLiveTopics(ledger, [STRIKES], [WORKERS]);
  const base = { ledger, live, publicUrl: null, timezone: "UTC", now };
  const faults: string[] = [];
  const error = (fields: object, text: string): void => {
    faults.push(`${text} ${JSON.stringify(fields)}`);
  };
  const planner = createPlanner({ ...base, log: { error } });
  const quiet = fakePorts(emptyWorld());
  const shared = {
    ...base,
    planner,
    reader: quiet.reader,
    posts: quiet.posts,
    doctor: quiet.doctor,
    backups: { make: async () => ({ file: "/var/copies/all.db", bytes: 1 }) },
    lines: fakeLines(),
    declaredFeeds: [],
    holds: {
      release: (channel: string, entry: Parameters<typeof ledger.noteAudit>[0]) =>
        ledger.releaseChannel(channel, entry),
    },
    newId: quiet.newId,
    feedback: "reviewed" as const,
    pollEveryMs: 900_000,
    ...over,
  };
  const commander = createCommander((caller) => tenantPorts(shared, caller));
  const ingester = await createIngester({ ledger, live, posts: { publicUrl: null }, now });
  return {
    ledger,
    commander,
    planner,
    faults,
    ingester,
    now,
    pass(ms) {
      nowMs += ms;
    },
    async say(line, by = {}) {
      const caller = { ...somebody("north"), ...by };
      return replyText(await commander.runLine(line, caller));
    },
    async bring(feedId, items, baseline = false) {
      await ingester.ingest({
        feedId,
        baseline,
        items: items.map((item, index) => fullItem(item, `${feedId}-${nowMs}-${index}`)),
        state: () => null,
      });
      nowMs += 1_000;
    },
    async close() {
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function fullItem(item: Partial<Item>, guid: string): Item {
  return {
    guid,
    title: "A headline",
    url: `https://news.example/${guid}`,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: null,
    text: null,
    categories: [],
    enclosures: [],
    source: "North News",
    agency: null,
    language: "en",
    ...item,
  };
}
