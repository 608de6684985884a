/** Counts what went to one platform, so that no second sees more than the platform takes. */
export type Pace = {
  /** How many requests may leave now. */
  room(nowMs: number): number;
  /** One request leaves. */
  note(nowMs: number): void;
  /** Until the next one may leave; 0 when one may leave now. */
  waitMs(nowMs: number): number;
};

/** A second and a little: requests do not arrive as evenly as they leave. */
const WINDOW_MS = 1_020;

/** At most `perSecondMax` requests in any second; null: as many as we like. Times are of a clock that is never set. */
export function createPace(perSecondMax: number | null): Pace {
  if (perSecondMax === null) {
    return { room: () => Number.POSITIVE_INFINITY, note: () => undefined, waitMs: () => 0 };
  }
  let left: number[] = [];
  const recent = (nowMs: number): number[] => {
    left = left.filter((atMs) => nowMs - atMs < WINDOW_MS);
    return left;
  };
  return {
    room: (nowMs) => Math.max(0, perSecondMax - recent(nowMs).length),
    note: (nowMs) => {
      left.push(nowMs);
    },
    waitMs(nowMs) {
      const [oldest] = recent(nowMs);
      if (oldest === undefined || left.length < perSecondMax) return 0;
      return oldest + WINDOW_MS - nowMs;
    },
  };
}
