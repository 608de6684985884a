import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { listen } from "../../src/chat/web/listen.ts";
import type { WebOptions } from "../../src/chat/web/ports.ts";
import { createWebApp } from "../../src/chat/web/server.ts";
import { findBrowser } from "../support/browser.ts";
import { samplePage } from "../unit/chat-web/sample-page.ts";

/** A browser without a profile, a sandbox that containers lack, or traffic of its own. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("There is no browser to test with");
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath, args });
}

/** The sample page, on a port of its own unless said. */
export async function startPage(changes: Partial<WebOptions> = {}, port = 0) {
  const sample = samplePage(changes);
  const web = createWebApp(sample.options);
  const server = await listen(web.app, { host: "127.0.0.1", port });
  if (!server.ok) throw new Error(server.problem);
  return {
    ...sample,
    url: server.url,
    announce: web.announce,
    announceEdit: web.announceEdit,
    async close() {
      web.close();
      await server.close();
    },
  };
}

/** A tab, and what the browser complained about in it: script faults, refused code, failed requests. */
export async function openTab(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  return { page, complaints };
}

/** Lowest contrast between a text and what is behind it, as WCAG 2.2 reckons, and where it is. Runs in the page. */
export const LOWEST_CONTRAST = `(() => {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  let lowest = { ratio: 99, text: "" };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text === "" || !node.checkVisibility() || node.closest(".hidden, datalist, select, .skip")) continue;
    const [one, other] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < lowest.ratio) lowest = { ratio, text };
  }
  return lowest;
})()`;
