import { expect, test } from "vitest";
import { mapInSlices } from "../../src/slices.ts";

/** Work that takes so long, whatever else the machine does. */
function busyFor(ms: number): void {
  const startedMs = performance.now();
  while (performance.now() - startedMs < ms);
}

test("long work lets everything else have its turn, and keeps its order", async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const values = Array.from({ length: 12 }, (_, index) => index);
  const results = await mapInSlices(values, (value) => {
    busyFor(6);
    return value * 2;
  });
  isDone = true;
  expect(results).toEqual(values.map((value) => value * 2));
  expect(turns).toBeGreaterThanOrEqual(4);
});
