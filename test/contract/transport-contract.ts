import { afterEach, describe, expect, test } from "vitest";
import type { Delivery, Transport } from "../../src/delivery/delivery.ts";
import { sampleDelivery, sampleDigest } from "../support/chat-samples.ts";
import {
  HOSTILE_TEXTS,
  HOSTILE_URLS,
  holdsUnseen,
  hostileReply,
} from "../support/hostile-texts.ts";
import type { Fault } from "../support/wire-server.ts";

/** A transport with the platform that it talks to. */
export type Bench = {
  readonly transport: Transport;
  readonly channel: string;
  /** May be written to, not read. */
  readonly blindChannel: string;
  readonly unknownChannel: string;
  /** The next request that would post goes wrong in this way. */
  failNext(fault: Fault): void;
  /** How the platform says: wait so long, this token is none, you may not. */
  readonly limited: (afterMs: number) => Fault;
  readonly unauthorized: Fault;
  readonly forbidden: Fault;
  /** Requests so far that would post. */
  requests(): number;
  /** What the platform holds, as text that it reads as markup, oldest first. */
  posts(): readonly string[];
  /** What is shown of the posts elsewhere, as in notifications. */
  asides(): readonly string[];
  /** What the platform refused for its shape or size. */
  refused(): readonly string[];
  /** Mentions and masked links in what the platform holds. */
  active(): readonly string[];
  /** What was logged. */
  lines(): readonly string[];
  /** Holds in tokens; must never be seen. */
  readonly canary: string;
  stop(): Promise<void>;
};

/** What every transport must do, whatever the platform. */
export function transportContract(name: string, open: () => Promise<Bench>): void {
  describe(name, () => {
    let bench: Bench | null = null;
    afterEach(async () => {
      await bench?.stop();
      bench = null;
    });
    async function opened(): Promise<Bench> {
      bench = await open();
      return bench;
    }

    test("a delivery is posted once, with one request", async () => {
      const { transport, channel, requests, posts, refused } = await opened();
      const outcome = await transport.send(sampleDelivery({ channel }));
      expect(outcome.kind).toBe("sent");
      expect([requests(), posts().length, refused()]).toEqual([1, 1, []]);
      expect(posts()[0]).toContain("Story number 3");
    });

    test.each<{ readonly fault: Fault; readonly posted: number }>([
      { fault: { kind: "reset" }, posted: 0 },
      { fault: { kind: "hang" }, posted: 0 },
      { fault: { kind: "lost" }, posted: 1 },
      { fault: { kind: "done-but-hang" }, posted: 1 },
      { fault: { kind: "status", status: 500 }, posted: 0 },
      { fault: { kind: "done-but-status", status: 503 }, posted: 1 },
    ])("after $fault.kind it is unclear, read back, and not sent twice", async (faulty) => {
      const { transport, channel, failNext, requests, posts } = await opened();
      const delivery = sampleDelivery({ channel });
      failNext(faulty.fault);
      expect((await transport.send(delivery)).kind).toBe("unclear");
      expect([requests(), posts().length]).toEqual([1, faulty.posted]);
      const found = await transport.find(delivery);
      expect(found.kind).toBe(faulty.posted === 1 ? "found" : "absent");
    });

    test("a rate limit is obeyed by telling how long, and nothing is sent again", async () => {
      const { transport, channel, failNext, limited, requests, posts } = await opened();
      failNext(limited(7_000));
      const outcome = await transport.send(sampleDelivery({ channel }));
      expect(outcome.kind).toBe("retry");
      if (outcome.kind !== "retry") return;
      expect(outcome.afterMs).toBeGreaterThanOrEqual(7_000);
      expect(outcome.afterMs).toBeLessThan(8_000);
      expect([requests(), posts().length]).toEqual([1, 0]);
    });

    test("a refusal parks the channel", async () => {
      const { transport, channel, unknownChannel, failNext, unauthorized, forbidden } =
        await opened();
      for (const fault of [unauthorized, forbidden]) {
        failNext(fault);
        const outcome = await transport.send(sampleDelivery({ channel }));
        expect(outcome).toMatchObject({ kind: "gone", park: true });
      }
      expect(await transport.send(sampleDelivery({ channel: unknownChannel }))).toMatchObject({
        kind: "gone",
        park: true,
      });
      expect((await transport.send(sampleDelivery({ channel }))).kind).toBe("sent");
    });

    test("a platform that cannot be reached certainly got nothing", async () => {
      const { transport, channel, stop } = await opened();
      await stop();
      bench = null;
      const delivery = sampleDelivery({ channel });
      expect(await transport.send(delivery)).toMatchObject({ kind: "retry", scope: "platform" });
      expect((await transport.find(delivery)).kind).toBe("retry");
    });

    test("a post is found among many others, and only by its own key", async () => {
      const { transport, channel } = await opened();
      const own = sampleDelivery({ channel, key: "the0own0key0the0own0ke" });
      const first = await transport.send(own);
      for (let other = 0; other < 130; other++) {
        const key = `other${String(other).padStart(17, "0")}`;
        await transport.send(sampleDelivery({ channel, key, reply: sampleDigest(1) }));
      }
      const found = await transport.find(own);
      expect(found).toEqual({ ...found, kind: "found" });
      expect(found.kind === "found" && first.kind === "sent" ? found.messageId : "").toBe(
        first.kind === "sent" ? first.messageId : "none",
      );
      const absent = sampleDelivery({ channel, key: "the0own0key0the0own0kf" });
      expect((await transport.find(absent)).kind).toBe("absent");
    });

    test("a channel that may not be read is told as such, never as empty", async () => {
      const { transport, blindChannel } = await opened();
      const delivery = sampleDelivery({ channel: blindChannel });
      expect((await transport.send(delivery)).kind).toBe("sent");
      expect((await transport.find(delivery)).kind).toBe("unreadable");
    });

    test("within its time the same key gives the same message", async () => {
      const { transport, channel, posts } = await opened();
      if (transport.sameKeyMs === 0) return;
      const delivery = sampleDelivery({ channel });
      const first = await transport.send(delivery);
      expect(await transport.send({ ...delivery, attempts: 2 })).toEqual(first);
      expect(posts()).toHaveLength(1);
    });

    test.each([0, 1, 2, 9, 20, 24, 25, 60])(
      "a digest of %i stories fits one post",
      async (many) => {
        const { transport, channel, posts, refused } = await opened();
        const outcome = await transport.send(
          sampleDelivery({ channel, reply: sampleDigest(many) }),
        );
        expect([outcome.kind, refused()]).toEqual(["sent", []]);
        const numbers = new Set(posts()[0]?.match(/(?<=Story number )\d+/g));
        const beyond = Number(/and (\d+) more stories/.exec(posts()[0] ?? "")?.[1] ?? 0);
        expect(numbers.size + beyond).toBe(many);
        expect(numbers.size).toBeGreaterThanOrEqual(Math.min(many, 24));
      },
    );

    test("hostile text mentions nobody, masks nothing, hides nothing and is never too long", async () => {
      const { transport, channel, refused, active, posts, asides } = await opened();
      const kinds = new Set<string>();
      for (const delivery of hostileDeliveries(channel)) {
        kinds.add((await transport.send(delivery)).kind);
      }
      expect([...kinds]).toEqual(["sent"]);
      expect(refused()).toEqual([]);
      expect(active()).toEqual([]);
      expect([...posts(), ...asides()].filter(holdsUnseen)).toEqual([]);
    });

    test("no token is in what is logged or told", async () => {
      const { transport, channel, failNext, unauthorized, lines, canary } = await opened();
      const told: unknown[] = [];
      for (const fault of [unauthorized, { kind: "reset" }, { kind: "lost" }] as const) {
        failNext(fault);
        told.push(await transport.send(sampleDelivery({ channel })));
      }
      expect(JSON.stringify([told, lines()])).not.toContain(canary);
    });
  });
}

function hostileDeliveries(channel: string): readonly Delivery[] {
  const all: Delivery[] = [];
  HOSTILE_TEXTS.forEach((text, index) => {
    for (const stories of [0, 1, 3, 20]) {
      const url = HOSTILE_URLS[(index + stories) % HOSTILE_URLS.length] ?? null;
      const key = `h${String(all.length).padStart(21, "0")}`;
      all.push(sampleDelivery({ channel, key, reply: hostileReply(text, url, stories) }));
    }
  });
  return all;
}
