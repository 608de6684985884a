/** How many commands one person may give: so many at once, and so many a second after that. */
export type Pace = { readonly burst: number; readonly perSecond: number };

/** Generous to a person, far too slow for a script. */
export const COMMAND_PACE: Pace = { burst: 10, perSecond: 1 };

/** Suggestions come with every letter that is typed. */
export const SUGGESTION_PACE: Pace = { burst: 30, perSecond: 10 };

/** What somebody is told who goes faster. */
export const TOO_FAST = "Too many commands at once. Try again in a few seconds.";

/** Counts what each person asks for. */
export type Throttle = {
  /** Whether one more is within the pace; it counts only then. */
  take(user: string): boolean;
};

/** More people than these are not remembered one by one: whoever has gone quiet longest is forgotten. */
const PEOPLE_MAX = 10_000;

/** Each person has a bucket that fills with time. `now`: milliseconds. */
export function createThrottle(pace: Pace, now: () => number): Throttle {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    take(user) {
      const at = now();
      const bucket = buckets.get(user);
      const gained = bucket === undefined ? 0 : ((at - bucket.at) / 1000) * pace.perSecond;
      const left = Math.min(pace.burst, bucket === undefined ? pace.burst : bucket.left + gained);
      const allowed = left >= 1;
      // The order of a Map is that of writing: the first is the one who has been quiet longest.
      buckets.delete(user);
      buckets.set(user, { left: allowed ? left - 1 : left, at });
      if (buckets.size > PEOPLE_MAX) forgetFirst(buckets);
      return allowed;
    },
  };
}

function forgetFirst(buckets: Map<string, unknown>): void {
  const [first] = buckets.keys();
  if (first !== undefined) buckets.delete(first);
}
