import type { AuditEntry, Follow, Mute, Own, TopicVersion } from "../commands/own.ts";
import type { Archive, SearchHit } from "../commands/ports.ts";
import type { Reply } from "../commands/reply.ts";
import type { Delivery, Edit, EditSettlement, Settlement } from "../delivery/delivery.ts";
import type { ToldMark } from "../digests/plan.ts";
import type { Subscription, SubscriptionState } from "../digests/subscription.ts";
import type { Feed, FeedState } from "../feeds/feed.ts";
import type { ItemIdentity, KnownIdentity } from "../feeds/identity.ts";
import type { Instant, Item } from "../feeds/item.ts";
import type { Regrouped, StoryItem } from "../stories/story.ts";
import type { Match, Narrowing } from "../topics/topic.ts";

/** An item that is to be stored, with all that was decided about it. */
export type NewItem = {
  readonly id: string;
  readonly item: Item;
  readonly identity: ItemIdentity;
  readonly baseline: boolean;
  readonly storyId: string;
  readonly duplicateOf: string | null;
  /** Evidence for grouping: publishedAt if within 30 days before seenAt, else seenAt. */
  readonly at: Instant;
  readonly language: string | null;
  /** Score > 0 only. */
  readonly matches: readonly Match[];
  /** What the archive indexes, as topics/ makes it: see archiveTerms there. */
  readonly words: string;
  readonly stems: string;
};

/** A changed version of a stored item: it keeps its id, its story and its time of sight. */
export type EditedItem = {
  readonly id: string;
  readonly item: Item;
  readonly identity: ItemIdentity;
  readonly matches: readonly Match[];
  readonly words: string;
  readonly stems: string;
};

/** One poll, or one reading of the seed corpus, to be stored as ONE transaction. */
export type IngestPlan = {
  readonly feedId: string;
  readonly seenAt: Instant;
  readonly items: readonly NewItem[];
  readonly edits: readonly EditedItem[];
  /** Further identities of known items: a changed guid with known content. */
  readonly aliases: readonly KnownIdentity[];
  /** Stories that turned out to be one: `from` ends and its items, matches and told marks move to `into`. */
  readonly merges: readonly { readonly from: string; readonly into: string }[];
  /** Outbox rows for instant subscriptions, and the stories that they tell. */
  readonly deliveries: readonly Delivery[];
  readonly told: readonly ToldMark[];
  /** State of the feed after this poll; null for the seed corpus. */
  readonly state: FeedState | null;
};

/** What the post of a delivery is to show from then on. */
export type PostEdit = { readonly key: string; readonly reply: Reply; readonly dueAt: Instant };

/** A story whose posts may have to be edited; `revision` rises with every further change. */
export type ChangedStory = { readonly storyId: string; readonly revision: number };

/** An alert about one story, as it is shown or is to be shown. */
export type AlertPost = {
  readonly key: string;
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly reply: Reply;
};

/** Digests that are due, to be stored as ONE transaction: outbox rows, what they tell, next due times. */
export type DigestCommit = {
  readonly deliveries: readonly Delivery[];
  readonly told: readonly ToldMark[];
  /** Guarded: applied only where coveredTo is still what the plan was made from. */
  readonly states: readonly {
    readonly before: SubscriptionState;
    readonly after: SubscriptionState;
  }[];
};

/** A post of a channel that Sitrep itself shows, oldest numbers first. */
export type Post = {
  /** Ascending in the order in which posts were settled. */
  readonly number: number;
  readonly key: string;
  readonly channel: string;
  readonly at: Instant;
  readonly delivery: Delivery;
};

/**
 * The ledger: everything that must never be lost. Whole operations only, each one transaction;
 * no transaction handle leaves it. Fits the ports that the stages declare, by shape.
 */
export type Ledger = Archive &
  Own & {
    // feeds
    /** Makes the declared feeds those of the files: adds, updates, removes. Added feeds of commands stay. */
    syncFeeds(declared: readonly Feed[]): Promise<void>;
    saveFeedState(feedId: string, state: FeedState): Promise<void>;
    /** As saveFeedState, for many: one transaction. */
    saveFeedStates(
      states: readonly { readonly feedId: string; readonly state: FeedState }[],
    ): Promise<void>;
    /** Feeds whose poll is due and that are not paused, those that wait longest first; then ones never polled. */
    dueFeeds(query: DueFeeds): Promise<readonly (Feed & { readonly state: FeedState | null })[]>;

    // ingest
    known(feedId: string, identities: readonly ItemIdentity[]): Promise<readonly KnownIdentity[]>;
    ingest(plan: IngestPlan): Promise<void>;
    /** Items seen since then with their story, oldest first: to rebuild the candidate stories on start. */
    recentStoryItems(
      since: Instant,
    ): Promise<readonly { readonly item: StoryItem; readonly storyId: string }[]>;

    // subscriptions
    /** Makes the declared subscriptions those of the file; keeps the state of the ones that stay. */
    syncSubscriptions(
      declared: readonly {
        readonly subscription: Subscription;
        readonly state: SubscriptionState;
      }[],
    ): Promise<void>;
    /** Whose a channel is that a file declares: until then its subscriptions are the channel's own. */
    tellTenant(channel: string, tenant: string): Promise<void>;
    /** What these subscriptions were told, of these stories. */
    told(
      subscriptionIds: readonly string[],
      storyIds: readonly string[],
    ): Promise<readonly ToldMark[]>;
    commitDigests(commit: DigestCommit): Promise<void>;

    // what tenants wrote down, of all of them
    /** What verdicts moved between stories after that revision, 0 for all; null: nothing. */
    regroupedSince(revision: number): Promise<Regrouped | null>;
    /** Changes whenever a command made, changed or ended a topic, in whatever process. */
    topicsRevision(): Promise<number>;
    /** Every topic that commands made and that has not ended. */
    madeTopics(): Promise<readonly TopicVersion[]>;
    /** Makes these the matches of the items in those topics; what other topics match stays. */
    rescore(
      topicIds: readonly string[],
      scored: readonly { readonly itemId: string; readonly matches: readonly Match[] }[],
    ): Promise<void>;
    /** Feeds that only other tenants added; what the operator's tenant or a file adds is everybody's. */
    hiddenFeeds(tenant: string): Promise<readonly string[]>;
    /** The tenants that see what a feed brings; null: all. */
    audienceOf(feedId: string): Promise<readonly string[] | null>;
    /** Those that hold at `now`. */
    allMutes(now: Instant): Promise<readonly Mute[]>;
    /** Follows whose story has grown, and that were told of nothing since then; at most 100. */
    grownFollows(now: Instant, toldBefore: Instant): Promise<readonly Follow[]>;
    /** Posts to followers with how many items they now know of; one that was told meanwhile is left out. */
    commitFollows(
      told: readonly {
        readonly before: Follow;
        readonly items: number;
        readonly delivery: Delivery;
      }[],
      now: Instant,
    ): Promise<void>;

    // outbox
    /** Adds a row; nothing happens when its key is there already. */
    enqueue(delivery: Delivery): Promise<void>;
    /** Whether a delivery with this key was put into the outbox, whatever became of it. */
    hasDelivery(key: string): Promise<boolean>;
    /**
     * Takes up to `limit` due rows, at most one a channel, and marks them inflight durably. Channels that are
     * parked, waiting or have an inflight row are left out; so are platforms that are not in `platforms`.
     */
    claim(limit: number, now: Instant, platforms: readonly string[]): Promise<readonly Delivery[]>;
    /** Rows that a process took and did not settle, oldest first. */
    inflight(platforms: readonly string[]): Promise<readonly Delivery[]>;
    settle(key: string, settlement: Settlement, now: Instant): Promise<void>;
    /**
     * Nothing goes to the channel until then; null until: parked. True when it was not parked before.
     * The channel `platform:*` holds the whole platform.
     */
    holdChannel(channel: string, until: Instant | null, reason: string): Promise<boolean>;
    releaseChannel(channel: string, entry?: AuditEntry): Promise<void>;
    /** What was written while the clock was ahead waits from now on only as long as it was to wait then. */
    mendClock(now: Instant): Promise<void>;
    /** Stories that an alert told and that an ingest changed since then, those that wait longest first. */
    changedStories(limit: number): Promise<readonly ChangedStory[]>;
    /** The alerts of a story since then that were not given up, newest first. */
    alertPosts(storyId: string, since: Instant): Promise<readonly AlertPost[]>;
    /** What the posts of a changed story are to show: all of it, in ONE transaction. */
    commitEdits(story: ChangedStory, edits: readonly PostEdit[]): Promise<void>;
    /** Newer versions that are due, of posts that were sent and whose channel is not held. */
    dueEdits(limit: number, now: Instant, platforms: readonly string[]): Promise<readonly Edit[]>;
    settleEdit(edit: Edit, settlement: EditSettlement): Promise<void>;
    /** Posts with a number above `after`, ascending. */
    posts(channel: string, after: number, limit: number): Promise<readonly Post[]>;
    /** The newest posts, newest first. */
    newestPosts(channel: string, limit: number): Promise<readonly Post[]>;

    // archive
    /**
     * Items that may fit, newest first; `narrow` null: every item. The caller decides exactly.
     */
    candidates(
      narrow: Narrowing | null,
      filter: CandidateFilter,
    ): Promise<readonly SearchHit["item"][]>;
    /** Removes items seen before then, and deliveries settled before then. "Seen" stays. */
    prune(before: Instant): Promise<number>;

    // whole
    /** A consistent copy in a file, while running. */
    backup(file: string): Promise<void>;
    /** Integrity of the database: what is wrong, empty when nothing is. */
    check(): Promise<readonly string[]>;
    close(): Promise<void>;
  };

/** Which due feeds to read. */
export type DueFeeds = {
  readonly now: Instant;
  /** Those whose last poll failed, or the others: the two never wait for each other. */
  readonly failing: boolean;
  readonly limit: number;
};

export type CandidateFilter = {
  readonly topicId: string | null;
  readonly source: string | null;
  readonly since: Instant | null;
  /** For the next page: only items seen before this one. */
  readonly beforeItemId: string | null;
  /** Feeds whose items do not count; none when absent. */
  readonly hiddenFeeds?: readonly string[];
  readonly limit: number;
};
