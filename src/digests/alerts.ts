import type { Instant } from "../feeds/item.ts";
import type { TopicStory } from "./digest.ts";
import { markOf, type ToldMark } from "./plan.ts";
import { inQuietHours } from "./quiet.ts";
import type { Subscription } from "./subscription.ts";

/** A story that an ingest opened or made grow, as one topic sees it. */
export type AlertStory = {
  readonly topicId: string;
  readonly topicName: string;
  /** The topic's own, 0 to 100. */
  readonly threshold: number;
  /** The story with this ingest's items in it. */
  readonly story: TopicStory;
  /** Those of its items that this ingest brought. */
  readonly items: readonly {
    readonly score: number;
    readonly baseline: boolean;
    /** Lower-case ISO 639-1; null when it could not be told. */
    readonly language: string | null;
  }[];
};

/** One post about one story for one subscription. */
export type Alert = {
  readonly subscription: Subscription;
  readonly topicName: string;
  readonly story: TopicStory;
  /** The same alert has the same parts; they make the key of its delivery. */
  readonly keyParts: readonly string[];
  /** Not before: the end of the quiet hours, or now. */
  readonly dueAt: Instant;
  readonly told: ToldMark;
};

/** A story that was told spikes when it has come to so many times the items that were told … */
const SPIKE_FACTOR = 3;
/** … of which so many are new at least, and one for every hour since … */
const SPIKE_ITEMS_MIN = 10;
/** … and nothing was said of it for so long. Posts that stand are edited meanwhile. */
const SPIKE_REST_MS = 1_800_000;
const HOUR_MS = 3_600_000;

/**
 * The alerts of one ingest: a story once per subscription, when an item of this ingest that is no
 * baseline reaches the threshold, in the subscription's language, and the subscription was not told
 * the story before, or the story spikes. `told`: what these subscriptions were told of these stories.
 */
export function planAlerts(
  input: {
    readonly subscriptions: readonly Subscription[];
    readonly stories: readonly AlertStory[];
    readonly told: readonly ToldMark[];
  },
  now: Instant,
): readonly Alert[] {
  const told = new Map(input.told.map((mark) => [`${mark.subscriptionId} ${mark.storyId}`, mark]));
  const byTopic = Map.groupBy(input.subscriptions.filter(wantsAlerts), ({ topicId }) => topicId);
  const quietEnd = quietEndsAt(now);
  return input.stories.flatMap((candidate) => {
    const { story } = candidate.story;
    // One value for all who are told the same, so that it is put into words once.
    const first = { ...candidate.story, update: false };
    const again = { ...candidate.story, update: true };
    return (byTopic.get(candidate.topicId) ?? []).flatMap((subscription): readonly Alert[] => {
      if (!isNews(candidate, subscription)) return [];
      const mark = told.get(`${subscription.id} ${story.id}`);
      if (mark !== undefined && !spikes(mark, story.items, now)) return [];
      const alert = {
        subscription,
        topicName: candidate.topicName,
        story: mark === undefined ? first : again,
        keyParts: ["alert", subscription.id, story.id, ...(mark === undefined ? [] : [mark.at])],
        dueAt: quietEnd(subscription) ?? now,
        told: markOf(subscription.id, story, now),
      };
      return [alert];
    });
  });
}

/** Whether it gets alerts now. */
export function wantsAlerts({ mode, paused }: Subscription): boolean {
  return mode !== "digest" && !paused;
}

function spikes({ items, at }: ToldMark, itemsNow: number, now: Instant): boolean {
  const restedMs = Date.parse(now) - Date.parse(at);
  const newItems = itemsNow - items;
  return (
    restedMs >= SPIKE_REST_MS &&
    itemsNow >= items * SPIKE_FACTOR &&
    newItems >= Math.max(SPIKE_ITEMS_MIN, restedMs / HOUR_MS)
  );
}

function isNews({ items, threshold }: AlertStory, subscription: Subscription): boolean {
  const floor = Math.max(threshold, subscription.minScore ?? 0);
  const { language } = subscription;
  return items.some(
    (item) =>
      !item.baseline && item.score >= floor && (language === null || item.language === language),
  );
}

/** Most subscriptions share a few quiet hours, so each of these is worked out once. */
function quietEndsAt(now: Instant): (subscription: Subscription) => Instant | null {
  const known = new Map<string, Instant | null>();
  return ({ quiet, timezone }) => {
    if (quiet === null) return null;
    const name = `${quiet.from}-${quiet.to} ${timezone}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    const end = quietEnd(quiet, timezone, now);
    known.set(name, end);
    return end;
  };
}

/** A zone that this machine does not know has no quiet hours: nobody else's alerts are to wait for its being mended. */
function quietEnd(quiet: Subscription["quiet"], timezone: string, now: Instant): Instant | null {
  try {
    return inQuietHours(quiet, timezone, now);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
