import { headlineOf, outletOf } from "../feeds/item.ts";
import type { ArchivedItem, Outlet, Story } from "./story.ts";

/**
 * The story that its items tell together. The order of the items does not matter: the first is the one that was
 * seen first, among those seen at once the one with the lower guid. Throws when there is none.
 */
export function tellStory(items: readonly ArchivedItem[]): Story {
  const inOrder = [...items].sort(bySight);
  const first = inOrder[0];
  if (first === undefined) throw new Error("a story has at least one item");
  const outlets = outletsOf(inOrder);
  const times = inOrder.map((item) => item.seenAt);
  return {
    id: first.storyId,
    headline: headlineOf(first),
    url: first.url,
    outlets,
    firstReporter: outletOf(first),
    items: inOrder.length,
    languages: [...new Set(inOrder.flatMap(({ language }) => language ?? []))],
    publishedAt: first.publishedAt,
    firstSeenAt: first.seenAt,
    lastSeenAt: times.at(-1) ?? first.seenAt,
  };
}

/** Order in which items were seen; ties by guid, then by id. */
export function bySight(a: ArchivedItem, b: ArchivedItem): number {
  return compare(a.seenAt, b.seenAt) || compare(a.guid, b.guid) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** One entry an outlet, with the address of its first item that has one. */
function outletsOf(inOrder: readonly ArchivedItem[]): Outlet[] {
  const urls = new Map<string, string | null>();
  for (const item of inOrder) {
    const name = outletOf(item);
    urls.set(name, urls.get(name) ?? item.url);
  }
  return [...urls].map(([name, url]) => ({ name, url }));
}
