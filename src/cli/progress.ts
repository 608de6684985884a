/** Shows how far something long is: a bar on a terminal, a line a step otherwise. Silent for the first second. */
export type Progress = {
  step(done: number, total: number): void;
  end(): void;
};

const SILENT_MS = 1_000;
/** Between two lines where there is no terminal, so that a log stays short. */
const LINE_EVERY_MS = 2_000;
const BAR_CHARS = 24;

/** A progress display on stderr. `what` says what is counted: "feeds". */
export function createProgress(what: string, now: () => number): Progress {
  const startedMs = now();
  const isTerminal = process.stderr.isTTY === true;
  let shownMs = startedMs + SILENT_MS - LINE_EVERY_MS;
  let drawn = false;
  return {
    step(done, total) {
      const atMs = now();
      if (atMs - startedMs < SILENT_MS) return;
      if (isTerminal) {
        const filled = total === 0 ? BAR_CHARS : Math.round((done / total) * BAR_CHARS);
        const bar = "#".repeat(filled) + ".".repeat(BAR_CHARS - filled);
        process.stderr.write(`\r${what} [${bar}] ${done} of ${total}`);
        drawn = true;
      } else if (atMs - shownMs >= LINE_EVERY_MS || done === total) {
        process.stderr.write(`${what}: ${done} of ${total}\n`);
        shownMs = atMs;
      }
    },
    end() {
      if (drawn) process.stderr.write("\n");
    },
  };
}
