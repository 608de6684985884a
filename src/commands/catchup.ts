import { answer, choice, heading, notice, plain } from "./answers.ts";
import { storyCard } from "./cards.ts";
import type { Call, Command } from "./command.ts";
import { sinceOption } from "./option-specs.ts";
import type { Block } from "./reply.ts";
import { countText, DAY_MS, instantBefore, spanText } from "./words.ts";

/** Cards a topic: enough to know what was missed, few enough to read them all. */
const CARDS_MAX = 5;
const STORIES_MAX = 500;

export const catchupCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "catchup",
    about: "What you missed in this channel: the best of each of its topics",
    level: "viewer",
    options: [sinceOption],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const sinceMs = options.durationMs("since") ?? DAY_MS;
    const held = (await ports.archive.subscriptions(caller.tenant)).filter(
      ({ subscription: { tenant, channel } }) =>
        tenant === caller.tenant && channel === caller.channel,
    );
    const topicIds = new Set(held.map(({ subscription }) => subscription.topicId));
    if (topicIds.size === 0) {
      return answer([notice("info", "This channel subscribes to no topic. Now shows them all.")], {
        choices: [choice("Now", "/sitrep now")],
      });
    }
    const parts = await Promise.all([...topicIds].map((topicId) => part(call, topicId, sinceMs)));
    return answer([heading(`The last ${spanText(sinceMs)}`), ...parts.flat()]);
  },
};

async function part(call: Call, topicId: string, sinceMs: number): Promise<readonly Block[]> {
  const { ports, now } = call;
  const topic = ports.topics.list().find(({ id }) => id === topicId);
  if (topic === undefined) return [];
  const stories = await ports.archive.topicStories({
    topicId,
    since: instantBefore(now, sinceMs),
    until: now,
    minScore: topic.threshold,
    language: null,
    baseline: true,
    limit: STORIES_MAX,
  });
  if (stories.length === 0) return [heading(topic.name), plain("Nothing new.")];
  const left = stories.length - CARDS_MAX;
  return [
    heading(topic.name),
    plain(countText(stories.length, "story", "stories")),
    ...stories
      .slice(0, CARDS_MAX)
      .map((story): Block => ({ kind: "story", card: storyCard(story, topicId) })),
    ...(left > 0 ? [plain(`and ${left} more: /sitrep now ${topicId}`)] : []),
  ];
}
