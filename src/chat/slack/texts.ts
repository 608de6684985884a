import type { Block, StoryCard } from "../../commands/reply.ts";
import { type Chart, seriesWords } from "../chart-words.ts";
import { cutText, safeCut } from "../safe-text.ts";
import { outletWords, storyMarks } from "../story-words.ts";
import { mrkdwn, plainText, type SlackBlock } from "./blocks.ts";
import { SLACK_LIMITS, SLACK_LINK_CHARS_MAX } from "./limits.ts";
import { fenced, linked, moment, plain, plainLines } from "./mrkdwn.ts";

/** How much of a story is told: everything, its headline with facts, or one line of it. */
export type StoryDetailLevel = "full" | "short" | "line";

/** One story as blocks. */
export function storyBlocks(card: StoryCard, level: "full" | "short"): readonly SlackBlock[] {
  const title = linked(card.headline, card.url, level === "full" ? 250 : 150);
  const facts = mrkdwn([...factWords(card), moment(card.firstSeenAt)].join(" · "));
  if (level === "short") return [section(title), { type: "context", elements: [facts] }];
  const gist = card.gist === null ? "" : `\n${plain(card.gist, 300)}`;
  const reason = card.reason;
  const because =
    reason === null
      ? []
      : [mrkdwn(`because of ${plain(reason.concept, 60)}: “${plain(reason.quote, 120)}”`)];
  return [section(title + gist), { type: "context", elements: [facts, ...because] }];
}

/** One story on one line. */
export function storyLine(card: StoryCard, number: number): string {
  const more = card.outlets.length > 1 ? ` +${card.outlets.length - 1}` : "";
  const facts = [`${plain(card.firstReporter, 30)}${more}`, ...markWords(card)].join(" · ");
  return `${number}. ${linked(card.headline, card.url, 100, SLACK_LINK_CHARS_MAX)} — ${facts}`;
}

function factWords(card: StoryCard): readonly string[] {
  return [plain(outletWords(card), 160), ...markWords(card)];
}

function markWords(card: StoryCard): readonly string[] {
  return storyMarks(card).map((mark) => plain(mark, 20));
}

/** A section; its text is never empty and never too long. */
export function section(text: string): SlackBlock {
  return { type: "section", text: mrkdwn(cutText(text, SLACK_LIMITS.sectionChars) || " ") };
}

const TONES = {
  info: ":information_source:",
  good: ":white_check_mark:",
  warning: ":warning:",
  error: ":no_entry:",
} as const;

/** Any block but a story, which takes more than one and is made elsewhere. */
export function otherBlocks(
  block: Block,
  /** Id of its picture; null: there is none. */
  picture: string | null = null,
): readonly SlackBlock[] {
  switch (block.kind) {
    case "heading":
      return heading(block.text);
    case "text":
      return sections(plainLines(block.text, 1_500));
    case "table":
      return sections(block.rows.map((row) => tableRow(block.columns, row)).join("\n"));
    case "facts":
      return sections(
        block.facts
          .map(([label, value]) => `*${plain(label, 80)}*: ${plain(value, 300)}`)
          .join("\n"),
      );
    case "reasons":
      return sections(
        block.reasons
          .map(({ concept, field, quote, points }) => {
            const shown = `${points > 0 ? "+" : ""}${Math.round(points)}`;
            return `*${shown}* ${plain(concept, 80)} (${field}): “${plain(quote, 200)}”`;
          })
          .join("\n"),
      );
    case "timeline":
      return sections(block.entries.map(timelineEntry).join("\n"));
    case "notice":
      return sections(`${TONES[block.tone]} ${plainLines(block.text, 1_000)}`);
    case "line":
      return sections(fenced(block.text, 1_000));
    case "chart":
      return picture === null ? sections(chartText(block)) : [chartImage(block, picture)];
    case "story":
      return [];
    case "file":
      return [section(`*${plain(block.name, 80)}*\n${fenced(block.content, 2_000)}`)];
  }
}

function chartImage(chart: Chart, id: string): SlackBlock {
  const alt_text = safeCut(chart.alt, SLACK_LIMITS.altChars) || "A chart";
  return { type: "image", slack_file: { id }, alt_text };
}

/** A chart where no picture can be: small bars, and what they show in words. */
function chartText(chart: Chart): string {
  return [
    `*${plain(chart.title, 100)}*`,
    ...seriesWords(chart).map(({ name, bars, sum }) => `${bars} ${plain(name, 60)} ${sum}`),
    plain(chart.alt, 500),
  ].join("\n");
}

function heading(text: string): readonly SlackBlock[] {
  const shown = safeCut(text, SLACK_LIMITS.headerChars);
  return shown === "" ? [] : [{ type: "header", text: plainText(shown) }];
}

/** Long text as several sections, parted at its line ends. */
function sections(text: string): readonly SlackBlock[] {
  if (text.trim() === "") return [];
  const parts: string[] = [""];
  for (const line of text.split("\n")) {
    const last = parts.at(-1) ?? "";
    const joined = last === "" ? line : `${last}\n${line}`;
    if (last !== "" && joined.length > SLACK_LIMITS.sectionChars) parts.push(line);
    else parts[parts.length - 1] = joined;
  }
  return parts.map(section);
}

/** A row is its first cell, then the others with their columns' names: it reads well on a phone. */
function tableRow(columns: readonly string[], row: readonly string[]): string {
  const [first = "", ...rest] = row;
  const others = rest
    .map((cell, index) => [columns[index + 1] ?? "", cell] as const)
    .filter(([, cell]) => cell !== "")
    .map(([column, cell]) => `${plain(column, 40)} ${plain(cell, 150)}`);
  return [`*${plain(first, 150)}*`, ...others].join(" · ");
}

type TimelineEntry = Extract<Block, { readonly kind: "timeline" }>["entries"][number];

function timelineEntry(entry: TimelineEntry): string {
  const note = entry.note === null ? "" : ` (${plain(entry.note, 100)})`;
  const title = linked(entry.title, entry.url, 150);
  return `${moment(entry.at)} ${plain(entry.outlet, 60)}: ${title}${note}`;
}
