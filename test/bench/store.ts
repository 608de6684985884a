import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ledger } from "../../src/store/ledger.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { at, delivery, match, newItem, plan } from "../contract/store-samples.ts";

/** Units a second, by what was done. */
type Figures = Record<string, number>;

/** Prints what the ledger does in a second; with the archive's size, since most of it must stay flat. */
export async function run(): Promise<Figures> {
  const figures: Figures = {};
  const timed = timerOf(figures);
  const folder = mkdtempSync(join(tmpdir(), "sitrep-bench-"));
  const ledger = await openSqliteLedger({ folder, exclusive: true });
  const vocabulary = Array.from({ length: 20_000 }, (_, n) => `word${n}`);
  const textOf = (seed: number): string =>
    Array.from({ length: 300 }, (_, n) => vocabulary[(seed * 7919 + n * n * 31) % 20_000]).join(
      " ",
    );
  const itemsTotal = 20_000;
  const itemsEach = 10;
  for (let done = 0; done < itemsTotal; done += 5_000) {
    await timed(`ingest items, ${itemsEach} a poll, ${done} stored before`, 5_000, async () => {
      for (let n = done; n < done + 5_000; n += itemsEach) {
        const items = Array.from({ length: itemsEach }, (_, k) => {
          const text = textOf(n + k);
          return newItem(`g${n + k}`, {
            storyId: `s${Math.floor((n + k) / 3)}`,
            item: { text },
            words: text,
            stems: text,
            matches: [match("talks", (n + k) % 100)],
          });
        });
        await ledger.ingest(plan({ feedId: `f${n % 500}`, seenAt: at(n / 100), items }));
      }
    });
  }
  await timed("topic stories of a day", 20, async () => {
    for (let n = 0; n < 20; n += 1) {
      await ledger.topicStories({
        topicId: "talks",
        since: at(0),
        until: at(200),
        minScore: 60,
        language: null,
        baseline: true,
        limit: 20,
      });
    }
  });
  await timed("searches for two words", 200, async () => {
    for (let n = 0; n < 200; n += 1) {
      const word = (text: string) =>
        ({ kind: "word", column: "stems", text, prefix: false }) as const;
      await ledger.candidates(
        { kind: "all", of: [word(`word${n}`), word(`word${n + 31}`)] },
        { topicId: null, source: null, since: null, beforeItemId: null, limit: 20 },
      );
    }
  });
  await benchOutbox(ledger, timed);
  const megabytes = statSync(join(folder, "sitrep.db")).size / 1e6;
  process.stdout.write(`${megabytes.toFixed(0)} MB for ${itemsTotal} items of 300 words\n`);
  await timed("integrity checks of it", 1, async () => void (await ledger.check()));
  await ledger.close();
  rmSync(folder, { recursive: true });
  return figures;
}

async function benchOutbox(ledger: Ledger, timed: Timer): Promise<void> {
  const channels = 1_000;
  const rows = 5_000;
  await timed(`enqueue, one transaction for ${rows}`, rows, () =>
    ledger.ingest(
      plan({
        feedId: "f-out",
        deliveries: Array.from({ length: rows }, (_, n) =>
          delivery(`k${n}`, { channel: `web:c${n % channels}`, storyIds: ["s1"] }),
        ),
      }),
    ),
  );
  for (const limit of [1, 50, 1_000]) {
    const taken: string[] = [];
    await timed(`claims, ${limit} at a time, ${channels} channels waiting`, 1_000, async () => {
      while (taken.length < 1_000) {
        const claimed = await ledger.claim(limit, at(1), ["web"]);
        taken.push(...claimed.map(({ key }) => key));
      }
    });
    await timed(`settled after claims of ${limit}`, taken.length, async () => {
      for (const key of taken) {
        await ledger.settle(key, { state: "sent", messageId: key, ambiguous: false }, at(1));
      }
    });
  }
}

type Timer = (what: string, units: number, work: () => Promise<void>) => Promise<void>;

function timerOf(figures: Figures): Timer {
  return async (what, units, work) => {
    const begun = performance.now();
    await work();
    const seconds = (performance.now() - begun) / 1_000;
    figures[what] = Math.round(units / seconds);
    process.stdout.write(`${figures[what]}/s ${what} (${seconds.toFixed(2)} s)\n`);
  };
}
