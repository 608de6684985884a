import type { Block, Reply } from "../commands/reply.ts";
import type { Log } from "../log.ts";
import type { ChartTheme } from "./chart-drawing.ts";
import { NARROW_CHART } from "./chart-size.ts";
import type { Chart } from "./chart-words.ts";

/** What stands for the charts of one reply. Those that it lacks are told in words. */
export type Pictures<T> = ReadonlyMap<Block, T>;

/** Each chart of a reply as PNG. The libraries are loaded at the first chart: they are large. */
export function pngPictures(
  reply: Reply,
  theme: ChartTheme,
  log: Log,
): Promise<Pictures<Uint8Array<ArrayBuffer>>> {
  return pictures(reply, log, async () => {
    const { drawPng } = await import("./chart-png.ts");
    return (chart) => drawPng(chart, theme);
  });
}

/** Addresses of a chart's pictures, for a page that may be light or dark, wide or narrow. */
export type ChartSources = Readonly<
  Record<ChartTheme, { readonly wide: string; readonly narrow: string }>
>;

/** Each chart of a reply as SVG that stands in the page itself. */
export function svgPictures(reply: Reply, log: Log): Promise<Pictures<ChartSources>> {
  return pictures(reply, log, async () => {
    const { drawSvg } = await import("./chart-drawing.ts");
    return (chart) => {
      const both = (theme: ChartTheme): ChartSources[ChartTheme] => ({
        wide: inline(drawSvg(chart, theme)),
        narrow: inline(drawSvg(chart, theme, NARROW_CHART)),
      });
      return { light: both("light"), dark: both("dark") };
    };
  });
}

function inline(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

/** A picture that cannot be drawn is left out, and said in the log: its words are there. */
async function pictures<T>(
  reply: Reply,
  log: Log,
  load: () => Promise<(chart: Chart) => T>,
): Promise<Pictures<T>> {
  const charts = reply.blocks.filter((block) => block.kind === "chart");
  const drawn = new Map<Block, T>();
  if (charts.length === 0) return drawn;
  try {
    const draw = await load();
    for (const chart of charts) drawn.set(chart, draw(chart));
  } catch (error) {
    log.error({ error: String(error) }, "a chart could not be drawn");
  }
  return drawn;
}
