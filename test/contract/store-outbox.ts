import { expect, test } from "vitest";
import type { Ledger } from "../../src/store/ledger.ts";
import { at, delivery, newItem, plan, reply } from "./store-samples.ts";

const SENT = { state: "sent", messageId: null, ambiguous: false } as const;

/** The outbox: claiming, settling, holding, and what is read of it afterwards. */
export function storeOutboxContract(open: () => Promise<Ledger>): void {
  claimTests(open);
  settleTests(open);
  traceTests(open);
}

const keysOf = (rows: readonly { readonly key: string }[]): string[] => rows.map(({ key }) => key);

function claimTests(open: () => Promise<Ledger>): void {
  test("a claimed row is the delivery as it was enqueued, with its try counted", async () => {
    const ledger = await open();
    const enqueued = delivery("k1", {
      storyIds: ["s-a"],
      mention: "7",
      reply: reply("Привет \0 \ud800"),
    });
    await ledger.enqueue(enqueued);
    await ledger.enqueue(delivery("k1", { reply: reply("another text under the same key") }));
    const claimed = await ledger.claim(9, at(3), ["web"]);
    expect(claimed).toEqual([{ ...enqueued, attempts: 1, attemptAt: at(3) }]);
    expect(await ledger.inflight(["web"])).toEqual(claimed);
    expect([await ledger.hasDelivery("k1"), await ledger.hasDelivery("k2")]).toEqual([true, false]);
    expect(await ledger.check()).toEqual([]);
  });

  test("a channel gets its rows one by one, in the order of their making", async () => {
    const ledger = await open();
    for (const key of ["k1", "k2", "k3"]) await ledger.enqueue(delivery(key));
    for (const key of ["k1", "k2", "k3"]) {
      expect(keysOf(await ledger.claim(9, at(1), ["web"]))).toEqual([key]);
      expect(await ledger.claim(9, at(1), ["web"])).toEqual([]);
      await ledger.settle(key, SENT, at(1));
    }
    expect(keysOf(await ledger.posts("web:main", 0, 9))).toEqual(["k1", "k2", "k3"]);
  });

  test("a claim takes at most as many rows as asked, those longest due first", async () => {
    const ledger = await open();
    for (const n of [3, 1, 2]) {
      await ledger.enqueue(delivery(`k${n}`, { channel: `web:c${n}`, dueAt: at(n) }));
    }
    expect(keysOf(await ledger.claim(2, at(9), ["web"]))).toEqual(["k1", "k2"]);
    expect(keysOf(await ledger.claim(2, at(9), ["web"]))).toEqual(["k3"]);
  });

  test("a row is not taken before it is due, and does not keep later rows waiting", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k-later", { dueAt: at(10) }));
    await ledger.enqueue(delivery("k-now"));
    expect(keysOf(await ledger.claim(9, at(9), ["web"]))).toEqual(["k-now"]);
    await ledger.settle("k-now", SENT, at(9));
    expect(keysOf(await ledger.claim(9, at(10), ["web"]))).toEqual(["k-later"]);
  });

  test("only platforms that are asked for are served", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1", { channel: "mail:a" }));
    expect(await ledger.claim(9, at(1), ["web", "mai"])).toEqual([]);
    expect(keysOf(await ledger.claim(9, at(1), ["mail"]))).toEqual(["k1"]);
    expect(await ledger.inflight(["web"])).toEqual([]);
  });

  test("a held channel waits until its time, a parked one until it is released", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1", { channel: "web:held" }));
    await ledger.enqueue(delivery("k2", { channel: "web:parked" }));
    expect(await ledger.holdChannel("web:held", at(5), "slow down")).toBe(true);
    expect(await ledger.holdChannel("web:held", at(2), "slow down")).toBe(true);
    expect(await ledger.holdChannel("web:parked", null, "no access")).toBe(true);
    expect(await ledger.holdChannel("web:parked", null, "no access")).toBe(false);
    expect(await ledger.holdChannel("web:parked", at(1), "slow down")).toBe(false);

    expect(await ledger.claim(9, at(4), ["web"])).toEqual([]);
    expect(keysOf(await ledger.claim(9, at(5), ["web"]))).toEqual(["k1"]);
    await ledger.releaseChannel("web:parked");
    expect(keysOf(await ledger.claim(9, at(5), ["web"]))).toEqual(["k2"]);
  });

  test("a whole platform can be held", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1", { channel: "mail:a" }));
    await ledger.enqueue(delivery("k2"));
    await ledger.holdChannel("mail:*", at(5), "slow down");
    expect(keysOf(await ledger.claim(9, at(4), ["mail", "web"]))).toEqual(["k2"]);
    expect(keysOf(await ledger.claim(9, at(5), ["mail", "web"]))).toEqual(["k1"]);
  });
}

function settleTests(open: () => Promise<Ledger>): void {
  test("a row to be tried again is taken again at its new time", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1"));
    await ledger.claim(1, at(1), ["web"]);
    await ledger.settle("k1", { state: "retry", dueAt: at(5), reason: "busy" }, at(2));
    expect(await ledger.claim(1, at(4), ["web"])).toEqual([]);
    expect(await ledger.claim(1, at(5), ["web"])).toMatchObject([
      { key: "k1", attempts: 2, attemptAt: at(5) },
    ]);
  });

  test("an unclear row stays inflight and holds its channel until it is settled", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1"));
    await ledger.enqueue(delivery("k2"));
    await ledger.claim(1, at(1), ["web"]);
    await ledger.settle("k1", { state: "inflight", reason: "the answer was lost" }, at(2));
    expect(await ledger.claim(9, at(9), ["web"])).toEqual([]);
    expect(keysOf(await ledger.inflight(["web"]))).toEqual(["k1"]);
    await ledger.settle("k1", SENT, at(9));
    expect(keysOf(await ledger.claim(9, at(9), ["web"]))).toEqual(["k2"]);
  });

  test("what is settled stays settled", async () => {
    const ledger = await open();
    await ledger.enqueue(delivery("k1"));
    await ledger.claim(1, at(1), ["web"]);
    await ledger.settle("k1", SENT, at(2));
    await ledger.settle("k1", SENT, at(3));
    await ledger.settle("k1", { state: "retry", dueAt: at(3), reason: "late" }, at(3));
    expect(await ledger.claim(1, at(9), ["web"])).toEqual([]);
    expect(await ledger.posts("web:main", 0, 9)).toMatchObject([{ number: 1, at: at(2) }]);
    await ledger.enqueue(delivery("k1"));
    expect(await ledger.counts()).toMatchObject({ pending: 0, sent: 1 });
  });

  test("a key that was never enqueued cannot be settled", async () => {
    const ledger = await open();
    await expect(ledger.settle("k?", SENT, at(1))).rejects.toThrow("k?");
  });

  test("posts are numbered in the order of settling and read from either end", async () => {
    const ledger = await open();
    for (const key of ["k1", "k2", "k3"]) {
      await ledger.enqueue(delivery(key));
      await ledger.claim(1, at(1), ["web"]);
      await ledger.settle(key, SENT, at(1));
    }
    const all = await ledger.posts("web:main", 0, 9);
    const second = all[1]?.number ?? 0;
    expect(keysOf(await ledger.posts("web:main", second, 9))).toEqual(["k3"]);
    expect(keysOf(await ledger.posts("web:main", 0, 2))).toEqual(["k1", "k2"]);
    expect(keysOf(await ledger.newestPosts("web:main", 2))).toEqual(["k3", "k2"]);
    expect(await ledger.posts("web:other", 0, 9)).toEqual([]);
    expect(all[0]?.delivery.reply).toEqual(reply("post k1"));
  });

  test("counts tell what waits, what went, and what was ambiguous", async () => {
    const ledger = await open();
    for (const key of ["k1", "k2", "k3", "k4"]) {
      await ledger.enqueue(delivery(key, { channel: `web:${key}`, createdAt: at(1) }));
    }
    await ledger.claim(3, at(1), ["web"]);
    await ledger.settle("k1", { state: "sent", messageId: "m", ambiguous: true }, at(2));
    await ledger.settle("k2", { state: "gone", reason: "deleted", ambiguous: true }, at(2));
    expect(await ledger.counts()).toMatchObject({
      pending: 1,
      inflight: 1,
      sent: 1,
      gone: 1,
      ambiguous: 2,
      oldestPendingAt: at(1),
    });
  });
}

function traceTests(open: () => Promise<Ledger>): void {
  test("the deliveries of a story are told per tenant, also after a merge", async () => {
    const ledger = await open();
    await ledger.ingest(
      plan({
        items: [newItem("a"), newItem("b")],
        deliveries: [
          delivery("k1", { storyIds: ["s-a"] }),
          delivery("k2", { storyIds: ["s-b"], tenant: "T1", channel: "mail:x" }),
        ],
      }),
    );
    await ledger.claim(1, at(1), ["web"]);
    await ledger.settle("k1", { state: "gone", reason: "no access", ambiguous: false }, at(2));
    await ledger.ingest(plan({ merges: [{ from: "s-a", into: "s-b" }] }));

    expect(await ledger.deliveriesOfStory("s-a", "web")).toEqual([
      {
        subscriptionId: "u-one",
        key: "k1",
        channel: "web:main",
        kind: "alert",
        state: "gone",
        storyIds: ["s-b"],
        createdAt: at(0),
        dueAt: at(0),
        settledAt: at(2),
        reason: "no access",
      },
    ]);
    expect(keysOf(await ledger.deliveriesOfStory("s-b", "T1"))).toEqual(["k2"]);
  });

  test("a message leads to the one story that it tells, within its tenant", async () => {
    const ledger = await open();
    await ledger.ingest(plan({ items: [newItem("a"), newItem("b")] }));
    const sent = async (key: string, storyIds: string[]) => {
      await ledger.enqueue(delivery(key, { storyIds, channel: `web:${key}` }));
      await ledger.claim(1, at(1), ["web"]);
      await ledger.settle(key, { state: "sent", messageId: `m-${key}`, ambiguous: false }, at(1));
    };
    await sent("one", ["s-a"]);
    await sent("two", ["s-a", "s-b"]);
    expect(await ledger.storyOfMessage("m-one", "web")).toBe("s-a");
    expect(await ledger.storyOfMessage("m-one", "T1")).toBeNull();
    expect(await ledger.storyOfMessage("m-two", "web")).toBeNull();
    expect(await ledger.storyOfMessage("m-none", "web")).toBeNull();
  });
}
