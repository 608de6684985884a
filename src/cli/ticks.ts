import { schedule } from "node-cron";
import type { Pipeline } from "../pipeline.ts";
import type { Sitrep } from "../wiring.ts";
import type { Progress } from "./progress.ts";

/** The loops of a run; they end when stopped. */
export type Ticks = { stop(): Promise<void> };

/**
 * Drives the loops: what is due is looked for every second, so a digest is at most a second late and a
 * jump of the clock is noticed at once. Nothing depends on a tick: what is due stands in the ledger.
 */
export function startTicks(sitrep: Sitrep, pipeline: Pipeline, progress: Progress): Ticks {
  const { config, ledger, log, now } = sitrep;
  const running = new Set<Promise<void>>();
  const guarded = (what: string, work: () => Promise<unknown>): (() => Promise<void>) => {
    return async () => {
      const run = work().then(
        () => undefined,
        (error: unknown) =>
          log.error({ error: String(error) }, `${what} failed; tried again later`),
      );
      running.add(run);
      await run;
      running.delete(run);
    };
  };
  let isFirst = true;
  const poll = guarded("polling", async () => {
    const shown = isFirst ? progress : null;
    isFirst = false;
    await pipeline.polling.pollDue((done, total) => shown?.step(done, total));
    shown?.end();
  });
  // A slow feed must not keep the others waiting for the next tick.
  const pollOn = (): void => void poll();
  const deliver = guarded("delivering", () => pipeline.planAndDeliver());
  const rescore = guarded("matching new topics", () => pipeline.rescoring.run());
  const tidy = guarded("tidying", async () => {
    const before = new Date(Date.parse(now()) - config.itemsKeptMs).toISOString();
    await ledger.prune(before);
    await ledger.kv.sweep(Date.now());
  });
  const options = { noOverlap: true, timezone: "UTC" };
  const tasks = [
    schedule("* * * * * *", pollOn, options),
    schedule("* * * * * *", deliver, options),
    schedule("* * * * * *", rescore, options),
    schedule("17 3 * * *", tidy, options),
  ];
  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.stop()));
      pipeline.rescoring.stop();
      await pipeline.stop();
      await Promise.all(running);
    },
  };
}
