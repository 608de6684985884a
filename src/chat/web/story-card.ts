import type { StoryCard } from "../../commands/reply.ts";
import { cutText, labelFits, safeLink, safeText } from "../safe-text.ts";
import { type Html, html, rawHtml } from "./html.ts";
import { type RenderOptions, renderLink, renderReason, renderTime } from "./parts.ts";

/** Longer gists are cut: four lines of the page's column. */
const GIST_CHARS_MAX = 320;
/** Outlets named on a card; the others are counted and stand on the story's own page. */
const OUTLETS_MAX = 5;

/** One story: score, headline, gist, who told it and who first, when, the main reason, what can be done. */
export function renderStory(card: StoryCard, level: number, options: RenderOptions): Html {
  const dates = card.publishedAt ?? card.firstSeenAt;
  const dateWord = card.publishedAt === null ? "seen" : "published";
  const language =
    card.language !== null && /^[a-z]{2,3}$/.test(card.language)
      ? html`<span class="language" title="Language">${card.language}</span>`
      : null;
  return html`<article class="story">
${card.score === null ? null : renderScore(card.score)}
<div class="told">
${headline(card, level)}
${card.gist === null ? null : html`<p class="gist" dir="auto"${languageOf(card)}>${cutText(safeText(card.gist), GIST_CHARS_MAX)}</p>`}
<p class="meta"><span class="outlets">${outlets(card)}</span> <span class="first">first: <b>${card.firstReporter}</b></span> ${
    card.items > 1 ? html`<span>${card.items} items</span> ` : null
  }${language} <span>${dateWord} ${renderTime(dates)}</span></p>
${card.reason === null ? null : html`<p class="reason">${renderReason(card.reason)}</p>`}
${actions(card, options)}
</div>
</article>`;
}

function headline(card: StoryCard, level: number): Html {
  const text = safeText(card.headline);
  const body = html`<bdi${languageOf(card)}>${renderLink(text, card.url)}</bdi>${
    card.update ? html` <span class="tag">Update</span>` : null
  }`;
  const tag = rawHtml(`h${level}`);
  return html`<${tag} class="headline">${body}</${tag}>`;
}

/** Lets browsers choose glyphs, break words and read aloud as the text's language wants. */
function languageOf(card: StoryCard): Html | null {
  if (card.language === null || !/^[a-z]{2,3}$/.test(card.language)) return null;
  return html` lang="${card.language}"`;
}

/** A number and the same as a bar; the bar is for the eye only. */
export function renderScore(score: number): Html {
  const width = Math.max(0, Math.min(100, Math.round(score)));
  const grade = width >= 80 ? "high" : width >= 50 ? "middle" : "low";
  return html`<div class="score ${grade}"><b><span class="hidden">Score </span>${width}</b><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="fill" width="${width}" height="10"/></svg></div>`;
}

function outlets(card: StoryCard): Html {
  const shown = card.outlets.slice(0, OUTLETS_MAX).map((outlet, index) => {
    const name = safeText(outlet.name);
    const link = safeLink(outlet.url);
    const label = link !== null && labelFits(name, link) ? renderLink(name, link) : html`${name}`;
    return html`${rawHtml(index === 0 ? "" : ", ")}${label}`;
  });
  const rest = card.outlets.length - OUTLETS_MAX;
  return rest > 0 ? html`${shown} ${rawHtml("and ")}${rest} more` : html`${shown}`;
}

/** Buttons work without script: each posts the command that it stands for. */
function actions(card: StoryCard, options: RenderOptions): Html | null {
  const offered = options.actions;
  if (offered === undefined || !/^s[0-9a-z]{10}$/.test(card.storyId)) return null;
  const topicId = options.topicId ?? card.topicId ?? null;
  const topic = topicId === null ? "" : ` ${topicId}`;
  const all = [
    { command: "why", line: `why ${card.storyId}${topic}`, label: "Why" },
    { command: "feedback", line: `feedback ${card.storyId} relevant${topic}`, label: "Relevant" },
    {
      command: "feedback",
      line: `feedback ${card.storyId} irrelevant${topic}`,
      label: "Not relevant",
    },
    { command: "mute", line: `mute story ${card.storyId}`, label: "Mute" },
  ];
  const about = safeText(card.headline);
  const page = `/stories/${card.storyId}`;
  const more = html`<a href="${page}" aria-label="More: ${about}">More</a>`;
  return html`<form class="actions" method="post" action="/command" data-command>
${page === options.here ? null : more}
${all
  .filter(({ command }) => offered.has(command))
  .map(
    ({ line, label }) =>
      html`<button name="text" value="/sitrep ${line}" aria-label="${label}: ${about}">${label}</button>`,
  )}</form>`;
}
