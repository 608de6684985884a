import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Reply } from "../../src/commands/reply.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { type Proof, percentile } from "./proof.ts";
import {
  chanceOf,
  channelOf,
  countPosts,
  freshDelivery,
  keyIn,
  keyOf,
  loopOf,
  posts,
  tempFolder,
  transportOf,
} from "./world.ts";

const POSTS = 6;
const CHANNELS = 3;
const RESUMES_WITHIN_MS = 10_000;

/** A disk that is full, that may not be written, and that fails; for a while, in the middle of delivering. */
const TROUBLES = {
  full: (db: DatabaseSync) => db.exec("PRAGMA max_page_count = 1"),
  "read-only": (db: DatabaseSync) => db.exec("PRAGMA query_only = ON"),
  "I/O errors": () => limitFiles("1"),
  "waits for the disk that fail": () => failWaits(true),
} as const;
type Trouble = keyof typeof TROUBLES;

export async function disk(size: number): Promise<Proof> {
  const kinds = (Object.keys(TROUBLES) as Trouble[]).filter(
    (kind) => kind !== "I/O errors" || limitFiles("unlimited"),
  );
  const found: (Awaited<ReturnType<typeof trial>> & { kind: Trouble })[] = [];
  for (const kind of kinds) {
    for (let index = 0; index < size; index++) found.push({ kind, ...(await trial(kind, index)) });
  }
  const sum = (pick: (one: (typeof found)[number]) => number): number =>
    found.reduce((total, one) => total + pick(one), 0);
  const of = sum(({ put }) => put);
  const worst = Math.round(Math.max(...found.map(({ resumedMs }) => resumedMs)));
  return {
    tried: `${size} times each: ${kinds.join(", ")}`,
    zeros: [
      {
        what: "posts without a durable row",
        times: sum(({ bare }) => bare),
        of: sum(({ posted }) => posted),
      },
      { what: "lost", times: sum(({ lost }) => lost), of },
      { what: "repeated", times: sum(({ repeated }) => repeated), of },
    ],
    figures: [
      ...kinds.map((kind) => {
        const value = found.filter((one) => one.kind === kind && one.failed > 0).length;
        return {
          what: `trials in which writing failed, ${kind} (all ${size})`,
          value,
          ok: value === size,
        };
      }),
      {
        what: "ms until all was posted after the trouble ended, p95",
        value: Math.round(
          percentile(
            found.map(({ resumedMs }) => resumedMs),
            0.95,
          ),
        ),
        ok: null,
      },
      {
        what: `worst (at most ${RESUMES_WITHIN_MS})`,
        value: worst,
        ok: worst <= RESUMES_WITHIN_MS,
      },
    ],
  };
}

async function trial(kind: Trouble, seed: number) {
  const chance = chanceOf(seed + 1);
  const { folder, remove } = tempFolder();
  const { ledger, database } = await openWatched(folder);
  const reader = new DatabaseSync(join(folder, "sitrep.db"), { readOnly: true });
  const rowOf = reader.prepare("SELECT state FROM deliveries WHERE key = ?");
  let bare = 0;
  const wire = await startWireDiscord({
    fault(call) {
      if (!posts("discord", call.method, call.path)) return null;
      if (rowOf.get(keyIn(call.body) ?? "")?.["state"] !== "inflight") bare += 1;
      return null;
    },
  });
  const { transport, stop } = transportOf("discord", wire.api, {
    requestMs: 2_000,
    requestsPerSecond: 1_000,
  });
  const loop = loopOf(ledger, [transport], 100);
  let put = 0;
  let failed = 0;
  const add = async (): Promise<void> => {
    const channel = `discord:${channelOf("discord", put % CHANNELS)}`;
    try {
      // Each is long and like no other, so that it takes room of its own.
      const text = `${put} ${"harbour ".repeat(400)}`;
      const reply: Reply = { blocks: [{ kind: "text", text }], ephemeral: false };
      await ledger.enqueue(freshDelivery({ channel, key: keyOf(put), reply }));
      put += 1;
    } catch {
      failed += 1;
    }
  };
  for (let index = 0; index < POSTS; index++) await add();
  const tick = (): Promise<unknown> => loop.tick();
  const first = tick();
  await sleep(chance() * 15);
  TROUBLES[kind](database);
  for (let round = 0; round < 4; round++) {
    await add();
    await Promise.all([tick(), sleep(20)]);
  }
  await first;
  database.exec("PRAGMA max_page_count = 1073741823; PRAGMA query_only = OFF");
  limitFiles("unlimited");
  failWaits(false);
  const endedMs = performance.now();
  await add();
  while (performance.now() - endedMs < 2 * RESUMES_WITHIN_MS) {
    await tick();
    const { pending, inflight } = await ledger.counts();
    if (pending + inflight === 0) break;
    await sleep(10);
  }
  const resumedMs = performance.now() - endedMs;
  const counts = countPosts(
    put,
    wire.posts.map(({ body }) => body),
  );
  const posted = wire.posts.length;
  await stop();
  await wire.stop();
  reader.close();
  await ledger.close();
  remove();
  return { ...counts, put, posted, bare, failed, resumedMs };
}

/** The ledger together with the connection that it opens, so that SQLite itself can be made to fail. */
async function openWatched(
  folder: string,
): Promise<{ readonly ledger: SqliteLedger; readonly database: DatabaseSync }> {
  const { exec } = DatabaseSync.prototype;
  let database: DatabaseSync | null = null;
  DatabaseSync.prototype.exec = function watched(this: DatabaseSync, sql: string): void {
    database = this;
    exec.call(this, sql);
  };
  try {
    const ledger = await openSqliteLedger({ folder, exclusive: false });
    if (database === null) throw new Error("no database was opened");
    return { ledger, database };
  } finally {
    DatabaseSync.prototype.exec = exec;
  }
}

/** How large this process may make a file: beyond that the system fails its writes. False where that cannot be set. */
function limitFiles(bytes: string): boolean {
  const set = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
  return set.status === 0;
}

const { fdatasync } = fs;

/** Whether what was written to files cannot be brought to the disk. */
function failWaits(fail: boolean): void {
  const failing = (_handle: number, done: fs.NoParamCallback): void => {
    setImmediate(() => done(Object.assign(new Error("EIO"), { code: "EIO" })));
  };
  fs.fdatasync = fail
    ? Object.assign(failing, { __promisify__: fdatasync.__promisify__ })
    : fdatasync;
  syncBuiltinESMExports();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
