import type { Instant, Item } from "../feeds/item.ts";

/** Who told a story, and where. */
export type Outlet = { readonly name: string; readonly url: string | null };

/** Items about one event. */
export type Story = {
  /** `s` + 10 of [0-9a-z]; derived from its first item, never reused. */
  readonly id: string;
  /** The headline of its first item. */
  readonly headline: string;
  readonly url: string | null;
  /** In the order in which they were first seen; one entry an outlet. */
  readonly outlets: readonly Outlet[];
  /** The outlet of the item first seen (ties: guid). */
  readonly firstReporter: string;
  /** Copies included. */
  readonly items: number;
  readonly languages: readonly string[];
  /** The claim of its first item. */
  readonly publishedAt: Instant | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
};

/** An item in the archive. */
export type ArchivedItem = Item & {
  /** `i` + 12 of [0-9a-z], derived from feed and guid. */
  readonly id: string;
  readonly feedId: string;
  readonly seenAt: Instant;
  /** When Sitrep stored a changed version of it; null when it never changed. */
  readonly editedAt: Instant | null;
  /** Belongs to its feed's first poll: in no alert and in no scheduled digest. */
  readonly baseline: boolean;
  readonly storyId: string;
  /** Id of the item that it copies word for word, or nearly. */
  readonly duplicateOf: string | null;
};

/** What grouping looks at. `id` is unique among all items. */
export type StoryItem = {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
  readonly language: string | null;
  /** publishedAt if within 30 days before seenAt, else seenAt. */
  readonly at: Instant;
};

/** Where an item belongs. Decided from what was added before; changes nothing. */
export type Assignment = {
  /** Id of an existing story, or the id of the story that this item opens. */
  readonly storyId: string;
  readonly opens: boolean;
  readonly duplicateOf: string | null;
  /** Why, for `story` and `why`: one short sentence. */
  readonly because: string;
  /** Stories that this item shows to be one with its own, which goes on as `into`: the one that began first. */
  readonly merges: readonly StoryMerge[];
};

/** Two stories turned out to be one: `from` ends and its items move to `into`. */
export type StoryMerge = { readonly from: string; readonly into: string };

/** What people said about which items are one story. */
export type Regrouped = {
  /** Rises with each change. */
  readonly revision: number;
  /** Items that were moved, and where they are now. */
  readonly items: readonly { readonly item: StoryItem; readonly storyId: string }[];
  /** Stories that are two, however alike; all that hold. */
  readonly apart: readonly (readonly [string, string])[];
};

/** Days back in which an item may still join a story by likeness; older ones are found by fingerprint only. */
export const STORY_WINDOW_DAYS = 14;
