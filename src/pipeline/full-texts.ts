import type { Fetcher } from "../feeds/fetch.ts";
import { withFullText } from "../feeds/full-text.ts";
import type { Item } from "../feeds/item.ts";
import type { HostGate } from "../feeds/poller-gate.ts";
import type { WorkerPool } from "../feeds/worker-pool.ts";
import type { Ledger } from "../store/ledger.ts";
import { sortedBy } from "./sorting.ts";

/** Pages that are read for one poll; what is beyond keeps the text of the feed. */
const PAGES_MAX = 30;

export type FullTextParts = {
  readonly ledger: Pick<Ledger, "known">;
  readonly fetcher: Fetcher;
  readonly pool: Pick<WorkerPool, "article">;
  readonly gate: HostGate;
};

/** What is new or edited among these entries, by guid, with the text of the page that each links to. */
export async function readFullTexts(
  { ledger, fetcher, pool, gate }: FullTextParts,
  feedId: string,
  items: readonly Item[],
): Promise<ReadonlyMap<string, Item>> {
  const { fresh, edits } = await sortedBy(ledger, feedId, items);
  const wanted = [...fresh, ...edits].slice(0, PAGES_MAX).map(({ item }) => item);
  const read = await Promise.all(
    wanted.map((item) =>
      item.url === null
        ? item
        : gate.run(item.url, () => withFullText(item, fetcher, pool.article)),
    ),
  );
  return new Map(read.map((item) => [item.guid, item]));
}
