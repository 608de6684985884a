import { describe, expect, test } from "vitest";
import { type Case, deliveryText, verdictOf } from "../../../src/commands/verdict.ts";
import type { Subscription, SubscriptionState } from "../../../src/digests/subscription.ts";
import { busyWorld, fakeSubscription, NOW } from "../../support/fake-archive.ts";

const CASE: Case = {
  seenAt: "2026-03-10T09:00:00.000Z",
  languages: ["en"],
  baseline: false,
  score: 70,
  threshold: 60,
  deliveries: [],
  now: NOW,
};

function verdict(
  over: Partial<Case> = {},
  subscription: Partial<Subscription> = {},
  state: Partial<SubscriptionState> = {},
): string {
  const held = fakeSubscription({ id: "u000nor", tenant: "north", channel: "chat:news" });
  return verdictOf(
    { ...held.subscription, ...subscription },
    { ...held.state, ...state },
    { ...CASE, ...over },
  );
}

test.each([
  ["comes with the digest due in 20 h", {}, {}],
  ["not told: below the topic's threshold", { score: 59 }, {}],
  ["not told: its min_score 80 is above 70", {}, { minScore: 80 }],
  ["not told: it takes de only, this is en", {}, { language: "de" }],
  [
    "not told: it takes de only, this is of unknown language",
    { languages: [] },
    { language: "de" },
  ],
  ["not told: it is paused", {}, { paused: true }],
  [
    "not told: it came with its feed's first reading, which is in no alert and no scheduled digest",
    { baseline: true },
    {},
  ],
  ["not told: the subscription is younger than it", {}, { createdAt: "2026-03-10T10:00:00.000Z" }],
  [
    "not told: its period is over; it was told before, or did not fit",
    { seenAt: "2026-03-10T07:00:00.000Z" },
    {},
  ],
  ["not told yet: the story had been told, or waits", {}, { mode: "instant" as const }],
])("%s", (expected, over, subscription) => {
  expect(verdict(over, subscription)).toBe(expected);
});

test("what was sent is told before anything else", () => {
  const deliveries = busyWorld().deliveries.filter(({ tenant }) => tenant === "north");
  expect(verdict({ deliveries, score: 10 })).toBe("digest sent 30 min ago");
});

test("a delivery of another subscription of the channel is not its own", () => {
  const deliveries = busyWorld().deliveries.map((delivery) => ({
    ...delivery,
    channel: "chat:news",
    subscriptionId: "uother1",
  }));
  expect(verdict({ deliveries })).toBe("comes with the digest due in 20 h");
});

describe("a delivery", () => {
  test.each([
    ["pending", "alert waits, due in 5 min (too many requests)"],
    ["inflight", "alert is on its way (too many requests)"],
    ["retry", "alert is tried again in 5 min (too many requests)"],
    ["gone", "alert was given up (too many requests)"],
  ] as const)("that is %s", (state, expected) => {
    const delivery = {
      key: "k",
      channel: "chat:news",
      kind: "alert",
      state,
      storyIds: [],
      createdAt: NOW,
      dueAt: "2026-03-10T12:05:00.000Z",
      settledAt: null,
      reason: "too many requests",
    } as const;
    expect(deliveryText(delivery, NOW)).toBe(expected);
  });
});
