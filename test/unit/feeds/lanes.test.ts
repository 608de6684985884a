import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { allowanceAt, isFlooding, spent } from "../../../src/feeds/flood.ts";
import { createLane, createLargeGate } from "../../../src/feeds/poller-lanes.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A task that ends when it is told to. */
function openEnd(): { readonly task: () => Promise<void>; end(): void; isRunning(): boolean } {
  let end = (): void => undefined;
  let isRunning = false;
  return {
    task: async () => {
      isRunning = true;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      isRunning = false;
    },
    end: () => end(),
    isRunning: () => isRunning,
  };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe("a lane", () => {
  test("runs so many at a time, and lets the next in when a slow one loses its place", async () => {
    const lane = createLane({ tasksMax: 1, patienceMs: 1_000, besides: { free: 1 } });
    const [slow, next, third] = [openEnd(), openEnd(), openEnd()];
    const all = [slow, next, third].map(({ task }) => lane.run(task));
    await settle();
    expect([slow.isRunning(), next.isRunning()]).toEqual([true, false]);
    vi.advanceTimersByTime(1_000);
    await settle();
    expect([slow.isRunning(), next.isRunning()]).toEqual([true, true]);
    // There is room for one besides only.
    vi.advanceTimersByTime(1_000);
    await settle();
    expect(third.isRunning()).toBe(false);
    slow.end();
    next.end();
    await settle();
    expect(third.isRunning()).toBe(true);
    third.end();
    await Promise.all(all);
  });
});

describe("a gate for large documents", () => {
  test("makes one give up that does not come whole while others wait", async () => {
    const gate = createLargeGate(1, 1_000);
    const gaveUp = vi.fn();
    const first = await gate.enter(gaveUp);
    vi.advanceTimersByTime(5_000);
    expect(gaveUp).not.toHaveBeenCalled();
    const second = gate.enter(() => undefined);
    vi.advanceTimersByTime(1_000);
    expect(gaveUp).toHaveBeenCalledOnce();
    first?.leave();
    expect(await second).not.toBeNull();
  });

  test("never one that has come whole, and turns away who would wait behind too many", async () => {
    const gate = createLargeGate(1, 1_000);
    const gaveUp = vi.fn();
    (await gate.enter(gaveUp))?.settle();
    for (let count = 0; count < 16; count += 1) void gate.enter(() => undefined);
    vi.advanceTimersByTime(60_000);
    expect(gaveUp).not.toHaveBeenCalled();
    expect(await gate.enter(() => undefined)).toBeNull();
  });
});

test("what a feed may bring is used up by a flood, and grows back within hours", () => {
  const at = (hour: number): string => `2026-03-02T${String(hour).padStart(2, "0")}:00:00.000Z`;
  const fresh = allowanceAt(null, at(0));
  const used = spent(fresh, 9_999);
  expect(isFlooding(null, at(0))).toBe(false);
  expect(isFlooding(used, at(0))).toBe(true);
  expect(allowanceAt(used, at(1)).entries).toBeGreaterThan(100);
  expect(isFlooding(used, at(4))).toBe(false);
  expect(allowanceAt(used, at(9))).toEqual({ ...fresh, at: at(9) });
});
