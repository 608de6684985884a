import { describe, expect, test } from "vitest";
import {
  digestWindow,
  initialState,
  mendState,
  standingOf,
  stateAfterEdit,
} from "../../../src/digests/standing.ts";
import type { SubscriptionState } from "../../../src/digests/subscription.ts";
import { subscriptionOf } from "../../support/sim-news.ts";

const createdAt = "2026-03-01T09:00:00.000Z";
const daily = subscriptionOf({ createdAt });
const stateOf = (changes: Partial<SubscriptionState> = {}): SubscriptionState => ({
  subscriptionId: daily.id,
  dueAt: "2026-03-05T08:00:00.000Z",
  coveredTo: "2026-03-04T08:00:02.000Z",
  owedSince: null,
  ...changes,
});

describe("a new subscription", () => {
  test("is first due at its next slot and covers what comes from now on", () => {
    const state = initialState(daily, createdAt);
    expect(state).toEqual({
      subscriptionId: "uaaaaaa",
      dueAt: "2026-03-02T08:00:00.000Z",
      coveredTo: createdAt,
      owedSince: null,
    });
  });

  test("with first: now is due at once and covers the day before", () => {
    const state = initialState(subscriptionOf({ createdAt, first: "now" }), createdAt);
    expect(state.dueAt).toBe(createdAt);
    expect(state.coveredTo).toBe("2026-02-28T09:00:00.000Z");
  });

  test("for alerts alone is never due", () => {
    const state = initialState(subscriptionOf({ createdAt, mode: "instant" }), createdAt);
    expect(state.dueAt).toBeNull();
  });
});

describe("a subscription", () => {
  test("waits until its due time", () => {
    expect(standingOf(daily, stateOf(), "2026-03-05T07:59:59.999Z").kind).toBe("waits");
    expect(standingOf(daily, stateOf(), "2026-03-05T08:00:00.000Z").kind).toBe("due");
  });

  test("that is paused waits whatever is due", () => {
    const paused = subscriptionOf({ createdAt, paused: true });
    expect(standingOf(paused, stateOf(), "2026-03-09T08:00:00.000Z").kind).toBe("waits");
  });

  test("whose slot lies in its quiet hours waits for their end", () => {
    const quiet = subscriptionOf({ createdAt, quiet: { from: "22:00", to: "09:30" } });
    expect(standingOf(quiet, stateOf(), "2026-03-05T08:00:00.000Z").kind).toBe("waits");
    expect(standingOf(quiet, stateOf(), "2026-03-05T09:30:00.000Z").kind).toBe("due");
  });

  test("looks back over two hours, for what was stored late, but never before its beginning", () => {
    const now = "2026-03-05T08:00:00.000Z";
    expect(digestWindow(daily, stateOf(), now)).toEqual({
      since: "2026-03-04T06:00:02.000Z",
      until: now,
    });
    const fresh = initialState(daily, createdAt);
    expect(digestWindow(daily, fresh, now).since).toBe(createdAt);
  });

  test("looks back to the stories that the last digest had no room for", () => {
    const owing = stateOf({ owedSince: "2026-03-03T11:59:59.999Z" });
    expect(digestWindow(daily, owing, "2026-03-05T08:00:00.000Z").since).toBe(owing.owedSince);
  });

  test("loses nothing of its period when its file is read anew and calls itself created now", () => {
    const reread = subscriptionOf({ createdAt: "2026-03-05T07:00:00.000Z" });
    const window = digestWindow(reread, stateOf(), "2026-03-05T08:00:00.000Z");
    expect(window.since).toBe("2026-03-04T08:00:02.000Z");
  });
});

describe("clocks that were wrong", () => {
  test("a state from ten days ahead is brought back, and digests go on at the next slot", () => {
    const ahead = stateOf({
      dueAt: "2026-03-16T08:00:00.000Z",
      coveredTo: "2026-03-15T08:00:01.000Z",
    });
    const now = "2026-03-05T12:00:00.000Z";
    expect(standingOf(daily, ahead, now)).toEqual({
      kind: "astray",
      after: stateOf({ dueAt: "2026-03-06T08:00:00.000Z", coveredTo: now }),
    });
  });

  test("a step back of seconds does not make a slot come twice", () => {
    const state = stateOf({
      dueAt: "2026-03-06T08:00:00.000Z",
      coveredTo: "2026-03-05T08:00:00.500Z",
    });
    expect(standingOf(daily, state, "2026-03-05T07:59:58.000Z").kind).toBe("waits");
    expect(standingOf(daily, state, "2026-03-05T08:00:00.000Z").kind).toBe("waits");
  });
});

describe("a changed subscription", () => {
  const now = "2026-03-04T12:00:00.000Z";

  test("keeps a state that fits", () => {
    expect(mendState(daily, stateOf(), now)).toEqual(stateOf());
  });

  test("whose schedule changed in its file moves to its next slot", () => {
    const evening = subscriptionOf({
      createdAt,
      schedule: { kind: "times", at: ["18:00"], days: ["wed"] },
    });
    expect(mendState(evening, stateOf(), now).dueAt).toBe("2026-03-04T18:00:00.000Z");
  });

  test("that is overdue stays due", () => {
    const overdue = stateOf({ dueAt: "2026-03-04T07:00:00.000Z" });
    expect(mendState(daily, overdue, now)).toEqual(overdue);
  });

  test("that no longer has digests is never due, and is again when it has", () => {
    const instant = subscriptionOf({ createdAt, mode: "instant" });
    const without = mendState(instant, stateOf(), now);
    expect(without.dueAt).toBeNull();
    expect(mendState(daily, without, now)).toEqual(
      stateOf({ dueAt: "2026-03-05T08:00:00.000Z", coveredTo: now }),
    );
  });

  test("says nothing of what came during its pause", () => {
    const paused = subscriptionOf({ createdAt, paused: true });
    const owing = stateOf({ owedSince: createdAt });
    expect(stateAfterEdit(paused, daily, owing, now)).toEqual(stateOf({ coveredTo: now }));
  });

  test("keeps its period when only its schedule changes", () => {
    const noon = subscriptionOf({ createdAt, timezone: "America/New_York" });
    expect(stateAfterEdit(daily, noon, stateOf(), now)).toEqual(
      stateOf({ dueAt: "2026-03-04T13:00:00.000Z" }),
    );
    const capped = subscriptionOf({ createdAt, cap: 5 });
    expect(stateAfterEdit(daily, capped, stateOf(), now)).toEqual(stateOf());
  });
});
