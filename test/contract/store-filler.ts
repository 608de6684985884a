import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { delivery, newItem, plan } from "./store-samples.ts";

// Stores items until it cannot, then says what it was told and how many were acknowledged.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: store-filler FOLDER");
const ledger = await openSqliteLedger({ folder, exclusive: true });
const text = "word ".repeat(4_000);
let stored = 0;
let said = "";
while (said === "" && stored < 10_000) {
  const items = [newItem(`n${stored}`, { item: { text } })];
  const deliveries = [delivery(`k${stored}`)];
  try {
    await ledger.ingest(plan({ feedId: `f-${stored}`, items, deliveries }));
    stored += 1;
  } catch (error) {
    said = String(error);
  }
}
const { items } = await ledger.counts();
if (items !== stored) said = `${items} items are there, but ${stored} were acknowledged`;
process.stdout.write(JSON.stringify({ said, stored }));
await ledger.close();
