import { dirname, join } from "node:path";
import type { Delivery, Edit, Settlement, Transport } from "./delivery/delivery.ts";
import { createDeliveryLoop, type DeliveryLoop } from "./delivery/loop.ts";
import { pause } from "./delivery/pause.ts";
import { SEED_FEED_ID } from "./feeds/feed.ts";
import type { Problem } from "./feeds/item.ts";
import { readSeedFolder } from "./feeds/seed-folder.ts";
import { planEdits } from "./growing.ts";
import { createIngester, type Ingester } from "./ingest.ts";
import type { Metrics } from "./metrics.ts";
import { sayParked } from "./parked.ts";
import { createPolling, type Polling } from "./polling.ts";
import { createQuiet } from "./quiet.ts";
import { createRescoring, type Rescoring } from "./rescoring.ts";
import type { Sitrep } from "./wiring.ts";

/** The loops of a running Sitrep. Each catches what one feed, digest or post did wrong, and goes on. */
export type Pipeline = {
  readonly polling: Polling;
  readonly ingester: Ingester;
  readonly rescoring: Rescoring;
  /** Reads the seed corpus; unreadable files are problems, the rest is stored. */
  readSeeds(): Promise<readonly Problem[]>;
  /** Puts what is due into the outbox, and sends what stands there. How many were settled. */
  planAndDeliver(): Promise<number>;
  stop(): Promise<void>;
};

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
  const delivering: DeliveryLoop = createDeliveryLoop({
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
  return {
    polling,
    ingester,
    rescoring,
    async readSeeds() {
      const files = await readSeedFolder(config.folders.seeds);
      const items = files.flatMap(({ item }) => item ?? []);
      await ingester.ingest({ feedId: SEED_FEED_ID, items, baseline: false, state: () => null });
      return files.flatMap(({ path, problems }) =>
        problems.map((problem) => ({ ...problem, message: named(path, problem.message) })),
      );
    },
    async planAndDeliver() {
      try {
        await planner.planDue();
        await planEdits({ ledger, now });
      } catch (error) {
        log.error(
          { error: String(error) },
          "digests cannot be planned now; tried again in a second",
        );
      }
      return delivering.tick();
    },
    stop: async () => {
      rescoring.stop();
      await polling.stop();
      await delivering.stop();
    },
  };
}

/** A message that names the whole path: the reader of one article knows only the file's name. */
function named(path: string, message: string): string {
  return message.startsWith(path) ? message : join(dirname(path), message);
}
