import { schedule } from "node-cron";
import type { Pipeline } from "../pipeline.ts";
import type { Sitrep } from "../wiring.ts";
import type { Progress } from "./progress.ts";

/** The loops of a run. */
export type Ticks = {
  /** Begins nothing new; resolves when what is under way has ended, which the pipeline's own stop sees to. */
  stop(): Promise<void>;
};

const EACH_SECOND = "* * * * * *";
const EACH_HOUR = "17 * * * *";

/**
 * Drives the loops: what is due is looked for every second, so a digest is at most a second late and a
 * jump of the clock is noticed at once. Nothing depends on a tick: what is due stands in the ledger. No loop waits
 * for another. `progress` shows the first polls; long work ends early with the signal.
 */
export function startTicks(
  sitrep: Sitrep,
  pipeline: Pipeline,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Ticks {
  const { log } = sitrep;
  const running = new Set<Promise<void>>();
  const begin = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ error: String(error) }, `${what} failed; tried again later`);
    }
  };
  const beginAwaited = (what: string, work: () => Promise<unknown>): Promise<void> => {
    const run = begin(what, work).finally(() => running.delete(run));
    running.add(run);
    return run;
  };
  /** A tick that finds the last one still at work does nothing. */
  const alone = (what: string, work: () => Promise<unknown>): (() => void) => {
    let isBusy = false;
    return () => {
      if (isBusy) return;
      isBusy = true;
      void beginAwaited(what, work).then(() => {
        isBusy = false;
      });
    };
  };
  let isFirst = true;
  // A slow feed must not keep the others waiting for the next tick.
  const poll = (): void => {
    const shown = isFirst ? progress : null;
    isFirst = false;
    void beginAwaited("polling", async () => {
      await pipeline.polling.pollDue((done, total) => shown?.step(done, total));
      shown?.end();
    });
  };
  // Nor a slow platform the others. How long a stop waits for it, the pipeline knows.
  const deliver = (): void => void begin("delivering", () => pipeline.deliver());
  const plan = alone("planning", () => pipeline.plan(signal));
  const rescore = alone("matching new topics", () => pipeline.rescoring.run());
  const tidy = alone("tidying", () => pipeline.tidy());
  // Ticks that came late are no news: what is due is found by the next.
  const say = (message: string | Error): void => log.debug({}, `node-cron: ${message}`);
  const options = {
    timezone: "UTC",
    suppressMissedWarning: true,
    logger: { info: say, warn: say, error: say, debug: () => undefined },
  };
  const tasks = [
    schedule(EACH_SECOND, poll, options),
    schedule(EACH_SECOND, plan, options),
    schedule(EACH_SECOND, deliver, options),
    schedule(EACH_SECOND, rescore, options),
    schedule(EACH_HOUR, tidy, options),
  ];
  tidy();
  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.stop()));
      await Promise.all(running);
    },
  };
}
