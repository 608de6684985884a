import type { Instant } from "../../feeds/item.ts";
import type { Reason } from "../../topics/topic.ts";
import type { ChartSources, Pictures } from "../chart-pictures.ts";
import { labelFits, linkHost, safeLink } from "../safe-text.ts";
import { type Html, html } from "./html.ts";

/** What a fragment may refer to. Left out, it stands alone: no address of the page, no form. */
export type RenderOptions = {
  /** The level of the first heading; stories are one below. 2 unless said. */
  readonly level?: 1 | 2;
  /** The page's own address for a story, a topic or a subscription named in a cell; null when it has none. */
  readonly pathOf?: (column: string, value: string) => string | null;
  /** Names of /sitrep commands that a card may offer as buttons. */
  readonly actions?: ReadonlySet<string>;
  /** The page's own path: nothing on it leads there. */
  readonly here?: string;
  /** The reply's charts, drawn. */
  readonly pictures?: Pictures<ChartSources>;
  /** The topic that the stories are told for. */
  readonly topicId?: string | null;
};

/** Points, what was found, where, and the passage. */
export function renderReason(reason: Reason): Html {
  const points = Math.round(reason.points * 10) / 10;
  const sign = points < 0 ? "−" : "+";
  const tone = points < 0 ? "minus" : "plus";
  return html`<span class="points ${tone}">${sign}${Math.abs(points)}</span> <span class="concept">${reason.concept}</span> <span class="part">in ${reason.field}</span>${
    reason.quote.trim() === "" ? null : html` <q dir="auto">${reason.quote}</q>`
  }`;
}

/** A label that links where it may: one that shows another host than its address stays plain, with the host beside it. */
export function renderLink(label: string, url: string | null): Html {
  const link = safeLink(url);
  if (link === null) return html`${label}`;
  if (labelFits(label, link)) {
    return html`<a href="${link}" rel="noopener noreferrer">${label}</a>`;
  }
  return html`${label} <a class="host" href="${link}" rel="noopener noreferrer">${linkHost(link)}</a>`;
}

/** UTC in the markup; the page's script turns it into the reader's own zone. */
export function renderTime(at: Instant): Html {
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)} UTC</time>`;
}
