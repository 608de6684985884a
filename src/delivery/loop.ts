import type { Instant } from "../feeds/item.ts";
import type { Delivery, Found, Outcome, Settlement, Transport } from "./delivery.ts";
import { createEdits, type Edits } from "./edits.ts";
import type { DeliveryPorts } from "./ports.ts";
import { Route } from "./route.ts";
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
import { threadDeliveries } from "./threads.ts";
import { type Effect, inherited, openTry, type Trouble } from "./trouble.ts";

/** A clock that stands further behind what it showed before was set back. */
const CLOCK_STEP_MS = 1_000;

/** How long a stop waits for requests that are under way. */
const STOP_MS_MAX = 3_000;

/** Brings what stands in the outbox to its channels. */
export type DeliveryLoop = {
  /**
   * First settles what earlier tries or processes left open, then sends all that is due; resolves when
   * that is done, with how many deliveries were settled for good. May be called while another tick runs.
   */
  tick(): Promise<number>;
  /** Takes nothing new and waits for what is under way, 3 s at most. What is left is settled after the next start. */
  stop(): Promise<void>;
};

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
  readonly #edits: Edits | null;
  /** By how much the clock on the wall was ahead of elapsedMs at the last look; null before the first. */
  #aheadMs: number | null = null;
  /** Looks at the outbox follow one another: a row that one of them claims is no leftover to the next. */
  #taking: Promise<unknown> = Promise.resolve();

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
    const { elapsedMs, pause } = ports;
    const routePorts = { elapsedMs, pause, signal: this.#stopping.signal };
    this.#routes = new Map(
      ports.transports.map((transport) => [transport.platform, new Route(transport, routePorts)]),
    );
    this.#edits = ports.edits === undefined ? null : createEdits(ports, ports.edits);
  }

  async tick(): Promise<number> {
    const own = new Set<Promise<void>>();
    let settled = 0;
    for (;;) {
      for (const job of await this.#take()) {
        const counted = job.then((isSettled) => {
          if (isSettled) settled += 1;
          own.delete(counted);
        });
        own.add(counted);
      }
      if (own.size === 0) return settled;
      await Promise.race(own);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const done = new AbortController();
    const jobs = Promise.all(this.#running.values());
    await Promise.race([jobs, this.#ports.pause(STOP_MS_MAX, done.signal)]);
    done.abort();
  }

  #take(): Promise<Promise<boolean>[]> {
    const taken = this.#taking.then(() => this.#look());
    this.#taking = taken;
    return taken;
  }

  /** Never throws: a ledger that fails now, such as a full disk, is asked again at the next tick. */
  async #look(): Promise<Promise<boolean>[]> {
    const jobs: Promise<boolean>[] = [];
    if (this.#stopping.signal.aborted) return jobs;
    try {
      await this.#mendClock();
      jobs.push(...(await this.#reconcile()));
      for (const [platform, route] of this.#openRoutes()) {
        const limit = route.roomToTake();
        const claimed =
          limit > 0 ? await this.#ports.outbox.claim(limit, this.#ports.now(), [platform]) : [];
        jobs.push(...claimed.map((delivery) => this.#start(delivery, () => this.#send(delivery))));
      }
      if (this.#edits !== null) {
        const open = this.#openRoutes().map(([, route]) => route);
        jobs.push(...(await this.#edits.take(open)));
      }
    } catch (error) {
      this.#ports.log.error({ error: String(error) }, "the outbox cannot be read; trying again");
    }
    return jobs;
  }

  /** At the start, and whenever the clock on the wall was set back. */
  async #mendClock(): Promise<void> {
    const { now, elapsedMs, outbox } = this.#ports;
    const aheadMs = Date.parse(now()) - elapsedMs();
    const isSetBack = this.#aheadMs === null || aheadMs < this.#aheadMs - CLOCK_STEP_MS;
    if (isSetBack) await outbox.mendClock(now());
    this.#aheadMs = aheadMs;
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
    const trouble = known ?? inherited(delivery, now(), nowMs);
    if (known === undefined) this.#troubles.set(delivery.key, trouble);
    const { unsaved } = trouble;
    if (nowMs < trouble.notBeforeMs) return null;
    if (unsaved !== null) return () => this.#save(delivery, trouble, unsaved);
    const route = this.#routeOf(delivery);
    const { sameKeyMs } = route.transport;
    const step = reconcilePlan(openTry(trouble, nowMs), { sameKeyMs, settleAfterMs });
    if (step.kind === "wait") {
      this.#troubles.set(delivery.key, { ...trouble, notBeforeMs: nowMs + step.ms });
      return null;
    }
    if (route.room() < 1) return null;
    return step.kind === "resend"
      ? () => this.#resend(delivery, trouble)
      : () => this.#readBack(delivery, trouble);
  }

  #start(delivery: Delivery, job: () => Promise<boolean>): Promise<boolean> {
    const run = this.#routeOf(delivery)
      .run(job)
      .finally(() => this.#running.delete(delivery.key));
    this.#running.set(delivery.key, run);
    return run;
  }

  async #send(delivery: Delivery): Promise<boolean> {
    const route = this.#routeOf(delivery);
    const quietUntil = (await this.#ports.quietUntil?.(delivery)) ?? null;
    if (quietUntil !== null) return this.#putOff(delivery, quietUntil);
    let startedMs = this.#ports.elapsedMs();
    const answer = await this.#post(delivery, () => {
      startedMs = this.#ports.elapsedMs();
    });
    const outcome = answer ?? notYet(route.heldMs());
    const { settlement, hold } = settlementOf(outcome, delivery.attempts, this.#ports.now());
    const endedMs = this.#ports.elapsedMs();
    const notBeforeMs = endedMs + RETRY_FIRST_MS;
    const trouble = { startedMs, endedMs, notBeforeMs, tries: 0, sameKey: true, unsaved: null };
    return this.#save(delivery, trouble, { settlement, hold, again: null });
  }

  /** Nothing left: it was due, or due again, in hours in which nothing is to be sent. */
  #putOff(delivery: Delivery, dueAt: Instant): Promise<boolean> {
    const nowMs = this.#ports.elapsedMs();
    const times = { startedMs: nowMs, endedMs: nowMs, notBeforeMs: nowMs };
    const trouble = { ...times, tries: 0, sameKey: true, unsaved: null };
    const settlement: Settlement = { state: "retry", dueAt, reason: "quiet hours" };
    return this.#save(delivery, trouble, { settlement, hold: null, again: null });
  }

  async #resend(delivery: Delivery, trouble: Trouble): Promise<boolean> {
    const outcome = await this.#post(delivery, () => undefined);
    if (outcome === null) return false;
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
    if (found === null) return false;
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

  /** One request that posts; null: it did not leave. */
  #post(delivery: Delivery, leaves: () => void): Promise<Outcome | null> {
    const route = this.#routeOf(delivery);
    return route.inTurn(route.bare(delivery.channel), () =>
      this.#request(delivery, (bare, transport) => {
        leaves();
        return transport.send(bare);
      }),
    );
  }

  /** One request; null: it did not leave. The transport sees the channel without its platform. */
  async #request<Answer>(
    delivery: Delivery,
    ask: (bare: Delivery, transport: Transport) => Promise<Answer>,
  ): Promise<Answer | Extract<Outcome, { readonly kind: "unclear" }> | null> {
    const route = this.#routeOf(delivery);
    const channel = route.bare(delivery.channel);
    try {
      const done = await route.request(() => ask({ ...delivery, channel }, route.transport));
      return done === null ? null : done.answer;
    } catch (error) {
      const { key, channel } = delivery;
      this.#ports.log.error({ key, channel, error: String(error) }, "a transport threw");
      return { kind: "unclear", reason: "the transport failed" };
    }
  }

  /**
   * Notes what a try came to: first what follows from it, so that nothing slips past a hold and a crash before the
   * end only means noting it once more. True when it is settled for good.
   */
  async #save(delivery: Delivery, trouble: Trouble, effect: Effect): Promise<boolean> {
    const { outbox, now, elapsedMs, log } = this.#ports;
    const { key, channel } = delivery;
    const { hold, again, settlement } = effect;
    this.#troubles.set(key, { ...trouble, unsaved: null });
    try {
      if (hold !== null) await this.#hold(delivery, hold);
      if (again !== null) await outbox.enqueue(again);
      for (const next of this.#threadOf(delivery, settlement)) await outbox.enqueue(next);
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

  /** What is to follow in the thread under a post that stands. */
  #threadOf(delivery: Delivery, settlement: Settlement): readonly Delivery[] {
    if (settlement.state !== "sent" || settlement.messageId === null) return [];
    const route = this.#routeOf(delivery);
    const { transport } = route;
    const channel = route.bare(delivery.channel);
    const thread = transport.threadUnder?.(channel, settlement.messageId) ?? null;
    if (thread === null) return [];
    return threadDeliveries(delivery, `${transport.platform}:${thread}`, this.#ports.now());
  }

  async #hold(delivery: Delivery, { scope, until, reason }: Hold): Promise<void> {
    const { outbox, now, onParked } = this.#ports;
    const route = this.#routeOf(delivery);
    if (scope === "platform" && until !== null) {
      route.hold(Date.parse(until) - Date.parse(now()));
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
    return [...this.#routes].filter(([, route]) => route.heldMs() === 0);
  }

  #routeOf({ channel }: Delivery): Route {
    const platform = channel.slice(0, channel.indexOf(":"));
    const route = this.#routes.get(platform);
    if (route === undefined) throw new Error(`no transport for ${platform}`);
    return route;
  }
}

/** Nothing left, so it can be tried again as soon as the platform, or the next start, allows. */
function notYet(heldMs: number): Outcome {
  const reason = heldMs > 0 ? "the platform asked to wait" : "Sitrep was stopped";
  return { kind: "retry", reason, afterMs: heldMs, scope: "platform" };
}

/** A transport that threw while reading tells nothing; it is asked again. */
function foundOf(answer: Found | Extract<Outcome, { readonly kind: "unclear" }>): Found {
  if (answer.kind !== "unclear") return answer;
  return { kind: "retry", reason: answer.reason, afterMs: null };
}
