import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { createThrottle } from "../../../src/chat/throttle.ts";
import { createTurns } from "../../../src/chat/turns.ts";

test("a person may ask several things at once, then as many as time gives back", () => {
  let now = 0;
  const throttle = createThrottle({ burst: 3, perSecond: 2 }, () => now);
  const ask = (user: string): boolean => throttle.take(user);
  expect([ask("ann"), ask("ann"), ask("ann"), ask("ann")]).toEqual([true, true, true, false]);
  expect(ask("bob")).toBe(true);
  now = 500;
  expect([ask("ann"), ask("ann")]).toEqual([true, false]);
  now = 60_000;
  expect([ask("ann"), ask("ann"), ask("ann"), ask("ann")]).toEqual([true, true, true, false]);
});

test("work begins in turns, and what would wait too long is refused", async () => {
  const turns = createTurns(2);
  let running = 0;
  let most = 0;
  const work = async (): Promise<string> => {
    running += 1;
    most = Math.max(most, running);
    for (let round = 0; round < 10; round += 1) await setImmediate();
    running -= 1;
    return "done";
  };
  const told = await Promise.all(Array.from({ length: 7 }, () => turns.run(work)));
  expect(told).toEqual(["done", "done", "done", "done", "done", "done", null]);
  expect(most).toBe(4);
});

test("between two pieces of work everything that came in is heard", async () => {
  const turns = createTurns();
  const heard: string[] = [];
  const work = (name: string): Promise<unknown> =>
    turns.run(async () => {
      heard.push(name);
    });
  const listen = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      await setImmediate();
      heard.push("-");
    }
  };
  await Promise.all([work("a"), work("b"), work("c"), listen()]);
  expect(heard.join("")).toMatch(/a-+b-+c/);
});

test("a piece of work that breaks gives its turn to the next", async () => {
  const turns = createTurns();
  const broken = turns.run(() => Promise.reject(new Error("a bug")));
  await expect(broken).rejects.toThrow("a bug");
  expect(await turns.run(() => Promise.resolve(1))).toBe(1);
});
