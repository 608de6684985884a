import type { Archive, CommandPorts, FeedOwner, KnownFeed, Topics } from "../commands/ports.ts";
import { topicIdOf, topicTenantOf } from "../commands/topic-key.ts";
import { readMatch, weightsOf } from "../commands/weighed.ts";
import type { Feed } from "../feeds/feed.ts";
import type { Planner } from "../pipeline/planning.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { topicNarrowing } from "../topics/narrowing.ts";
import type { Match } from "../topics/topic.ts";
import type { Examiner } from "../upkeep/doctor.ts";
import { createSearch } from "./archive-search.ts";
import type { LiveTopics, TopicSet } from "./live-topics.ts";
import { OPERATOR, type Reader, storiesFor, storyWithout } from "./tenant-reading.ts";

/** What commands reach that is the same for every tenant. */
export type SharedPorts = Omit<
  CommandPorts,
  | "archive"
  | "own"
  | "search"
  | "topics"
  | "digests"
  | "settings"
  | "timezone"
  | "backups"
  | "changesStories"
  | "doctor"
> & {
  readonly ledger: Ledger;
  readonly live: LiveTopics;
  readonly planner: Planner;
  readonly doctor: Examiner;
  /** Those of the files; the ledger has them from the next `run` on. */
  readonly declaredFeeds: readonly Feed[];
  /** Where a tenant settled nothing else. */
  readonly timezone: string;
  /** For the operator's tenant alone: a copy of the ledger holds everybody's. */
  readonly backups: CommandPorts["backups"];
};

/** The world as one tenant sees it in one channel: nothing of another's comes through here. */
export async function tenantPorts(shared: SharedPorts, reader: Reader): Promise<CommandPorts> {
  const { ledger, live, planner, declaredFeeds, doctor, ...same } = shared;
  const { tenant } = reader;
  const [set, settings, hidden] = await Promise.all([
    live.current(),
    ledger.settings(tenant),
    ledger.hiddenFeeds(tenant),
  ]);
  const view: View = { ledger, set, reader, hidden: new Set(hidden), now: shared.now };
  const archive = archiveOf(view, declaredFeeds);
  return {
    ...same,
    archive,
    doctor: { examine: () => doctor.examine({ tenant, feeds: () => archive.feeds() }) },
    own: ledger,
    search: searchOf(view, live),
    topics: topicsOf(live, set, tenant),
    digests: {
      preview: (topicId, since, as) => planner.previewFor(tenant, keyOf(view, topicId), since, as),
      sendNow: (subscriptionId) => planner.sendNow(subscriptionId),
    },
    changesStories: tenant === OPERATOR,
    backups: tenant === OPERATOR ? shared.backups : null,
    settings,
    timezone: settings.timezone ?? shared.timezone,
  };
}

type View = {
  readonly ledger: Ledger;
  readonly set: TopicSet;
  readonly reader: Reader;
  readonly hidden: ReadonlySet<string>;
  now(): string;
};

/** An id that stands for no topic keys nothing. */
function keyOf({ set, reader }: View, topicId: string): string {
  return set.find(topicId, reader.tenant)?.id ?? topicId;
}

function topicsOf(live: LiveTopics, set: TopicSet, tenant: string): Topics {
  return {
    list: () => set.seenBy(tenant),
    explain(topicId, document) {
      const topic = set.find(topicId, tenant);
      const match = topic === null ? null : set.matcher.explain(topic.id, document);
      if (topic === null || match === null) return null;
      return { score: match.score, threshold: topic.threshold, reasons: match.reasons };
    },
    matchOne(topicId, document) {
      const topic = set.find(topicId, tenant);
      return topic === null ? null : set.matcher.matchOne(topic.id, document);
    },
    narrowing: (query) => topicNarrowing(query, live.groups),
    async draft(topic) {
      const { matcher, faults } = await live.compile([topic]);
      if (faults.length > 0)
        return { faults: faults.map(({ what, remedy }) => `${what}: ${remedy}`) };
      return { matchOne: (document) => matcher.matchOne(topic.id, document) };
    },
  };
}

function archiveOf(view: View, declared: readonly Feed[]): Archive {
  const { ledger, reader, hidden } = view;
  return {
    ...ledger,
    ...storiesOf(view),
    async item(itemId) {
      return visible(view, await ledger.item(itemId));
    },
    async items(itemIds) {
      return (await ledger.items(itemIds)).filter(({ feedId }) => !hidden.has(feedId));
    },
    itemByUrl: (url) => ledger.itemByUrl(url, [...hidden]),
    itemsSince: (since, after, limit, filter) =>
      ledger.itemsSince(since, after, limit, { ...filter, hidden: [...hidden] }),
    countSince: (since, until) => ledger.countSince(since, until, [...hidden]),
    sourceCounts: (topicId, since) => ledger.sourceCounts(keyOf(view, topicId), since, [...hidden]),
    matchedItems: (topicId, since, until) =>
      ledger.matchedItems(keyOf(view, topicId), since, until, [...hidden]),
    async topicCounts(since) {
      const counts = await ledger.topicCounts(since, [...hidden]);
      return counts.flatMap((count) => {
        const topicId = shownTopic(view, count.topicId);
        return topicId === null ? [] : [{ ...count, topicId }];
      });
    },
    async feeds() {
      const kept = await ledger.feeds();
      const ids = new Set(kept.map(({ id }) => id));
      const unread = declared.filter(({ id }) => !ids.has(id));
      return [...kept, ...unread.map((feed) => ({ ...feed, state: null }))].flatMap((feed) =>
        hidden.has(feed.id) ? [] : [feedFor(feed, reader.tenant)],
      );
    },
    async subscriptions(tenant) {
      const held = await ledger.subscriptions(tenant);
      return held.map(({ subscription, state }) => ({
        subscription: { ...subscription, topicId: topicIdOf(subscription.topicId) },
        state,
      }));
    },
    saveSubscription: (subscription, state, entry) =>
      ledger.saveSubscription(
        { ...subscription, topicId: keyOf(view, subscription.topicId) },
        state,
        entry,
      ),
  };
}

function storiesOf(view: View): Pick<Archive, "topicStories" | "story" | "matchesOf"> {
  const { ledger, set, reader, hidden, now } = view;
  return {
    async topicStories({ topicId, ...query }) {
      const topic = set.find(topicId, reader.tenant);
      return topic === null ? [] : storiesFor(ledger, reader, topic, query, now());
    },
    async story(storyId) {
      const detail = await ledger.story(storyId);
      if (detail === null) return null;
      const story =
        hidden.size === 0 ? detail.story : await storyWithout(ledger, detail.story, hidden);
      if (story === null) return null;
      const items = detail.items.filter(({ feedId }) => !hidden.has(feedId));
      const byId = new Map(items.map((item) => [item.id, item]));
      const seen = detail.matches.filter(({ itemId }) => itemId === undefined || byId.has(itemId));
      const matches = await Promise.all(
        seen.map((match) => matchFor(view, match, byId.get(match.itemId ?? "") ?? null)),
      );
      const { pastHeadlines } = detail;
      return {
        story,
        items,
        matches: matches.filter((match) => match !== null).sort((a, b) => b.score - a.score),
        ...(pastHeadlines === undefined ? {} : { pastHeadlines }),
      };
    },
    async matchesOf(itemId) {
      const item = visible(view, await ledger.item(itemId));
      if (item === null) return [];
      const stored = await ledger.matchesOf(itemId);
      const matches = await Promise.all(stored.map((match) => matchFor(view, match, item)));
      return matches.filter((match) => match !== null).sort((a, b) => b.score - a.score);
    },
  };
}

/** A stored match under the topic's id and with the tenant's weights; null for another tenant's topic. */
async function matchFor<M extends Match>(
  view: View,
  match: M,
  item: ArchivedItem | null,
): Promise<(M & Match) | null> {
  const { ledger, set, reader } = view;
  const topicId = shownTopic(view, match.topicId);
  const topic = topicId === null ? null : set.find(topicId, reader.tenant);
  if (topicId === null || topic === null) return null;
  const weights = weightsOf(await ledger.verdicts(reader.tenant, topicId), topicId);
  return { ...match, ...readMatch({ ...match, topicId }, item, weights, topic.threshold) };
}

/** The id under which the tenant knows a topic of the ledger; null for another's, or one that is no more. */
function shownTopic({ set, reader }: View, key: string): string | null {
  if (![null, reader.tenant].includes(topicTenantOf(key))) return null;
  const topicId = topicIdOf(key);
  return set.find(topicId, reader.tenant)?.id === key ? topicId : null;
}

function visible({ hidden }: View, item: ArchivedItem | null): ArchivedItem | null {
  return item === null || hidden.has(item.feedId) ? null : item;
}

/** A feed under the tenant's own name for it, without a word on who else added it. */
function feedFor(feed: KnownFeed, tenant: string): KnownFeed {
  const own = feed.owners?.find((owner) => owner.tenant === tenant);
  const { owners, ...rest } = feed;
  if (feed.where !== null) return rest;
  if (owners === undefined && tenant === OPERATOR) {
    const { name, tags, state } = feed;
    return { ...rest, owners: [{ tenant, name, tags, paused: state?.paused ?? false }] };
  }
  if (own === undefined) return rest;
  const state =
    rest.state === null ? null : { ...rest.state, paused: rest.state.paused || own.paused };
  const named: readonly FeedOwner[] = [own];
  return { ...rest, name: own.name, tags: own.tags, state, owners: named };
}

function searchOf(view: View, { groups }: LiveTopics): CommandPorts["search"] {
  const search = createSearch(view.ledger, groups);
  return {
    async search(query, filter) {
      const topicId = filter.topicId === null ? null : keyOf(view, filter.topicId);
      const hiddenFeeds = [...view.hidden];
      const { hits, fault } = await search.search(query, { ...filter, topicId, hiddenFeeds });
      const shown = hits.map((hit) => ({
        ...hit,
        topics: hit.topics.flatMap((key) => shownTopic(view, key) ?? []),
      }));
      return { hits: shown, fault };
    },
  };
}
