import type { Instant } from "../feeds/item.ts";
import { inQuietHours } from "./quiet.ts";
import { nextDueAt } from "./schedule.ts";
import type { Subscription, SubscriptionState } from "./subscription.ts";
import { DAY_MS, earlierOf, laterOf, toInstant } from "./wall-clock.ts";

/**
 * How far a digest looks back behind its period. An item may be stored after a digest was planned
 * although it was seen before; told marks keep what was told from being told again.
 */
export const OVERLAP_MS = 7_200_000;

/**
 * A clock that stands further behind what was planned has been ahead, and was set right. Less than
 * the overlap, so that nothing falls between a smaller step and the period that it shortens.
 */
const CLOCK_AHEAD_MS_MAX = 1_800_000;

/** What the first digest of a subscription with `first: now` covers. */
const FIRST_PERIOD_MS = DAY_MS;

/** The stories that a digest chooses from: seen after `since` (exclusive) until `until` (inclusive). */
export type DigestWindow = { readonly since: Instant; readonly until: Instant };

/** What is to be done about the digests of one subscription. */
export type Standing =
  | { readonly kind: "waits" }
  /** A digest is due; choose from the stories of this window. */
  | { readonly kind: "due"; readonly window: DigestWindow }
  /** The state cannot be right: the clock was ahead, or the mode changed. To be replaced first. */
  | { readonly kind: "astray"; readonly after: SubscriptionState };

/** Where a new subscription stands. */
export function initialState(subscription: Subscription, now: Instant): SubscriptionState {
  const base = { subscriptionId: subscription.id, owedSince: null };
  if (subscription.mode === "instant") {
    return { ...base, dueAt: null, coveredTo: subscription.createdAt };
  }
  const dueAt = subscription.first === "now" ? now : nextSlot(subscription, now);
  return { ...base, dueAt, coveredTo: firstCovered(subscription) };
}

/**
 * Whether a digest is due now. Cheap, for every subscription at every tick. In quiet hours it waits
 * for their end, and then covers all that came until then: one digest, however many slots passed.
 */
export function standingOf(
  subscription: Subscription,
  state: SubscriptionState,
  now: Instant,
): Standing {
  if (subscription.paused) return { kind: "waits" };
  const after = withoutStraying(subscription, state, now);
  if (after !== state) return { kind: "astray", after };
  if (state.dueAt === null || state.dueAt > now) return { kind: "waits" };
  const { quiet, timezone } = subscription;
  if (inQuietHours(quiet, timezone, now) !== null) return { kind: "waits" };
  return { kind: "due", window: digestWindow(subscription, state, now) };
}

/** The stories to choose from for a digest at `now`, due or not. */
export function digestWindow(
  subscription: Subscription,
  state: SubscriptionState,
  now: Instant,
): DigestWindow {
  const late = toInstant(Date.parse(state.coveredTo) - OVERLAP_MS);
  const first = earlierOf(firstCovered(subscription), state.coveredTo);
  const since = laterOf(late, first);
  return { since: earlierOf(since, state.owedSince ?? since), until: now };
}

/**
 * The state that fits a subscription which was read anew, as on start: the same one if it still
 * fits. A due time in the future that is no slot of the schedule (the file was edited, or the
 * rules of the zone changed) moves to the next slot; what is overdue stays due.
 */
export function mendState(
  subscription: Subscription,
  state: SubscriptionState,
  now: Instant,
): SubscriptionState {
  const right = withoutStraying(subscription, state, now);
  if (right.dueAt === null || right.dueAt <= now || isUnplanned(subscription, right)) return right;
  const { schedule, timezone } = subscription;
  const before = toInstant(Date.parse(right.dueAt) - 1);
  if (nextDueAt(schedule, timezone, before) === right.dueAt) return right;
  return { ...right, dueAt: nextSlot(subscription, now) };
}

/** The state after a command changed a subscription. What came during a pause is not told. */
export function stateAfterEdit(
  was: Subscription,
  is: Subscription,
  state: SubscriptionState,
  now: Instant,
): SubscriptionState {
  const dueAt = is.mode === "instant" ? null : nextSlot(is, now);
  if (was.paused && !is.paused) return { ...state, dueAt, coveredTo: now, owedSince: null };
  if (state.dueAt === null && dueAt !== null) return { ...state, dueAt, coveredTo: now };
  const sameTimes =
    was.timezone === is.timezone && JSON.stringify(was.schedule) === JSON.stringify(is.schedule);
  return sameTimes && dueAt !== null ? state : { ...state, dueAt };
}

function withoutStraying(
  subscription: Subscription,
  state: SubscriptionState,
  now: Instant,
): SubscriptionState {
  const isScheduled = subscription.mode !== "instant";
  if (!isScheduled) return state.dueAt === null ? state : { ...state, dueAt: null };
  if (state.dueAt === null) {
    return { ...state, dueAt: nextSlot(subscription, now), coveredTo: now, owedSince: null };
  }
  if (Date.parse(state.coveredTo) - Date.parse(now) <= CLOCK_AHEAD_MS_MAX) return state;
  const owedSince = state.owedSince !== null && state.owedSince < now ? state.owedSince : null;
  return { ...state, dueAt: nextSlot(subscription, now), coveredTo: now, owedSince };
}

/** Its first digest was not planned yet. */
function isUnplanned(subscription: Subscription, state: SubscriptionState): boolean {
  return subscription.first === "now" && state.coveredTo === firstCovered(subscription);
}

function firstCovered({ first, createdAt }: Subscription): Instant {
  return first === "now" ? toInstant(Date.parse(createdAt) - FIRST_PERIOD_MS) : createdAt;
}

function nextSlot({ schedule, timezone }: Subscription, after: Instant): Instant {
  return nextDueAt(schedule, timezone, after);
}
