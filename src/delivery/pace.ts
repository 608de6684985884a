/** Spreads what goes to one platform evenly, so that no second sees more than the platform takes. */
export type Pace = {
  /** Takes the next place in the row, once the one before has left; milliseconds until it comes, 0: now. */
  next(nowMs: number): number;
  /** It leaves, perhaps later than its place. */
  left(nowMs: number): void;
};

/** Requests do not arrive as evenly as they leave: so much of what is allowed is used. */
const USED_SHARE = 0.97;

/** At most `perSecondMax` requests in any second. Times are of a clock that is never set. */
export function createPace(perSecondMax: number): Pace {
  const gapMs = 1_000 / (perSecondMax * USED_SHARE);
  // Timers come late. One place may be made up for, where the share that is left unused has room for it.
  const lateMs = perSecondMax * (1 - USED_SHARE) > 1 ? gapMs : 0;
  let placeMs = Number.NEGATIVE_INFINITY;
  let leftMs = Number.NEGATIVE_INFINITY;
  return {
    next(nowMs) {
      placeMs = Math.max(placeMs + gapMs, leftMs + gapMs - lateMs);
      const waitMs = Math.max(0, placeMs - nowMs);
      if (waitMs === 0) placeMs = Math.max(placeMs, nowMs - lateMs);
      return waitMs;
    },
    left(nowMs) {
      leftMs = nowMs;
    },
  };
}
