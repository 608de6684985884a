import type { Block, Reply } from "../../commands/reply.ts";
import type { Pictures } from "../chart-pictures.ts";
import { safeCut } from "../safe-text.ts";
import { standsOnCards } from "../story-words.ts";
import { type Attachment, attachmentsOf } from "./attachments.ts";
import { linkRows, offerRows, ownRows, storyRow } from "./buttons.ts";
import { type Container, countComponents, type DiscordBody, FLAG, type Row } from "./components.ts";
import { DISCORD_LIMITS, DISCORD_STORIES_MAX } from "./limits.ts";
import { blockText, type StoryDetailLevel, storyText } from "./texts.ts";

/** What makes a reply a post: it is one message, findable by its key. */
export type PostFrame = {
  /** Key of the delivery. */
  readonly key: string;
  /** Id of the role to mention; null: nobody. */
  readonly mention: string | null;
  /** It is there to be read, and no device rings for it. */
  readonly silent?: boolean;
};

type Inner = Container["components"][number];
type Piece = { readonly text: string; readonly isStory: boolean };

/**
 * A reply as the messages that Discord is sent. A post is exactly one message: with more stories than fit, details
 * go first, then links move into buttons, and what is beyond even that is counted in a last line. An answer may
 * take several messages.
 */
export function renderDiscord(
  reply: Reply,
  post: PostFrame | null,
  /** Charts of an answer that were drawn; all others are told in words. */
  pictures: Pictures<Uint8Array> = new Map(),
): readonly DiscordBody[] {
  return post === null ? answerBodies(reply, pictures) : [postBody(reply, post)];
}

function postBody(reply: Reply, post: PostFrame): DiscordBody {
  return fittingBody(reply, post) ?? frame(post, shortened(reply, post));
}

/** Whether the post of a reply tells every one of its stories, none counted in a last line or cut off. */
export function tellsAll(reply: Reply, post: PostFrame): boolean {
  const stories = reply.blocks.filter(({ kind }) => kind === "story").length;
  return stories <= DISCORD_STORIES_MAX && fittingBody(reply, post) !== null;
}

/** Null when it fits in no form. */
function fittingBody(reply: Reply, post: PostFrame): DiscordBody | null {
  if (standsOnCards(reply)) {
    const cards = frame(post, cardsWithButtons(reply, post));
    if (fits(cards)) return cards;
  }
  for (const level of levelsOf(reply)) {
    const body = frame(post, fill(reply, post, level, false));
    if (fits(body)) return body;
  }
  const narrowed = frame(post, fill(cutStories(reply), post, "bare", true));
  return fits(narrowed) ? narrowed : null;
}

/** Few stories have room for buttons of their own; more share a menu. */
function cardsWithButtons(reply: Reply, post: PostFrame): readonly Inner[] {
  const told = reply.blocks.flatMap((block): readonly Inner[] => {
    if (block.kind !== "story") {
      const text = blockText(block);
      return text === "" ? [] : [{ type: 10, content: text }];
    }
    const text: Inner = { type: 10, content: storyText(block.card, "full", null) };
    return [{ type: 14, divider: true, spacing: 1 }, text, ...storyRow(block.card, post.key)];
  });
  return [...told, ...ownRows(reply, post.key)];
}

/** How stories may be told, most first. A list of lines is what a compact post is, and what heads a thread. */
function levelsOf(reply: Reply): readonly StoryDetailLevel[] {
  const one = reply.blocks.filter(({ kind }) => kind === "story").length === 1;
  if (reply.layout === undefined || reply.layout === "cards") return ["full", "short", "line"];
  return one ? ["short", "line"] : ["line"];
}

function fits(body: DiscordBody): boolean {
  return (
    countComponents(body.components) <= DISCORD_LIMITS.components &&
    textChars(body.components) <= DISCORD_LIMITS.textChars
  );
}

function textChars(components: readonly unknown[]): number {
  let count = 0;
  for (const component of components) {
    const content: unknown = Reflect.get(Object(component), "content");
    if (typeof content === "string") count += content.length;
    const inner: unknown = Reflect.get(Object(component), "components");
    if (Array.isArray(inner)) count += textChars(inner);
  }
  return count;
}

/** Keeps as many stories as a post can hold, and says how many it does not. */
function cutStories(reply: Reply): Reply {
  const stories = reply.blocks.filter((block) => block.kind === "story");
  if (stories.length <= DISCORD_STORIES_MAX) return reply;
  let left = DISCORD_STORIES_MAX;
  const kept = reply.blocks.filter((block) => block.kind !== "story" || left-- > 0);
  return { ...reply, blocks: [...kept, overflowBlock(stories.length - DISCORD_STORIES_MAX)] };
}

function overflowBlock(count: number): Block {
  return { kind: "text", text: `… and ${count} more stories: /sitrep now shows them` };
}

/** The last resort for a reply that is long in other ways than by its stories: its text is cut. */
function shortened(reply: Reply, post: PostFrame): readonly Inner[] {
  const room = DISCORD_LIMITS.textChars - 100;
  const lines = pieces(cutStories(reply), "bare", true)
    .map((piece) => piece.text)
    .join("\n")
    .split("\n");
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += line.length + 1;
    if (used > room) break;
    kept.push(line);
  }
  return [{ type: 10, content: [...kept, "…"].join("\n") }, ...offerRows(reply, post.key)];
}

function fill(
  reply: Reply,
  post: PostFrame,
  level: StoryDetailLevel,
  linksAsButtons: boolean,
): readonly Inner[] {
  const rows: readonly Row[] = [
    ...(linksAsButtons ? linkRows(reply) : []),
    ...offerRows(reply, post.key),
  ];
  return [...laidOut(pieces(reply, level, linksAsButtons)), ...rows];
}

function pieces(reply: Reply, level: StoryDetailLevel, numbered: boolean): readonly Piece[] {
  let number = 0;
  return reply.blocks.flatMap((block): readonly Piece[] => {
    if (block.kind !== "story") {
      const text = blockText(block);
      return text === "" ? [] : [{ text, isStory: false }];
    }
    number += 1;
    return [{ text: storyText(block.card, level, numbered ? number : null), isStory: true }];
  });
}

/** Few stories stand apart with rules between them; many are one text. */
const RULED_PIECES_MAX = 8;

function laidOut(all: readonly Piece[]): readonly Inner[] {
  if (all.length > RULED_PIECES_MAX) {
    return [{ type: 10, content: all.map((piece) => piece.text).join("\n") }];
  }
  return all.flatMap((piece, index): readonly Inner[] => {
    const text: Inner = { type: 10, content: piece.text };
    return piece.isStory && index > 0 ? [{ type: 14, divider: true, spacing: 1 }, text] : [text];
  });
}

function frame(post: PostFrame, inner: readonly Inner[]): DiscordBody {
  const mention = post.mention;
  return {
    flags: post.silent === true ? FLAG.silentComponents : FLAG.components,
    components: [
      ...(mention === null ? [] : [{ type: 10, content: `<@&${mention}>` } as const]),
      { type: 17, components: inner },
    ],
    allowed_mentions: mention === null ? { parse: [] } : { parse: [], roles: [mention] },
    nonce: post.key.slice(0, DISCORD_LIMITS.nonceChars),
    enforce_nonce: true,
  };
}

function answerBodies(reply: Reply, pictures: Pictures<Uint8Array>): readonly DiscordBody[] {
  const told = { ...reply, blocks: reply.blocks.filter((block) => !pictures.has(block)) };
  const pages = paged(pieces(told, "full", false));
  const rows = offerRows(reply, "-");
  const attachments = attachmentsOf(reply, pictures);
  const shown = pages.slice(0, DISCORD_LIMITS.answerMessages);
  return shown.map((page, index) => {
    const isLast = index === shown.length - 1;
    const cut = isLast && pages.length > shown.length;
    const inner: readonly Inner[] = [
      ...laidOut(
        cut ? [...page, { text: "… and more: narrow the question", isStory: false }] : page,
      ),
      ...(isLast ? attachments.map(attached) : []),
      ...(isLast ? rows : []),
    ];
    return {
      flags: FLAG.components,
      components: [{ type: 17, components: inner }],
      allowed_mentions: { parse: [] },
      ...(isLast && attachments.length > 0
        ? { attachments: attachments.map(({ name }, id) => ({ id, filename: name })) }
        : {}),
    };
  });
}

function attached({ name, alt }: Attachment): Inner {
  const url = `attachment://${name}`;
  if (alt === null) return { type: 13, file: { url } };
  const description = safeCut(alt, DISCORD_LIMITS.altChars) || "A chart";
  return { type: 12, items: [{ media: { url }, description }] };
}

/** Room for a cut note and the rule lines between the pieces. */
const PAGE_CHARS = DISCORD_LIMITS.textChars - 100;

function paged(all: readonly Piece[]): readonly (readonly Piece[])[] {
  const pages: Piece[][] = [[]];
  let used = 0;
  for (const piece of all.flatMap(splitLong)) {
    if (used + piece.text.length > PAGE_CHARS) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)?.push(piece);
    used += piece.text.length + 1;
  }
  return pages[0]?.length === 0 ? [[{ text: "Nothing to show.", isStory: false }]] : pages;
}

/** A piece longer than a page, at its line ends. */
function splitLong(piece: Piece): readonly Piece[] {
  if (piece.text.length <= PAGE_CHARS) return [piece];
  const parts: string[] = [""];
  for (const line of piece.text.split("\n")) {
    const last = parts.at(-1) ?? "";
    if (last !== "" && last.length + line.length + 1 > PAGE_CHARS) parts.push(line);
    else parts[parts.length - 1] = last === "" ? line : `${last}\n${line}`;
  }
  return parts.map((text) => ({ ...piece, text }));
}
