import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import { CHART_FONT, type ChartTheme, drawSvg } from "./chart-drawing.ts";
import type { Chart } from "./chart-words.ts";

/** Twice the drawing: sharp on dense screens. */
const SCALE = 2;

const FONT_FILES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`)),
);

/** A chart as PNG. The font comes along: a bare machine has none. */
export function drawPng(chart: Chart, theme: ChartTheme): Uint8Array<ArrayBuffer> {
  const picture = new Resvg(drawSvg(chart, theme), {
    fitTo: { mode: "zoom", value: SCALE },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: CHART_FONT },
  });
  return Uint8Array.from(picture.render().asPng());
}
