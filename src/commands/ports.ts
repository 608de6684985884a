import type { Digest, TopicStory } from "../digests/digest.ts";
import type { Subscription, SubscriptionState } from "../digests/subscription.ts";
import type { Feed, FeedState } from "../feeds/feed.ts";
import type { Instant } from "../feeds/item.ts";
import type { Opml } from "../feeds/opml.ts";
import type { FeedTrial, FoundFeed } from "../feeds/reader.ts";
import type { ArchivedItem, Story } from "../stories/story.ts";
import type { Match, MatchDocument, Narrowing, Reason, Topic } from "../topics/topic.ts";
import type { AuditEntry, Own, TenantSettings } from "./own.ts";
import type { Reply } from "./reply.ts";

/** A story with all that is told about it. */
export type StoryDetail = {
  readonly story: Story;
  /** In the order in which they were seen. */
  readonly items: readonly ArchivedItem[];
  /** Best match of its items, one a topic; with the item that it is of. */
  readonly matches: readonly (Match & { readonly itemId?: string })[];
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
  /** Feeds whose items are not to be seen; none when absent. */
  readonly hiddenFeeds?: readonly string[];
};

/** A story with the item that scored best. */
export type FoundStory = TopicStory & { readonly bestItemId?: string };

/** A feed with how its polls go and who added it. */
export type KnownFeed = Feed & {
  readonly state: FeedState | null;
  /** Tenants that added it; none for one that a file declares. */
  readonly owners?: readonly FeedOwner[];
};

/** A tenant that added a feed, and what it calls it. */
export type FeedOwner = {
  readonly tenant: string;
  readonly name: string | null;
  readonly tags: readonly string[];
  readonly paused: boolean;
};

/** One matched item, for charts. */
export type MatchedItem = {
  readonly itemId: string;
  readonly storyId: string;
  readonly outlet: string;
  readonly language: string | null;
  readonly seenAt: Instant;
  readonly publishedAt: Instant | null;
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

/** Which items of a time are asked for; all of them when absent. */
export type ItemsFilter = {
  readonly hidden?: readonly string[];
  /** What an item must fulfil to be worth reading. */
  readonly narrow?: Narrowing | null;
};

/** The archive and the ledger as commands see them. */
export type Archive = {
  topicStories(query: StoryQuery): Promise<readonly FoundStory[]>;
  /** Here and below `hidden`: feeds whose items do not count; none when absent. */
  topicCounts(since: Instant, hidden?: readonly string[]): Promise<readonly TopicCount[]>;
  /** Items that reached the topic's threshold, seen in (since, until], oldest first. */
  matchedItems(
    topicId: string,
    since: Instant,
    until: Instant,
    hidden?: readonly string[],
  ): Promise<readonly MatchedItem[]>;
  /** Follows merges; null when there is no such story. */
  story(storyId: string): Promise<StoryDetail | null>;
  /** By address of an item, canonical or as published. */
  itemByUrl(url: string, hidden?: readonly string[]): Promise<ArchivedItem | null>;
  item(itemId: string): Promise<ArchivedItem | null>;
  /** Those that are there, in no order. */
  items(itemIds: readonly string[]): Promise<readonly ArchivedItem[]>;
  matchesOf(itemId: string): Promise<readonly Match[]>;
  sourceCounts(
    topicId: string,
    since: Instant,
    hidden?: readonly string[],
  ): Promise<readonly SourceCount[]>;
  /** Pages through the archive by time of sight, oldest first; `after` is the last item's id of the page before. */
  itemsSince(
    since: Instant,
    after: string | null,
    limit: number,
    filter?: ItemsFilter,
  ): Promise<readonly ArchivedItem[]>;
  /** How many items were seen from `since` to `until`, both included. */
  countSince(since: Instant, until: Instant, hidden?: readonly string[]): Promise<number>;
  feeds(): Promise<readonly KnownFeed[]>;
  /** With an entry it becomes its tenant's; without one it is everybody's. */
  addFeed(feed: Feed, entry?: AuditEntry): Promise<void>;
  /**
   * False when there is none, or when it is declared in a file. With an entry its tenant gives it up, and it goes
   * with the last that had it.
   */
  removeFeed(feedId: string, entry?: AuditEntry): Promise<boolean>;
  /** It rests while all who added it let it rest. False when the tenant did not add it. */
  pauseFeed(feedId: string, paused: boolean, entry: AuditEntry): Promise<boolean>;
  subscriptions(
    tenant: string | null,
  ): Promise<readonly { readonly subscription: Subscription; readonly state: SubscriptionState }[]>;
  saveSubscription(
    subscription: Subscription,
    state: SubscriptionState,
    entry?: AuditEntry,
  ): Promise<void>;
  removeSubscription(subscriptionId: string, entry?: AuditEntry): Promise<boolean>;
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
    /** Where it is declared; null for one made by a command; absent: not known. */
    readonly where?: Topic["where"];
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
  /** The same, null also when it finds nothing; for trying a topic on many documents. */
  matchOne(topicId: string, document: MatchDocument): Match | null;
  /** What an item must fulfil for a query to find anything in it; null: nothing can be said. */
  narrowing(query: string): Narrowing | null;
  /** A topic that is not kept yet, made ready: it scores documents, or says what is wrong with it. */
  draft(
    topic: Topic,
  ): Promise<
    | { readonly matchOne: (document: MatchDocument) => Match | null }
    | { readonly faults: readonly string[] }
  >;
};

/** Feeds on the network. */
export type FeedReader = {
  /** One try, nothing stored. Refused addresses come back as a problem. */
  test(url: string): Promise<FeedTrial>;
  /** The feeds behind a page's address, or the address itself when it is a feed. */
  discover(url: string): Promise<readonly FoundFeed[]>;
  /** The feeds of an OPML list; refused addresses come back as a problem. */
  list(url: string): Promise<Opml | { readonly problem: string }>;
};

/** Digests on demand. */
export type Digests = {
  /** What a digest would say now; sends nothing. As a subscription would have it, where one is given. */
  preview(topicId: string, since: Instant, as?: PreviewAs): Promise<Digest>;
  /** Plans the current period's digest of a subscription at once; "already" when this period is told. */
  sendNow(subscriptionId: string): Promise<"planned" | "already" | "empty">;
};

/** What of a subscription decides what its digest says. */
export type PreviewAs = Pick<Subscription, "minScore" | "language" | "channel">;

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

/** A copy of the whole ledger beside it, on the operator's machine. */
export type Backups = {
  make(): Promise<{ readonly file: string; readonly bytes: number }>;
};

/** Lines that are too long for a button, by a short word that stands for them. */
export type Lines = {
  keep(tenant: string, line: string): Promise<string>;
  /** Null when it is not kept, or not kept any more. */
  recall(tenant: string, word: string): Promise<string | null>;
};

/** Channels that take nothing until somebody mends them. */
export type Holds = {
  release(channel: string, entry: AuditEntry): Promise<void>;
};

/** All that commands reach of the world, as one tenant sees it. */
export type CommandPorts = {
  readonly archive: Archive;
  readonly own: Own;
  readonly search: Search;
  readonly topics: Topics;
  readonly reader: FeedReader;
  readonly digests: Digests;
  readonly posts: Posts;
  readonly doctor: Doctor;
  /** Null where the caller's tenant may not copy the whole. */
  readonly backups: Backups | null;
  readonly lines: Lines;
  readonly holds: Holds;
  now(): Instant;
  /** At least 6 of [0-9a-z], random. */
  newId(): string;
  /** Base of links to the page, without a slash at its end; null: no such links. */
  readonly publicUrl: string | null;
  /** IANA name; the default of every subscription, and the zone of times in answers. */
  readonly timezone: string;
  /** Whether a viewer's verdict moves weights at once, or waits for an editor. */
  readonly feedback: "open" | "reviewed";
  /** Whether what this tenant says of stories changes them, for everybody. */
  readonly changesStories: boolean;
  /** The tenant's own settings. */
  readonly settings: TenantSettings;
  /** Shortest interval between two polls of an added feed. */
  readonly pollEveryMs: number;
};
