import type { Block, StoryCard } from "../../commands/reply.ts";
import { type Chart, seriesWords } from "../chart-words.ts";
import { outletWords, storyMarks } from "../story-words.ts";
import { fenced, linked, moment, plain, plainLines } from "./markdown.ts";

/** How much of a story is told: from everything down to a numbered headline whose link stands elsewhere. */
export type StoryDetailLevel = "full" | "short" | "line" | "bare";

/** One story in markdown. */
export function storyText(card: StoryCard, level: StoryDetailLevel, number: number | null): string {
  const lead = number === null ? "" : `${number}\\. `;
  switch (level) {
    case "full":
      return fullStory(card, lead);
    case "short":
      return `${lead}${linked(card.headline, card.url, 200)}\n-# ${facts(card)}`;
    case "line":
      return `${lead}${linked(card.headline, card.url, 120)} — ${briefly(card)}`;
    case "bare":
      return `${lead}**${plain(card.headline, 80)}** — ${briefly(card)}`;
  }
}

function fullStory(card: StoryCard, lead: string): string {
  const reason = card.reason;
  return [
    `${lead}${linked(card.headline, card.url, 250)}`,
    ...(card.gist === null ? [] : [plain(card.gist, 300)]),
    `-# ${facts(card)} · ${moment(card.firstSeenAt)}`,
    ...(reason === null
      ? []
      : [`-# because of ${plain(reason.concept, 60)}: “${plain(reason.quote, 120)}”`]),
  ].join("\n");
}

function facts(card: StoryCard): string {
  return [plain(outletWords(card), 160), ...markWords(card)].join(" · ");
}

function briefly(card: StoryCard): string {
  const more = card.outlets.length > 1 ? ` +${card.outlets.length - 1}` : "";
  return [`${plain(card.firstReporter, 30)}${more}`, ...markWords(card)].join(" · ");
}

function markWords(card: StoryCard): readonly string[] {
  return storyMarks(card).map((mark) => plain(mark, 20));
}

const TONES = { info: "ℹ️", good: "✅", warning: "⚠️", error: "⛔" } as const;

/** A block in markdown; empty for a story or a file, which are no text. */
export function blockText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `### ${plain(block.text, 200)}`;
    case "text":
      return plainLines(block.text, 1_500);
    case "table":
      return block.rows.map((row) => tableRow(block.columns, row)).join("\n");
    case "facts":
      return block.facts
        .map(([label, value]) => `**${plain(label, 80)}**: ${plain(value, 300)}`)
        .join("\n");
    case "reasons":
      return block.reasons
        .map((reason) => {
          const points = `${reason.points > 0 ? "+" : ""}${Math.round(reason.points)}`;
          return `**${points}** ${plain(reason.concept, 80)} (${reason.field}): “${plain(reason.quote, 200)}”`;
        })
        .join("\n");
    case "timeline":
      return block.entries.map(timelineEntry).join("\n");
    case "notice":
      return `${TONES[block.tone]} ${plainLines(block.text, 1_000)}`;
    case "line":
      return fenced(block.text, 1_000);
    case "chart":
      return chartText(block);
    case "story":
    case "file":
      return "";
  }
}

/** A chart where no picture can be: small bars, and what they show in words. */
function chartText(chart: Chart): string {
  return [
    `**${plain(chart.title, 100)}**`,
    ...seriesWords(chart).map(({ name, bars, sum }) => `${bars} ${plain(name, 60)} ${sum}`),
    `-# ${plain(chart.alt, 500)}`,
  ].join("\n");
}

/** A table breaks on a phone: a row is its first cell, then the others with their columns' names. */
function tableRow(columns: readonly string[], row: readonly string[]): string {
  const [first = "", ...rest] = row;
  const others = rest
    .map((cell, index) => [columns[index + 1] ?? "", cell] as const)
    .filter(([, cell]) => cell !== "")
    .map(([column, cell]) => `${plain(column, 40)} ${plain(cell, 150)}`);
  return [`**${plain(first, 150)}**`, ...others].join(" · ");
}

type TimelineEntry = Extract<Block, { readonly kind: "timeline" }>["entries"][number];

function timelineEntry(entry: TimelineEntry): string {
  const note = entry.note === null ? "" : ` (${plain(entry.note, 100)})`;
  const title = linked(entry.title, entry.url, 150);
  return `${moment(entry.at)} ${plain(entry.outlet, 60)}: ${title}${note}`;
}
