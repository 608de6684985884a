import { initialState } from "../../src/digests/standing.ts";
import { type Subscription, WEEKDAYS } from "../../src/digests/subscription.ts";
import { createLiveTopics } from "../../src/live-topics.ts";
import { createPlanner } from "../../src/planning.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import type { Proof } from "./proof.ts";
import { chanceOf, tempFolder } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 4;
const TICK_MS = 10 * 60_000;
const LATE_MS_MAX = 3 * HOUR_MS;
/** A clock that is right again within half an hour of the digest that it called for: that one is the slot's. */
const EARLY_MS_MAX = 1.5 * HOUR_MS;
const START_MS = Date.parse("2026-03-27T12:00:00.000Z");
/** Jumps of the clock on the wall: up to ten days ahead and back again. */
const JUMPS_MS = [1_000, 60_000, HOUR_MS, 6 * HOUR_MS, DAY_MS, 10 * DAY_MS];

/**
 * A daily digest that says something also of an empty period, on the real planner and ledger: ticks every ten
 * minutes, and meanwhile the clock is set, the machine stopped for an hour, the loop blocked for ten seconds, or the
 * process started again. Each true day must have one digest.
 */
export async function clocks(size: number): Promise<Proof> {
  const { folder, remove } = tempFolder();
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  const live = createLiveTopics(
    ledger,
    [{ id: "harbours", name: "Harbours", about: "", query: "harbour", threshold: 1, where: null }],
    [],
  );
  let missed = 0;
  let doubled = 0;
  let days = 0;
  let latest = 0;
  for (let trial = 0; trial < size; trial++) {
    const found = await oneLife(trial);
    missed += found.missed;
    doubled += found.doubled;
    days += found.slots;
    latest = Math.max(latest, found.lateMs);
  }
  await ledger.close();
  remove();
  return {
    tried: `${size} lives of ${DAYS} days each: clocks set, an hour stopped, ten seconds blocked, started again across a slot`,
    zeros: [
      { what: "slots missed", times: missed, of: days },
      { what: "digests beyond one a slot and one a wrong clock", times: doubled, of: days },
    ],
    figures: [
      {
        what: "latest digest after its slot, in min",
        value: Math.round(latest / 60_000),
        ok: null,
      },
    ],
  };

  async function oneLife(trial: number): Promise<Life> {
    const world = new World(trial);
    const subscription = subscriptionOf(trial, world.slotHour, world.now());
    await ledger.saveSubscription(subscription, initialState(subscription, world.now()));
    const parts = { ledger, live, publicUrl: null, timezone: "UTC", now: () => world.now() };
    let planner = createPlanner(parts);
    const made: number[] = [];
    while (world.goesOn()) {
      await planner.planDue();
      for (const { key } of await ledger.claim(100, "9999", ["sim"])) {
        made.push(world.trueMs);
        await ledger.settle(key, { state: "sent", messageId: key, ambiguous: false }, world.now());
      }
      if (world.pass()) planner = createPlanner(parts);
    }
    await ledger.removeSubscription(subscription.id);
    return judged(made, world);
  }
}

type Life = {
  readonly missed: number;
  readonly doubled: number;
  readonly slots: number;
  readonly lateMs: number;
};

/** True time, the clock that Sitrep reads, and what happens to them. */
class World {
  readonly slotHour: number;
  /** Jumps so far by which the clock passed a slot that had not come, or one that had been. */
  crossings = 0;
  trueMs = START_MS;
  #aheadMs = 0;
  #rightAgainMs = 0;
  readonly #chance: () => number;

  constructor(seed: number) {
    this.#chance = chanceOf(seed + 1);
    this.slotHour = Math.floor(this.#chance() * 24);
  }

  now(): string {
    return new Date(this.trueMs + this.#aheadMs).toISOString();
  }

  goesOn(): boolean {
    return this.trueMs < START_MS + DAYS * DAY_MS;
  }

  /** True: the process was started again. */
  pass(): boolean {
    const event = this.#chance();
    if (this.#aheadMs !== 0 && this.trueMs >= this.#rightAgainMs) this.#aheadMs = 0;
    else if (this.#aheadMs === 0 && event < 0.01) this.#jump();
    if (event > 0.99) this.trueMs += HOUR_MS;
    else if (event > 0.98) this.trueMs += 10_000;
    this.trueMs += TICK_MS;
    return event > 0.96;
  }

  /** The clock is set wrong, and right again within an hour. */
  #jump(): void {
    const byMs = JUMPS_MS[Math.floor(this.#chance() * JUMPS_MS.length)] ?? 0;
    this.#aheadMs = this.#chance() < 0.5 ? byMs : -byMs;
    this.#rightAgainMs = this.trueMs + this.#chance() * HOUR_MS;
    this.crossings += 1;
  }
}

/**
 * A slot is missed when no digest comes within three hours: the longest stop and the longest wrong clock end before.
 * A clock that is set may call for one digest more, whose stories no other tells; beyond that a slot is doubled.
 */
function judged(made: readonly number[], { slotHour, crossings }: World): Life {
  const first = Math.floor(START_MS / DAY_MS) * DAY_MS + slotHour * HOUR_MS;
  const slots = Array.from({ length: DAYS + 1 }, (_, day) => first + day * DAY_MS).filter(
    (slot) => slot > START_MS && slot <= START_MS + DAYS * DAY_MS - LATE_MS_MAX,
  );
  const lates = slots.map(
    (slot) => Math.min(...made.filter((at) => at >= slot - EARLY_MS_MAX)) - slot,
  );
  const missed = lates.filter((lateMs) => lateMs > LATE_MS_MAX).length;
  const doubled = Math.max(0, made.length - slots.length - crossings - 1);
  return { missed, doubled, slots: slots.length, lateMs: Math.max(0, ...lates) };
}

function subscriptionOf(trial: number, hour: number, createdAt: string): Subscription {
  return {
    id: `u${trial.toString(36).padStart(6, "0")}`,
    tenant: "sim",
    channel: `sim:${trial}`,
    topicId: "harbours",
    mode: "digest",
    schedule: { kind: "times", at: [`${String(hour).padStart(2, "0")}:00`], days: WEEKDAYS },
    timezone: "UTC",
    minScore: null,
    language: null,
    layout: "compact",
    mention: null,
    first: "next",
    quiet: null,
    cap: 20,
    empty: "say",
    paused: false,
    createdAt,
    where: null,
  };
}
