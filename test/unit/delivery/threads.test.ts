import { expect, test } from "vitest";
import { deliveryKey } from "../../../src/delivery/key.ts";
import { threadDeliveries } from "../../../src/delivery/threads.ts";
import { sampleDelivery, sampleDigest } from "../../support/chat-samples.ts";

const NOW = "2026-03-01T08:00:00.000Z";
const head = sampleDelivery({
  channel: "discord:1",
  mention: "77",
  reply: { ...sampleDigest(3), layout: "thread" },
});

test("a post that heads a thread is followed by a delivery for each story, mentioning nobody", () => {
  const follow = threadDeliveries(head, "discord:1/2", NOW);
  expect(follow).toMatchObject(
    [0, 1, 2].map((index) => ({
      key: deliveryKey([head.key, "thread", `s000000000${index}`]),
      channel: "discord:1/2",
      kind: "digest",
      subscriptionId: head.subscriptionId,
      storyIds: [`s000000000${index}`],
      mention: null,
      attempts: 0,
      dueAt: NOW,
    })),
  );
  expect(new Set(follow.map(({ reply }) => reply.thread))).toEqual(new Set(["Venezuela talks"]));
});

test("the same post is followed by the same deliveries, whenever it is settled", () => {
  const keys = (now: string): string[] =>
    threadDeliveries(head, "discord:1/2", now).map(({ key }) => key);
  expect(keys("2026-03-02T08:00:00.000Z")).toEqual(keys(NOW));
});

test("nothing follows a post of another layout, nor a card in a thread", () => {
  for (const layout of ["cards", "compact"] as const) {
    const post = { ...head, reply: { ...head.reply, layout } };
    expect(threadDeliveries(post, "discord:1/2", NOW)).toEqual([]);
  }
  for (const card of threadDeliveries(head, "discord:1/2", NOW)) {
    expect(threadDeliveries(card, "discord:1/2/3", NOW)).toEqual([]);
  }
});
