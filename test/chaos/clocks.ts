import { initialState } from "../../src/digests/standing.ts";
import { type Subscription, WEEKDAYS } from "../../src/digests/subscription.ts";
import { createPlanner } from "../../src/pipeline/planning.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { createLiveTopics } from "../../src/tenants/live-topics.ts";
import type { Proof } from "./proof.ts";
import { chanceOf, tempFolder } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 4;
const TICK_MS = 10 * 60_000;
const START_MS = Date.parse("2026-03-27T12:00:00.000Z");
/** Jumps of the clock on the wall: up to ten days ahead and back again. */
const JUMPS_MS = [1_000, 60_000, HOUR_MS, 6 * HOUR_MS, DAY_MS, 10 * DAY_MS];

/**
 * A daily digest that says something also of an empty period, on the real planner and ledger: ticks every ten
 * minutes, and meanwhile the clock is set, the machine stopped for an hour, the loop blocked for ten seconds, or the
 * process started again. Each slot must have one digest, and no digest may be without a slot of its own.
 */
export async function clocks(size: number): Promise<Proof> {
  const { folder, remove } = tempFolder();
  const ledger = await openSqliteLedger({ folder, exclusive: false });
  const live = createLiveTopics(
    ledger,
    [{ id: "harbours", name: "Harbours", about: "", query: "harbour", threshold: 1, where: null }],
    [],
  );
  const lives: Life[] = [];
  for (let trial = 0; trial < size; trial++) lives.push(await oneLife(trial));
  await ledger.close();
  remove();
  return {
    tried: `${size} lives of ${DAYS} days each: clocks set, an hour stopped, ten seconds blocked, started again across a slot`,
    zeros: [
      { what: "slots missed", times: sum(({ missed }) => missed), of: sum(({ slots }) => slots) },
      {
        what: "slots doubled",
        times: sum(({ doubled }) => doubled),
        of: sum(({ posts }) => posts),
      },
    ],
    figures: [
      {
        what: "slots that a clock that was ahead had served before",
        value: sum(({ early }) => early),
        ok: null,
      },
      {
        what: "latest digest after its slot, in min",
        value: Math.round(Math.max(...lives.map(({ lateMs }) => lateMs)) / 60_000),
        ok: null,
      },
    ],
  };

  function sum(pick: (life: Life) => number): number {
    return lives.reduce((total, life) => total + pick(life), 0);
  }

  async function oneLife(trial: number): Promise<Life> {
    const world = new World(trial);
    const now = (): string => new Date(world.wallMs).toISOString();
    const subscription = subscriptionOf(trial, world.slotHour, now());
    await ledger.saveSubscription(subscription, initialState(subscription, now()));
    const log = { error: () => undefined };
    const parts = { ledger, live, publicUrl: null, timezone: "UTC", now, log };
    let planner = createPlanner(parts);
    const looks: Look[] = [];
    while (world.goesOn()) {
      await planner.planDue();
      const { trueMs, wallMs } = world;
      looks.push({ trueMs, wallMs, posts: await sendAll(now()) });
      if (world.pass()) planner = createPlanner(parts);
    }
    await ledger.removeSubscription(subscription.id);
    return judged(looks, world.slotHour);
  }

  /** How many posts waited in the outbox. */
  async function sendAll(at: string): Promise<number> {
    for (let sent = 0; ; sent++) {
      const [next] = await ledger.claim(1, "9999", ["sim"]);
      if (next === undefined) return sent;
      const { key } = next;
      await ledger.settle(key, { state: "sent", messageId: key, ambiguous: false }, at);
    }
  }
}

type Life = {
  readonly missed: number;
  readonly doubled: number;
  readonly slots: number;
  readonly posts: number;
  readonly lateMs: number;
  /** Slots that a clock that was ahead had served before their time. */
  readonly early: number;
};

/** True time, the clock that Sitrep reads, and what happens to them. */
class World {
  readonly slotHour: number;
  trueMs = START_MS;
  #aheadMs = 0;
  #rightAgainMs = 0;
  readonly #chance: () => number;

  constructor(seed: number) {
    this.#chance = chanceOf(seed + 1);
    this.slotHour = Math.floor(this.#chance() * 24);
  }

  /** What the clock on the wall shows. */
  get wallMs(): number {
    return this.trueMs + this.#aheadMs;
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
  }
}

/** One look of the planner, with the posts that it made. */
type Look = { readonly trueMs: number; readonly wallMs: number; readonly posts: number };

/**
 * A slot is served by a post that was made when the clock showed its time or a later one. It is missed unless it was
 * served by the first look that a right clock gave after it. A post that serves no slot of its own is one too many.
 */
function judged(looks: readonly Look[], slotHour: number): Life {
  const first = Math.floor(START_MS / DAY_MS) * DAY_MS + slotHour * HOUR_MS;
  const ahead = DAYS + Math.max(...JUMPS_MS) / DAY_MS + 1;
  const slots = Array.from({ length: ahead + 1 }, (_, day) => first + day * DAY_MS).filter(
    (slot) => slot > START_MS,
  );
  const posts = looks.flatMap((look) => Array.from({ length: look.posts }, () => look));
  const unused = posts.toSorted((a, b) => a.wallMs - b.wallMs);
  const lates: number[] = [];
  let missed = 0;
  for (const slot of slots) {
    const due = looks.find(({ trueMs, wallMs }) => wallMs === trueMs && trueMs >= slot);
    const untilMs = due?.trueMs ?? Number.POSITIVE_INFINITY;
    const at = unused.findIndex(({ trueMs, wallMs }) => wallMs >= slot && trueMs <= untilMs);
    const [post] = at < 0 ? [] : unused.splice(at, 1);
    if (due === undefined) continue;
    if (post === undefined) missed += 1;
    else lates.push(post.trueMs - slot);
  }
  return {
    missed,
    doubled: unused.length,
    slots: lates.length + missed,
    posts: posts.length,
    lateMs: Math.max(0, ...lates),
    early: lates.filter((lateMs) => lateMs < 0).length,
  };
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
