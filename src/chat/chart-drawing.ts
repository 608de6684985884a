import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type ChartSize, WIDE_CHART } from "./chart-size.ts";
import type { Chart } from "./chart-words.ts";
import { safeCut } from "./safe-text.ts";

/** What a picture is put on. */
export type ChartTheme = "light" | "dark";

/** The font of the pictures, which the project brings along; browsers fall back on their own. */
export const CHART_FONT = "DejaVu Sans";

type Colours = {
  readonly paper: string;
  readonly ink: string;
  readonly quiet: string;
  readonly rule: string;
  /** Told apart by people who see colours otherwise too, and 3:1 against the paper. */
  readonly series: readonly string[];
};

const COLOURS: Readonly<Record<ChartTheme, Colours>> = {
  light: {
    paper: "#ffffff",
    ink: "#1d1b20",
    quiet: "#5a5660",
    rule: "#dedbd4",
    series: ["#8c1d2f", "#1f6f8b", "#b25e00", "#5b4b9e", "#3f7d3a", "#7a6a00"],
  },
  dark: {
    paper: "#1f1e23",
    ink: "#eceaf0",
    quiet: "#b3afba",
    rule: "#3b3942",
    series: ["#f08a9b", "#6cc3de", "#f0a860", "#b6a8f2", "#93cf8d", "#dccb5f"],
  },
};

const SHAPES = ["solid", "dashed", "dotted"] as const;
const LABEL_CHARS_MAX = 40;

/** A chart as SVG: bars for one series, lines for several. The same chart gives the same text. */
export function drawSvg(chart: Chart, theme: ChartTheme, size: ChartSize = WIDE_CHART): string {
  use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const picture = init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    picture.setOption(optionOf(chart, COLOURS[theme], size));
    return still(picture.renderToSVGString());
  } finally {
    picture.dispose();
  }
}

/** Without what only an interactive chart needs, some of which is numbered anew with every drawing. */
function still(svg: string): string {
  return svg.replace(/ (?:class|ecmeta_\w+)="[^"]*"/g, "").replace(/<style.*?<\/style>/gs, "");
}

function optionOf(
  chart: Chart,
  colours: Colours,
  { width }: ChartSize,
): Parameters<ReturnType<typeof init>["setOption"]>[0] {
  const many = chart.series.length > 1;
  const text = { color: colours.quiet, fontFamily: CHART_FONT, fontSize: 14 };
  return {
    animation: false,
    backgroundColor: colours.paper,
    color: [...colours.series],
    title: {
      triggerEvent: false,
      text: safeCut(chart.title, Math.floor(width / 11)),
      left: 20,
      top: 14,
      textStyle: {
        color: colours.ink,
        fontFamily: CHART_FONT,
        fontSize: width < WIDE_CHART.width ? 15 : 18,
        fontWeight: "bold",
      },
    },
    ...(many ? { legend: { bottom: 10, itemGap: 18, textStyle: text } } : {}),
    grid: {
      left: 20,
      right: 24,
      top: 62,
      bottom: many ? 48 : 18,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    xAxis: {
      type: "category",
      data: chart.labels.map((label) => safeCut(label, LABEL_CHARS_MAX)),
      boundaryGap: !many,
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: colours.quiet } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      axisLabel: text,
      splitLine: { lineStyle: { color: colours.rule } },
    },
    series: chart.series.map(({ name, values }, index) => ({
      name: safeCut(name, LABEL_CHARS_MAX),
      data: [...values],
      silent: true,
      emphasis: { disabled: true },
      ...(many
        ? {
            type: "line" as const,
            symbol: values.length > 31 ? "none" : "circle",
            symbolSize: 7,
            lineStyle: { width: 3, type: SHAPES[index % SHAPES.length] ?? "solid" },
          }
        : { type: "bar" as const, barCategoryGap: "25%" }),
    })),
  };
}
