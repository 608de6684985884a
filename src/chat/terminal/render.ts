import type { Block, Choice, Reply, StoryCard } from "../../commands/reply.ts";
import type { Instant } from "../../feeds/item.ts";
import type { Reason } from "../../topics/topic.ts";
import { type Chart, seriesWords } from "../chart-words.ts";
import { cutText, safeLines, safeLink, safeText } from "../safe-text.ts";
import { columnsOf, cutColumns, padColumns, wrapColumns } from "./columns.ts";

/** How the terminal is. */
export type TerminalOptions = {
  /** Width to wrap at; lines with addresses and commands are never cut. */
  readonly columns: number;
  readonly colour: boolean;
};

/** What was posted to a channel of the page, as `run` prints it. */
export type TerminalPost = {
  /** platform:id */
  readonly channel: string;
  readonly at: Instant;
  readonly reply: Reply;
};

/** A reply as text that ends with a line end. Holds no control character but line ends and, with colour, our own. */
export function renderText(reply: Reply, options: TerminalOptions): string {
  const page: Page = { width: Math.max(40, options.columns), paint: painter(options.colour) };
  const parts = reply.blocks.map((block) => renderBlock(block, page));
  const choices = reply.choices ?? [];
  if (choices.length > 0) parts.push(renderChoices(choices, page));
  return `${joinParts(reply.blocks, parts)}\n`;
}

/** A post with a header of its channel and time. */
export function renderPost(post: TerminalPost, options: TerminalOptions): string {
  const paint = painter(options.colour);
  const header = `${safeText(post.channel)} · ${timeOf(post.at)}`;
  const rule = "─".repeat(Math.max(3, Math.min(options.columns, 100) - columnsOf(header) - 4));
  return `${paint("dim", `── ${header} ${rule}`)}\n${renderText(post.reply, options)}`;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
type Paint = (style: Style, text: string) => string;
type Page = { readonly width: number; readonly paint: Paint };

/** SGR codes (ECMA-48, 8.3.117). */
const CODES: Readonly<Record<Style, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
};

function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/** An empty line between blocks, except between stories of one list when they are one line each anyway. */
function joinParts(blocks: readonly Block[], parts: readonly string[]): string {
  return parts
    .map((part, index) => {
      const tight = index === 0 || blocks[index - 1]?.kind === "heading" || part === "";
      return tight ? part : `\n${part}`;
    })
    .filter((part) => part !== "")
    .join("\n");
}

function renderBlock(block: Block, page: Page): string {
  switch (block.kind) {
    case "heading":
      return page.paint("bold", safeText(block.text));
    case "text":
      return safeLines(block.text)
        .split("\n")
        .flatMap((line) => wrapColumns(line, page.width))
        .join("\n");
    case "story":
      return renderStory(block.card, page);
    case "table":
      return renderTable(block.columns, block.rows, page);
    case "facts":
      return renderFacts(block.facts, page);
    case "reasons":
      return block.reasons.map((reason) => renderReason(reason, page)).join("\n");
    case "timeline":
      return block.entries.map((entry) => renderEntry(entry, page)).join("\n");
    case "notice":
      return renderNotice(block.tone, block.text, page);
    case "chart":
      return renderChart(block, page);
    case "line":
      return `    ${page.paint("cyan", safeText(block.text))}`;
    case "file":
      return renderFile(block, page);
  }
}

function renderChart(chart: Chart, page: Page): string {
  const rows = seriesWords(chart);
  const width = Math.max(...rows.map(({ name }) => columnsOf(safeText(name))));
  return [
    page.paint("bold", safeText(chart.title)),
    ...rows.map(({ name, bars, sum }) => `  ${padColumns(safeText(name), width)}  ${bars}  ${sum}`),
    ...wrapColumns(safeText(chart.alt), page.width).map((line) => page.paint("dim", line)),
  ].join("\n");
}

/** Columns before the text of a story: its score and a gap. */
const INDENT = "      ";

function renderStory(card: StoryCard, page: Page): string {
  const score = card.score === null ? "  ·" : String(Math.round(card.score)).padStart(3);
  const mark = card.update ? " (update)" : "";
  const room = page.width - INDENT.length;
  const [first = "", ...more] = wrapColumns(`${safeText(card.headline)}${mark}`, room);
  const lines = [
    ` ${page.paint(scoreStyle(card.score), score)}  ${page.paint("bold", first)}`,
    ...more.map((line) => INDENT + page.paint("bold", line)),
  ];
  const add = (text: string, style: Style | null): void => {
    for (const line of wrapColumns(text, room)) {
      lines.push(INDENT + (style === null ? line : page.paint(style, line)));
    }
  };
  if (card.gist !== null) add(cutText(safeText(card.gist), GIST_CHARS_MAX), null);
  for (const line of fillLines(detailsOf(card), room)) lines.push(INDENT + page.paint("dim", line));
  if (card.reason !== null) add(`because ${reasonText(card.reason)}`, "dim");
  const link = safeLink(card.url);
  if (link !== null) lines.push(INDENT + page.paint("cyan", link));
  return lines.join("\n");
}

/** Three lines of a usual terminal. */
const GIST_CHARS_MAX = 240;
/** More outlets than these are counted, not named. */
const OUTLETS_MAX = 6;

function detailsOf(card: StoryCard): readonly string[] {
  const names = card.outlets.map((outlet) => safeText(outlet.name));
  const shown = names.slice(0, OUTLETS_MAX).join(", ");
  const rest = names.length - OUTLETS_MAX;
  const outlets = rest > 0 ? `${shown} and ${rest} more` : shown;
  const parts = [outlets, `first: ${safeText(card.firstReporter)}`];
  if (card.items > 1) parts.push(`${card.items} items`);
  if (card.language !== null) parts.push(safeText(card.language));
  parts.push(timeOf(card.publishedAt ?? card.firstSeenAt), card.storyId);
  return parts.filter((part) => part !== "");
}

/** Parts side by side as far as they fit; one that is too wide alone is broken between its words. */
function fillLines(parts: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last} · ${part}`;
    if (last !== undefined && columnsOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(...wrapColumns(part, columns));
  }
  return lines;
}

function scoreStyle(score: number | null): Style {
  if (score === null) return "dim";
  if (score >= 80) return "green";
  return score >= 50 ? "yellow" : "dim";
}

function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  page: Page,
): string {
  const cells = [columns, ...rows].map((row) => row.map(safeText));
  const widths = columns.map((_, column) =>
    Math.max(1, ...cells.map((row) => columnsOf(row[column] ?? ""))),
  );
  fitWidths(widths, page.width - 2 * (columns.length - 1));
  const numeric = columns.map((_, column) =>
    rows.every((row) => /^[-+]?[\d.,]*\s?%?$/.test(row[column] ?? "")),
  );
  const lines = cells.map((row) =>
    widths
      .map((width, column) => {
        const text = cutColumns(row[column] ?? "", width);
        if (numeric[column] === true) return " ".repeat(width - columnsOf(text)) + text;
        return padColumns(text, width);
      })
      .join("  ")
      .trimEnd(),
  );
  return [page.paint("bold", lines[0] ?? ""), ...lines.slice(1)].join("\n");
}

/** Takes width from the widest columns until all fit; no column gets narrower than 8. */
function fitWidths(widths: number[], room: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= 8) return;
    widths[widest] = width - 1;
    excess -= 1;
  }
}

function renderFacts(facts: readonly (readonly [string, string])[], page: Page): string {
  const label = Math.max(0, ...facts.map(([name]) => columnsOf(safeText(name))));
  return facts
    .flatMap(([name, value]) => {
      const [first = "", ...more] = wrapColumns(safeText(value), page.width - label - 2);
      const head = `${page.paint("dim", padColumns(safeText(name), label))}  ${first}`;
      return [head, ...more.map((line) => " ".repeat(label + 2) + line)];
    })
    .join("\n");
}

function renderReason(reason: Reason, page: Page): string {
  return wrapColumns(reasonText(reason), page.width - 2)
    .map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`))
    .join("\n");
}

function reasonText(reason: Reason): string {
  const points = Math.round(reason.points * 100) / 100;
  const quote = safeText(reason.quote);
  const passage = quote === "" ? "" : `: “${quote}”`;
  return `${points < 0 ? "−" : "+"}${Math.abs(points)} ${safeText(reason.concept)} in ${reason.field}${passage}`;
}

type TimelineEntry = Extract<Block, { kind: "timeline" }>["entries"][number];

function renderEntry(entry: TimelineEntry, page: Page): string {
  const time = timeOf(entry.at);
  const indent = " ".repeat(time.length + 2);
  const note = entry.note === null ? "" : ` (${safeText(entry.note)})`;
  const text = `${safeText(entry.outlet)}: ${safeText(entry.title)}${note}`;
  const [first = "", ...more] = wrapColumns(text, page.width - indent.length);
  const link = safeLink(entry.url);
  return [
    `${page.paint("dim", time)}  ${first}`,
    ...more.map((line) => indent + line),
    ...(link === null ? [] : [indent + page.paint("cyan", link)]),
  ].join("\n");
}

const NOTICE_STYLES = {
  info: ["note", "cyan"],
  good: ["done", "green"],
  warning: ["warning", "yellow"],
  error: ["error", "red"],
} as const;

function renderNotice(tone: keyof typeof NOTICE_STYLES, text: string, page: Page): string {
  const [word, style] = NOTICE_STYLES[tone];
  const [first = "", ...more] = safeLines(text)
    .split("\n")
    .flatMap((line) => wrapColumns(line, page.width - word.length - 2));
  const indent = " ".repeat(word.length + 2);
  return [`${page.paint(style, `${word}:`)} ${first}`, ...more.map((line) => indent + line)].join(
    "\n",
  );
}

function renderFile(file: Extract<Block, { kind: "file" }>, page: Page): string {
  const head = page.paint("dim", `${safeText(file.name)} (${safeText(file.mediaType)})`);
  if (!/^text\/|json/.test(file.mediaType)) return head;
  return `${head}\n${withoutControls(file.content).trimEnd()}`;
}

/** A file's text keeps its spacing, and nothing that a terminal would obey. */
function withoutControls(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, "");
}

function renderChoices(choices: readonly Choice[], page: Page): string {
  const label = Math.max(...choices.map((choice) => columnsOf(safeText(choice.label))));
  return choices
    .map((choice) => {
      const name = padColumns(safeText(choice.label), label);
      return `  ${name}  ${page.paint("cyan", safeText(choice.command))}`;
    })
    .join("\n");
}

/** UTC to the minute: the terminal may be read on another machine than the one that wrote it. */
function timeOf(at: Instant): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
