import type { Transport } from "./delivery.ts";
import { createPace, type Pace } from "./pace.ts";
import type { Pause } from "./pause.ts";

/** Requests under way to one platform at a time. */
const UNDER_WAY_MAX = 64;

/** Deliveries that are taken although their turn has not come: enough that the next look finds the row not empty. */
const WAITING_MAX = 16;

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

  constructor(transport: Transport, ports: RoutePorts) {
    const { requestsPerSecondMax } = transport;
    this.transport = transport;
    this.#ports = ports;
    this.#pace = requestsPerSecondMax === undefined ? null : createPace(requestsPerSecondMax);
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
    const room = UNDER_WAY_MAX - this.#underWay;
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
