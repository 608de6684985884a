import { muteFilter } from "../commands/muted.ts";
import type { Mute } from "../commands/own.ts";
import { topicIdOf } from "../commands/topic-key.ts";
import { readMatch, weightsOf } from "../commands/weighed.ts";
import { type Alert, type AlertStory, planAlerts, wantsAlerts } from "../digests/alerts.ts";
import type { ToldMark } from "../digests/plan.ts";
import type { Subscription } from "../digests/subscription.ts";
import { type Instant, outletOf } from "../feeds/item.ts";
import { gistOf } from "../store/gist.ts";
import type { IngestPlan, Ledger, NewItem } from "../store/ledger.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { tellStory } from "../stories/tell-story.ts";
import { documentOf } from "../topics/document.ts";
import { FEEDBACK_POINTS_MAX } from "../topics/feedback.ts";
import type { Match, Topic } from "../topics/topic.ts";

type Parts = { readonly ledger: Ledger; readonly topics: readonly Topic[] };

/** What an ingest is to store. Its items name their stories as they are after its merges. */
export type Brought = Pick<IngestPlan, "feedId" | "seenAt" | "items" | "merges">;

/** The items that an ingest brought to one story, and all that the story has then. */
type Grown = { readonly members: readonly NewItem[]; readonly items: readonly ArchivedItem[] };

/** The alerts of one ingest: for each tenant as it weighs and mutes, and only of feeds that it sees. */
export async function alertsFor(parts: Parts, brought: Brought): Promise<readonly Alert[]> {
  const { ledger } = parts;
  const { feedId, seenAt } = brought;
  const audience = await ledger.audienceOf(feedId);
  const subscriptions = (await ledger.subscriptions(null))
    .map(({ subscription }) => subscription)
    .filter(wantsAlerts)
    .filter(({ tenant }) => audience === null || audience.includes(tenant));
  if (subscriptions.length === 0) return [];
  const grown = await grownStories(parts, subscriptions, brought);
  if (grown.length === 0) return [];
  const endings = endingsOf(brought.merges);
  const held = (await ledger.allMutes(seenAt)).map((mute) => afterMerges(mute, endings));
  const mutes = Map.groupBy(held, ({ tenant }) => tenant);
  const alerts: Alert[] = [];
  for (const [tenant, own] of Map.groupBy(subscriptions, (one) => one.tenant)) {
    const stories = await storiesOf(parts, tenant, own, grown);
    const told = await toldOf(ledger, own, stories, endings);
    const planned = planAlerts({ subscriptions: own, stories, told }, seenAt);
    alerts.push(...planned.filter((alert) => !isMuted(alert, mutes.get(tenant) ?? [], grown)));
  }
  return alerts;
}

/** Stories that may be worth an alert to somebody: an item has to do with a subscribed topic. */
async function grownStories(
  { ledger, topics }: Parts,
  subscriptions: readonly Subscription[],
  { feedId, items, merges, seenAt }: Brought,
): Promise<readonly Grown[]> {
  const wanted = new Set(subscriptions.map(({ topicId }) => topicId));
  const floors = new Map(
    topics
      .filter(({ id }) => wanted.has(id))
      .map(({ id, threshold }) => [id, threshold - FEEDBACK_POINTS_MAX]),
  );
  const mayMatter = ({ matches }: NewItem): boolean =>
    matches.some(({ topicId, score }) => score >= (floors.get(topicId) ?? Infinity));
  const endings = endingsOf(merges);
  const grown: Grown[] = [];
  for (const [storyId, members] of Map.groupBy(items, (item) => item.storyId)) {
    if (!members.some(mayMatter)) continue;
    const earlier = await itemsOf(ledger, [storyId, ...endedIn(storyId, endings)]);
    const archived = members.map((member) => archivedItem(member, feedId, seenAt));
    grown.push({ members, items: [...earlier.map((item) => ({ ...item, storyId })), ...archived] });
  }
  return grown;
}

type Endings = ReadonlyMap<string, string>;

/** Where the stories that end go on; one that goes on is never among those that end. */
function endingsOf(merges: Brought["merges"]): Endings {
  const endings = new Map<string, string>();
  for (const { from, into } of merges) {
    for (const [ended, other] of endings) if (other === from) endings.set(ended, into);
    endings.set(from, into);
  }
  return endings;
}

function endedIn(storyId: string, endings: Endings): readonly string[] {
  return [...endings].flatMap(([from, into]) => (into === storyId ? [from] : []));
}

/** What these stories have in the ledger. */
async function itemsOf(ledger: Ledger, storyIds: readonly string[]): Promise<ArchivedItem[]> {
  const details = await Promise.all(storyIds.map((storyId) => ledger.story(storyId)));
  return details.flatMap((detail) => detail?.items ?? []);
}

/** A mute of a story that ends holds for the one that it ends in. */
function afterMerges(mute: Mute, endings: Endings): Mute {
  const { kind, value } = mute;
  return kind === "story" ? { ...mute, value: endings.get(value) ?? value } : mute;
}

async function storiesOf(
  { ledger, topics }: Parts,
  tenant: string,
  subscriptions: readonly Subscription[],
  grown: readonly Grown[],
): Promise<readonly AlertStory[]> {
  const wanted = new Set(subscriptions.map(({ topicId }) => topicId));
  const hidden = new Set(await ledger.hiddenFeeds(tenant));
  const stories: AlertStory[] = [];
  for (const topic of topics.filter(({ id }) => wanted.has(id))) {
    const topicId = topicIdOf(topic.id);
    const weights = weightsOf(await ledger.verdicts(tenant, topicId), topicId);
    const reach = weights.size === 0 ? 0 : FEEDBACK_POINTS_MAX;
    for (const { members, items } of grown) {
      const scored = members.map((member) => {
        const match = member.matches.find((one) => one.topicId === topic.id) ?? null;
        const item = items.find(({ id }) => id === member.id) ?? null;
        if (match === null || match.score < topic.threshold - reach) return { member, match };
        return { member, match: readMatch(match, item, weights, topic.threshold) };
      });
      if (!scored.some(({ match }) => match !== null && match.score >= topic.threshold)) continue;
      const visible = items.filter((item) => !hidden.has(item.feedId));
      stories.push(alertStory(topic, scored, visible));
    }
  }
  return stories;
}

type Scored = { readonly member: NewItem; readonly match: Match | null };

/** Many feeds give no more than a summary. */
function toldText({ text, summary }: NewItem["item"]): string | null {
  return text ?? summary;
}

function alertStory(
  topic: Topic,
  scored: readonly Scored[],
  items: readonly ArchivedItem[],
): AlertStory {
  const best = scored.toSorted((a, b) => (b.match?.score ?? 0) - (a.match?.score ?? 0))[0];
  const story = tellStory(items);
  return {
    topicId: topic.id,
    topicName: topic.name,
    threshold: topic.threshold,
    story: {
      story,
      score: best?.match?.score ?? 0,
      reasons: best?.match?.reasons ?? [],
      gist: best === undefined ? null : gistOf(toldText(best.member.item), story.headline),
      itemsNew: scored.length,
      update: false,
    },
    items: scored.map(({ member, match }) => ({
      score: match?.score ?? 0,
      baseline: member.baseline,
      language: member.language,
    })),
  };
}

/** Every item that could have caused the alert is held back in that channel. */
function isMuted(
  { subscription, story }: Alert,
  mutes: readonly Mute[],
  grown: readonly Grown[],
): boolean {
  const { channel, topicId } = subscription;
  const filter = muteFilter(mutes, { channel, topicId: topicIdOf(topicId) });
  if (filter.size === 0) return false;
  const isTold = (item: ArchivedItem): boolean => item.storyId === story.story.id;
  const members = grown.find(({ items }) => items.some(isTold))?.members ?? [];
  return members
    .filter(({ matches }) => matches.some((match) => match.topicId === topicId))
    .every(({ item, storyId }) => {
      const { url } = item;
      const document = documentOf(item);
      return filter.ofItem({ outlet: outletOf(item), url, storyId, document }) !== null;
    });
}

/** What was told of a story and of those that end in it: who was told several was told the items of all. */
async function toldOf(
  ledger: Ledger,
  subscriptions: readonly Subscription[],
  stories: readonly AlertStory[],
  endings: Endings,
): Promise<readonly ToldMark[]> {
  const ids = stories.map(({ story }) => story.story.id);
  const marks = await ledger.told(
    subscriptions.map(({ id }) => id),
    [...new Set(ids.flatMap((id) => [id, ...endedIn(id, endings)]))],
  );
  const current = marks.map((mark) => ({
    ...mark,
    storyId: endings.get(mark.storyId) ?? mark.storyId,
  }));
  const alike = Map.groupBy(current, (mark) => `${mark.subscriptionId} ${mark.storyId}`);
  return [...alike.values()].map((same) =>
    same.reduce(({ subscriptionId, storyId, items, at }, other) => ({
      subscriptionId,
      storyId,
      items: items + other.items,
      at: at > other.at ? at : other.at,
    })),
  );
}

function archivedItem(entry: NewItem, feedId: string, seenAt: Instant): ArchivedItem {
  const { id, item, baseline, storyId, duplicateOf, language } = entry;
  return {
    ...item,
    id,
    feedId,
    seenAt,
    editedAt: null,
    baseline,
    storyId,
    duplicateOf,
    language: language ?? item.language,
  };
}
