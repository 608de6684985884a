import { setImmediate } from "node:timers/promises";

/** Lets work begin in turns, so that what must be answered at once always gets a word in. */
export type Turns = {
  /** Null: too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T | null>;
};

/** More of them than these at a time only make each slower. */
const RUNNING_MAX = 4;

/** At the pace of a slow command these are answered within some minutes, as long as an answer is taken. */
const WAITING_MAX = 1_000;

/** A database that answers without waiting lets nothing else run between two commands: each turn begins after the others had theirs. */
export function createTurns(waitingMax = WAITING_MAX): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  let lastBegun: Promise<unknown> = Promise.resolve();
  /** One a round of the event loop: between two of them everything that came in is heard. */
  const begin = (): Promise<unknown> => {
    lastBegun = lastBegun.then(() => setImmediate());
    return lastBegun;
  };
  return {
    async run(work) {
      if (running >= RUNNING_MAX) {
        if (waiting.length >= waitingMax) return null;
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      } else running += 1;
      try {
        await begin();
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}

/** What somebody is told whose command found too many before it. */
export const TOO_BUSY = "Sitrep has too much to answer just now. Try again in a minute.";
