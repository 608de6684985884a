import type { Digest, TopicStory } from "../digests/digest.ts";
import type { Subscription, SubscriptionState } from "../digests/subscription.ts";
import type { Feed, FeedState } from "../feeds/feed.ts";
import type { Instant } from "../feeds/item.ts";
import type { FeedTrial, FoundFeed } from "../feeds/reader.ts";
import type { ArchivedItem, Story } from "../stories/story.ts";
import type { Match, Reason } from "../topics/topic.ts";
import type { Reply } from "./reply.ts";

/** A story with all that is told about it. */
export type StoryDetail = {
  readonly story: Story;
  /** In the order in which they were seen. */
  readonly items: readonly ArchivedItem[];
  /** Best match of its items, one a topic. */
  readonly matches: readonly Match[];
  /** Headlines that items had before they were edited, oldest first; absent when none is kept. */
  readonly pastHeadlines?: readonly {
    readonly itemId: string;
    readonly title: string;
    /** When the changed version was stored. */
    readonly until: Instant;
  }[];
};

/** Which stories to read. */
export type StoryQuery = {
  readonly topicId: string;
  /** Seen after it (exclusive). */
  readonly since: Instant;
  /** Seen until then (inclusive). */
  readonly until: Instant;
  readonly minScore: number;
  readonly language: string | null;
  /** Whether items of a feed's first poll count: yes in answers, no in scheduled digests. */
  readonly baseline: boolean;
  readonly limit: number;
};

/** One find in the archive. */
export type SearchHit = {
  readonly item: ArchivedItem;
  readonly topics: readonly string[];
  /** A passage around what was found, in the text's own words. */
  readonly snippet: string;
};

export type SearchFilter = {
  readonly topicId: string | null;
  readonly source: string | null;
  readonly since: Instant | null;
  readonly limit: number;
};

/** What happened to one delivery, for `why` and `status`. */
export type DeliveryTrace = {
  readonly key: string;
  readonly channel: string;
  readonly kind: "digest" | "alert" | "notice";
  readonly state: "pending" | "inflight" | "sent" | "retry" | "gone";
  readonly storyIds: readonly string[];
  /** Null for a notice; absent where it is not kept. */
  readonly subscriptionId?: string | null;
  readonly createdAt: Instant;
  readonly dueAt: Instant;
  readonly settledAt: Instant | null;
  readonly reason: string | null;
};

/** How an outlet stands in a topic. */
export type SourceCount = {
  readonly outlet: string;
  readonly items: number;
  readonly lastSeenAt: Instant;
};

export type TopicCount = {
  readonly topicId: string;
  readonly stories: number;
  readonly items: number;
};

/** Sums for `status` and the metrics. */
export type LedgerCounts = {
  readonly items: number;
  readonly stories: number;
  readonly pending: number;
  readonly inflight: number;
  readonly sent: number;
  readonly gone: number;
  readonly ambiguous: number;
  readonly oldestPendingAt: Instant | null;
};

/** The archive and the ledger as commands see them. */
export type Archive = {
  topicStories(query: StoryQuery): Promise<readonly TopicStory[]>;
  topicCounts(since: Instant): Promise<readonly TopicCount[]>;
  /** Follows merges; null when there is no such story. */
  story(storyId: string): Promise<StoryDetail | null>;
  /** By address of an item, canonical or as published. */
  itemByUrl(url: string): Promise<ArchivedItem | null>;
  item(itemId: string): Promise<ArchivedItem | null>;
  matchesOf(itemId: string): Promise<readonly Match[]>;
  sourceCounts(topicId: string, since: Instant): Promise<readonly SourceCount[]>;
  /** Pages through the archive by time of sight, oldest first; `after` is the last item's id of the page before. */
  itemsSince(since: Instant, after: string | null, limit: number): Promise<readonly ArchivedItem[]>;
  feeds(): Promise<readonly (Feed & { readonly state: FeedState | null })[]>;
  addFeed(feed: Feed): Promise<void>;
  /** False when there is none, or when it is declared in a file. */
  removeFeed(feedId: string): Promise<boolean>;
  subscriptions(
    tenant: string | null,
  ): Promise<readonly { readonly subscription: Subscription; readonly state: SubscriptionState }[]>;
  saveSubscription(subscription: Subscription, state: SubscriptionState): Promise<void>;
  removeSubscription(subscriptionId: string): Promise<boolean>;
  deliveriesOfStory(storyId: string, tenant: string): Promise<readonly DeliveryTrace[]>;
  /** The story that a posted message tells; by the platform's message id within the tenant. */
  storyOfMessage(messageId: string, tenant: string): Promise<string | null>;
  counts(): Promise<LedgerCounts>;
};

/** The archive's search, in the query language. */
export type Search = {
  /** A faulty query gives `fault`, which says where and how to mend it. */
  search(
    query: string,
    filter: SearchFilter,
  ): Promise<{ readonly hits: readonly SearchHit[]; readonly fault: string | null }>;
};

/** The topics as they are now. */
export type Topics = {
  list(): readonly {
    readonly id: string;
    readonly name: string;
    readonly about: string;
    readonly threshold: number;
    readonly query: string;
  }[];
  /** Scores one document for one topic; null when there is no such topic. */
  explain(
    topicId: string,
    document: {
      readonly title: string;
      readonly text: string;
      readonly source: string | null;
      readonly language: string | null;
    },
  ): {
    readonly score: number;
    readonly threshold: number;
    readonly reasons: readonly Reason[];
  } | null;
};

/** Feeds on the network. */
export type FeedReader = {
  /** One try, nothing stored. Refused addresses come back as a problem. */
  test(url: string): Promise<FeedTrial>;
  /** The feeds behind a page's address, or the address itself when it is a feed. */
  discover(url: string): Promise<readonly FoundFeed[]>;
};

/** Digests on demand. */
export type Digests = {
  /** What a digest would say now; sends nothing. */
  preview(topicId: string, since: Instant): Promise<Digest>;
  /** Plans the current period's digest of a subscription at once; "already" when this period is told. */
  sendNow(subscriptionId: string): Promise<"planned" | "already" | "empty">;
};

/** Posts that a command makes itself. */
export type Posts = {
  /** Puts a notice into a channel's queue; it is sent like every other post. */
  notice(tenant: string, channel: string, reply: Reply): Promise<void>;
};

/** One thing that was looked at, such as a permission or the clock. */
export type Finding = {
  readonly what: string;
  readonly ok: boolean;
  /** What was found and, when it is wrong, what to do. */
  readonly text: string;
};

/** The installation's own check of itself. */
export type Doctor = { examine(): Promise<readonly Finding[]> };

/** All that commands reach of the world. */
export type CommandPorts = {
  readonly archive: Archive;
  readonly search: Search;
  readonly topics: Topics;
  readonly reader: FeedReader;
  readonly digests: Digests;
  readonly posts: Posts;
  readonly doctor: Doctor;
  now(): Instant;
  /** At least 6 of [0-9a-z], random. */
  newId(): string;
  /** Base of links to the page, without a slash at its end; null: no such links. */
  readonly publicUrl: string | null;
  /** IANA name; the default of every subscription, and the zone of times in answers. */
  readonly timezone: string;
  /** Shortest interval between two polls of an added feed. */
  readonly pollEveryMs: number;
};
