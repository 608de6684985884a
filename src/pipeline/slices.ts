import { setImmediate as turn } from "node:timers/promises";

/** Longest work at a stretch, in milliseconds: what else goes on in this thread waits for so long. */
const SLICE_MS_MAX = 10;

/** Does the same with each value, in order, and lets everything else have its turn whenever that has taken long. */
export async function mapInSlices<T, Result>(
  values: readonly T[],
  work: (value: T) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  let startedMs = performance.now();
  for (const value of values) {
    if (performance.now() - startedMs > SLICE_MS_MAX) {
      await turn();
      startedMs = performance.now();
    }
    results.push(work(value));
  }
  return results;
}
