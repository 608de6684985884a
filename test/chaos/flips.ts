import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reply } from "../../src/commands/reply.ts";
import type { Delivery, Transport } from "../../src/delivery/delivery.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { sampleDigest } from "../support/chat-samples.ts";
import type { Proof } from "./proof.ts";
import { chanceOf, freshDelivery, keyOf, loopOf, tempFolder } from "./world.ts";

const WAITING = 30;
const UNDER_WAY = 5;
const SENT = 25;
const BYTES_MAX = 8;
const FILE = "sitrep.db";

type Verdict = "refused" | "reported" | "unharmed" | "wrong" | "missing";

/** Bytes of the database change while nothing runs; then it is started. */
export async function flips(size: number): Promise<Proof> {
  const { folder, remove } = tempFolder();
  const expected = await template(join(folder, "template"));
  const chance = chanceOf(5);
  const verdicts = new Map<Verdict, number>();
  for (let index = 0; index < size; index++) {
    const place = join(folder, "trial");
    mkdirSync(place, { recursive: true });
    copyFileSync(join(folder, "template", FILE), join(place, FILE));
    flipBytes(join(place, FILE), chance);
    const verdict = await start(place, expected);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    rmSync(place, { recursive: true });
  }
  remove();
  const times = (verdict: Verdict): number => verdicts.get(verdict) ?? 0;
  return {
    tried: `${size} databases with 1 to ${BYTES_MAX} changed bytes, then started`,
    zeros: [
      {
        what: "posted something else, to somebody else, or again",
        times: times("wrong"),
        of: size,
      },
      { what: "left a post out and said nothing", times: times("missing"), of: size },
    ],
    figures: (["refused", "reported", "unharmed"] as const).map((verdict) => ({
      what: verdict,
      value: times(verdict),
      ok: null,
    })),
  };
}

/** A ledger with posts that wait, are under way and were sent; what is expected of each that is still to be posted. */
async function template(folder: string): Promise<ReadonlyMap<string, string>> {
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  const expected = new Map<string, string>();
  for (let index = 0; index < SENT + UNDER_WAY + WAITING; index++) {
    const channel = `sim:${index}`;
    const digest = sampleDigest(index % 5);
    // Like no other, so that each stands in the database.
    const reply: Reply = {
      ...digest,
      blocks: [{ kind: "text", text: `Post ${index}` }, ...digest.blocks],
    };
    const delivery = freshDelivery({ channel, key: keyOf(index), reply });
    await ledger.enqueue(delivery);
    if (index >= SENT) expected.set(delivery.key, shownOf(delivery));
    if (index >= SENT + UNDER_WAY) continue;
    const now = new Date().toISOString();
    await ledger.claim(1, now, ["sim"]);
    if (index < SENT) {
      await ledger.settle(
        delivery.key,
        { state: "sent", messageId: `m${index}`, ambiguous: false },
        now,
      );
    }
  }
  await ledger.close();
  return expected;
}

function shownOf({ channel, reply, mention }: Delivery): string {
  return JSON.stringify([channel.replace(/^sim:/, ""), reply, mention]);
}

function flipBytes(file: string, chance: () => number): void {
  const bytes = readFileSync(file);
  const count = 1 + Math.floor(chance() * BYTES_MAX);
  for (let flip = 0; flip < count; flip++) {
    const at = Math.floor(chance() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(chance() * 8));
  }
  writeFileSync(file, bytes);
}

async function start(folder: string, expected: ReadonlyMap<string, string>): Promise<Verdict> {
  let ledger: SqliteLedger;
  try {
    ledger = await openSqliteLedger({ folder, exclusive: true });
  } catch (error) {
    if (error instanceof StoreError) return "refused";
    throw error;
  }
  try {
    return await run(ledger, expected);
  } finally {
    await ledger.close();
  }
}

async function run(ledger: SqliteLedger, expected: ReadonlyMap<string, string>): Promise<Verdict> {
  const posted: Delivery[] = [];
  // Knows keys for ever, so that what was under way is sent at once.
  const transport: Transport = {
    platform: "sim",
    sameKeyMs: Number.MAX_SAFE_INTEGER,
    send: async (delivery) => {
      posted.push(delivery);
      return { kind: "sent", messageId: delivery.key };
    },
    find: async () => ({ kind: "absent" }),
  };
  const loop = loopOf(ledger, [transport], 0);
  for (let tick = 0; tick < 3; tick++) await loop.tick();
  const keys = new Set(posted.map(({ key }) => key));
  const isWrong = (one: Delivery): boolean => expected.get(one.key) !== shownOf(one);
  if (posted.some(isWrong) || keys.size < posted.length) return "wrong";
  const problems = await problemsOf(ledger);
  if (keys.size === expected.size) return problems.length === 0 ? "unharmed" : "reported";
  return problems.length === 0 ? "missing" : "reported";
}

async function problemsOf(ledger: SqliteLedger): Promise<readonly string[]> {
  try {
    return await ledger.check();
  } catch (error) {
    return [String(error)];
  }
}
