/** What a flusher works with. */
export type FlushPorts = {
  /** Resolves when all that was written by now is on the disk. */
  sync(): Promise<void>;
  /** Writes all of it once more, elsewhere, and waits for the disk; throws when that fails. */
  rewrite(): void;
};

/**
 * Waits for the disk without holding this thread meanwhile. Who asks while a wait is under way shares the next one: the
 * one that runs may have begun before what they wrote.
 */
export class Flusher {
  readonly #ports: FlushPorts;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  /**
   * After a wait that failed the system may have dropped what it was to write, and say nothing of it the next time
   * (https://wiki.postgresql.org/wiki/Fsync_Errors, 2026-11-22). So waiting again would prove nothing.
   */
  #isInDoubt = false;

  constructor(ports: FlushPorts) {
    this.#ports = ports;
  }

  /** Whether something that was written before may not be on the disk although nobody waits for it any more. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** Resolves when all that was written before this call is on the disk. */
  flush(): Promise<void> {
    if (this.#next !== null) return this.#next;
    if (this.#running === null) return this.#begin();
    this.#next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.#begin();
      });
    return this.#next;
  }

  /** Resolves when no wait is under way, whatever came of it. */
  async ended(): Promise<void> {
    await (this.#next ?? this.#running)?.catch(() => undefined);
  }

  #begin(): Promise<void> {
    const run = this.#sync().finally(() => {
      if (this.#running === run) this.#running = null;
    });
    this.#running = run;
    return run;
  }

  async #sync(): Promise<void> {
    if (!this.#isInDoubt) {
      try {
        await this.#ports.sync();
        return;
      } catch {
        this.#isInDoubt = true;
      }
    }
    this.#ports.rewrite();
    await this.#ports.sync();
    this.#isInDoubt = false;
  }
}
