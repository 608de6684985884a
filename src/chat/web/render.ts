import type { Block, Choice, Reply } from "../../commands/reply.ts";
import type { Reason } from "../../topics/topic.ts";
import { safeLines, safeLink } from "../safe-text.ts";
import { offersOf } from "../story-words.ts";
import { renderChart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { type RenderOptions, renderLink, renderReason, renderTime } from "./parts.ts";
import { renderStory } from "./story-card.ts";

/** A reply as a fragment of HTML without script or style. Every text in it is escaped, every link http or https. */
export function renderHtml(reply: Reply, options: RenderOptions = {}): string {
  return renderReply(reply, options).html;
}

/** The same, to stand between other markup. */
export function renderReply(reply: Reply, options: RenderOptions): Html {
  // A card on the page has its own buttons.
  const choices = options.actions === undefined ? (reply.choices ?? []) : offersOf(reply).own;
  const layout = reply.layout === "compact" ? "reply compact" : "reply";
  const groups = groupStories(withLevels(reply.blocks, options.level ?? 2)).map((group) => {
    const blocks = group.map(({ block, level }) => renderBlock(block, level, options));
    if (group[0]?.block.kind !== "story") return blocks;
    return html`<ul class="stories">${blocks.map((block) => html`<li>${block}</li>`)}</ul>`;
  });
  return html`<div class="${layout}">${groups}${choices.length === 0 ? null : renderChoices(choices, options)}</div>`;
}

/** A block with the level of the heading that it is, or holds. */
type Levelled = { readonly block: Block; readonly level: number };

/**
 * A heading that only says the headline of the story under it goes: the headline takes its place. So does the
 * headline of the one story that an answer without a heading begins with.
 */
function withLevels(blocks: readonly Block[], firstLevel: number): readonly Levelled[] {
  let level = beginsWithItsStory(blocks) ? firstLevel : 0;
  return blocks.flatMap((block, index): readonly Levelled[] => {
    if (block.kind === "heading") {
      level = level === 0 ? firstLevel : 2;
      return saysHeadline(block, blocks[index + 1]) ? [] : [{ block, level }];
    }
    const inPlace =
      saysHeadline(blocks[index - 1], block) || (index === 0 && beginsWithItsStory(blocks));
    return [{ block, level: inPlace ? level : (level === 0 ? firstLevel : level) + 1 }];
  });
}

/** Whether an answer is about one story and begins with it. */
export function beginsWithItsStory(blocks: readonly Block[]): boolean {
  return blocks[0]?.kind === "story" && blocks.filter(({ kind }) => kind === "story").length === 1;
}

function saysHeadline(heading: Block | undefined, next: Block | undefined): boolean {
  return (
    heading?.kind === "heading" && next?.kind === "story" && next.card.headline === heading.text
  );
}

/** Stories that follow one another make one list; every other block stands alone. */
function groupStories(blocks: readonly Levelled[]): readonly (readonly Levelled[])[] {
  const groups: Levelled[][] = [];
  for (const levelled of blocks) {
    const last = groups.at(-1);
    const goesOn = levelled.block.kind === "story" && last?.[0]?.block.kind === "story";
    if (goesOn) last.push(levelled);
    else groups.push([levelled]);
  }
  return groups;
}

function renderHeading(text: string, level: number): Html {
  return level === 1 ? html`<h1>${text}</h1>` : html`<h2>${text}</h2>`;
}

function renderBlock(block: Block, level: number, options: RenderOptions): Html {
  switch (block.kind) {
    case "heading":
      return renderHeading(block.text, level);
    case "text":
      return renderText(block.text);
    case "story":
      return renderStory(block.card, level, options);
    case "table":
      return renderTable(block.columns, block.rows, options);
    case "facts":
      return html`<dl class="facts">${block.facts.map(
        ([name, value]) =>
          html`<div><dt>${name}</dt><dd>${cellOf(name, value, options)}</dd></div>`,
      )}</dl>`;
    case "reasons":
      return renderReasons(block.reasons);
    case "timeline":
      return renderTimeline(block.entries);
    case "notice":
      return renderNotice(block.tone, block.text);
    case "chart":
      return renderChart(block, options);
    case "line":
      return html`<pre class="line" tabindex="0"><code>${block.text}</code></pre>`;
    case "file":
      return renderFile(block);
  }
}

function renderText(text: string): Html {
  const paragraphs = safeLines(text).split("\n\n");
  return html`${paragraphs.map(
    (paragraph) =>
      html`<p>${paragraph.split("\n").map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`))}</p>`,
  )}`;
}

function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  options: RenderOptions,
): Html {
  const numeric = columns.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => /^[-+−]?[\d.,]*\s?%?$/.test(row[column] ?? "")),
  );
  const kind = (column: number): string => (numeric[column] === true ? "number" : "words");
  const cell = (text: string, column: number): Html => {
    const name = columns[column] ?? "";
    return html`<td role="cell" class="${kind(column)}" data-label="${name}">${cellOf(name, text, options)}</td>`;
  };
  const stack = columns.length > NARROW_COLUMNS_MAX ? html` class="stack"` : null;
  return html`<div class="table" role="region" aria-label="${`Table: ${columns.join(", ")}`}" tabindex="0"><table role="table"${stack}>
<thead role="rowgroup"><tr role="row">${columns.map((name, column) => html`<th role="columnheader" scope="col" class="${kind(column)}">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => html`<tr role="row">${row.map(cell)}</tr>`)}</tbody></table></div>`;
}

/** A table with more columns is shown row by row on a phone; the roles keep it a table for screen readers. */
const NARROW_COLUMNS_MAX = 2;

/** An instant is shown as a time, an address as a link that says where it goes, a known thing as a link to its page. */
function cellOf(column: string, value: string, options: RenderOptions): Html {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return renderTime(value);
  const link = /^https?:\/\/\S+$/.test(value) ? safeLink(value) : null;
  if (link !== null) {
    return html`<a href="${link}" rel="noopener noreferrer">${link.replace(/^https?:\/\/(www\.)?/, "")}</a>`;
  }
  const path = options.pathOf?.(column, value) ?? null;
  return path === null ? html`${value}` : html`<a href="${path}">${value}</a>`;
}

function renderReasons(reasons: readonly Reason[]): Html {
  return html`<ul class="reasons">${reasons.map((reason) => html`<li>${renderReason(reason)}</li>`)}</ul>`;
}

function renderTimeline(entries: Extract<Block, { kind: "timeline" }>["entries"]): Html {
  return html`<ol class="timeline">${entries.map(
    (entry) =>
      html`<li>${renderTime(entry.at)} <span class="outlet">${entry.outlet}</span>${
        entry.note === null ? null : html` <span class="tag">${entry.note}</span>`
      } <span class="title" dir="auto">${renderLink(entry.title, entry.url)}</span></li>`,
  )}</ol>`;
}

const NOTICE_WORDS = { info: "Note", good: "Done", warning: "Warning", error: "Error" } as const;

function renderNotice(tone: keyof typeof NOTICE_WORDS, text: string): Html {
  return html`<div class="notice ${tone}"><strong>${NOTICE_WORDS[tone]}</strong><div>${renderText(text)}</div></div>`;
}

/** Pictures are shown (an image cannot run script), texts can be unfolded, and both can be saved. */
function renderFile(file: Extract<Block, { kind: "file" }>): Html {
  const type = /^[a-z]+\/[a-z0-9.+-]+$/.test(file.mediaType) ? file.mediaType : "text/plain";
  const data = `data:${type};base64,${Buffer.from(file.content).toString("base64")}`;
  const save = html`<a class="button" download="${file.name}" href="${data}">Save ${file.name}</a>`;
  if (type === "image/svg+xml") {
    return html`<figure class="picture"><img src="${data}" alt="${file.name}"><figcaption>${save}</figcaption></figure>`;
  }
  return html`<details class="file"><summary>${file.name}</summary><pre tabindex="0">${{ html: preformatted(file.content) }}</pre></details><p>${save}</p>`;
}

/** Keeps the spacing that `html` would fold. */
function preformatted(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((line) => {
      const spaces = /^[ \t]*/.exec(line)?.[0] ?? "";
      return spaces + html`${line}`.html;
    })
    .join("\n");
}

function renderChoices(choices: readonly Choice[], options: RenderOptions): Html {
  if (options.actions === undefined) {
    return html`<ul class="choices">${choices.map((choice) => html`<li>${choice.label}: <code>${choice.command}</code></li>`)}</ul>`;
  }
  return html`<form class="choices" method="post" action="/command" data-command>${choices.map(
    (choice) =>
      html`<button class="button ${choice.tone}" name="text" value="${choice.command}" title="${choice.command}">${choice.label}</button>`,
  )}</form>`;
}
