import fc from "fast-check";
import { parseFeed } from "../../src/feeds/parse.ts";
import { mutatedFeeds, oddities } from "../support/feed-mutations.ts";

/** Longest that one changed feed may take. */
const READ_MS_MAX = 1_000;

/** `mutations [N] [SEED]`: N (1,000,000) changed feeds; ends with a fault at the first that throws, hangs or is read oddly. */
export async function run(args: string[]): Promise<unknown> {
  const count = Number(args[0] ?? 1_000_000);
  const seed = Number(args[1] ?? Date.now() % 2 ** 31);
  const startedMs = performance.now();
  let slowestMs = 0;
  let bytesMax = 0;
  await fc.assert(
    fc.asyncProperty(mutatedFeeds, async (bytes) => {
      const beganMs = performance.now();
      const parsed = await parseFeed(bytes, { contentType: null, base: null });
      const tookMs = performance.now() - beganMs;
      slowestMs = Math.max(slowestMs, tookMs);
      bytesMax = Math.max(bytesMax, bytes.length);
      const slow = tookMs > READ_MS_MAX ? [`took ${tookMs} ms`] : [];
      const faults = [...oddities(parsed), ...slow];
      if (faults.length > 0) throw new Error(faults.join("; "));
    }),
    { numRuns: count, seed },
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  process.stdout.write(
    `${count} changed feeds of up to ${bytesMax} bytes (seed ${seed}): no fault in ${seconds.toFixed(0)} s, slowest ${slowestMs.toFixed(0)} ms\n`,
  );
  return { count, seed, seconds, slowestMs, bytesMax };
}
