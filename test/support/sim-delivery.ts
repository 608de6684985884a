import type {
  Delivery,
  Found,
  Outcome,
  Settlement,
  Transport,
} from "../../src/delivery/delivery.ts";
import { deliveryKey } from "../../src/delivery/key.ts";
import { createDeliveryLoop, type DeliveryLoop } from "../../src/delivery/loop.ts";
import type { Outbox } from "../../src/delivery/ports.ts";

/** Chance that repeats: the same seed, the same numbers from 0 (inclusive) to 1. */
export type Chance = () => number;

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How a simulated platform behaves. */
export type Weather = {
  /** Share of requests that fail in one of the ways below, 0 to 1. */
  readonly faults: number;
  /** For so long the platform drops a second post with a known key; 0: never. */
  readonly dedupeMs: number;
  /** What its transport is told about that. */
  readonly sameKeyMs: number;
  /** Reading shows a post only after this time. */
  readonly lagMs: number;
  readonly readable: boolean;
  /** Requests a second above which the platform answers 429 to all; null: none. */
  readonly perSecondMax: number | null;
  /** What its transport says of the time between two posts to a place; 0: nothing. */
  readonly postsApartMs: number;
};

export const FAIR: Weather = {
  faults: 0,
  dedupeMs: 180_000,
  sameKeyMs: 60_000,
  lagMs: 0,
  readable: true,
  perSecondMax: null,
  postsApartMs: 0,
};

/** A request that has left may arrive so long after its process was killed. */
const LATE_MS_MAX = 4_000;

type Posted = { readonly key: string; readonly channel: string; readonly atMs: number };

type Row = { delivery: Delivery; state: "open" | "inflight" | "sent" | "gone"; reason: string };

/** Waits without end: what a killed process does. */
const never = new Promise<never>(() => undefined);

/**
 * A machine with a disk, a clock and platforms. The disk and the platforms outlive a kill; the
 * process does not: after it, none of its calls return. Nothing here waits for real time.
 */
export class SimWorld {
  readonly posted: Posted[] = [];
  readonly parked: string[] = [];
  readonly settled: string[] = [];
  /** Requests that came although the platform had asked to wait. */
  requestsTooEarly = 0;
  requests = 0;
  ambiguous = 0;
  /** Answers that the platform lost. */
  answersLost = 0;
  /** Calls of the process until it is killed; null: it lives. */
  killAfter: number | null = null;
  /** Fails the next calls to the disk. */
  diskFaults = 0;
  /** Calls take up to so many turns of the event queue, so that they overtake one another. */
  turnsMax = 1;
  /** The platform takes requests and answers none. */
  hangs = false;
  /** Called when a post appears on a channel. */
  whenPosted: () => void = quiet;
  readonly rows = new Map<string, Row>();
  readonly weather: Weather;
  readonly #chance: Chance;
  readonly #holds = new Map<string, string | null>();
  readonly #holdsWrittenMs = new Map<string, number>();
  readonly #waits = new Map<string, { readonly heardMs: number; readonly untilMs: number }>();
  readonly #lastRequests = new Map<string, number[]>();
  /** Answers that tests lay out in advance, in order; then the weather decides. */
  readonly script: Outcome[] = [];
  #wallMs = Date.parse("2026-03-01T00:00:00.000Z");
  #elapsedMs = 0;
  #life = 0;
  #kills: (() => void)[] = [];
  /** Requests of killed processes that are still on their way. */
  #late: { readonly atMs: number; readonly arrive: () => unknown }[] = [];

  constructor(weather: Weather = FAIR, chance: Chance = chanceOf(1)) {
    this.weather = weather;
    this.#chance = chance;
  }

  now = (): string => new Date(this.#wallMs).toISOString();

  pass(ms: number): void {
    const untilMs = this.#elapsedMs + ms;
    this.#wallMs += ms;
    for (const { atMs, arrive } of this.#late.sort((a, b) => a.atMs - b.atMs)) {
      if (atMs > untilMs) break;
      this.#elapsedMs = atMs;
      arrive();
    }
    this.#late = this.#late.filter(({ atMs }) => atMs > untilMs);
    this.#elapsedMs = untilMs;
  }

  /** The clock on the wall is set; time itself goes on as it did. */
  setClock(byMs: number): void {
    this.#wallMs += byMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  /** An alert or digest that some other part put into the outbox. */
  put(changes: Partial<Delivery> & { readonly channel: string }): Delivery {
    const delivery: Delivery = {
      key: deliveryKey(["sim", String(this.rows.size)]),
      tenant: "web",
      kind: "digest",
      subscriptionId: "uaaaaaa",
      topicId: "ports",
      storyIds: [],
      reply: { blocks: [], ephemeral: false },
      mention: null,
      createdAt: this.now(),
      dueAt: this.now(),
      attempts: 0,
      attemptAt: null,
      ...changes,
    };
    this.rows.set(delivery.key, { delivery, state: "open", reason: "" });
    return delivery;
  }

  release(channel: string): void {
    this.#holds.delete(channel);
  }

  /** Starts a process on this machine. One before it is killed. */
  start(platforms: readonly string[] = ["sim"]): DeliveryLoop {
    this.kill();
    const life = this.#life;
    const guard = <Value>(does: () => Value): Promise<Value> => this.#step(life, does);
    return createDeliveryLoop({
      outbox: this.#outbox(guard),
      transports: platforms.map((platform) => this.#transport(platform, guard)),
      now: this.now,
      elapsedMs: () => this.#elapsedMs,
      pause: async (ms) => {
        // Longer than anything that is not stuck.
        for (let turn = 0; turn < 500; turn += 1) await Promise.resolve();
        this.pass(ms);
        await guard(() => undefined);
      },
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      onSettled: ({ key }, { state }) => {
        this.settled.push(`${key} ${state}`);
      },
      onParked: ({ channel }) => {
        this.parked.push(channel);
      },
    });
  }

  kill(): void {
    this.#life += 1;
    this.killAfter = null;
    for (const kill of this.#kills.splice(0)) kill();
  }

  /** Runs a tick to its end, or to the end of the process. True when it lived. */
  async tick(loop: DeliveryLoop): Promise<boolean> {
    const killed = new Promise<boolean>((resolve) => {
      this.#kills.push(() => resolve(false));
    });
    return await Promise.race([loop.tick().then(() => true), killed]);
  }

  open(): Row[] {
    return [...this.rows.values()].filter(({ state }) => state === "open" || state === "inflight");
  }

  /** How often each key stands on its channel. */
  copies(key: string): number {
    return this.posted.filter((post) => post.key === key).length;
  }

  /** One call of a process. It can die before the call takes effect, and after. */
  async #step<Value>(
    life: number,
    does: () => Value,
    cutShort: () => void = quiet,
  ): Promise<Value> {
    await this.#turns();
    if (life !== this.#life || this.#dies()) {
      cutShort();
      return never;
    }
    const value = does();
    await this.#turns();
    if (life !== this.#life || this.#dies()) return never;
    return value;
  }

  async #turns(): Promise<void> {
    const turns = this.turnsMax === 1 ? 1 : Math.ceil(this.#chance() * this.turnsMax);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  }

  #mayArriveLate(arrive: () => unknown): void {
    if (this.#chance() < 0.5) return;
    this.#late.push({ atMs: this.#elapsedMs + this.#chance() * LATE_MS_MAX, arrive });
  }

  #dies(): boolean {
    if (this.killAfter === null) return false;
    this.killAfter -= 1;
    if (this.killAfter > 0) return false;
    this.kill();
    return true;
  }

  #write<Value>(does: () => Value): Value {
    if (this.diskFaults > 0) {
      this.diskFaults -= 1;
      throw new Error("disk full");
    }
    return does();
  }

  #outbox(guard: <Value>(does: () => Value) => Promise<Value>): Outbox {
    return {
      enqueue: (delivery) =>
        guard(() =>
          this.#write(() => {
            const { key } = delivery;
            if (!this.rows.has(key)) this.rows.set(key, { delivery, state: "open", reason: "" });
          }),
        ),
      claim: (limit, now, platforms) =>
        guard(() => this.#write(() => this.#claim(limit, now, platforms))),
      inflight: (platforms) =>
        guard(() =>
          [...this.rows.values()]
            .filter(({ state, delivery }) => state === "inflight" && isOf(delivery, platforms))
            .map(({ delivery }) => delivery),
        ),
      settle: (key, settlement) =>
        guard(() => this.#write(() => this.#settle(this.#row(key), settlement))),
      holdChannel: (channel, until) =>
        guard(() =>
          this.#write(() => {
            const wasParked = this.#holds.get(channel) === null;
            if (!wasParked) this.#holds.set(channel, until);
            this.#holdsWrittenMs.set(channel, this.#wallMs);
            return !wasParked;
          }),
        ),
      mendClock: (now) => guard(() => this.#write(() => this.#mendClock(Date.parse(now)))),
    };
  }

  #row(key: string): Row {
    const row = this.rows.get(key);
    if (row === undefined) throw new Error(`no row ${key}`);
    return row;
  }

  #claim(limit: number, now: string, platforms: readonly string[]): Delivery[] {
    const rows = [...this.rows.values()];
    const busy = new Set(
      rows.filter(({ state }) => state === "inflight").map(({ delivery }) => delivery.channel),
    );
    const claimed: Delivery[] = [];
    for (const row of rows) {
      const { channel, dueAt, attempts } = row.delivery;
      if (claimed.length >= limit) break;
      if (row.state !== "open" || dueAt > now || busy.has(channel)) continue;
      if (!isOf(row.delivery, platforms) || this.#isHeld(channel, now)) continue;
      busy.add(channel);
      row.state = "inflight";
      row.delivery = { ...row.delivery, attempts: attempts + 1, attemptAt: now };
      claimed.push(row.delivery);
    }
    return claimed;
  }

  #mendClock(nowMs: number): void {
    const mended = (writtenMs: number, until: string): string =>
      new Date(nowMs + Date.parse(until) - writtenMs).toISOString();
    for (const [channel, until] of this.#holds) {
      const writtenMs = this.#holdsWrittenMs.get(channel) ?? 0;
      if (until === null || writtenMs <= nowMs + 1_000) continue;
      this.#holds.set(channel, mended(writtenMs, until));
      this.#holdsWrittenMs.set(channel, nowMs);
    }
    for (const row of this.rows.values()) {
      const { attemptAt, createdAt, dueAt } = row.delivery;
      const writtenMs = Date.parse(attemptAt ?? createdAt);
      if (row.state !== "open" || writtenMs <= nowMs + 1_000) continue;
      const now = new Date(nowMs).toISOString();
      const due = mended(writtenMs, dueAt);
      row.delivery = {
        ...row.delivery,
        attemptAt: attemptAt === null ? null : now,
        createdAt: createdAt > now ? now : createdAt,
        dueAt: due,
      };
    }
  }

  #isHeld(channel: string, now: string): boolean {
    return [channel, `${channel.split(":")[0]}:*`].some((held) => {
      const until = this.#holds.get(held);
      return until === null || (until !== undefined && until > now);
    });
  }

  #settle(row: Row, settlement: Settlement): void {
    row.reason = "reason" in settlement ? settlement.reason : "";
    if ("ambiguous" in settlement && settlement.ambiguous) this.ambiguous += 1;
    if (settlement.state === "retry") {
      row.state = "open";
      row.delivery = { ...row.delivery, dueAt: settlement.dueAt };
    } else row.state = settlement.state;
  }

  #transport(platform: string, guard: <Value>(does: () => Value) => Promise<Value>): Transport {
    const { perSecondMax, sameKeyMs, postsApartMs: ms } = this.weather;
    const placeOf = (channel: string): string => channel.split("/")[0] ?? channel;
    return {
      platform,
      sameKeyMs,
      ...(perSecondMax === null ? {} : { requestsPerSecondMax: perSecondMax }),
      ...(ms === 0 ? {} : { postsApart: { ms, placeOf } }),
      send: (delivery) => {
        const life = this.#life;
        const leftMs = this.#elapsedMs;
        if (this.hangs) return never;
        const arrive = (): Outcome => this.#receive(platform, delivery, leftMs);
        const late = (): void => this.#mayArriveLate(() => this.#post(platform, delivery));
        const answer = this.#step(life, arrive, late);
        return answer.then((outcome) => this.#hear(platform, delivery.channel, outcome));
      },
      find: (delivery) => {
        const leftMs = this.#elapsedMs;
        return guard(() => this.#search(platform, delivery, leftMs));
      },
    };
  }

  #receive(platform: string, delivery: Delivery, leftMs: number): Outcome {
    const refused = this.#admit(platform, delivery.channel, leftMs);
    if (refused !== null) return refused;
    const scripted = this.script.shift();
    if (scripted !== undefined) {
      if (scripted.kind === "sent") return this.#post(platform, delivery);
      return scripted;
    }
    if (this.#chance() >= this.weather.faults) return this.#post(platform, delivery);
    const kind = this.#chance();
    if (kind < 0.25) return this.#askToWait();
    if (kind < 0.35) return { kind: "retry", reason: "503", afterMs: null, scope: "delivery" };
    this.answersLost += 1;
    if (kind < 0.7) this.#post(platform, delivery);
    if (kind > 0.9 || (kind > 0.6 && kind < 0.7)) this.pass(15_000);
    return { kind: "unclear", reason: "the answer was lost" };
  }

  /** Null when a request is welcome. */
  #admit(platform: string, channel: string, leftMs: number): Outcome | null {
    this.requests += 1;
    const isEarly = [`${platform}:${channel}`, platform].some((what) => {
      const wait = this.#waits.get(what);
      return wait !== undefined && leftMs > wait.heardMs && leftMs < wait.untilMs;
    });
    if (isEarly) this.requestsTooEarly += 1;
    const { perSecondMax } = this.weather;
    const recent = (this.#lastRequests.get(platform) ?? []).filter(
      (atMs) => this.#elapsedMs - atMs < 1_000,
    );
    this.#lastRequests.set(platform, [...recent, this.#elapsedMs]);
    if (perSecondMax === null || recent.length < perSecondMax) return null;
    this.requestsTooEarly += 1;
    return { kind: "retry", reason: "429", afterMs: 1_000, scope: "platform" };
  }

  #askToWait(): Outcome {
    const afterMs = Math.floor(this.#chance() * 20_000);
    const scope = this.#chance() < 0.3 ? "platform" : "channel";
    return { kind: "retry", reason: "429", afterMs, scope };
  }

  #hear(platform: string, channel: string, outcome: Outcome): Outcome {
    if (outcome.kind === "retry" && outcome.scope !== "delivery" && outcome.afterMs !== null) {
      const what = outcome.scope === "platform" ? platform : `${platform}:${channel}`;
      const heardMs = this.#elapsedMs;
      this.#waits.set(what, { heardMs, untilMs: heardMs + outcome.afterMs });
    }
    return outcome;
  }

  #post(platform: string, { key, channel }: Delivery): Outcome {
    const known = this.posted.findIndex(
      (post) => post.key === key && this.#elapsedMs - post.atMs < this.weather.dedupeMs,
    );
    if (known >= 0) return { kind: "sent", messageId: `m${known}` };
    this.posted.push({ key, channel: `${platform}:${channel}`, atMs: this.#elapsedMs });
    this.whenPosted();
    return { kind: "sent", messageId: `m${this.posted.length - 1}` };
  }

  #search(platform: string, { key, channel }: Delivery, leftMs: number): Found {
    const refused = this.#admit(platform, channel, leftMs);
    if (refused !== null) return { kind: "retry", reason: "429", afterMs: 1_000 };
    if (!this.weather.readable) return { kind: "unreadable", reason: "missing permission" };
    if (this.#chance() < this.weather.faults / 2) {
      return { kind: "retry", reason: "503", afterMs: null };
    }
    const found = this.posted.findIndex(
      (post) => post.key === key && this.#elapsedMs - post.atMs >= this.weather.lagMs,
    );
    return found < 0 ? { kind: "absent" } : { kind: "found", messageId: `m${found}` };
  }
}

function isOf({ channel }: Delivery, platforms: readonly string[]): boolean {
  return platforms.includes(channel.slice(0, channel.indexOf(":")));
}

function quiet(): void {
  // Nobody reads the log of a simulation.
}
