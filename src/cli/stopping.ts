import type { Log } from "../log.ts";

/** A stop is promised within 5 s; what has not ended shortly before is cut. */
const STOP_MS_MAX = 4_500;

/** What ends by itself after a run has so long for it. */
const GRACE_MS = 250;

/**
 * Aborts at the first SIGINT or SIGTERM, and sees to it that the process is gone in time, whatever hangs: all that
 * must not be lost is on the disk. A second signal ends the process at once.
 */
export function heedSignals(log: Log): AbortSignal {
  const stop = new AbortController();
  const onFirst = (): void => {
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
    setTimeout(() => {
      log.warn({}, "not all has ended in time; the next start takes up what is left");
      process.exit(0);
    }, STOP_MS_MAX).unref();
    stop.abort();
  };
  const once = (): void => {
    process.off("SIGINT", once);
    process.off("SIGTERM", once);
    onFirst();
  };
  process.on("SIGINT", once);
  process.on("SIGTERM", once);
  return stop.signal;
}

/** Ends the process even when a library still holds a connection or a timer, once what was printed has left. */
export async function leaveSoon(code: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  setTimeout(() => process.exit(code), GRACE_MS).unref();
}

/** Resolves when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Does something that is no longer waited for once the signal is aborted; not at all when it is already. */
export async function unlessStopped(
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  if (!signal.aborted) await Promise.race([work(), whenAborted(signal)]);
}
