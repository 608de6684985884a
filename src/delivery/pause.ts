import { setTimeout } from "node:timers/promises";

/** Lets time pass: resolves after `ms`, or at once when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Real time. */
export const pause: Pause = async (ms, signal) => {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
