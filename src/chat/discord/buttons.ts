import type { Choice, Reply, StoryCard } from "../../commands/reply.ts";
import { safeCut, safeLink } from "../safe-text.ts";
import { offersOf, storyChoices } from "../story-words.ts";
import { BUTTON_STYLE, type CommandButton, type LinkButton, type Row } from "./components.ts";
import { DISCORD_LIMITS, DISCORD_STORIES_MAX } from "./limits.ts";

/**
 * A button's or menu's id: the delivery's key ("-" in an answer), a bar, and the command line that it stands for.
 * Everything is in it, so it works after any restart. Null when it would be too long.
 */
export function commandId(key: string, command: string): string | null {
  const id = `${key}|${command}`;
  return id.length <= DISCORD_LIMITS.customIdChars ? id : null;
}

/** The command line of a button's or menu's id; null for one that Sitrep did not make. */
export function commandOf(customId: string): string | null {
  const bar = customId.indexOf("|");
  return bar < 0 ? null : customId.slice(bar + 1);
}

/** What one story of several offers. */
export function storyRow(card: StoryCard, key: string): readonly Row[] {
  return choiceRows(storyChoices(card), key);
}

/** The reply's own choices alone. */
export function ownRows(reply: Reply, key: string): readonly Row[] {
  return choiceRows(offersOf(reply).own, key);
}

/** Choices as rows of buttons, at most two rows. */
function choiceRows(choices: readonly Choice[], key: string): readonly Row[] {
  const buttons: CommandButton[] = [];
  for (const choice of choices) {
    const id = commandId(key, choice.command);
    if (id === null || buttons.some((button) => button.custom_id === id)) continue;
    buttons.push({
      type: 2,
      style: BUTTON_STYLE[choice.tone],
      label: safeCut(choice.label, DISCORD_LIMITS.buttonLabelChars) || "…",
      custom_id: id,
    });
  }
  return rowsOf(buttons).slice(0, 2);
}

function rowsOf(buttons: readonly (CommandButton | LinkButton)[]): readonly Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < buttons.length; from += DISCORD_LIMITS.rowButtons) {
    rows.push({ type: 1, components: buttons.slice(from, from + DISCORD_LIMITS.rowButtons) });
  }
  return rows;
}

/** Links of the stories as numbered buttons: they cost nothing of a message's text. */
export function linkRows(reply: Reply): readonly Row[] {
  const buttons = storiesOf(reply).flatMap((card, index): readonly LinkButton[] => {
    const url = safeLink(card.url);
    if (url === null || url.length > DISCORD_LIMITS.linkButtonUrlChars) return [];
    return [{ type: 2, style: BUTTON_STYLE.link, label: `${index + 1}`, url }];
  });
  return rowsOf(buttons);
}

/**
 * What a message offers: its own choices, then verdict, reasons and more under one story, a menu under several.
 * Where there is nothing, a post still needs something that carries its key.
 */
export function offerRows(reply: Reply, key: string): readonly Row[] {
  const cards = storiesOf(reply);
  const { own, ofStory } = offersOf(reply);
  const rows = [
    ...choiceRows(own, key),
    ...choiceRows(ofStory, key),
    ...(cards.length > 1 ? [storyMenu(cards, key)] : []),
  ];
  if (rows.length > 0 || key === "-") return rows;
  return choiceRows([{ label: "Status", command: "/sitrep status", tone: "plain" }], key);
}

function storyMenu(cards: readonly StoryCard[], key: string): Row {
  const seen = new Set<string>();
  const options = cards
    .filter((card) => !seen.has(card.storyId) && seen.add(card.storyId))
    .slice(0, DISCORD_LIMITS.selectOptions)
    .map((card) => ({
      label: safeCut(card.headline, DISCORD_LIMITS.selectOptionChars) || card.storyId,
      value: card.storyId,
    }));
  return {
    type: 1,
    components: [
      { type: 3, custom_id: `${key}|/sitrep story`, placeholder: "More about a story", options },
    ],
  };
}

function storiesOf(reply: Reply): readonly StoryCard[] {
  return reply.blocks
    .flatMap((block) => (block.kind === "story" ? [block.card] : []))
    .slice(0, DISCORD_STORIES_MAX);
}
