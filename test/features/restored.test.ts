import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Delivery, Found, Transport } from "../../src/delivery/delivery.ts";
import { createDeliveryLoop, type DeliveryLoop } from "../../src/delivery/loop.ts";
import { restoreSqlite } from "../../src/store/sqlite/backup.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { at, delivery, newItem, plan } from "../contract/store-samples.ts";
import { keptLog } from "../support/chat-samples.ts";
import { makeFolder } from "../support/sitrep.ts";

const NOTHING_READ = { kind: "unreadable", reason: "no right to" } as const;

let folder: ReturnType<typeof makeFolder>;
let ledger: SqliteLedger;
let nowMs: number;
/** What stands on the platform's channels, in order, and how often each was looked for. */
let posted: Delivery[];
let searches: number;
let isReadable: boolean;

const now = (): string => new Date(nowMs).toISOString();
const data = (): string => join(folder.path, "data");
const open = (): Promise<SqliteLedger> => openSqliteLedger({ folder: data(), exclusive: false });

beforeEach(async () => {
  folder = makeFolder();
  nowMs = Date.parse(at(0));
  posted = [];
  searches = 0;
  isReadable = true;
  ledger = await open();
});
afterEach(async () => {
  await ledger.close();
  folder.remove();
});

/** A platform that knows no keys, but shows what was posted. */
const platform: Transport = {
  platform: "chat",
  sameKeyMs: 0,
  async send(one) {
    posted.push(one);
    return { kind: "sent", messageId: `m${posted.length}` };
  },
  async find({ key }): Promise<Found> {
    searches += 1;
    if (!isReadable) return NOTHING_READ;
    const place = posted.findIndex((one) => one.key === key);
    return place < 0 ? { kind: "absent" } : { kind: "found", messageId: `m${place + 1}` };
  },
};

function start(): DeliveryLoop {
  return createDeliveryLoop({
    outbox: ledger,
    transports: [platform],
    now,
    elapsedMs: () => nowMs,
    pause: async () => undefined,
    log: keptLog().log,
    onSettled: () => undefined,
    onParked: () => undefined,
  });
}

/** Minutes of ticks. */
async function live(minutes: number): Promise<void> {
  const loop = start();
  for (let step = 0; step < minutes * 12; step += 1) {
    await loop.tick();
    nowMs += 5_000;
  }
}

/** As a poll stores an item and the alert that follows from it. */
async function alert(key: string, channel = "chat:a"): Promise<void> {
  const storyIds = [`s-${key}`];
  const created = { createdAt: now(), dueAt: now() };
  const row = delivery(key, { channel, storyIds, ...created });
  await ledger.ingest(plan({ seenAt: now(), items: [newItem(key)], deliveries: [row] }));
}

async function digest(key: string): Promise<void> {
  const created = { createdAt: now(), dueAt: now() };
  const row = delivery(key, { channel: "chat:b", kind: "digest", ...created });
  await ledger.commitDigests({ deliveries: [row], told: [], states: [] });
}

async function restore(): Promise<void> {
  await ledger.close();
  restoreSqlite(join(folder.path, "copy.db"), data(), now());
  ledger = await open();
}

const keys = (): readonly string[] => posted.map(({ key }) => key).sort();

test("after a restore nothing is posted again that was posted since the backup, and what is new is posted", async () => {
  await alert("waiting");
  await ledger.backup(join(folder.path, "copy.db"));
  await live(1);
  await alert("later");
  await digest("slot");
  await live(1);
  expect(keys()).toEqual(["later", "slot", "waiting"]);
  nowMs += 3_600_000;
  await restore();
  for (const key of ["later", "new"]) await alert(key);
  await digest("slot");
  await live(2);
  expect(keys()).toEqual(["later", "new", "slot", "waiting"]);
  expect(await ledger.counts()).toMatchObject({ pending: 0, inflight: 0, sent: 4, ambiguous: 0 });
  expect(searches).toBe(4);
});

test("where channels cannot be read, a digest is posted at most once and an alert at least once, marked", async () => {
  await ledger.backup(join(folder.path, "copy.db"));
  await alert("told");
  await digest("slot");
  await live(1);
  isReadable = false;
  await restore();
  await alert("told");
  await digest("slot");
  await live(3);
  const [again, ...others] = posted.slice(2);
  expect(others).toEqual([]);
  expect(again?.reply.blocks[0]).toMatchObject({
    kind: "notice",
    text: expect.stringMatching(/^Sent again/),
  });
  expect(await ledger.counts()).toMatchObject({ pending: 0, inflight: 0, ambiguous: 2 });
});

test("two days after a restore, posts go without a look at their channel again", async () => {
  await ledger.backup(join(folder.path, "copy.db"));
  await restore();
  nowMs += 49 * 3_600_000;
  await alert("new");
  await live(1);
  expect({ keys: keys(), searches }).toEqual({ keys: ["new"], searches: 0 });
});
