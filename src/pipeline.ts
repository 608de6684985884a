import { dirname, join } from "node:path";
import type { Delivery, Edit, Settlement, Transport } from "./delivery/delivery.ts";
import { createDeliveryLoop } from "./delivery/loop.ts";
import { pause } from "./delivery/pause.ts";
import { SEED_FEED_ID } from "./feeds/feed.ts";
import type { Problem } from "./feeds/item.ts";
import { readSeedFolder } from "./feeds/seed-folder.ts";
import { planEdits } from "./pipeline/growing.ts";
import { createIngester, type Ingester } from "./pipeline/ingest.ts";
import type { Metrics } from "./pipeline/metrics.ts";
import { createPolling, type Polling } from "./pipeline/polling.ts";
import { createQuiet } from "./pipeline/quiet.ts";
import { createRescoring, type Rescoring } from "./pipeline/rescoring.ts";
import { tidyWhenDue } from "./pipeline/tidying.ts";
import { sayParked } from "./upkeep/parked.ts";
import type { Sitrep } from "./wiring.ts";

/** The loops of a running Sitrep. Each catches what one feed, digest or post did wrong, and goes on. */
export type Pipeline = {
  readonly polling: Polling;
  readonly ingester: Ingester;
  readonly rescoring: Rescoring;
  /**
   * Reads the seed corpus; unreadable files are problems, the rest is stored. Ends early with the signal: what is not
   * stored then is new at the next start.
   */
  readSeeds(signal: AbortSignal, onSeed: OnSeed): Promise<readonly Problem[]>;
  /** Puts what is due into the outbox; ends early with the signal. */
  plan(signal: AbortSignal): Promise<void>;
  /** Sends what stands in the outbox; resolves when nothing more is due. May be called while it runs. */
  deliver(): Promise<void>;
  /** Removes what is kept no longer, once a day. */
  tidy(): Promise<void>;
  /** Begins nothing new, and waits a while for what is under way. */
  stop(): Promise<void>;
};

/** Hears how many seeds of how many are done. */
export type OnSeed = (done: number, total: number) => void;

/** What the pipeline is told to do besides. */
export type PipelineOptions = {
  readonly transports: readonly Transport[];
  readonly metrics: Metrics;
  onSettled(delivery: Delivery, settlement: Settlement): Promise<void> | void;
  /** A post shows the newer version. */
  onEdited?(edit: Edit): Promise<void> | void;
};

/** Joins the stages and the store. */
export async function createPipeline(sitrep: Sitrep, options: PipelineOptions): Promise<Pipeline> {
  const { config, ledger, live, planner, log, now } = sitrep;
  const posts = { publicUrl: config.web.publicUrl };
  const ingester = await createIngester({ ledger, live, posts, now });
  const rescoring = createRescoring({ ledger, live, scored: sitrep.keyv("scored"), now });
  const polling = createPolling(sitrep, ingester, options.metrics);
  const delivering = createDeliveryLoop({
    outbox: ledger,
    edits: ledger,
    quietUntil: createQuiet({ ledger, log, now }),
    transports: options.transports,
    now,
    elapsedMs: () => performance.now(),
    pause,
    log,
    onSettled: options.onSettled,
    onEdited: (edit) => options.onEdited?.(edit),
    onParked: (delivery, reason) => sayParked(sitrep, delivery, reason),
  });
  const tidied = sitrep.keyv("tidied");
  return {
    polling,
    ingester,
    rescoring,
    readSeeds: (signal, onSeed) => readSeeds(config.folders.seeds, ingester, signal, onSeed),
    async plan(signal) {
      const plans = [
        { what: "digests", make: () => planner.planDue(signal) },
        { what: "edits", make: () => planEdits({ ledger, now }) },
      ];
      for (const { what, make } of plans) {
        if (signal.aborted) return;
        try {
          await make();
        } catch (error) {
          const text = `${what} cannot be planned now; tried again in a second`;
          log.error({ error: String(error) }, text);
        }
      }
    },
    async deliver() {
      await delivering.tick();
    },
    async tidy() {
      await tidyWhenDue({ ledger, memory: tidied, itemsKeptMs: config.itemsKeptMs, now });
    },
    stop: async () => {
      rescoring.stop();
      await Promise.all([polling.stop(), delivering.stop()]);
    },
  };
}

/** Reading a seed and storing it count half each. */
async function readSeeds(
  folder: string,
  ingester: Ingester,
  signal: AbortSignal,
  onSeed: OnSeed,
): Promise<readonly Problem[]> {
  const files = await readSeedFolder(folder, {
    signal,
    onRead: (read, total) => onSeed(Math.floor(read / 2), total),
  });
  const items = files.flatMap(({ item }) => item ?? []);
  const batch = { feedId: SEED_FEED_ID, items, baseline: false, state: () => null };
  const onStored = (stored: number, todo: number): void => {
    const half = todo === 0 ? 1 : stored / todo;
    onSeed(Math.floor((files.length * (1 + half)) / 2), files.length);
  };
  if (!signal.aborted) await ingester.ingest({ ...batch, signal, onStored });
  return files.flatMap(({ path, problems }) =>
    problems.map((problem) => ({ ...problem, message: named(path, problem.message) })),
  );
}

/** A message that names the whole path: the reader of one article knows only the file's name. */
function named(path: string, message: string): string {
  return message.startsWith(path) ? message : join(dirname(path), message);
}
