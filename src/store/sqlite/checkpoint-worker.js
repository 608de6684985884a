import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

// The entry of a thread of its own: see startCheckpointer. Plain JavaScript, because a thread that reads TypeScript
// loads the type stripper once more: 18 MB.
const db = new DatabaseSync(String(workerData));

/** What is written meanwhile is left by the first round; once nothing is, the log begins anew. */
const ROUNDS_MAX = 3;

parentPort?.on("message", () => {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { log, checkpointed } = db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get() ?? {};
    if (log === checkpointed) return;
  }
});
