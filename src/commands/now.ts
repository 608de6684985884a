import type { TopicStory } from "../digests/digest.ts";
import { answer, choice, heading, notice, plain } from "./answers.ts";
import { storyCard } from "./cards.ts";
import type { Call, Command } from "./command.ts";
import { formatLine } from "./line.ts";
import { anyTopicOption, languageOption, shareOption, sinceOption } from "./option-specs.ts";
import type { CommandPorts } from "./ports.ts";
import type { Block, Choice } from "./reply.ts";
import { countText, DAY_MS, instantBefore, spanText } from "./words.ts";

/** Cards a page: as many as a person takes in at once. */
const CARDS_MAX = 5;
/** Cards a topic where all topics are shown. */
const CARDS_A_TOPIC_MAX = 3;
/** Stories that are looked at to fill the pages. */
const STORIES_MAX = 500;

export const nowCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "now",
    about: "The stories of the moment, best first",
    level: "viewer",
    paged: true,
    options: [anyTopicOption, sinceOption, languageOption, shareOption],
  },
  async run(call) {
    const { options, ports } = call;
    const topicId = options.text("topic");
    const sinceMs = options.durationMs("since") ?? DAY_MS;
    const share = options.flag("share");
    const topics = ports.topics.list().filter(({ id }) => topicId === null || id === topicId);
    if (topics.length === 0) return answer([notice("info", "There are no topics yet.")]);
    const found = await Promise.all(
      topics.map(async (topic) => ({ topic, stories: await storiesOf(call, topic, sinceMs) })),
    );
    const single = found.length === 1 ? found[0] : undefined;
    const period = `the last ${spanText(sinceMs)}`;
    if (single !== undefined) {
      const { blocks, choices } = onePage(call, single.topic, single.stories, period);
      return answer(blocks, { share, choices });
    }
    return answer(
      found.flatMap(({ topic, stories }) => overview(topic, stories, period)),
      {
        share,
        choices: found
          .filter(({ stories }) => stories.length > CARDS_A_TOPIC_MAX)
          .map(({ topic }) =>
            choice(topic.name, formatLine(call.spec, { ...options.given, topic: topic.id })),
          ),
      },
    );
  },
};

type ListedTopic = ReturnType<CommandPorts["topics"]["list"]>[number];

function storiesOf(
  call: Call,
  topic: ListedTopic,
  sinceMs: number,
): Promise<readonly TopicStory[]> {
  return call.ports.archive.topicStories({
    topicId: topic.id,
    since: instantBefore(call.now, sinceMs),
    until: call.now,
    minScore: topic.threshold,
    language: call.options.text("language")?.toLowerCase() ?? null,
    baseline: true,
    limit: STORIES_MAX,
  });
}

function onePage(
  call: Call,
  topic: ListedTopic,
  stories: readonly TopicStory[],
  period: string,
): { blocks: readonly Block[]; choices: readonly Choice[] } {
  if (stories.length === 0) {
    const wider = formatLine(call.spec, { ...call.options.given, topic: topic.id, since: "7d" });
    return {
      blocks: [heading(topic.name), notice("info", `Nothing in ${period}.`)],
      choices: [choice("Last 7 days", wider)],
    };
  }
  const pages = Math.ceil(stories.length / CARDS_MAX);
  const page = Math.min(call.options.page, pages);
  const shown = stories.slice((page - 1) * CARDS_MAX, page * CARDS_MAX);
  const part = pages > 1 ? `, page ${page} of ${pages}` : "";
  return {
    blocks: [
      heading(topic.name),
      plain(`${countText(stories.length, "story", "stories")} in ${period}${part}`),
      ...shown.map((story): Block => ({ kind: "story", card: storyCard(story, topic.id) })),
    ],
    choices: pagerChoices(call, page, pages),
  };
}

/** Back and on, as the same command with another page. */
export function pagerChoices(call: Call, page: number, pages: number): readonly Choice[] {
  const to = (label: string, target: number): Choice =>
    choice(label, formatLine(call.spec, { ...call.options.given, page: String(target) }));
  return [
    ...(page > 1 ? [to("Back", page - 1)] : []),
    ...(page < pages ? [to("More", page + 1)] : []),
  ];
}

function overview(
  topic: ListedTopic,
  stories: readonly TopicStory[],
  period: string,
): readonly Block[] {
  if (stories.length === 0) return [heading(topic.name), plain(`Nothing in ${period}.`)];
  return [
    heading(topic.name),
    plain(`${countText(stories.length, "story", "stories")} in ${period}`),
    ...stories
      .slice(0, CARDS_A_TOPIC_MAX)
      .map((story): Block => ({ kind: "story", card: storyCard(story, topic.id) })),
  ];
}
