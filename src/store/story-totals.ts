import { headlineOf, type Instant, type Item, outletOf } from "../feeds/item.ts";
import type { Story } from "../stories/story.ts";

/** An outlet and when it first told the story. */
type OutletSeen = {
  readonly name: string;
  readonly url: string | null;
  readonly seenAt: Instant;
  readonly guid: string;
};

/** What a story's items add up to. Two totals can be joined in any order with one result. */
export type StoryTotals = {
  readonly headline: string;
  readonly url: string | null;
  readonly publishedAt: Instant | null;
  /** With firstGuid: the place of the item first seen. */
  readonly firstSeenAt: Instant;
  readonly firstGuid: string;
  readonly lastSeenAt: Instant;
  readonly items: number;
  readonly languages: readonly string[];
  /** In the order in which they were first seen. */
  readonly outlets: readonly OutletSeen[];
};

/** The totals of a story with this one item. */
export function totalsOfItem(item: Item, language: string | null, seenAt: Instant): StoryTotals {
  return {
    headline: headlineOf(item),
    url: item.url,
    publishedAt: item.publishedAt,
    firstSeenAt: seenAt,
    firstGuid: item.guid,
    lastSeenAt: seenAt,
    items: 1,
    languages: language === null ? [] : [language],
    outlets: [{ name: outletOf(item), url: item.url, seenAt, guid: item.guid }],
  };
}

/** The totals of all items of both. */
export function joinTotals(one: StoryTotals, other: StoryTotals): StoryTotals {
  const [first, second] = isBefore(firstOf(one), firstOf(other)) ? [one, other] : [other, one];
  return {
    headline: first.headline,
    url: first.url,
    publishedAt: first.publishedAt,
    firstSeenAt: first.firstSeenAt,
    firstGuid: first.firstGuid,
    lastSeenAt: later(one.lastSeenAt, other.lastSeenAt),
    items: one.items + other.items,
    languages: [...new Set([...first.languages, ...second.languages])],
    outlets: joinOutlets(one.outlets, other.outlets),
  };
}

/** The story as the other rooms know it. */
export function storyOfTotals(id: string, totals: StoryTotals): Story {
  return {
    id,
    headline: totals.headline,
    url: totals.url,
    outlets: totals.outlets.map(({ name, url }) => ({ name, url })),
    firstReporter: totals.outlets[0]?.name ?? "unknown",
    items: totals.items,
    languages: totals.languages,
    publishedAt: totals.publishedAt,
    firstSeenAt: totals.firstSeenAt,
    lastSeenAt: totals.lastSeenAt,
  };
}

function joinOutlets(
  some: readonly OutletSeen[],
  others: readonly OutletSeen[],
): readonly OutletSeen[] {
  const earliest = new Map<string, OutletSeen>();
  for (const outlet of [...some, ...others]) {
    const known = earliest.get(outlet.name);
    if (known === undefined || isBefore(outlet, known)) earliest.set(outlet.name, outlet);
  }
  return [...earliest.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

type Sight = { readonly seenAt: Instant; readonly guid: string };

const firstOf = (totals: StoryTotals): Sight => ({
  seenAt: totals.firstSeenAt,
  guid: totals.firstGuid,
});

/** Seen earlier; ties: by guid. */
function isBefore(one: Sight, other: Sight): boolean {
  return one.seenAt === other.seenAt ? one.guid < other.guid : one.seenAt < other.seenAt;
}

// Instants sort as text; Math.max would make numbers of them.
function later(one: Instant, other: Instant): Instant {
  return [one, other].sort().at(-1) ?? one;
}
