import type { Subscription, SubscriptionState } from "../digests/subscription.ts";
import type { Instant } from "../feeds/item.ts";
import type { DeliveryTrace } from "./ports.ts";
import { agoText, scoreText } from "./words.ts";

/** What is known of an item in a topic, to say what a subscription makes of it. */
export type Case = {
  readonly seenAt: Instant;
  /** Of the item, or of all items of the story. */
  readonly languages: readonly string[];
  /** Nothing of it came after its feed's first reading. */
  readonly baseline: boolean;
  readonly score: number;
  readonly threshold: number;
  /** The mute that holds it back there, in words; null or absent: none. */
  readonly muted?: string | null;
  /** Deliveries of its story, of this tenant. */
  readonly deliveries: readonly DeliveryTrace[];
  readonly now: Instant;
};

/** Why a subscription told an item's story, will tell it, or will not. The first reason that decides is given. */
export function verdictOf(
  subscription: Subscription,
  state: SubscriptionState,
  { seenAt, languages, baseline, score, threshold, muted = null, deliveries, now }: Case,
): string {
  const told = deliveries
    .filter(
      ({ channel, subscriptionId }) =>
        channel === subscription.channel &&
        (subscriptionId === undefined || subscriptionId === subscription.id),
    )
    .map((delivery) => deliveryText(delivery, now));
  if (told.length > 0) return told.join("; ");
  if (score < threshold) return "not told: below the topic's threshold";
  if (subscription.minScore !== null && score < subscription.minScore) {
    return `not told: its min_score ${subscription.minScore} is above ${scoreText(score)}`;
  }
  if (subscription.language !== null && !languages.includes(subscription.language)) {
    const told = languages.length > 0 ? languages.join(", ") : "of unknown language";
    return `not told: it takes ${subscription.language} only, this is ${told}`;
  }
  if (muted !== null) return `not told: muted: ${muted}`;
  if (subscription.paused) return "not told: it is paused";
  if (baseline) {
    return "not told: it came with its feed's first reading, which is in no alert and no scheduled digest";
  }
  return dueText(subscription, state, seenAt, now);
}

function dueText(
  subscription: Subscription,
  state: SubscriptionState,
  seenAt: Instant,
  now: Instant,
): string {
  if (subscription.createdAt > seenAt && subscription.first === "next") {
    return "not told: the subscription is younger than it";
  }
  if (subscription.mode === "instant") return "not told yet: the story had been told, or waits";
  if (seenAt > state.coveredTo && state.dueAt !== null) {
    return `comes with the digest due ${agoText(state.dueAt, now)}`;
  }
  return "not told: its period is over; it was told before, or did not fit";
}

/** How one delivery stands: `digest sent 5 min ago`. */
export function deliveryText(delivery: DeliveryTrace, now: Instant): string {
  const { kind, state, reason } = delivery;
  const because = reason === null ? "" : ` (${reason})`;
  switch (state) {
    case "sent":
      return `${kind} sent ${agoText(delivery.settledAt ?? delivery.createdAt, now)}${because}`;
    case "pending":
      return `${kind} waits, due ${agoText(delivery.dueAt, now)}${because}`;
    case "inflight":
      return `${kind} is on its way${because}`;
    case "retry":
      return `${kind} is tried again ${agoText(delivery.dueAt, now)}${because}`;
    case "gone":
      return `${kind} was given up${because}`;
  }
}
