import { identityOf, type SortedItems, sortOut } from "../feeds/identity.ts";
import type { Item } from "../feeds/item.ts";
import type { Ledger } from "../store/ledger.ts";
import { mapInSlices } from "./slices.ts";

/** What of a feed's items the ledger does not know, or not so. What they are known by is a hash of all their text. */
export async function sortedBy(
  ledger: Pick<Ledger, "known">,
  feedId: string,
  items: readonly Item[],
): Promise<SortedItems> {
  const identified = await mapInSlices(items, (item) => [item, identityOf(item)] as const);
  const identities = new Map(identified);
  const known = await ledger.known(feedId, [...identities.values()]);
  return sortOut(feedId, items, known, (item) => identities.get(item) ?? identityOf(item));
}
