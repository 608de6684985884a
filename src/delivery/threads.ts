import { storyChoices } from "../commands/cards.ts";
import type { Reply } from "../commands/reply.ts";
import type { Instant } from "../feeds/item.ts";
import type { Delivery } from "./delivery.ts";
import { deliveryKey } from "./key.ts";

/**
 * What follows in the thread under a post whose layout asks for one: a delivery for each of its stories. Each has a
 * key derived from the post's, so that they can be put into the outbox any number of times. `place`: the thread,
 * as platform:id.
 */
export function threadDeliveries(post: Delivery, place: string, now: Instant): readonly Delivery[] {
  if (post.reply.layout !== "thread") return [];
  const thread = threadName(post.reply);
  const stories = post.reply.blocks.filter((block) => block.kind === "story");
  return stories.map((block) => ({
    ...post,
    key: deliveryKey([post.key, "thread", block.card.storyId]),
    channel: place,
    storyIds: [block.card.storyId],
    reply: { blocks: [block], ephemeral: false, choices: storyChoices(block.card), thread },
    mention: null,
    dueAt: now,
    attempts: 0,
    attemptAt: null,
  }));
}

/** Of a post about one story its headline; else what the post is called, with its first line. */
function threadName({ blocks }: Reply): string {
  const [card, ...others] = blocks.flatMap((block) => (block.kind === "story" ? [block.card] : []));
  if (card !== undefined && others.length === 0) return card.headline;
  const words = blocks.flatMap((block) =>
    block.kind === "heading" || block.kind === "text" ? [block.text] : [],
  );
  return words.slice(0, 2).join(": ");
}
