import { setImmediate } from "node:timers/promises";
import type { SeenSet } from "./http.ts";

/** A store of what may expire, such as Keyv's. Entries of one call are on the disk together when it resolves. */
export type SightStore = {
  getMany(ids: string[]): Promise<readonly unknown[]>;
  setMany(
    entries: { readonly key: string; readonly value: string; readonly ttl: number }[],
  ): Promise<unknown>;
};

type Sight = {
  readonly id: string;
  readonly forMs: number;
  readonly told: PromiseWithResolvers<boolean>;
};

/**
 * What was seen, kept in a store. Every sight is on the disk before it is told, and one write is for all that came in
 * while the last one went on: writes one by one cannot follow a flood. Of equal sights the first is the first one.
 */
export function createSights(store: SightStore): SeenSet {
  let waiting: Sight[] = [];
  let isBusy = false;

  async function look(): Promise<void> {
    while (waiting.length > 0) {
      await setImmediate();
      const batch = waiting;
      waiting = [];
      try {
        await note(batch, store);
      } catch (error) {
        for (const { told } of batch) told.reject(error);
      }
    }
    isBusy = false;
  }

  return {
    firstSight(id, forMs) {
      const told = Promise.withResolvers<boolean>();
      waiting.push({ id, forMs, told });
      if (!isBusy) {
        isBusy = true;
        void look();
      }
      return told.promise;
    },
  };
}

async function note(batch: readonly Sight[], store: SightStore): Promise<void> {
  const first = new Map<string, Sight>();
  for (const sight of batch) if (!first.has(sight.id)) first.set(sight.id, sight);
  const found = await store.getMany([...first.keys()]);
  const fresh = new Set([...first.values()].filter((_, place) => found[place] === undefined));
  const entries = [...fresh].map(({ id, forMs }) => ({ key: id, value: "seen", ttl: forMs }));
  if (entries.length > 0) await store.setMany(entries);
  for (const sight of batch) sight.told.resolve(fresh.has(sight));
}
