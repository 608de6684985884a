import { Worker } from "node:worker_threads";
import type { Connection } from "./connection.ts";

/** Copies what was written from the log into the database, in a thread of its own: that waits for the disk. */
export type Checkpointer = { close(): Promise<void> };

const LOOK_EVERY_MS = 2_000;
/** Fewer are left in the log: that costs nothing, while each beginning of a new log waits for the disk once. */
const WRITES_MIN = 250;
/** The thread ends when nothing was to do for so long, to give its memory back. */
const IDLE_MS_MAX = 60_000;
/** Pages in the log from which on a commit does it after all, should the thread not get there. */
const PAGES_MAX = 30_000;

/** From now on commits of this connection leave it to the thread. */
export function startCheckpointer(db: Connection, lookEveryMs = LOOK_EVERY_MS): Checkpointer {
  db.exec(`PRAGMA wal_autocheckpoint = ${PAGES_MAX}`);
  let worker: Worker | null = null;
  let doneWrites = db.writes;
  let lastAtMs = 0;
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const timer = setInterval(() => {
    const now = performance.now();
    if (db.writes - doneWrites >= WRITES_MIN) {
      doneWrites = db.writes;
      lastAtMs = now;
      worker ??= startWorker(db.file, () => {
        worker = null;
      });
      worker.postMessage(null);
    } else if (worker !== null && now - lastAtMs > IDLE_MS_MAX) void end();
  }, lookEveryMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await end();
    },
  };
}

function startWorker(file: string, onEnded: () => void): Worker {
  const worker = new Worker(new URL("./checkpoint-worker.js", import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  worker.unref();
  // Trouble with the disk shows at the next commit, which can say what to do.
  worker.on("error", onEnded);
  return worker;
}
