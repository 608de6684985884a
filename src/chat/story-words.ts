import type { Choice, StoryCard } from "../commands/reply.ts";

/** Outlets named before the rest is counted. */
const OUTLETS_SHOWN_MAX = 3;

/** Who tells a story: `Reuters first · also in AP, BBC and 12 more`. Not yet safe to show. */
export function outletWords(card: StoryCard): string {
  const others = card.outlets
    .map((outlet) => outlet.name)
    .filter((name) => name !== card.firstReporter);
  if (others.length === 0) return card.firstReporter;
  const shown = others.slice(0, OUTLETS_SHOWN_MAX).join(", ");
  const more = others.length - OUTLETS_SHOWN_MAX;
  return `${card.firstReporter} first · also in ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The small facts beside a story: score, language, whether it grew. */
export function storyMarks(card: StoryCard): readonly string[] {
  return [
    ...(card.score === null ? [] : [`${Math.round(card.score)}/100`]),
    ...(card.language === null ? [] : [card.language]),
    ...(card.update ? ["update"] : []),
  ];
}

/** The five buttons under a story. */
export function storyChoices(card: StoryCard): readonly Choice[] {
  return [
    { label: "👍", command: `/sitrep feedback ${card.storyId} relevant`, tone: "plain" },
    { label: "👎", command: `/sitrep feedback ${card.storyId} irrelevant`, tone: "plain" },
    { label: "Why", command: `/sitrep why ${card.storyId}`, tone: "plain" },
    { label: "More", command: `/sitrep story ${card.storyId}`, tone: "plain" },
    { label: "Mute", command: `/sitrep mute story ${card.storyId}`, tone: "plain" },
  ];
}
