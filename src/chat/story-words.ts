import { storyChoices as choicesOf } from "../commands/cards.ts";
import type { Choice, Reply, StoryCard } from "../commands/reply.ts";
import { SPECS } from "../commands/table.ts";

/** Names of the commands that a button may stand for. */
const OFFERED: ReadonlySet<string> = new Set(
  SPECS.filter(({ root, group }) => root === "sitrep" && group === null).map(({ name }) => name),
);

/** Outlets named before the rest is counted. */
const OUTLETS_SHOWN_MAX = 3;

/** Who tells a story: `Reuters first · also in AP, BBC`, or `also in 14: AP, BBC, TASS …`. Not yet safe to show. */
export function outletWords(card: StoryCard): string {
  const others = card.outlets
    .map((outlet) => outlet.name)
    .filter((name) => name !== card.firstReporter);
  if (others.length === 0) return card.firstReporter;
  const shown = others.slice(0, OUTLETS_SHOWN_MAX).join(", ");
  const named = others.length > OUTLETS_SHOWN_MAX ? `${others.length}: ${shown} …` : shown;
  return `${card.firstReporter} first · also in ${named}`;
}

/** The small facts beside a story: score, language, whether it grew. */
export function storyMarks(card: StoryCard): readonly string[] {
  return [
    ...(card.score === null ? [] : [`${Math.round(card.score)}/100`]),
    ...(card.language === null ? [] : [card.language]),
    ...(card.update ? ["update"] : []),
  ];
}

/** What a reply offers: what it says itself, and what stands under its one story. */
export type Offers = { readonly own: readonly Choice[]; readonly ofStory: readonly Choice[] };

/** What a reply offers, each once: a choice of its own that a story's button names too takes that button's place. */
export function offersOf(reply: Reply): Offers {
  const cards = reply.blocks.flatMap((block) => (block.kind === "story" ? [block.card] : []));
  const [card] = cards;
  const own = reply.choices ?? [];
  if (card === undefined || cards.length > 1) return { own, ofStory: [] };
  const usual = storyChoices(card);
  const labels = new Set(usual.map(({ label }) => label));
  return {
    own: own.filter(({ label }) => !labels.has(label)),
    ofStory: usual.map((choice) => own.find(({ label }) => label === choice.label) ?? choice),
  };
}

/** Whether each story of a reply is to stand on a card of its own, beside others, none there twice. */
export function standsOnCards({ blocks, layout = "cards" }: Reply): boolean {
  const ids = blocks.flatMap((block) => (block.kind === "story" ? [block.card.storyId] : []));
  return layout === "cards" && ids.length > 1 && new Set(ids).size === ids.length;
}

/** The buttons under a story: a verdict, why it is here, more of it, no more of it. Only commands that there are. */
export function storyChoices(card: StoryCard): readonly Choice[] {
  return choicesOf(card).filter(({ command }) => OFFERED.has(command.split(" ")[1] ?? ""));
}
