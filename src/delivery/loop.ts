import type { Instant } from "../feeds/item.ts";
import type { Log } from "../log.ts";
import type { Delivery, Found, Outcome, Settlement, Transport } from "./delivery.ts";
import { createPace } from "./pace.ts";
import type { Pause } from "./pause.ts";
import {
  afterFound,
  afterResend,
  forSearch,
  type Hold,
  RETRY_FIRST_MS,
  reconcilePlan,
  SETTLE_AFTER_MS,
  settlementOf,
} from "./settle.ts";
import { type Effect, inherited, openTry, type Trouble } from "./trouble.ts";

/** Requests under way to one platform at a time. */
const UNDER_WAY_MAX = 64;

/** How long a stop waits for requests that are under way. */
const STOP_MS_MAX = 5_000;

/** The part of the ledger that deliveries need. Each call is durable when it returns. */
export type Outbox = {
  /** Adds a row; nothing happens when its key is there already. */
  enqueue(delivery: Delivery): Promise<void>;
  /**
   * Takes up to `limit` due rows, at most one a channel and there the oldest, counts the try and marks
   * them inflight. Leaves out channels that are held or have an inflight row.
   */
  claim(limit: number, now: Instant, platforms: readonly string[]): Promise<readonly Delivery[]>;
  /** Rows that were claimed and not settled, oldest first; none that another live process works on. */
  inflight(platforms: readonly string[]): Promise<readonly Delivery[]>;
  settle(key: string, settlement: Settlement, now: Instant): Promise<void>;
  /** Nothing goes to the channel until then; null: parked. True when it was not parked before. */
  holdChannel(channel: string, until: Instant | null, reason: string): Promise<boolean>;
};

/** What the loop reaches the world through. */
export type DeliveryPorts = {
  readonly outbox: Outbox;
  readonly transports: readonly Transport[];
  now(): Instant;
  /** Milliseconds of a clock that is never set, such as performance.now(). */
  elapsedMs(): number;
  readonly pause: Pause;
  readonly log: Log;
  /** After a try was noted in the ledger; what it throws is only logged. */
  onSettled(delivery: Delivery, settlement: Settlement): Promise<void> | void;
  /** A channel was parked that was not parked before: the admins are to be told. */
  onParked(delivery: Delivery, reason: string): Promise<void> | void;
  /** Default SETTLE_AFTER_MS. */
  readonly settleAfterMs?: number;
};

/** Brings what stands in the outbox to its channels. */
export type DeliveryLoop = {
  /**
   * First settles what earlier tries or processes left open, then sends all that is due; resolves when
   * that is done, with how many deliveries were settled for good. May be called while another tick runs.
   */
  tick(): Promise<number>;
  /** Takes nothing new and waits for what is under way, 5 s at most. What is left is settled after the next start. */
  stop(): Promise<void>;
};

type Route = {
  readonly transport: Transport;
  readonly pace: ReturnType<typeof createPace>;
  /** Nothing goes to the platform before, by elapsedMs. */
  heldUntilMs: number;
  underWay: number;
};

/** What one look at the outbox set going. */
type Taken = { readonly jobs: readonly Promise<boolean>[]; readonly waitMs: number | null };

/** One request per try, one try per channel at a time; the ledger knows of a try before it begins. */
export function createDeliveryLoop(ports: DeliveryPorts): DeliveryLoop {
  const loop = new Loop(ports);
  return { tick: () => loop.tick(), stop: () => loop.stop() };
}

class Loop {
  readonly #ports: DeliveryPorts;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #stopping = new AbortController();
  /** Looks at the outbox follow one another: a row that one of them claims is no leftover to the next. */
  #taking: Promise<unknown> = Promise.resolve();

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
    this.#routes = new Map(
      ports.transports.map((transport) => {
        const pace = createPace(transport.requestsPerSecondMax ?? null);
        const heldUntilMs = Number.NEGATIVE_INFINITY;
        return [transport.platform, { transport, pace, heldUntilMs, underWay: 0 }];
      }),
    );
  }

  async tick(): Promise<number> {
    const own = new Set<Promise<void>>();
    let settled = 0;
    for (;;) {
      const { jobs, waitMs } = await this.#take();
      for (const job of jobs) {
        const counted = job.then((isSettled) => {
          if (isSettled) settled += 1;
          own.delete(counted);
        });
        own.add(counted);
      }
      if (waitMs !== null) await this.#ports.pause(waitMs, this.#stopping.signal);
      else if (own.size > 0) await Promise.race(own);
      else return settled;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const done = new AbortController();
    const jobs = Promise.all(this.#running.values());
    await Promise.race([jobs, this.#ports.pause(STOP_MS_MAX, done.signal)]);
    done.abort();
  }

  #take(): Promise<Taken> {
    const taken = this.#taking.then(() => this.#look());
    this.#taking = taken;
    return taken;
  }

  /** Never throws: a ledger that fails now, such as a full disk, is asked again at the next tick. */
  async #look(): Promise<Taken> {
    const jobs: Promise<boolean>[] = [];
    let waitMs: number | null = null;
    if (this.#stopping.signal.aborted) return { jobs, waitMs };
    try {
      jobs.push(...(await this.#reconcile()));
      for (const [platform, route] of this.#openRoutes()) {
        const paced = route.pace.room(this.#ports.elapsedMs());
        const limit = Math.min(paced, UNDER_WAY_MAX - route.underWay);
        const claimed = limit > 0 ? await this.#claim(platform, limit) : [];
        jobs.push(...claimed.map((delivery) => this.#start(delivery, () => this.#send(delivery))));
        const isFull = paced < UNDER_WAY_MAX && claimed.length >= paced;
        if (isFull) waitMs = Math.max(waitMs ?? 0, route.pace.waitMs(this.#ports.elapsedMs()));
      }
    } catch (error) {
      this.#ports.log.error({ error: String(error) }, "the outbox cannot be read; trying again");
    }
    return { jobs, waitMs: waitMs === 0 ? null : waitMs };
  }

  #claim(platform: string, limit: number): Promise<readonly Delivery[]> {
    return this.#ports.outbox.claim(limit, this.#ports.now(), [platform]);
  }

  async #reconcile(): Promise<Promise<boolean>[]> {
    const platforms = this.#openRoutes().map(([platform]) => platform);
    if (platforms.length === 0) return [];
    // What runs when the ledger is asked may be settled before it has answered.
    const busy = new Set(this.#running.keys());
    const rows = await this.#ports.outbox.inflight(platforms);
    return rows.flatMap((delivery) => {
      if (busy.has(delivery.key) || this.#running.has(delivery.key)) return [];
      const job = this.#nextStep(delivery);
      return job === null ? [] : [this.#start(delivery, job)];
    });
  }

  /** What is to be done now about a delivery whose try is open; null: nothing yet. */
  #nextStep(delivery: Delivery): (() => Promise<boolean>) | null {
    const { now, elapsedMs, settleAfterMs = SETTLE_AFTER_MS } = this.#ports;
    const nowMs = elapsedMs();
    const known = this.#troubles.get(delivery.key);
    const trouble = known ?? inherited(delivery, now(), nowMs, settleAfterMs);
    if (known === undefined) this.#troubles.set(delivery.key, trouble);
    const { unsaved } = trouble;
    if (nowMs < trouble.notBeforeMs) return null;
    if (unsaved !== null) return () => this.#save(delivery, trouble, unsaved);
    const { transport, pace } = this.#routeOf(delivery);
    const { sameKeyMs } = transport;
    const step = reconcilePlan(openTry(trouble, nowMs), { sameKeyMs, settleAfterMs });
    if (step.kind === "wait") {
      this.#troubles.set(delivery.key, { ...trouble, notBeforeMs: nowMs + step.ms });
      return null;
    }
    if (pace.room(nowMs) < 1) return null;
    return step.kind === "resend"
      ? () => this.#resend(delivery, trouble)
      : () => this.#readBack(delivery, trouble);
  }

  #start(delivery: Delivery, job: () => Promise<boolean>): Promise<boolean> {
    const route = this.#routeOf(delivery);
    route.underWay += 1;
    const run = job().finally(() => {
      route.underWay -= 1;
      this.#running.delete(delivery.key);
    });
    this.#running.set(delivery.key, run);
    return run;
  }

  async #send(delivery: Delivery): Promise<boolean> {
    const startedMs = this.#ports.elapsedMs();
    // Another answer may have asked the platform's patience while this row was claimed.
    const heldMs = this.#routeOf(delivery).heldUntilMs - startedMs;
    const reason = "the platform asked to wait";
    const outcome: Outcome =
      heldMs > 0
        ? { kind: "retry", reason, afterMs: heldMs, scope: "platform" }
        : await this.#request(delivery, (bare, transport) => transport.send(bare));
    const { settlement, hold } = settlementOf(outcome, delivery.attempts, this.#ports.now());
    const endedMs = this.#ports.elapsedMs();
    const notBeforeMs = endedMs + RETRY_FIRST_MS;
    const trouble = { startedMs, endedMs, notBeforeMs, tries: 0, sameKey: true, unsaved: null };
    return this.#save(delivery, trouble, { settlement, hold, again: null });
  }

  async #resend(delivery: Delivery, trouble: Trouble): Promise<boolean> {
    const outcome = await this.#request(delivery, (bare, transport) => transport.send(bare));
    const tries = trouble.tries + 1;
    const verdict = afterResend(outcome, tries, this.#ports.now());
    const endedMs = this.#ports.elapsedMs();
    if (verdict.kind === "settle") {
      const { settlement } = verdict;
      return this.#save(delivery, trouble, { settlement, hold: null, again: null });
    }
    const { reason, hold, sameKey } = verdict;
    const settlement: Settlement = { state: "inflight", reason };
    const next = { ...trouble, endedMs, tries, sameKey, notBeforeMs: endedMs + verdict.ms };
    return this.#save(delivery, next, { settlement, hold, again: null });
  }

  async #readBack(delivery: Delivery, trouble: Trouble): Promise<boolean> {
    const searched = forSearch(delivery, this.#ports.now());
    const found = await this.#request(searched, (bare, transport) => transport.find(bare));
    const tries = trouble.tries + 1;
    const verdict = afterFound(foundOf(found), delivery, tries, this.#ports.now());
    if (verdict.kind === "settle") {
      const { settlement, again } = verdict;
      return this.#save(delivery, trouble, { settlement, hold: null, again });
    }
    const notBeforeMs = this.#ports.elapsedMs() + verdict.ms;
    const settlement: Settlement = { state: "inflight", reason: verdict.reason };
    const next = { ...trouble, tries, notBeforeMs };
    return this.#save(delivery, next, { settlement, hold: null, again: null });
  }

  /** One request. The transport sees the channel without its platform. */
  async #request<Answer>(
    delivery: Delivery,
    ask: (bare: Delivery, transport: Transport) => Promise<Answer>,
  ): Promise<Answer | Extract<Outcome, { readonly kind: "unclear" }>> {
    const { transport, pace } = this.#routeOf(delivery);
    pace.note(this.#ports.elapsedMs());
    const channel = delivery.channel.slice(transport.platform.length + 1);
    try {
      return await ask({ ...delivery, channel }, transport);
    } catch (error) {
      const { key, channel } = delivery;
      this.#ports.log.error({ key, channel, error: String(error) }, "a transport threw");
      return { kind: "unclear", reason: "the transport failed" };
    }
  }

  /** Notes what a try came to: holds first, so that nothing slips past them. True when it is settled for good. */
  async #save(delivery: Delivery, trouble: Trouble, effect: Effect): Promise<boolean> {
    const { outbox, now, elapsedMs, log } = this.#ports;
    const { key, channel } = delivery;
    const { hold, again, settlement } = effect;
    this.#troubles.set(key, { ...trouble, unsaved: null });
    try {
      if (hold !== null) await this.#hold(delivery, hold);
      if (again !== null) await outbox.enqueue(again);
      await outbox.settle(key, settlement, now());
    } catch (error) {
      const notBeforeMs = elapsedMs() + RETRY_FIRST_MS;
      this.#troubles.set(key, { ...trouble, notBeforeMs, unsaved: effect });
      log.error({ key, channel, error: String(error) }, "a try cannot be noted; trying again");
      return false;
    }
    if (settlement.state !== "inflight") this.#troubles.delete(key);
    await this.#tell(delivery, settlement);
    return settlement.state === "sent" || settlement.state === "gone";
  }

  async #hold(delivery: Delivery, { scope, until, reason }: Hold): Promise<void> {
    const { outbox, now, elapsedMs, onParked } = this.#ports;
    const route = this.#routeOf(delivery);
    if (scope === "platform" && until !== null) {
      const heldUntilMs = elapsedMs() + Date.parse(until) - Date.parse(now());
      route.heldUntilMs = Math.max(route.heldUntilMs, heldUntilMs);
    }
    const held = scope === "platform" ? `${route.transport.platform}:*` : delivery.channel;
    const isNew = await outbox.holdChannel(held, until, reason);
    if (until === null && isNew) await onParked(delivery, reason);
  }

  async #tell(delivery: Delivery, settlement: Settlement): Promise<void> {
    const { log, onSettled } = this.#ports;
    const { key, channel } = delivery;
    const { state } = settlement;
    if (state === "sent") log.debug({ key, channel }, "posted");
    else log.warn({ key, channel, state, reason: settlement.reason }, "not posted by this try");
    try {
      await onSettled(delivery, settlement);
    } catch (error) {
      log.error({ key, channel, error: String(error) }, "what follows a post failed");
    }
  }

  #openRoutes(): (readonly [string, Route])[] {
    const nowMs = this.#ports.elapsedMs();
    return [...this.#routes].filter(([, { heldUntilMs }]) => nowMs >= heldUntilMs);
  }

  #routeOf({ channel }: Delivery): Route {
    const platform = channel.slice(0, channel.indexOf(":"));
    const route = this.#routes.get(platform);
    if (route === undefined) throw new Error(`no transport for ${platform}`);
    return route;
  }
}

/** A transport that threw while reading tells nothing; it is asked again. */
function foundOf(answer: Found | Extract<Outcome, { readonly kind: "unclear" }>): Found {
  if (answer.kind !== "unclear") return answer;
  return { kind: "retry", reason: answer.reason, afterMs: null };
}
