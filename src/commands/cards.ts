import type { Digest, TopicStory } from "../digests/digest.ts";
import type { Layout } from "../digests/subscription.ts";
import type { Story } from "../stories/story.ts";
import { choice, heading, notice, plain } from "./answers.ts";
import type { Block, Choice, Reply, StoryCard } from "./reply.ts";
import { countText, periodText } from "./words.ts";

/** A story as one topic sees it, with the strongest reason for it. */
export function storyCard(topicStory: TopicStory): StoryCard {
  return {
    ...bareCard(topicStory.story),
    gist: topicStory.gist,
    score: topicStory.score,
    reason: topicStory.reasons.find(({ points }) => points > 0) ?? null,
    update: topicStory.update,
  };
}

/** A story where no topic is in question. */
export function bareCard(story: Story): StoryCard {
  return {
    storyId: story.id,
    headline: story.headline,
    url: story.url,
    gist: null,
    outlets: story.outlets,
    firstReporter: story.firstReporter,
    items: story.items,
    score: null,
    reason: null,
    language: story.languages[0] ?? null,
    publishedAt: story.publishedAt,
    firstSeenAt: story.firstSeenAt,
    update: false,
  };
}

/** A card of one line: headline, outlets, first reporter, score and link. */
function compactCard(topicStory: TopicStory): StoryCard {
  return { ...storyCard(topicStory), gist: null, reason: null };
}

/** What one story's buttons do; the topic is the one under which it was told. */
export function storyChoices(storyId: string, topicId: string): readonly Choice[] {
  return [
    choice("Why", `/sitrep why ${storyId} ${topicId}`),
    choice("More", `/sitrep story ${storyId}`),
  ];
}

/** How posts are laid out. */
export type PostOptions = {
  readonly layout: Layout;
  /** Base of links to the page, without a slash at its end; null: no such link. */
  readonly publicUrl: string | null;
};

/** A digest as it is posted. */
export function digestReply(digest: Digest, options: PostOptions): Reply {
  const { layout, publicUrl } = options;
  const cards = digest.stories.map((story): Block => {
    return { kind: "story", card: layout === "compact" ? compactCard(story) : storyCard(story) };
  });
  const blocks: Block[] = [heading(digest.topicName), plain(summaryOf(digest))];
  if (cards.length === 0) blocks.push(notice("info", "Nothing new."));
  blocks.push(...cards);
  if (digest.overflow > 0) {
    const more = countText(digest.overflow, "more story", "more stories");
    const verb = digest.overflow === 1 ? "comes" : "come";
    blocks.push(plain(`${more} ${verb} with the next digest.`));
  }
  blocks.push(...pageLink(publicUrl, `/topics/${digest.topicId}`));
  const choices = [choice("More", `/sitrep now ${digest.topicId}`)];
  return {
    blocks,
    ephemeral: false,
    layout,
    ...(cards.length > 0 ? { choices } : {}),
  };
}

function summaryOf(digest: Digest): string {
  const updates = digest.stories.filter(({ update }) => update).length;
  const period = periodText(digest.from, digest.to, digest.timezone);
  if (digest.stories.length === 0) return period;
  const count = countText(digest.stories.length, "story", "stories");
  const grown = updates > 0 ? ` (${countText(updates, "update")})` : "";
  return `${count}${grown}, ${period}`;
}

/** One story as it is posted the moment it breaks or grows. */
export function alertReply(
  topic: { readonly id: string; readonly name: string },
  topicStory: TopicStory,
  options: PostOptions,
): Reply {
  const { layout, publicUrl } = options;
  const card = layout === "compact" ? compactCard(topicStory) : storyCard(topicStory);
  return {
    blocks: [
      heading(topicStory.update ? `${topic.name}: update` : topic.name),
      { kind: "story", card },
      ...pageLink(publicUrl, `/stories/${topicStory.story.id}`),
    ],
    ephemeral: false,
    layout,
    choices: storyChoices(topicStory.story.id, topic.id),
  };
}

/** Something that Sitrep itself has to say in a channel. */
export function noticeReply(tone: "info" | "good" | "warning" | "error", text: string): Reply {
  return { blocks: [notice(tone, text)], ephemeral: false };
}

function pageLink(publicUrl: string | null, path: string): readonly Block[] {
  return publicUrl === null ? [] : [plain(`${publicUrl}${path}`)];
}
