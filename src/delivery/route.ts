import type { Transport } from "./delivery.ts";
import { createPace, type Pace } from "./pace.ts";
import type { Pause } from "./pause.ts";

/** Deliveries that are taken and not ended, beside those that wait for their turn. */
const UNDER_WAY_MAX = 64;

/**
 * Deliveries that are taken although their turn has not come: a second of them, so that a slow disk does not empty the
 * row. All of them are in doubt when the process is killed.
 */
const WAITING_MAX = 50;

/** Of so many places it is looked which ones have rested long enough to be forgotten. */
const PLACES_KEPT = 1_000;

/** What a route reaches the world through. */
export type RoutePorts = {
  elapsedMs(): number;
  readonly pause: Pause;
  /** Ends every wait. */
  readonly signal: AbortSignal;
};

/** The way to one platform: what is under way, what it asked us to wait for, and whose turn it is. */
export class Route {
  readonly transport: Transport;
  readonly #ports: RoutePorts;
  readonly #pace: Pace | null;
  #underWay = 0;
  #waiting = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #turns: Promise<void> = Promise.resolve();
  /** When a place takes its next post, by elapsedMs. */
  readonly #nextPostMs = new Map<string, number>();
  /** The end of the last post that goes to a place or waits to. */
  readonly #postsTo = new Map<string, Promise<void>>();

  constructor(transport: Transport, ports: RoutePorts) {
    const { requestsPerSecondMax } = transport;
    this.transport = transport;
    this.#ports = ports;
    this.#pace = requestsPerSecondMax === undefined ? null : createPace(requestsPerSecondMax);
  }

  /** A channel as its platform calls it. */
  bare(channel: string): string {
    return channel.slice(this.transport.platform.length + 1);
  }

  /** Nothing goes to the platform for so long. */
  hold(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#ports.elapsedMs() + ms);
  }

  /** Milliseconds until the platform takes something again; 0: now. */
  heldMs(): number {
    return Math.max(0, this.#heldUntilMs - this.#ports.elapsedMs());
  }

  /** How many more jobs may begin. */
  room(): number {
    const room = UNDER_WAY_MAX - (this.#underWay - this.#waiting);
    return this.#pace === null ? room : Math.min(room, WAITING_MAX - this.#waiting);
  }

  /** How many rows to take from the outbox: a look costs the same for few as for many. */
  roomToTake(): number {
    const room = this.room();
    return this.#pace === null || room >= WAITING_MAX / 2 ? room : 0;
  }

  /** Runs a job as one of those that are under way. */
  async run<Result>(job: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1;
    try {
      return await job();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Makes a post once its channel takes one, as far as that is known beforehand. */
  async inTurn<Result>(channel: string, post: () => Promise<Result>): Promise<Result> {
    const apart = this.transport.postsApart;
    if (apart === undefined) return await post();
    const place = apart.placeOf(channel);
    const before = this.#postsTo.get(place);
    const { promise: done, resolve: end } = Promise.withResolvers<void>();
    this.#postsTo.set(place, done);
    await before;
    await this.#waitFor(place);
    try {
      return await post();
    } finally {
      // It may have been under way for long, and only its answer tells that it has arrived.
      this.#restPlace(place, apart.ms);
      if (this.#postsTo.get(place) === done) this.#postsTo.delete(place);
      end();
    }
  }

  async #waitFor(place: string): Promise<void> {
    const { elapsedMs, pause, signal } = this.#ports;
    const untilMs = this.#nextPostMs.get(place) ?? 0;
    for (;;) {
      const waitMs = untilMs - elapsedMs();
      if (waitMs <= 0 || signal.aborted) return;
      await pause(waitMs, signal);
    }
  }

  #restPlace(place: string, ms: number): void {
    const nowMs = this.#ports.elapsedMs();
    this.#nextPostMs.set(place, nowMs + ms);
    if (this.#nextPostMs.size < PLACES_KEPT) return;
    for (const [known, atMs] of this.#nextPostMs) if (atMs <= nowMs) this.#nextPostMs.delete(known);
  }

  /**
   * Makes a request when its turn comes. Null: it did not leave, because the waiting was ended or the platform
   * asked for patience meanwhile.
   */
  async request<Answer>(ask: () => Promise<Answer>): Promise<{ readonly answer: Answer } | null> {
    const pace = this.#pace;
    if (pace === null) return this.#mayLeave() ? { answer: await ask() } : null;
    this.#waiting += 1;
    this.#turns = this.#turns.then(() => this.#wait(pace));
    await this.#turns;
    this.#waiting -= 1;
    if (!this.#mayLeave()) return null;
    const passage = pace.left(this.#ports.elapsedMs());
    try {
      return { answer: await ask() };
    } finally {
      pace.answered(passage, this.#ports.elapsedMs());
    }
  }

  #mayLeave(): boolean {
    return !this.#ports.signal.aborted && this.heldMs() === 0;
  }

  async #wait(pace: Pace): Promise<void> {
    const { elapsedMs, pause, signal } = this.#ports;
    while (this.#mayLeave()) {
      const waitMs = pace.waitMs(elapsedMs());
      if (waitMs <= 0) return;
      await pause(waitMs, signal);
    }
  }
}
