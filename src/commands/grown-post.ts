import type { Story } from "../stories/story.ts";
import { bareCard } from "./cards.ts";
import type { Reply, StoryCard } from "./reply.ts";

/**
 * A post about one story as it is to read now that the story grew or is called otherwise: the same post with the
 * facts of the story as they are. Null when the post says all that already, or tells several stories.
 */
export function grownPost(reply: Reply, story: Story): Reply | null {
  const cards = reply.blocks.flatMap((block) => (block.kind === "story" ? [block.card] : []));
  const [card, ...more] = cards;
  if (card === undefined || more.length > 0) return null;
  const facts = bareCard(story);
  const { gist, score, reason, update } = card;
  const grown: StoryCard = { ...facts, gist, score, reason, update };
  const saysMore = grown.items > card.items || grown.outlets.length > card.outlets.length;
  if (!saysMore && grown.headline === card.headline) return null;
  const blocks = reply.blocks.map((block) =>
    block.kind === "story" ? { ...block, card: grown } : block,
  );
  return { ...reply, blocks };
}
