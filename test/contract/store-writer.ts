import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { delivery } from "./store-samples.ts";

// Enqueues rows until it is killed; a key is printed only once the ledger has acknowledged it.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: store-writer FOLDER");
const ledger = await openSqliteLedger({ folder, exclusive: true });
for (let n = 0; ; n += 1) {
  const key = `${process.pid}-${n}`;
  await ledger.enqueue(delivery(key, { storyIds: ["s-kept"] }));
  process.stdout.write(`${key}\n`);
}
