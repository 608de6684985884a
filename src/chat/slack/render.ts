import type { Block, Choice, Reply, StoryCard } from "../../commands/reply.ts";
import type { Pictures } from "../chart-pictures.ts";
import { cutText, safeCut, safeText } from "../safe-text.ts";
import { offersOf, standsOnCards, storyChoices } from "../story-words.ts";
import {
  type Button,
  DELIVERY_EVENT,
  type Menu,
  plainText,
  type SlackBlock,
  type SlackBody,
} from "./blocks.ts";
import { SLACK_LIMITS, SLACK_STORIES_MAX } from "./limits.ts";
import { escaped } from "./mrkdwn.ts";
import { otherBlocks, type StoryDetailLevel, section, storyBlocks, storyLine } from "./texts.ts";

/** What makes a reply a post: it is one message, findable by its key. */
export type PostFrame = {
  readonly key: string;
  /** Id of the user group to mention; null: nobody. */
  readonly mention: string | null;
};

/**
 * A reply as the messages that Slack is sent. A post is exactly one message: with more stories than fit, details go
 * first, and what is beyond even that is counted in a last line. An answer may take several messages.
 */
export function renderSlack(
  reply: Reply,
  post: PostFrame | null,
  /** Ids of the uploaded charts of an answer; all others are told in words. */
  pictures: Pictures<string> = new Map(),
): readonly SlackBody[] {
  return post === null ? answerBodies(reply, pictures) : [postBody(reply, post)];
}

function postBody(reply: Reply, post: PostFrame): SlackBody {
  const whole = fittingBlocks(reply, post);
  if (whole !== null) return { ...body(reply, whole), metadata: metadata(post.key) };
  const mention = mentionBlocks(post.mention);
  const actions = actionBlocks(reply);
  const kept: SlackBlock[] = [...mention];
  const more = section("… and more: /sitrep now shows it");
  for (const block of content(reply, "line")) {
    if (!fits([...kept, block, more, ...actions])) break;
    kept.push(block);
  }
  return { ...body(reply, [...kept, more, ...actions]), metadata: metadata(post.key) };
}

/** How stories may be told, most first. A list of lines is what a compact post is, and what heads a thread. */
function levelsOf(reply: Reply): readonly StoryDetailLevel[] {
  const one = reply.blocks.filter(({ kind }) => kind === "story").length === 1;
  if (reply.layout === undefined || reply.layout === "cards") return ["full", "short", "line"];
  return one ? ["short", "line"] : ["line"];
}

/** Whether the post of a reply tells every one of its stories, none counted in a last line or cut off. */
export function tellsAll(reply: Reply, post: PostFrame): boolean {
  const stories = reply.blocks.filter(({ kind }) => kind === "story").length;
  return stories <= SLACK_STORIES_MAX && fittingBlocks(reply, post) !== null;
}

/** Null when it fits in no form. */
function fittingBlocks(reply: Reply, post: PostFrame): readonly SlackBlock[] | null {
  const mention = mentionBlocks(post.mention);
  if (standsOnCards(reply)) {
    const cards = [...mention, ...cardsWithButtons(reply)];
    if (fits(cards)) return cards;
  }
  const actions = actionBlocks(reply);
  for (const level of levelsOf(reply)) {
    const blocks = [...mention, ...content(reply, level), ...actions];
    if (fits(blocks)) return blocks;
  }
  return null;
}

/** Few stories have room for buttons of their own; more share a menu. */
function cardsWithButtons(reply: Reply): readonly SlackBlock[] {
  let made = 0;
  const row = (choices: readonly Choice[]): readonly SlackBlock[] => {
    const elements = buttons(choices, made);
    made += elements.length;
    return elements.length === 0 ? [] : [{ type: "actions", elements }];
  };
  const told = reply.blocks.flatMap((block) =>
    block.kind === "story"
      ? [...storyBlocks(block.card, "full"), ...row(storyChoices(block.card))]
      : otherBlocks(block),
  );
  return [...told, ...row(offersOf(reply).own)];
}

function metadata(key: string): NonNullable<SlackBody["metadata"]> {
  return { event_type: DELIVERY_EVENT, event_payload: { key } };
}

function mentionBlocks(mention: string | null): readonly SlackBlock[] {
  return mention !== null && /^S[A-Z0-9]{2,20}$/.test(mention)
    ? [section(`<!subteam^${mention}>`)]
    : [];
}

function fits(blocks: readonly SlackBlock[]): boolean {
  return (
    blocks.length <= SLACK_LIMITS.blocks &&
    JSON.stringify(blocks).length <= SLACK_LIMITS.messageChars
  );
}

function body(reply: Reply, blocks: readonly SlackBlock[]): SlackBody {
  return {
    text: fallbackText(reply),
    blocks: blocks.length === 0 ? [section("Nothing to show.")] : blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** The reply in one line. */
function fallbackText(reply: Reply): string {
  const parts = reply.blocks.map(spoken).filter((part) => part !== "");
  const text = safeText(parts.map((part) => cutText(part, 200)).join(" — "));
  return escaped(cutText(text, SLACK_LIMITS.fallbackChars)) || "Sitrep";
}

function spoken(block: Block): string {
  if (block.kind === "story") return block.card.headline;
  const isSpoken = block.kind === "heading" || block.kind === "text" || block.kind === "notice";
  return isSpoken ? block.text : "";
}

const NO_PICTURES: Pictures<string> = new Map();

function content(
  reply: Reply,
  level: StoryDetailLevel,
  pictures = NO_PICTURES,
): readonly SlackBlock[] {
  if (level === "line") return lineContent(reply);
  return reply.blocks.flatMap((block) =>
    block.kind === "story"
      ? storyBlocks(block.card, level)
      : otherBlocks(block, pictures.get(block) ?? null),
  );
}

/** Stories one a line, several lines a section. */
function lineContent(reply: Reply): readonly SlackBlock[] {
  const blocks: SlackBlock[] = [];
  let lines = "";
  let number = 0;
  const flush = (): void => {
    if (lines !== "") blocks.push(section(lines));
    lines = "";
  };
  for (const block of reply.blocks) {
    if (block.kind !== "story") {
      flush();
      blocks.push(...otherBlocks(block));
      continue;
    }
    number += 1;
    if (number > SLACK_STORIES_MAX) continue;
    const line = storyLine(block.card, number);
    if (lines.length + line.length + 1 > SLACK_LIMITS.sectionChars) flush();
    lines = lines === "" ? line : `${lines}\n${line}`;
  }
  flush();
  const over = number - SLACK_STORIES_MAX;
  return over > 0
    ? [...blocks, section(`… and ${over} more stories: /sitrep now shows them`)]
    : blocks;
}

/** What every message with stories offers, after what the reply itself offers. */
function actionBlocks(reply: Reply): readonly SlackBlock[] {
  const cards = reply.blocks.flatMap((block) => (block.kind === "story" ? [block.card] : []));
  const { own, ofStory } = offersOf(reply);
  const first = buttons(own, 0);
  const rows: readonly (readonly (Button | Menu)[])[] = [
    first,
    buttons(ofStory, first.length),
    cards.length > 1 ? [storyMenu(cards)] : [],
  ];
  return rows.flatMap((elements): readonly SlackBlock[] =>
    elements.length === 0 ? [] : [{ type: "actions", elements }],
  );
}

/** `from`: a number for the first, so that no two of a message are alike. */
function buttons(choices: readonly Choice[], from: number): readonly Button[] {
  return choices
    .filter(({ command }) => command.length <= SLACK_LIMITS.buttonValueChars)
    .slice(0, SLACK_LIMITS.actionElements)
    .map((choice, index) => ({
      type: "button",
      action_id: `sitrep:${from + index}`,
      text: plainText(safeCut(choice.label, SLACK_LIMITS.buttonTextChars) || "…"),
      value: choice.command,
      ...(choice.tone === "plain" ? {} : { style: choice.tone }),
    }));
}

/** Shorter than allowed: a menu of many long headlines would cost the room of their stories. */
const MENU_LABEL_CHARS = 40;

function storyMenu(cards: readonly StoryCard[]): Menu {
  const unique = new Map(cards.slice(0, SLACK_STORIES_MAX).map((card) => [card.storyId, card]));
  return {
    type: "static_select",
    action_id: "sitrep:menu",
    placeholder: plainText("More about a story"),
    options: [...unique.values()].map((card) => ({
      text: plainText(safeCut(card.headline, MENU_LABEL_CHARS) || card.storyId),
      value: `/sitrep story ${card.storyId}`,
    })),
  };
}

const NARROWER: SlackBlock = section("… and more: narrow the question");

function answerBodies(reply: Reply, pictures: Pictures<string>): readonly SlackBody[] {
  const actions = actionBlocks(reply);
  const pages: SlackBlock[][] = [[]];
  for (const block of content(reply, "full", pictures)) {
    const page = pages.at(-1) ?? [];
    if (fits([...page, block, NARROWER, ...actions])) page.push(block);
    else pages.push([block]);
  }
  const shown = pages.slice(0, SLACK_LIMITS.answerMessages);
  return shown.map((page, index) => {
    const isLast = index === shown.length - 1;
    const cut = isLast && pages.length > shown.length ? [NARROWER] : [];
    return body(reply, [...page, ...cut, ...(isLast ? actions : [])]);
  });
}
