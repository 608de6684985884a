import type { Instant } from "../feeds/item.ts";
import type { Story } from "../stories/story.ts";
import type { Reason } from "../topics/topic.ts";

/** A story as one topic sees it. */
export type TopicStory = {
  readonly story: Story;
  /** The best score among its items for the topic. */
  readonly score: number;
  /** The reasons of that best item, strongest first. */
  readonly reasons: readonly Reason[];
  /** A sentence from the best item's text, in its own words; null when it has no text. */
  readonly gist: string | null;
  /** Items that came within the period asked about. */
  readonly itemsNew: number;
  /** Told to this subscription before, and grown since. */
  readonly update: boolean;
};

/** What a channel is told about one topic for one period. No markup. */
export type Digest = {
  readonly topicId: string;
  readonly topicName: string;
  /** Exclusive. */
  readonly from: Instant;
  /** Inclusive. */
  readonly to: Instant;
  readonly timezone: string;
  /** Best first. */
  readonly stories: readonly TopicStory[];
  /** Stories beyond the cap; they are told in the next digest. */
  readonly overflow: number;
};
