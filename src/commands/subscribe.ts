import { initialState } from "../digests/standing.ts";
import type { Subscription } from "../digests/subscription.ts";
import { WEEKDAYS } from "../digests/subscription.ts";
import { answer, choice, failed, heading, notice, plain } from "./answers.ts";
import { daysOf, sparkline } from "./backtest.ts";
import { storyCard } from "./cards.ts";
import type { Call, Command } from "./command.ts";
import { confirmReply } from "./confirm.ts";
import { topicOption } from "./option-specs.ts";
import type { CommandPorts } from "./ports.ts";
import type { Block } from "./reply.ts";
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
    about: "Report a topic to this channel: shows what would have come, then asks",
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
    const there = all.find(
      (other) =>
        other.tenant === caller.tenant &&
        other.channel === caller.channel &&
        other.topicId === topicId,
    );
    if (there !== undefined) return alreadyThere(there);
    const id = freeId(ports, new Set(all.map((other) => other.id)));
    const read = applySettings(fresh(call, id, topicId), options);
    if ("reply" in read) return read.reply;
    const { subscription } = read;
    const state = initialState(subscription, now);
    const first = state.dueAt;
    if (!options.confirmed) {
      const settings = settingFacts(subscription, topic.threshold);
      return confirmReply(
        call,
        [
          heading(`Subscribe to ${topic.name}`),
          {
            kind: "facts",
            facts: [
              ...settings,
              ...(first === null
                ? []
                : ([["First digest", timeText(first, subscription.timezone)]] as const)),
            ],
          },
          ...(await previewBlocks(call, subscription, topic.threshold)),
        ],
        "Subscribe",
      );
    }
    await ports.archive.saveSubscription(subscription, state);
    const next = first === null ? "" : ` The first digest is due ${agoText(first, now)}.`;
    return answer(
      [notice("good", `Subscribed: ${topic.name} comes to this channel (${id}).${next}`)],
      {
        choices: [
          choice("Test post", `/sitrep subscription test ${id}`),
          choice("Pause", `/sitrep subscription pause ${id}`),
        ],
      },
    );
  },
};

function alreadyThere(there: Subscription): ReturnType<typeof failed> {
  if (there.where !== null) {
    const { file, line } = there.where;
    return failed(
      `This channel has a subscription to it already (${there.id}), declared in ${file} line ${line}.`,
    );
  }
  return failed(`This channel has a subscription to it already: ${there.id}.`, [
    choice("Show it", `/sitrep subscription edit ${there.id}`),
  ]);
}

function freeId(ports: CommandPorts, taken: ReadonlySet<string>): string {
  for (let tries = 0; tries < 100; tries += 1) {
    const id = `u${ports.newId().slice(0, 6)}`;
    if (!taken.has(id)) return id;
  }
  throw new Error("no free subscription id in 100 tries");
}

function fresh({ ports, caller, now }: Call, id: string, topicId: string): Subscription {
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
    layout: "cards",
    mention: null,
    first: "next",
    quiet: null,
    cap: CAP,
    empty: "silent",
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
      .map((story): Block => ({ kind: "story", card: storyCard(story) })),
  ];
}
