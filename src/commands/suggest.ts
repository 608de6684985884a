import { feedName, hostOf } from "./feed-health.ts";
import type { CommandPorts } from "./ports.ts";
import type { Caller, OptionSpec, Suggestion } from "./spec.ts";
import { DAY_MS, instantBefore } from "./words.ts";

/** As many as a platform shows. */
const SUGGESTIONS_MAX = 25;
/** Longest label and value that every platform takes, in UTF-16 units. */
const LABEL_CHARS_MAX = 100;
/** Stories of these last days are offered, at most so many a topic. */
const STORY_DAYS = 7;
const STORIES_A_TOPIC_MAX = 50;

/** What fits an option so far, best first: what begins with the text, then what has a word that does, then the rest. */
export async function suggestions(
  ports: CommandPorts,
  option: OptionSpec,
  partial: string,
  caller: Caller,
): Promise<readonly Suggestion[]> {
  const offers = await offersFor(ports, option, caller);
  return rank(offers, partial.trim().toLowerCase());
}

async function offersFor(
  ports: CommandPorts,
  option: OptionSpec,
  caller: Caller,
): Promise<readonly Suggestion[]> {
  switch (option.kind) {
    case "topic":
      return ports.topics.list().map(({ id, name }) => ({ label: name, value: id }));
    case "source":
      return sourceOffers(ports, option);
    case "story":
      return storyOffers(ports);
    case "subscription":
      return subscriptionOffers(ports, caller);
    case "timezone":
      return ["UTC", ...Intl.supportedValuesOf("timeZone")].map(same);
    case "duration":
      return ["1h", "6h", "24h", "7d", "30d", "90d"].map(same);
    case "choice":
      return (option.choices ?? []).map(same);
    case "flag":
      return ["yes", "no"].map(same);
    case "number":
    case "text":
    case "file":
    case "rest":
      return [];
  }
}

function same(value: string): Suggestion {
  return { label: value, value };
}

/** Outlets to search by are names; feeds to act on are ids. */
async function sourceOffers(
  ports: CommandPorts,
  option: OptionSpec,
): Promise<readonly Suggestion[]> {
  const feeds = await ports.archive.feeds();
  if (option.required) {
    return feeds.map((feed) => ({
      label: `${feedName(feed)} (${hostOf(feed.url)})`,
      value: feed.id,
    }));
  }
  const since = instantBefore(ports.now(), 30 * DAY_MS);
  const counts = await Promise.all(
    ports.topics.list().map(({ id }) => ports.archive.sourceCounts(id, since)),
  );
  const names = [...counts.flat().map(({ outlet }) => outlet), ...feeds.map(feedName)];
  return [...new Set(names)].map(same);
}

async function storyOffers(ports: CommandPorts): Promise<readonly Suggestion[]> {
  const now = ports.now();
  const found = await Promise.all(
    ports.topics.list().map(({ id, threshold }) =>
      ports.archive.topicStories({
        topicId: id,
        since: instantBefore(now, STORY_DAYS * DAY_MS),
        until: now,
        minScore: threshold,
        language: null,
        baseline: true,
        limit: STORIES_A_TOPIC_MAX,
      }),
    ),
  );
  const stories = new Map(found.flat().map(({ story }) => [story.id, story]));
  return [...stories.values()]
    .sort((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1))
    .map(({ id, headline }) => ({ label: headline, value: id }));
}

async function subscriptionOffers(
  ports: CommandPorts,
  caller: Caller,
): Promise<readonly Suggestion[]> {
  const held = await ports.archive.subscriptions(caller.tenant);
  return held
    .filter(({ subscription }) => subscription.tenant === caller.tenant)
    .sort(
      (a, b) =>
        Number(b.subscription.channel === caller.channel) -
        Number(a.subscription.channel === caller.channel),
    )
    .map(({ subscription: { id, topicId, channel, mode } }) => ({
      label: `${topicId} ${mode} in ${channel} (${id})`,
      value: id,
    }));
}

function rank(offers: readonly Suggestion[], partial: string): readonly Suggestion[] {
  return offers
    .map((offer, order) => ({ offer, order, rank: rankOf(offer, partial) }))
    .filter(({ rank }) => rank < UNFIT)
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, SUGGESTIONS_MAX)
    .filter(({ offer }) => offer.value.length <= LABEL_CHARS_MAX)
    .map(({ offer: { label, value } }) => ({ label: shorten(label), value }));
}

const UNFIT = 3;

function rankOf({ label, value }: Suggestion, partial: string): number {
  if (partial === "") return 0;
  const texts = [label.toLowerCase(), value.toLowerCase()].filter((text) => text.includes(partial));
  if (texts.length === 0) return UNFIT;
  if (texts.some((text) => text.startsWith(partial))) return 0;
  if (texts.some((text) => text.split(/[\s/_.-]+/u).some((word) => word.startsWith(partial)))) {
    return 1;
  }
  return 2;
}

/** Cut between characters as people see them. */
function shorten(label: string): string {
  if (label.length <= LABEL_CHARS_MAX) return label;
  let cut = "";
  for (const { segment } of new Intl.Segmenter("en").segment(label)) {
    if (cut.length + segment.length > LABEL_CHARS_MAX - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
