import { describe, expect, test } from "vitest";
import type { Delivery, Outcome } from "../../../src/delivery/delivery.ts";
import { deliveryKey } from "../../../src/delivery/key.ts";
import { createPace } from "../../../src/delivery/pace.ts";
import {
  ATTEMPTS_MAX,
  afterFound,
  afterResend,
  ORDER_ATTEMPTS_MAX,
  RETRY_AFTER_MS_MAX,
  RETRY_MAX_MS,
  reconcilePlan,
  retryAfterMs,
  settlementOf,
} from "../../../src/delivery/settle.ts";
import { chanceOf, SimWorld } from "../../support/sim-delivery.ts";

const now = "2026-03-01T00:00:00.000Z";

describe("a key", () => {
  test("is 22 characters that every platform takes, and never changes", () => {
    expect(deliveryKey(["digest", "uaaaaaa", now])).toBe("RmUAUhVJM4wBdwEdRpp1_V");
    expect(deliveryKey(["digest", "uaaaaaa", now])).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test("differs when the parts are cut differently", () => {
    expect(deliveryKey(["ab", "c"])).not.toBe(deliveryKey(["a", "bc"]));
    expect(deliveryKey(["a,b"])).not.toBe(deliveryKey(["a", "b"]));
  });
});

describe("the answer to a try", () => {
  const retry = (scope: "delivery" | "channel" | "platform", afterMs: number | null): Outcome => {
    return { kind: "retry", reason: "429", afterMs, scope };
  };

  test("sent is sent", () => {
    expect(settlementOf({ kind: "sent", messageId: "m1" }, 1, now)).toEqual({
      settlement: { state: "sent", messageId: "m1", ambiguous: false },
      hold: null,
    });
  });

  test("without a clear answer it stays in flight", () => {
    const { settlement, hold } = settlementOf({ kind: "unclear", reason: "reset" }, 1, now);
    expect([settlement.state, hold]).toEqual(["inflight", null]);
  });

  test.each(["channel", "platform"] as const)(
    "a wish of the %s holds it and the delivery alike",
    (scope) => {
      expect(settlementOf(retry(scope, 1_500), 1, now)).toEqual({
        settlement: { state: "retry", dueAt: "2026-03-01T00:00:01.500Z", reason: "429" },
        hold: { scope, until: "2026-03-01T00:00:01.500Z", reason: "429" },
      });
    },
  );

  test("without a wish the wait doubles up to ten minutes", () => {
    const waits = [1, 2, 3, 10, 11, 500].map((tries) => retryAfterMs(null, tries));
    expect(waits).toEqual([1_000, 2_000, 4_000, 512_000, RETRY_MAX_MS, RETRY_MAX_MS]);
  });

  test("an absurd wish is cut to a day", () => {
    expect(retryAfterMs(1e12, 1)).toBe(RETRY_AFTER_MS_MAX);
    expect(retryAfterMs(-5, 1)).toBeGreaterThan(0);
    expect(retryAfterMs(1_000.4, 1)).toBe(1_001);
  });

  test("a failing post holds its channel for its order, but not for ever", () => {
    expect(settlementOf(retry("delivery", null), ORDER_ATTEMPTS_MAX, now).hold).not.toBeNull();
    expect(settlementOf(retry("delivery", null), ORDER_ATTEMPTS_MAX + 1, now).hold).toBeNull();
  });

  test("after about a week a post that fails by itself is given up, one that its platform holds is not", () => {
    expect(settlementOf(retry("delivery", null), ATTEMPTS_MAX, now).settlement).toEqual({
      state: "gone",
      reason: "given up after 1000 tries: 429",
      ambiguous: false,
    });
    expect(settlementOf(retry("platform", null), ATTEMPTS_MAX, now).settlement.state).toBe("retry");
  });

  test("a refusal for the channel's sake parks the channel and keeps the post", () => {
    const refused = settlementOf({ kind: "gone", reason: "403", park: true }, 1, now);
    expect(refused.settlement.state).toBe("retry");
    expect(refused.hold).toEqual({ scope: "channel", until: null, reason: "403" });
    const dropped = settlementOf({ kind: "gone", reason: "400", park: false }, 1, now);
    expect(dropped).toEqual({
      settlement: { state: "gone", reason: "400", ambiguous: false },
      hold: null,
    });
  });

  test("to a repeated key settles only when it is sent: an earlier request may have posted", () => {
    expect(afterResend({ kind: "sent", messageId: "m1" }, 1, now).kind).toBe("settle");
    expect(afterResend(retry("channel", 700), 1, now)).toMatchObject({
      kind: "wait",
      ms: 700,
      sameKey: true,
      hold: { scope: "channel" },
    });
    expect(afterResend({ kind: "unclear", reason: "reset" }, 3, now)).toMatchObject({ ms: 4_000 });
    expect(afterResend({ kind: "gone", reason: "404", park: true }, 1, now)).toMatchObject({
      kind: "wait",
      sameKey: false,
      hold: { until: null },
    });
  });
});

describe("an open try", () => {
  const keyed = { sameKeyMs: 60_000, settleAfterMs: 10_000 };
  const plain = { sameKeyMs: 0, settleAfterMs: 10_000 };
  test.each([
    ["young, where keys are known: the same key again", 59_999, 0, true, keyed, { kind: "resend" }],
    [
      "too old for that: waits for what the last repetition may have posted",
      60_000,
      0,
      true,
      keyed,
      { kind: "wait", ms: 10_000 },
    ],
    ["older: is looked for", 70_000, 10_000, true, keyed, { kind: "read" }],
    ["elsewhere: waits first", 2_000, 2_000, true, plain, { kind: "wait", ms: 8_000 }],
    ["elsewhere: is looked for after the wait", 10_000, 10_000, true, plain, { kind: "read" }],
    ["of days ago, found just now: waits too", 1e9, 0, true, plain, { kind: "wait", ms: 10_000 }],
    [
      "whose request just ended: waits from its end",
      25_000,
      1_000,
      true,
      plain,
      { kind: "wait", ms: 9_000 },
    ],
    [
      "of unknown age: waits from when it was found",
      null,
      0,
      false,
      keyed,
      { kind: "wait", ms: 10_000 },
    ],
    ["of unknown age: is then looked for", null, 10_000, false, keyed, { kind: "read" }],
    [
      "whose key was refused: is looked for, not repeated",
      12_000,
      10_000,
      false,
      keyed,
      { kind: "read" },
    ],
  ])("%s", (_says, ageMs, restedMs, sameKey, transport, step) => {
    expect(reconcilePlan({ ageMs, restedMs, sameKey }, transport)).toEqual(step);
  });

  test("on a channel of our own, where a key never ages, is always repeated", () => {
    const own = { sameKeyMs: Number.POSITIVE_INFINITY, settleAfterMs: 10_000 };
    const open = { ageMs: 1e12, restedMs: 0, sameKey: true };
    expect(reconcilePlan(open, own)).toEqual({ kind: "resend" });
  });
});

describe("a look into the channel", () => {
  const world = new SimWorld();
  const digest = world.put({ channel: "sim:a" });
  const alert: Delivery = { ...digest, kind: "alert" };
  const unreadable = { kind: "unreadable", reason: "missing permission" } as const;

  test("that finds the post settles it, one that does not sends it", () => {
    expect(afterFound({ kind: "found", messageId: "m1" }, digest, 1, now)).toMatchObject({
      settlement: { state: "sent", messageId: "m1", ambiguous: false },
    });
    expect(afterFound({ kind: "absent" }, digest, 1, now)).toMatchObject({
      settlement: { state: "retry", dueAt: now },
    });
  });

  test("that is refused for now is repeated later", () => {
    const later = afterFound({ kind: "retry", reason: "503", afterMs: null }, digest, 2, now);
    expect(later).toMatchObject({ kind: "wait", ms: 2_000 });
  });

  test("that is forbidden ends a digest, and repeats an alert with a mark under a key of its own", () => {
    expect(afterFound(unreadable, digest, 1, now)).toMatchObject({
      settlement: { state: "gone", ambiguous: true },
      again: null,
    });
    const first = afterFound(unreadable, alert, 1, now);
    const again = first.kind === "settle" ? first.again : null;
    expect(again?.key).toBe(deliveryKey([alert.key, "again"]));
    expect(again?.reply.blocks[0]).toMatchObject({
      kind: "notice",
      text: expect.stringMatching(/^Sent again/),
    });
  });

  test("gives an alert up after a day of doubt", () => {
    const late = "2026-03-02T00:00:00.001Z";
    expect(afterFound(unreadable, alert, 1, late)).toMatchObject({ again: null });
  });
});

describe("the pace", () => {
  /** When requests arrive that leave as early as they may, however late timers come and answers are. */
  function arrivals(rate: number, count: number, stallMs: number): number[] {
    const pace = createPace(rate);
    const chance = chanceOf(rate + stallMs);
    const stall = (share: number): number => (chance() < share ? chance() * stallMs : 0);
    const arrived: number[] = [];
    let answers: { readonly atMs: number; tell(): void }[] = [];
    let nowMs = 0;
    while (arrived.length < count) {
      for (const { atMs, tell } of answers) if (atMs <= nowMs) tell();
      answers = answers.filter(({ atMs }) => atMs > nowMs);
      const waitMs = pace.waitMs(nowMs);
      if (waitMs > 0) {
        nowMs += Math.ceil(waitMs) + chance() + stall(0.02);
        continue;
      }
      const passage = pace.left(nowMs);
      const atMs = nowMs + 20 + stall(arrived.length < 10 ? 1 : 0.02);
      arrived.push(atMs);
      answers.push({ atMs: atMs + 20, tell: () => pace.answered(passage, atMs + 20) });
    }
    return arrived;
  }

  test.each([34, 50, 400])(
    "at %d a second no second sees more, however unevenly they arrive",
    (rate) => {
      const arrived = arrivals(rate, 1_500, 400);
      const most = Math.max(
        ...arrived.map((from) => arrived.filter((at) => at >= from && at - from < 1_000).length),
      );
      expect(most).toBeLessThanOrEqual(rate);
    },
  );

  test("brings a thousand over in 21 s at fifty a second", () => {
    expect(Math.max(...arrivals(50, 1_000, 20))).toBeLessThanOrEqual(21_000);
  });
});
