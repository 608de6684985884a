/** Lets so many tasks run at a time; ones that turn out to be slow make room for others. */
export type Lane = { run<T>(task: () => Promise<T>): Promise<T> };

export type LaneOptions = {
  readonly tasksMax: number;
  /** A task that runs for longer gives its place to the next and goes on besides. */
  readonly patienceMs: number;
  /** So many slow tasks may go on besides, over all lanes that share this; then they keep their places. */
  readonly besides: { free: number };
};

/** Waiting tasks begin in the order in which they came. */
export function createLane({ tasksMax, patienceMs, besides }: LaneOptions): Lane {
  const waiting: (() => void)[] = [];
  let free = tasksMax;
  const leave = (): void => {
    // Who leaves hands the place over, so the count stays.
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async run(task) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let isBesides = false;
      const timer = setTimeout(() => {
        if (besides.free === 0) return;
        besides.free -= 1;
        isBesides = true;
        leave();
      }, patienceMs);
      try {
        return await task();
      } finally {
        clearTimeout(timer);
        if (isBesides) besides.free += 1;
        else leave();
      }
    },
  };
}

/** Lets only so many large documents be in memory at a time. */
export type LargeGate = {
  /**
   * Resolves with what gives the place back. While others wait, one that has not come whole within its time is made to
   * give up. Null: too many wait already, so this one has to come back later.
   */
  enter(giveUp: () => void): Promise<LargePlace | null>;
};

export type LargePlace = {
  /** It has come whole: it can no longer be made to give up. */
  settle(): void;
  leave(): void;
};

type Holder = { readonly sinceMs: number; readonly giveUp: () => void };

/** Each that waits holds the beginning of its document. */
const WAITING_MAX = 16;

export function createLargeGate(places: number, patienceMs: number): LargeGate {
  const coming = new Set<Holder>();
  const waiting: (() => void)[] = [];
  let free = places;
  let isWatching = false;
  const look = (): void => {
    isWatching = false;
    if (waiting.length === 0) return;
    const now = performance.now();
    for (const holder of coming) {
      if (now - holder.sinceMs < patienceMs) continue;
      coming.delete(holder);
      holder.giveUp();
    }
    watch();
  };
  const watch = (): void => {
    if (isWatching) return;
    isWatching = true;
    setTimeout(look, patienceMs / 4).unref();
  };
  return {
    async enter(giveUp) {
      if (free > 0) free -= 1;
      else if (waiting.length >= WAITING_MAX) return null;
      else {
        watch();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      const holder = { sinceMs: performance.now(), giveUp };
      coming.add(holder);
      let isHeld = true;
      return {
        settle: () => void coming.delete(holder),
        leave: () => {
          coming.delete(holder);
          if (!isHeld) return;
          isHeld = false;
          const next = waiting.shift();
          if (next === undefined) free += 1;
          else next();
        },
      };
    },
  };
}

/** Counts what is under way. */
export type Room = {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves once it is less than so many. */
  below(): Promise<void>;
};

export function createRoom(tasksMax: number): Room {
  let waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(task) {
      running += 1;
      try {
        return await task();
      } finally {
        running -= 1;
        if (running < tasksMax) {
          const woken = waiting;
          waiting = [];
          for (const resolve of woken) resolve();
        }
      }
    },
    async below() {
      while (running >= tasksMax) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
