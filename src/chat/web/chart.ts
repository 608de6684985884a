import type { ChartSources } from "../chart-pictures.ts";
import { NARROW_CHART, WIDE_CHART } from "../chart-size.ts";
import { type Chart, seriesWords } from "../chart-words.ts";
import { type Html, html } from "./html.ts";
import type { RenderOptions } from "./parts.ts";

/** A chart as a picture in the page's own light or dark, with its numbers to unfold; without one as small bars. */
export function renderChart(chart: Chart, options: RenderOptions): Html {
  const sources = options.pictures?.get(chart);
  const picture = sources === undefined ? bars(chart) : renderPicture(chart, sources);
  return html`<figure class="chart">${picture}<figcaption>${chart.alt}</figcaption>
<details class="numbers"><summary>Numbers</summary>${numbers(chart)}</details></figure>`;
}

function renderPicture({ title }: Chart, { light, dark }: ChartSources): Html {
  const { width, height } = WIDE_CHART;
  const shape = html`width="${NARROW_CHART.width}" height="${NARROW_CHART.height}"`;
  return html`<picture>
<source media="(max-width: 600px) and (prefers-color-scheme: dark)" srcset="${dark.narrow}" ${shape}>
<source media="(max-width: 600px)" srcset="${light.narrow}" ${shape}>
<source media="(prefers-color-scheme: dark)" srcset="${dark.wide}">
<img src="${light.wide}" alt="${title}" width="${width}" height="${height}"></picture>`;
}

function bars(chart: Chart): Html {
  return html`<p class="bars"><b>${chart.title}</b></p><dl class="facts">${seriesWords(chart).map(
    ({ name, bars, sum }) => html`<div><dt>${name}</dt><dd>${bars} ${sum}</dd></div>`,
  )}</dl>`;
}

function numbers(chart: Chart): Html {
  return html`<div class="table" role="region" aria-label="${`Numbers: ${chart.title}`}" tabindex="0"><table>
<thead><tr><th scope="col">When</th>${chart.series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${chart.labels.map(
    (label, index) =>
      html`<tr><th scope="row">${label}</th>${chart.series.map(({ values }) => html`<td class="number">${values[index] ?? 0}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
