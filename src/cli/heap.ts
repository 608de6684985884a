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
 * not use: 152 MB resident instead of 229, a minute after the start. With many feeds that stops it for up to 57 ms, some
 * four times a second; its heap then grows in small steps: of ten thousand feeds, three in ten hostile, it takes 437 to
 * 463 MB, where the other mode took 397 to 417 and V8's own ways 550 (`npm run bench -- poll hostile 10000 40`).
 */
export function tuneHeap({ feeds, isChatting }: Load): void {
  const isBusy = feeds > FEEDS_FEW;
  setFlagsFromString(isBusy || isChatting ? "--no-optimize-for-size" : "--optimize-for-size");
  if (!isBusy) return;
  setFlagsFromString("--heap-growing-percent=20");
  setFlagsFromString("--semi-space-growth-factor=1");
}
