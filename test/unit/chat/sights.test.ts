import { expect, test } from "vitest";
import { createSights, type SightStore } from "../../../src/chat/slack/sights.ts";

const FOR_MS = 60_000;

type Memory = SightStore & { readonly writes: string[][] };

function memory(faults = 0): Memory {
  const kept = new Map<string, string>();
  const writes: string[][] = [];
  let left = faults;
  return {
    writes,
    getMany: (ids) => Promise.resolve(ids.map((id) => kept.get(id))),
    setMany(entries) {
      if (left > 0) {
        left -= 1;
        return Promise.reject(new Error("disk full"));
      }
      writes.push(entries.map(({ key }) => key));
      for (const { key, value } of entries) kept.set(key, value);
      return Promise.resolve(true);
    },
  };
}

test("of equal requests at once exactly one is the first", async () => {
  const sights = createSights(memory());
  const told = await Promise.all(["a", "b", "a", "a"].map((id) => sights.firstSight(id, FOR_MS)));
  expect(told).toEqual([true, true, false, false]);
  expect(await sights.firstSight("b", FOR_MS)).toBe(false);
});

test("what was seen is known after a restart", async () => {
  const store = memory();
  await createSights(store).firstSight("a", FOR_MS);
  expect(await createSights(store).firstSight("a", FOR_MS)).toBe(false);
});

test("requests that come together share one write", async () => {
  const store = memory();
  const sights = createSights(store);
  const ids = Array.from({ length: 100 }, (_, number) => `r${number}`);
  await Promise.all(ids.map((id) => sights.firstSight(id, FOR_MS)));
  expect(store.writes).toEqual([ids]);
});

test("a write that fails is told to all that waited for it, and those after it go on", async () => {
  const sights = createSights(memory(1));
  const told = await Promise.allSettled(["a", "b"].map((id) => sights.firstSight(id, FOR_MS)));
  expect(told.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await sights.firstSight("a", FOR_MS)).toBe(true);
});
