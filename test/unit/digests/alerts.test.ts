import { expect, test } from "vitest";
import { type AlertStory, planAlerts } from "../../../src/digests/alerts.ts";
import type { Subscription } from "../../../src/digests/subscription.ts";
import { storyOf, subscriptionOf } from "../../support/sim-news.ts";

const now = "2026-03-05T23:00:00.000Z";

const breaking = (changes: Partial<AlertStory["items"][number]> = {}): AlertStory => ({
  topicId: "ports",
  topicName: "Ports",
  threshold: 60,
  story: storyOf("s1", 75, now),
  items: [{ score: 75, baseline: false, language: "en", ...changes }],
});

function alertsOf(changes: Partial<Subscription>, stories: readonly AlertStory[] = [breaking()]) {
  const subscriptions = [subscriptionOf({ mode: "instant", ...changes })];
  return planAlerts({ subscriptions, stories, told: [] }, now);
}

test("a story that reaches the threshold is told at once", () => {
  const [alert] = alertsOf({});
  expect(alert).toMatchObject({
    topicName: "Ports",
    keyParts: ["alert", "uaaaaaa", "s1"],
    dueAt: now,
    told: { subscriptionId: "uaaaaaa", storyId: "s1", items: 1, at: now },
  });
});

test("subscriptions with digests alone, paused ones and those of other topics get none", () => {
  expect(alertsOf({ mode: "digest" })).toEqual([]);
  expect(alertsOf({ paused: true })).toEqual([]);
  expect(alertsOf({ topicId: "fires" })).toEqual([]);
  expect(alertsOf({ mode: "both" })).toHaveLength(1);
});

test("a subscription's own floor can only raise the topic's threshold", () => {
  expect(alertsOf({ minScore: 76 })).toEqual([]);
  expect(alertsOf({ minScore: 10 })).toHaveLength(1);
  expect(alertsOf({ minScore: 10 }, [breaking({ score: 59 })])).toEqual([]);
});

test("what a feed's first poll brings makes no alert", () => {
  expect(alertsOf({}, [breaking({ baseline: true })])).toEqual([]);
});

test("the item that matches has to be in the subscription's language", () => {
  expect(alertsOf({ language: "es" })).toEqual([]);
  expect(alertsOf({ language: "es" }, [breaking({ language: null })])).toEqual([]);
  expect(alertsOf({ language: "en" })).toHaveLength(1);
});

test("in quiet hours an alert waits for their end", () => {
  const quiet = { from: "22:00", to: "07:00" };
  const [alert] = alertsOf({ quiet, timezone: "Europe/Berlin" });
  expect(alert?.dueAt).toBe("2026-03-06T06:00:00.000Z");
});

test("quiet hours in a zone that nobody knows hold up no alert, of whomever", () => {
  const quiet = { from: "22:00", to: "07:00" };
  const subscriptions = [
    subscriptionOf({ id: "uaaaaaa", mode: "instant", quiet, timezone: "Mars/Olympus" }),
    subscriptionOf({ id: "ubbbbbb", mode: "instant" }),
  ];
  const alerts = planAlerts({ subscriptions, stories: [breaking()], told: [] }, now);
  expect(alerts.map(({ dueAt }) => dueAt)).toEqual([now, now]);
});

test("a story is told once to each subscription, by alert or by digest", () => {
  const subscriptions = ["uaaaaaa", "ubbbbbb"].map((id) => subscriptionOf({ id, mode: "both" }));
  const told = [{ subscriptionId: "uaaaaaa", storyId: "s1", items: 1, at: now }];
  const alerts = planAlerts({ subscriptions, stories: [breaking()], told }, now);
  expect(alerts.map(({ subscription }) => subscription.id)).toEqual(["ubbbbbb"]);
});

test.each([
  { items: 12, told: 1, minutesAgo: 60, again: true },
  { items: 12, told: 1, minutesAgo: 20, again: false },
  { items: 8, told: 1, minutesAgo: 60, again: false },
  { items: 25, told: 10, minutesAgo: 60, again: false },
  { items: 31, told: 10, minutesAgo: 60, again: true },
  { items: 31, told: 10, minutesAgo: 60 * 48, again: false },
])(
  "a story of $items items that was told with $told, $minutesAgo minutes ago, is told again: $again",
  ({ items, told, minutesAgo, again }) => {
    const at = new Date(Date.parse(now) - minutesAgo * 60_000).toISOString();
    const story = breaking();
    const grown = { ...story, story: storyOf("s1", 75, now, { items }) };
    const alerts = planAlerts(
      {
        subscriptions: [subscriptionOf({ mode: "instant" })],
        stories: [grown],
        told: [{ subscriptionId: "uaaaaaa", storyId: "s1", items: told, at }],
      },
      now,
    );
    expect(alerts).toHaveLength(again ? 1 : 0);
    for (const alert of alerts) {
      expect(alert.story.update).toBe(true);
      expect(alert.keyParts).toEqual(["alert", "uaaaaaa", "s1", at]);
      expect(alert.told.items).toBe(items);
    }
  },
);
