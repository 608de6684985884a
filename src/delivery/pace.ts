/** A request that left. */
export type Passage = {
  readonly leftMs: number;
  /** By when it had arrived, as far as its answer tells; null before the answer. */
  arrivedMs: number | null;
};

/** Spreads what goes to one platform evenly, so that no second sees more than the platform takes. */
export type Pace = {
  /** Until the next request may leave; 0: now. */
  waitMs(nowMs: number): number;
  /** It leaves, perhaps later than it could have. */
  left(nowMs: number): Passage;
  /** Its answer came, or is no longer waited for. */
  answered(passage: Passage, nowMs: number): void;
};

/** So much of what is allowed is used: what leaves evenly arrives a little less evenly. */
const USED_SHARE = 0.985;

/** Timers come late: so many places may be made up for. */
const PLACES_LATE_MAX = 2;

/** A request without an answer has arrived by then, or never will. */
const ON_THE_WAY_MS_MAX = 2_000;

/** Before so many answers nobody knows how fast a fast one is: an answer then counts as the arrival. */
const ANSWERS_MIN = 20;

const SECOND_MS = 1_000;

/**
 * At most `perSecondMax` requests arrive in any second. A slow start or a stall makes requests that left evenly
 * arrive together; how late each was, its answer tells, compared with the fastest one. Times are of a clock
 * that is never set.
 */
export function createPace(perSecondMax: number): Pace {
  const gapMs = SECOND_MS / (perSecondMax * USED_SHARE);
  let placeMs = Number.NEGATIVE_INFINITY;
  let fastestMs = Number.POSITIVE_INFINITY;
  let answers = 0;
  let recent: Passage[] = [];

  /** Until the second that ends then has room for one more. */
  function fullMs(nowMs: number): number {
    const arrivals = recent.map(
      ({ leftMs, arrivedMs }) => arrivedMs ?? Math.max(leftMs, nowMs - 1),
    );
    const inSecond = arrivals.filter((atMs) => nowMs - atMs < SECOND_MS).toSorted((a, b) => a - b);
    const blocking = inSecond.at(-perSecondMax);
    return blocking === undefined ? 0 : blocking + SECOND_MS - nowMs;
  }

  return {
    waitMs(nowMs) {
      recent = recent.filter(({ leftMs, arrivedMs }) =>
        arrivedMs === null ? nowMs - leftMs < ON_THE_WAY_MS_MAX : nowMs - arrivedMs < SECOND_MS,
      );
      const evenMs = placeMs + gapMs - nowMs;
      return Math.max(0, evenMs, Math.min(fullMs(nowMs), SECOND_MS));
    },
    left(nowMs) {
      placeMs = Math.max(placeMs + gapMs, nowMs - gapMs * PLACES_LATE_MAX);
      const passage = { leftMs: nowMs, arrivedMs: null };
      recent.push(passage);
      return passage;
    },
    answered(passage, nowMs) {
      const tookMs = nowMs - passage.leftMs;
      fastestMs = Math.min(fastestMs, tookMs);
      answers += 1;
      passage.arrivedMs = answers < ANSWERS_MIN ? nowMs : nowMs - fastestMs;
    },
  };
}
