import type { TopicStory } from "../../src/digests/digest.ts";
import type { ToldMark } from "../../src/digests/plan.ts";
import { type Subscription, WEEKDAYS } from "../../src/digests/subscription.ts";
import type { Instant } from "../../src/feeds/item.ts";

/** A daily digest at 08:00 UTC of the topic "ports", with what a test changes about it. */
export function subscriptionOf(changes: Partial<Subscription> = {}): Subscription {
  return {
    id: "uaaaaaa",
    tenant: "web",
    channel: "web:main",
    topicId: "ports",
    mode: "digest",
    schedule: { kind: "times", at: ["08:00"], days: WEEKDAYS },
    timezone: "UTC",
    minScore: null,
    language: null,
    layout: "compact",
    mention: null,
    first: "next",
    quiet: null,
    cap: 20,
    empty: "silent",
    paused: false,
    createdAt: "2026-03-01T00:00:00.000Z",
    where: null,
    ...changes,
  };
}

/** A story of the topic, first and last seen at `seenAt` unless changed. */
export function storyOf(
  id: string,
  score: number,
  seenAt: Instant,
  changes: Partial<TopicStory["story"]> = {},
): TopicStory {
  return {
    story: {
      id,
      headline: `Headline of ${id}`,
      url: null,
      outlets: [{ name: "Harbour News", url: null }],
      firstReporter: "Harbour News",
      items: 1,
      languages: ["en"],
      publishedAt: null,
      firstSeenAt: seenAt,
      lastSeenAt: seenAt,
      ...changes,
    },
    score,
    reasons: [],
    gist: null,
    itemsNew: 1,
    update: false,
  };
}

/** What a ledger knows of stories and of what was told, for simulations of planning. */
export class NewsArchive {
  readonly stories = new Map<string, TopicStory>();
  readonly #told = new Map<string, ToldMark>();

  add(story: TopicStory): void {
    this.stories.set(story.story.id, story);
  }

  /** One more item of a known story. */
  grow(id: string, seenAt: Instant): void {
    const known = this.stories.get(id);
    if (known === undefined) throw new Error(`no story ${id}`);
    const story = { ...known.story, items: known.story.items + 1, lastSeenAt: seenAt };
    this.stories.set(id, { ...known, story });
  }

  seenWithin(since: Instant, until: Instant): readonly TopicStory[] {
    return [...this.stories.values()].filter(
      ({ story }) => story.lastSeenAt > since && story.firstSeenAt <= until,
    );
  }

  told(): readonly ToldMark[] {
    return [...this.#told.values()];
  }

  note(marks: readonly ToldMark[]): void {
    for (const mark of marks) this.#told.set(`${mark.subscriptionId} ${mark.storyId}`, mark);
  }
}
