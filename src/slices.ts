import { setImmediate as turn } from "node:timers/promises";

/** Longest work at a stretch, in milliseconds: what else goes on in this thread waits for so long. */
const STRETCH_MS_MAX = 10;

/** Long work in this thread that lets everything else have its turn. */
export type Stretch = {
  /** To be awaited between two steps: goes on at once while the stretch is short. */
  rest(): Promise<void>;
};

/** A stretch that begins now. */
export function createStretch(): Stretch {
  let startedMs = performance.now();
  return {
    async rest() {
      if (performance.now() - startedMs <= STRETCH_MS_MAX) return;
      await turn();
      startedMs = performance.now();
    },
  };
}

/** Does the same with each value, in order, resting in between. */
export async function mapInSlices<T, Result>(
  values: readonly T[],
  work: (value: T) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  const stretch = createStretch();
  for (const value of values) {
    await stretch.rest();
    results.push(work(value));
  }
  return results;
}

/** Goes through steps to their end, resting in between; `stretch`: of the work that they are part of. */
export async function stepInSlices<Result>(
  steps: Generator<undefined, Result, undefined>,
  stretch: Stretch = createStretch(),
): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await stretch.rest();
  }
}
