import { headlineOf, outletOf } from "../feeds/item.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { answer, choice, facts, failed, heading, plain } from "./answers.ts";
import { bareCard } from "./cards.ts";
import type { Command } from "./command.ts";
import { shareOption } from "./option-specs.ts";
import type { StoryDetail } from "./ports.ts";
import type { Block } from "./reply.ts";
import { resolveStory } from "./resolve.ts";
import { agoText, countText, listText, scoreText, timeText } from "./words.ts";

/** Entries of a timeline; the middle of a longer one says least. */
const ENTRIES_MAX = 24;

export const storyCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "story",
    about: "One story: its timeline, outlets, first reporter and changed headlines",
    level: "viewer",
    options: [
      {
        name: "story",
        kind: "story",
        about: "A story's id, an item's address or a link to a post",
        required: true,
        aliases: ["url", "message"],
      },
      shareOption,
    ],
  },
  async run({ options, ports, caller, now }) {
    const pointed = await resolveStory(options.required("story"), ports, caller.tenant);
    const detail = pointed === null ? null : await ports.archive.story(pointed.storyId);
    if (detail === null) return failed(UNKNOWN_STORY);
    const names = new Map(ports.topics.list().map(({ id, name }) => [id, name]));
    const { story } = detail;
    const matched = detail.matches.filter(({ topicId }) => names.has(topicId));
    const blocks: Block[] = [
      { kind: "story", card: bareCard(story) },
      facts(
        ["Story", story.id],
        ["First reported by", story.firstReporter],
        [
          "First seen",
          `${timeText(story.firstSeenAt, ports.timezone)} (${agoText(story.firstSeenAt, now)})`,
        ],
        ["Last grew", story.items > 1 ? agoText(story.lastSeenAt, now) : null],
        [
          "Outlets",
          listText(
            story.outlets.map(({ name }) => name),
            OUTLETS_MAX,
          ),
        ],
        ["Items", itemsText(detail)],
        ["Languages", story.languages.length > 0 ? story.languages.join(", ") : null],
        ...matched.map(
          ({ topicId, score, matched: fits }) =>
            [
              `Topic ${names.get(topicId) ?? topicId}`,
              `score ${scoreText(score)}${fits ? "" : ", below its threshold"}`,
            ] as const,
        ),
      ),
      ...headlineBlocks(detail),
      heading("Timeline"),
      timeline(detail),
    ];
    return answer(blocks, {
      share: options.flag("share"),
      choices: [choice("Why", `/sitrep why ${story.id}`)],
    });
  },
};

const OUTLETS_MAX = 20;

export const UNKNOWN_STORY =
  "No story is known by that. A story's id, the address of an item, or a link to a post that tells one story will do.";

function itemsText({ items }: StoryDetail): string {
  const copies = items.filter(({ duplicateOf }) => duplicateOf !== null).length;
  const words = countText(items.length, "item");
  if (copies === 0) return words;
  return `${words}, ${copies} of them ${copies === 1 ? "a copy" : "copies"} of another`;
}

/** How the headline changed: in edits of one item where they are kept, and from outlet to outlet. */
function headlineBlocks({ items, pastHeadlines = [] }: StoryDetail): readonly Block[] {
  const changed = pastHeadlines.flatMap(({ itemId, title }) => {
    const item = items.find(({ id }) => id === itemId);
    if (item === undefined || headlineOf(item) === title) return [];
    return [`${outletOf(item)}: “${title}” became “${headlineOf(item)}”`];
  });
  if (changed.length === 0) return [];
  return [heading("Changed headlines"), ...changed.map(plain)];
}

function timeline({ items, story }: StoryDetail): Block {
  const head = items.slice(0, ENTRIES_MAX / 2);
  const tail = items.slice(Math.max(ENTRIES_MAX / 2, items.length - ENTRIES_MAX / 2));
  const left = items.length - head.length - tail.length;
  const entries = [...head, ...tail].map((item, index) => ({
    at: item.seenAt,
    outlet: outletOf(item),
    title: headlineOf(item),
    url: item.url,
    note: noteOf(item, items, index === 0, story.headline, index === head.length ? left : 0),
  }));
  return { kind: "timeline", entries };
}

function noteOf(
  item: ArchivedItem,
  items: readonly ArchivedItem[],
  first: boolean,
  headline: string,
  leftOut: number,
): string | null {
  const original = items.find(({ id }) => id === item.duplicateOf);
  const notes = [
    leftOut > 0 ? `${countText(leftOut, "item")} before it left out` : null,
    first ? "first" : null,
    item.duplicateOf === null
      ? null
      : `copy of ${original === undefined ? "an earlier item" : outletOf(original)}`,
    item.editedAt === null ? null : "edited since",
    !first && item.duplicateOf !== null && headlineOf(item) !== headline ? "other headline" : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join(", ");
}
