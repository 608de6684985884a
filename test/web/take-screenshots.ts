import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { samplePost } from "../unit/chat-web/sample-page.ts";
import { openBrowser, openTab, startPage } from "./support.ts";

// Makes docs/screenshots anew from the sample page: node test/web/take-screenshots.ts

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
}

const desktop = { viewport: { width: 1100, height: 900 } };
const SHOTS: readonly Shot[] = [
  { name: "channel-light", path: "/", options: desktop },
  { name: "channel-dark", path: "/", options: { ...desktop, colorScheme: "dark" } },
  {
    name: "channel-phone",
    path: "/",
    options: { viewport: { width: 375, height: 760 }, deviceScaleFactor: 2 },
  },
  { name: "answer", path: "/", options: desktop, before: askWhyAndType },
  {
    name: "story",
    path: "/stories/s0000000001",
    options: { viewport: { width: 1100, height: 700 } },
  },
];

const site = await startPage({ channels: ["main"] });
site.add(samplePost(4, "Norway names a new envoy for the Caracas talks"));
const browser = await openBrowser();
for (const { name, path, options, before } of SHOTS) {
  const { page } = await openTab(browser, options);
  await page.goto(site.url + path);
  if (path === "/") await page.getByText("Live", { exact: true }).waitFor();
  await before?.(page);
  const file = fileURLToPath(new URL(`../../docs/screenshots/${name}.png`, import.meta.url));
  await page.screenshot({ path: file });
  await page.context().close();
}
await browser.close();
await site.close();
