import { setFlagsFromString } from "node:v8";

/** What a run has to do with its memory. */
export type Load = {
  readonly feeds: number;
  /** Somebody may ask it something at any moment. */
  readonly isChatting: boolean;
};

/** More than these bring something new all the time. */
const FEEDS_FEW = 500;

/**
 * Tells V8 how to keep house. With few feeds and nobody asking, a run is idle most of its life and gives back what it does
 * not use: 152 MB instead of 229 (resident, an hour-old install without tokens). With many feeds that would stop it for
 * up to 60 ms, three times a second; its heap then grows in small steps: 434 MB instead of 530 with ten thousand feeds,
 * a third of them hostile, at half the processor time (`npm run bench -- poll hostile`).
 */
export function tuneHeap({ feeds, isChatting }: Load): void {
  const isBusy = feeds > FEEDS_FEW;
  setFlagsFromString(isBusy || isChatting ? "--no-optimize-for-size" : "--optimize-for-size");
  if (!isBusy) return;
  setFlagsFromString("--heap-growing-percent=20");
  setFlagsFromString("--semi-space-growth-factor=1");
}
