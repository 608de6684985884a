import type { Mute } from "../commands/own.ts";
import type { FoundStory, StoryQuery } from "../commands/ports.ts";
import { topicIdOf } from "../commands/topic-key.ts";
import { reachOf, readingOf, readStories } from "../commands/weighed.ts";
import type { Instant } from "../feeds/item.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Story } from "../stories/story.ts";
import { tellStory } from "../stories/tell-story.ts";
import type { Topic } from "../topics/topic.ts";

/** The tenant of the page and the terminal. What it adds as a feed is the operator's, and everybody's. */
export const OPERATOR = "web";

/** Who reads, and where; a null channel: wherever. */
export type Reader = { readonly tenant: string; readonly channel: string | null };

/**
 * A topic's stories as one tenant sees them: its weights move their scores, its mutes and other tenants' feeds are
 * left out. `topic.id` is a key.
 */
export async function storiesFor(
  ledger: Ledger,
  { tenant, channel }: Reader,
  topic: Pick<Topic, "id" | "threshold">,
  query: Omit<StoryQuery, "topicId" | "hiddenFeeds">,
  now: Instant,
): Promise<readonly FoundStory[]> {
  const topicId = topicIdOf(topic.id);
  const [verdicts, mutes, hiddenFeeds] = await Promise.all([
    ledger.verdicts(tenant, topicId),
    ledger.mutes(tenant, now),
    ledger.hiddenFeeds(tenant),
  ]);
  const reading = readingOf(verdicts, mutes, { channel, topicId });
  const stored = await ledger.topicStories({
    ...query,
    topicId: topic.id,
    minScore: Math.max(0, query.minScore - reachOf(reading)),
    hiddenFeeds,
  });
  const shown = await withoutHidden(ledger, stored, hiddenFeeds);
  if (reading.weights.size === 0 && reading.mutes.size === 0) return shown;
  const ids = shown.flatMap(({ bestItemId }) => bestItemId ?? []);
  const items = new Map((await ledger.items(ids)).map((item) => [item.id, item]));
  return readStories(shown, items, reading, topic, query.minScore);
}

/** Tells stories again without what came from feeds that the tenant does not see. */
async function withoutHidden(
  ledger: Ledger,
  stories: readonly FoundStory[],
  hiddenFeeds: readonly string[],
): Promise<readonly FoundStory[]> {
  if (hiddenFeeds.length === 0) return stories;
  const hidden = new Set(hiddenFeeds);
  return Promise.all(
    stories.map(async (found) => {
      const story = await storyWithout(ledger, found.story, hidden);
      return story === null ? found : { ...found, story };
    }),
  );
}

/** The story as its visible items tell it; null when nothing of it is visible. */
export async function storyWithout(
  ledger: Pick<Ledger, "story">,
  story: Story,
  hidden: ReadonlySet<string>,
): Promise<Story | null> {
  const items = (await ledger.story(story.id))?.items ?? [];
  const visible = items.filter(({ feedId }) => !hidden.has(feedId));
  if (visible.length === items.length) return story;
  return visible.length === 0 ? null : tellStory(visible);
}

/** The mutes that may hold back what is told there, by tenant. */
export function mutesByTenant(mutes: readonly Mute[]): ReadonlyMap<string, readonly Mute[]> {
  return Map.groupBy(mutes, ({ tenant }) => tenant);
}
