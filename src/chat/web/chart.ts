import { CHART_SIZE } from "../chart-size.ts";
import { type Chart, seriesWords } from "../chart-words.ts";
import { type Html, html } from "./html.ts";
import type { RenderOptions } from "./parts.ts";

/** A chart as a picture in the page's own light or dark, with its numbers to unfold; without one as small bars. */
export function renderChart(chart: Chart, options: RenderOptions): Html {
  const pair = options.pictures?.get(chart);
  const picture =
    pair === undefined
      ? html`<p class="bars"><b>${chart.title}</b></p><dl class="facts">${seriesWords(chart).map(
          ({ name, bars, sum }) => html`<div><dt>${name}</dt><dd>${bars} ${sum}</dd></div>`,
        )}</dl>`
      : html`<picture><source media="(prefers-color-scheme: dark)" srcset="${inline(pair.dark)}"><img src="${inline(pair.light)}" alt="${chart.title}" width="${CHART_SIZE.width}" height="${CHART_SIZE.height}"></picture>`;
  return html`<figure class="chart">${picture}<figcaption>${chart.alt}</figcaption>
<details class="numbers"><summary>Numbers</summary>${numbers(chart)}</details></figure>`;
}

function inline(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

function numbers(chart: Chart): Html {
  return html`<div class="table" role="region" aria-label="${`Numbers: ${chart.title}`}" tabindex="0"><table>
<thead><tr><th scope="col">When</th>${chart.series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${chart.labels.map(
    (label, index) =>
      html`<tr><th scope="row">${label}</th>${chart.series.map(({ values }) => html`<td class="number">${values[index] ?? 0}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
