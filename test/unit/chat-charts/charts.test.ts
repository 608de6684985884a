import { Resvg } from "@resvg/resvg-js";
import { expect, test } from "vitest";
import { drawSvg } from "../../../src/chat/chart-drawing.ts";
import { pngPictures, svgPictures } from "../../../src/chat/chart-pictures.ts";
import { drawPng } from "../../../src/chat/chart-png.ts";
import { type Chart, seriesWords } from "../../../src/chat/chart-words.ts";
import { countComponents } from "../../../src/chat/discord/components.ts";
import { renderDiscord } from "../../../src/chat/discord/render.ts";
import { renderSlack } from "../../../src/chat/slack/render.ts";
import { renderText } from "../../../src/chat/terminal/render.ts";
import { renderHtml } from "../../../src/chat/web/render.ts";
import type { Reply } from "../../../src/commands/reply.ts";
import { keptLog } from "../../support/chat-samples.ts";

const DAYS = Array.from({ length: 14 }, (_, day) => `2026-03-${String(day + 1).padStart(2, "0")}`);

const chart: Chart = {
  kind: "chart",
  title: "Venezuela talks, items a day",
  labels: DAYS,
  series: [{ name: "Venezuela talks", values: DAYS.map((_, day) => day % 5) }],
  alt: "27 items in 14 days, most on 5 March: 4.",
};
const reply: Reply = { blocks: [chart], ephemeral: true };

test("a chart is drawn as a picture of twice its size, with text in the font that comes along", () => {
  const png = Buffer.from(drawPng(chart, "light"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1520, 760]);
  const bare = new Resvg(drawSvg(chart, "light"), { font: { loadSystemFonts: false } });
  expect(png.length).toBeGreaterThan(bare.render().asPng().length);
});

test("the same chart gives the same picture, and its words cannot leave it", () => {
  const hostile = { ...chart, title: '</text><script>alert(1)</script>"' };
  expect(drawSvg(chart, "dark")).toBe(drawSvg(chart, "dark"));
  expect(drawSvg(hostile, "dark")).not.toContain("<script");
});

test("several series are told apart by more than their colour", () => {
  const two = { ...chart, series: [...chart.series, { name: "Other", values: DAYS.map(() => 2) }] };
  expect(drawSvg(two, "light")).toContain("stroke-dasharray");
});

test("an answer on Discord shows the picture with its words as description", async () => {
  const pictures = await pngPictures(reply, "dark", keptLog().log);
  const [body] = renderDiscord(reply, null, pictures);
  expect(JSON.stringify(body)).toContain('"url":"attachment://chart-0.png"');
  expect(JSON.stringify(body)).toContain(`"description":"${chart.alt}"`);
  expect(body?.attachments).toEqual([{ id: 0, filename: "chart-0.png" }]);
  expect(countComponents(body?.components ?? [])).toBeLessThan(5);
});

test("without a picture every platform tells the chart in words", () => {
  const shown = [
    JSON.stringify(renderDiscord(reply, null)),
    JSON.stringify(renderDiscord(reply, { key: "k".repeat(22), mention: null })),
    JSON.stringify(renderSlack(reply, null)),
    renderText(reply, { columns: 80, colour: false }),
    renderHtml(reply),
  ];
  for (const text of shown) {
    expect(text).toContain("·▂▄▆█·▂▄▆█·▂▄▆");
    expect(text).toContain("27 items in 14 days");
    expect(text).not.toContain("attachment://");
  }
});

test("on Slack an uploaded chart stands as an image with its words", () => {
  const [body] = renderSlack(reply, null, new Map([[chart, "F0123"]]));
  expect(body?.blocks).toEqual([
    { type: "image", slack_file: { id: "F0123" }, alt_text: chart.alt },
  ]);
});

test("the page shows it in its own light or dark, with the numbers to unfold", async () => {
  const page = renderHtml(reply, { pictures: await svgPictures(reply, keptLog().log) });
  expect(page).toContain(
    '<source media="(prefers-color-scheme: dark)" srcset="data:image/svg+xml;base64,',
  );
  expect(page).toContain('<th scope="row">2026-03-14</th><td class="number">3</td>');
});

test("many points are added up, so that a line of bars never breaks", () => {
  const days = Array.from({ length: 365 }, () => "day");
  const year = { ...chart, labels: days, series: [{ name: "a", values: days.map(() => 1) }] };
  expect(seriesWords(year)[0]?.bars.length).toBeLessThanOrEqual(60);
  expect(seriesWords(year)[0]?.sum).toBe(365);
});
