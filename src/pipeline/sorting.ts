import {
  type ItemIdentity,
  identityOf,
  type KnownIdentity,
  type SortedItems,
  sortingOut,
} from "../feeds/identity.ts";
import type { Item } from "../feeds/item.ts";
import { createStretch, mapInSlices, stepInSlices } from "../slices.ts";
import type { Ledger } from "../store/ledger.ts";

/** What of a feed's items the ledger does not know, or not so. What they are known by is a hash of all their text. */
export async function sortedBy(
  ledger: Pick<Ledger, "known">,
  feedId: string,
  items: readonly Item[],
): Promise<SortedItems> {
  const identified = await mapInSlices(items, (item) => [item, identityOf(item)] as const);
  const identities = new Map(identified);
  const asked = [...identities.values()];
  const known: KnownIdentity[] = [];
  const stretch = createStretch();
  for (let begin = 0; begin < asked.length; begin += ASKED_MAX) {
    known.push(...(await ledger.known(feedId, asked.slice(begin, begin + ASKED_MAX))));
    await stretch.rest();
  }
  const identify = (item: Item): ItemIdentity => identities.get(item) ?? identityOf(item);
  return stepInSlices(sortingOut(feedId, items, known, identify));
}

/** Asked of the ledger at a time: a few milliseconds. */
const ASKED_MAX = 500;
