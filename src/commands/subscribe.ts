import { initialState } from "../digests/standing.ts";
import type { Subscription } from "../digests/subscription.ts";
import { WEEKDAYS } from "../digests/subscription.ts";
import type { Instant } from "../feeds/item.ts";
import { answer, choice, failed, heading, notice, plain } from "./answers.ts";
import { daysOf, sparkline } from "./backtest.ts";
import { storyCard } from "./cards.ts";
import { type Call, type Command, entryOf } from "./command.ts";
import { confirmReply } from "./confirm.ts";
import { topicOption } from "./option-specs.ts";
import type { CommandPorts } from "./ports.ts";
import type { Block, Reply } from "./reply.ts";
import { applySettings, SETTING_OPTIONS, settingFacts } from "./settings.ts";
import { agoText, countText, DAY_MS, dayText, instantBefore, timeText } from "./words.ts";

const PREVIEW_DAYS = 7;
const PREVIEW_STORIES_MAX = 1_000;
const SAMPLE_MAX = 3;
/** Stories a digest at most, where nothing else is said. */
const CAP = 20;

export const subscribeCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "subscribe",
    about: "Report a topic to this channel, after a preview of what would have come",
    level: "editor",
    confirms: true,
    options: [topicOption, ...SETTING_OPTIONS],
  },
  async run(call) {
    const { ports, caller, options, now } = call;
    const topicId = options.required("topic");
    const topic = ports.topics.list().find(({ id }) => id === topicId);
    if (topic === undefined) return failed(`There is no topic ${topicId}.`);
    const all = (await ports.archive.subscriptions(null)).map(({ subscription }) => subscription);
    const there = all.filter(
      (other) =>
        other.tenant === caller.tenant &&
        other.channel === caller.channel &&
        other.topicId === topicId,
    );
    const id = freeId(ports, new Set(all.map((other) => other.id)));
    const read = applySettings(fresh(call, id, topicId), options);
    if ("reply" in read) return read.reply;
    const same = there.find((other) => tellsTheSame(other, read.subscription));
    if (same !== undefined) return alreadyThere(same);
    const { subscription } = read;
    const state = initialState(subscription, now);
    if (!options.confirmed) {
      return confirmReply(
        call,
        [
          heading(`Subscribe to ${topic.name}`),
          settingsBlock(subscription, topic.threshold, state.dueAt),
          ...(await previewBlocks(call, subscription, topic.threshold)),
          ...warnOfOthers(there),
        ],
        "Subscribe",
      );
    }
    const what = `subscribed ${caller.channel} to ${topicId} (${id}, ${subscription.mode})`;
    await ports.archive.saveSubscription(subscription, state, entryOf(call, what));
    const due =
      state.dueAt === null ? "" : ` The first digest is due ${agoText(state.dueAt, now)}.`;
    return answer(
      [notice("good", `Subscribed: ${topic.name} comes to this channel (${id}).${due}`)],
      {
        choices: [
          choice("Test post", `/sitrep subscription test ${id}`),
          choice("Pause", `/sitrep subscription pause ${id}`),
        ],
      },
    );
  },
};

function settingsBlock(
  subscription: Subscription,
  threshold: number,
  dueAt: Instant | null,
): Block {
  const settings = settingFacts(subscription, threshold);
  if (dueAt === null) return { kind: "facts", facts: settings };
  const first = ["First digest", timeText(dueAt, subscription.timezone)] as const;
  return { kind: "facts", facts: [...settings, first] };
}

/** Equal in all that a person sets. */
function tellsTheSame(a: Subscription, b: Subscription): boolean {
  const settings = ({ mode, schedule, timezone, minScore, language }: Subscription): string =>
    JSON.stringify([mode, mode === "instant" ? null : [schedule, timezone], minScore, language]);
  return settings(a) === settings(b);
}

function alreadyThere(same: Subscription): Reply {
  const { id, where } = same;
  const place = where === null ? "" : `, declared in ${where.file} line ${where.line}`;
  return answer(
    [notice("info", `This channel has just this subscription already: ${id}${place}.`)],
    {
      choices: [choice("Show it", `/sitrep subscription edit ${id}`)],
    },
  );
}

/** A second subscription to one topic is allowed, and told, because stories may come twice. */
function warnOfOthers(there: readonly Subscription[]): readonly Block[] {
  const ids = there.map(({ id }) => id).join(", ");
  if (there.length === 0) return [];
  return [
    notice("warning", `This channel hears of the topic already (${ids}); stories may come twice.`),
  ];
}

function freeId(ports: CommandPorts, taken: ReadonlySet<string>): string {
  for (let tries = 0; tries < 100; tries += 1) {
    const id = `u${ports.newId().slice(0, 6)}`;
    if (!taken.has(id)) return id;
  }
  throw new Error("no free subscription id in 100 tries");
}

function fresh({ ports, caller, now }: Call, id: string, topicId: string): Subscription {
  const { quiet = null, cap = CAP, empty = "silent", layout = "cards" } = ports.settings;
  return {
    id,
    tenant: caller.tenant,
    channel: caller.channel,
    topicId,
    mode: "digest",
    schedule: { kind: "times", at: ["08:00"], days: WEEKDAYS },
    timezone: ports.timezone,
    minScore: null,
    language: null,
    layout,
    mention: null,
    first: "next",
    quiet,
    cap,
    empty,
    paused: false,
    createdAt: now,
    where: null,
  };
}

/** What the subscription would have told in the last days: how much, on which days, a sample. */
async function previewBlocks(
  { ports, now }: Call,
  subscription: Subscription,
  threshold: number,
): Promise<readonly Block[]> {
  const since = instantBefore(now, PREVIEW_DAYS * DAY_MS);
  const stories = await ports.archive.topicStories({
    topicId: subscription.topicId,
    since,
    until: now,
    minScore: Math.max(threshold, subscription.minScore ?? 0),
    language: subscription.language,
    baseline: true,
    limit: PREVIEW_STORIES_MAX,
  });
  const count = countText(stories.length, "story", "stories");
  if (stories.length === 0) {
    return [plain(`It would have told nothing in the last ${PREVIEW_DAYS} days.`)];
  }
  const days = daysOf(since, now, subscription.timezone).map(
    (day) =>
      stories.filter(({ story }) => dayText(story.firstSeenAt, subscription.timezone) === day)
        .length,
  );
  const average = Math.round((10 * stories.length) / PREVIEW_DAYS) / 10;
  return [
    plain(
      `In the last ${PREVIEW_DAYS} days it would have told ${count}, about ${average} a day: ${sparkline(days)}`,
    ),
    ...stories
      .slice(0, SAMPLE_MAX)
      .map((story): Block => ({ kind: "story", card: storyCard(story, subscription.topicId) })),
  ];
}
