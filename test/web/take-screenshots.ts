import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { startRealPage } from "../support/real-page.ts";
import { openBrowser, openTab } from "./support.ts";

// Makes docs/screenshots anew from a real run on the shipped seeds and topics: node test/web/take-screenshots.ts

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly options: BrowserContextOptions;
  readonly before?: (page: Page) => Promise<void>;
};

async function askWhyAndType(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Why:/ }).first().click();
  await page.locator(".story .answer").waitFor();
  await page.getByLabel("Command", { exact: true }).fill("/sitrep s");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.evaluate("scrollTo(0, 0)");
}

async function typeTopic(page: Page): Promise<void> {
  await page.getByLabel("Id", { exact: true }).fill("military-flights");
  await page.getByLabel("Query", { exact: true }).fill("(troops OR advisers) AND Caracas");
  await page.locator("[data-preview] table").first().waitFor();
}

async function openStory(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^More: Russian Military Experts/ }).click();
  await page.getByRole("heading", { name: "Timeline" }).waitFor();
}

async function chartIsThere(page: Page): Promise<void> {
  await page.waitForFunction("document.querySelector('.chart img')?.naturalWidth > 0");
}

const desktop = { viewport: { width: 1100, height: 900 } };
const phone = { viewport: { width: 375, height: 760 }, deviceScaleFactor: 2 };
const SHOTS: readonly Shot[] = [
  { name: "channel-light", path: "/", options: desktop },
  { name: "channel-dark", path: "/", options: { ...desktop, colorScheme: "dark" } },
  { name: "channel-phone", path: "/", options: phone },
  {
    name: "answer",
    path: "/",
    options: { viewport: { width: 1100, height: 1000 } },
    before: askWhyAndType,
  },
  { name: "story", path: "/topics/venezuela-talks", options: desktop, before: openStory },
  {
    name: "topic",
    path: "/topics/venezuela-talks",
    options: { viewport: { width: 1100, height: 1300 }, colorScheme: "dark" },
    before: chartIsThere,
  },
  {
    name: "workshop",
    path: "/workshop",
    options: { viewport: { width: 1100, height: 1200 } },
    before: typeTopic,
  },
];

const site = await startRealPage();
const browser = await openBrowser();
try {
  await site.ask("/sitrep subscribe venezuela-talks instant confirm=yes");
  site.publish();
  await untilPosted();
  for (const { name, path, options, before } of SHOTS) {
    const { page } = await openTab(browser, options);
    await page.goto(site.url + path);
    if (path === "/") await page.getByText("Live", { exact: true }).waitFor();
    await before?.(page);
    const file = fileURLToPath(new URL(`../../docs/screenshots/${name}.png`, import.meta.url));
    await page.screenshot({ path: file });
    await page.context().close();
  }
} finally {
  await browser.close();
  await site.close();
}

/** The alert of what was published is there when a page that was opened has it. */
async function untilPosted(): Promise<void> {
  const { page } = await openTab(browser);
  await page.goto(site.url);
  await page.getByText("Norway invites Venezuela").first().waitFor();
  await page.context().close();
}
