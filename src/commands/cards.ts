import type { Digest, TopicStory } from "../digests/digest.ts";
import type { Layout } from "../digests/subscription.ts";
import type { Story } from "../stories/story.ts";
import { choice, heading, notice, plain } from "./answers.ts";
import type { Block, Choice, Reply, StoryCard } from "./reply.ts";
import { topicIdOf, topicTenantOf } from "./topic-key.ts";
import { countText, periodText } from "./words.ts";

/** A story as one topic sees it, with the strongest reason for it. */
export function storyCard(topicStory: TopicStory, topicId?: string): StoryCard {
  return {
    ...bareCard(topicStory.story),
    ...(topicId === undefined ? {} : { topicId }),
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
function compactCard(topicStory: TopicStory, topicId: string): StoryCard {
  return { ...storyCard(topicStory, topicId), gist: null, reason: null };
}

/** Longest line that fits a button of every platform beside a post's key. */
const LINE_CHARS_MAX = 77;

/**
 * What one story's buttons do: a verdict, why it is here, more of it, no more of it. Everything stands in the line, so
 * a button works for as long as the post is there.
 */
export function storyChoices({
  storyId,
  topicId,
}: Pick<StoryCard, "storyId" | "topicId">): readonly Choice[] {
  const line = (words: string): string => {
    const full = topicId === undefined ? words : `${words} ${topicId}`;
    return full.length <= LINE_CHARS_MAX ? full : words;
  };
  return [
    choice("👍", line(`/sitrep feedback ${storyId} relevant`)),
    choice("👎", line(`/sitrep feedback ${storyId} irrelevant`)),
    choice("Why", line(`/sitrep why ${storyId}`)),
    choice("More", `/sitrep story ${storyId}`),
    choice("Mute", `/sitrep mute story ${storyId}`),
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
  const topicId = topicIdOf(digest.topicId);
  const cards = digest.stories.map((story): Block => {
    const card = layout === "compact" ? compactCard(story, topicId) : storyCard(story, topicId);
    return { kind: "story", card };
  });
  const blocks: Block[] = [heading(digest.topicName), plain(summaryOf(digest))];
  if (cards.length === 0) blocks.push(notice("info", "Nothing new."));
  blocks.push(...cards);
  if (digest.overflow > 0) {
    const more = countText(digest.overflow, "more story", "more stories");
    const verb = digest.overflow === 1 ? "comes" : "come";
    blocks.push(plain(`${more} ${verb} with the next digest.`));
  }
  // The page shows topics of files and its own tenant's only.
  if ([null, "web"].includes(topicTenantOf(digest.topicId))) {
    blocks.push(...pageLink(publicUrl, `/topics/${topicId}`));
  }
  const choices = [choice("More", `/sitrep now ${topicId}`)];
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
  const card =
    layout === "compact" ? compactCard(topicStory, topic.id) : storyCard(topicStory, topic.id);
  return {
    blocks: [
      heading(topicStory.update ? `${topic.name}: update` : topic.name),
      { kind: "story", card },
      ...pageLink(publicUrl, `/stories/${topicStory.story.id}`),
    ],
    ephemeral: false,
    layout,
    choices: storyChoices(card),
  };
}

/** Something that Sitrep itself has to say in a channel. */
export function noticeReply(tone: "info" | "good" | "warning" | "error", text: string): Reply {
  return { blocks: [notice(tone, text)], ephemeral: false };
}

function pageLink(publicUrl: string | null, path: string): readonly Block[] {
  return publicUrl === null ? [] : [plain(`${publicUrl}${path}`)];
}
