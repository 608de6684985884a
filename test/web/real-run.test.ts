import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RealPage, startRealPage } from "../support/real-page.ts";
import { LOWEST_CONTRAST, openBrowser, openTab } from "./support.ts";

let browser: Browser;
let site: RealPage;
beforeAll(async () => {
  browser = await openBrowser();
  site = await startRealPage();
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

async function visit(
  run: (page: Page, complaints: readonly string[]) => Promise<void>,
  options: Parameters<typeof openTab>[1] = {},
): Promise<void> {
  const { page, complaints } = await openTab(browser, options);
  try {
    await run(page, complaints);
  } finally {
    await page.context().close();
  }
}

test("what a feed tells after a subscription arrives on the open page as a story with its reasons", async () => {
  await visit(async (page, complaints) => {
    await page.goto(site.url);
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await page.locator(".post").count()).toBe(2);
    await site.ask("/sitrep subscribe venezuela-talks instant confirm=yes");
    site.publish();
    const story = page.getByRole("article").filter({ hasText: "Norway invites Venezuela" }).first();
    await story.waitFor({ timeout: 20_000 });
    expect(await story.innerText()).toMatch(/first: Harbour Post/);
    expect(complaints).toEqual([]);
  });
});

test("a topic's page shows its stories, its trend as a picture with the numbers, and its sources", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    await visit(
      async (page, complaints) => {
        await page.goto(`${site.url}/topics/venezuela-talks`);
        const picture = page.getByRole("img", { name: "Venezuela talks: items by day" });
        await expect
          .poll(() => picture.evaluate((image) => Reflect.get(image, "naturalWidth")))
          .toBe(760);
        expect(await picture.evaluate((image) => Reflect.get(image, "currentSrc"))).toContain(
          `theme=${colorScheme}`,
        );
        await page.getByText("Numbers").click();
        await page.getByRole("columnheader", { name: "Venezuela talks" }).waitFor();
        await page.getByRole("heading", { name: "Venezuela talks: sources" }).waitFor();
        const lowest: unknown = await page.evaluate(LOWEST_CONTRAST);
        expect(Reflect.get(Object(lowest), "ratio"), JSON.stringify(lowest)).toBeGreaterThan(4.5);
        expect(complaints).toEqual([]);
      },
      { colorScheme },
    );
  }
});

test("a story's page has its timeline, and unfolds why stage by stage", async () => {
  await visit(async (page) => {
    await page.goto(`${site.url}/topics/venezuela-talks`);
    await page.getByRole("link", { name: /^More: Russian Military Experts/ }).click();
    await page.getByRole("heading", { name: "Timeline" }).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    await page.getByText("Why, stage by stage").click();
    await page.getByRole("heading", { name: "Russian deployments" }).waitFor();
  });
});

test("a topic is made in the workshop: seen while it is typed, kept when confirmed, then edited", async () => {
  await visit(async (page, complaints) => {
    await page.goto(`${site.url}/topics`);
    await page.getByRole("link", { name: "New topic" }).click();
    await page.getByLabel("Id", { exact: true }).fill("military-flights");
    await page.getByLabel("Query", { exact: true }).fill("(troops OR advisers) AND Caracas");
    const preview = page.locator("[data-preview]");
    await preview.getByText("Russian Soldiers and Advisers Land in Venezuela").first().waitFor();
    await preview.getByRole("button", { name: "Create" }).click();
    await page.getByText("is kept as military-flights").waitFor();
    await page.goto(`${site.url}/workshop?topic=military-flights`);
    expect(await page.getByLabel("Query", { exact: true }).inputValue()).toBe(
      "(troops OR advisers) AND Caracas",
    );
    await page.getByLabel("Query", { exact: true }).fill("(troops OR");
    await preview.getByText("Error").waitFor();
    expect(complaints).toEqual([]);
  });
});

test("without script the workshop shows its preview on a page of its own", async () => {
  await visit(
    async (page) => {
      await page.goto(`${site.url}/workshop`);
      await page.getByLabel("Id", { exact: true }).fill("without-script");
      await page.getByLabel("Query", { exact: true }).fill("Caracas");
      await page.getByRole("button", { name: "Preview" }).click();
      await page.getByText("Nothing has been changed yet.").waitFor();
      expect(await page.getByLabel("Query", { exact: true }).inputValue()).toBe("Caracas");
    },
    { javaScriptEnabled: false },
  );
});

test("subscriptions, feeds, status and search each have a page that fits a phone", async () => {
  await visit(
    async (page, complaints) => {
      for (const path of [
        "/subscriptions",
        "/feeds",
        "/status",
        "/search?q=Caracas",
        "/topics/venezuela-talks",
        "/workshop",
      ]) {
        await page.goto(site.url + path);
        expect(await page.getByRole("heading", { level: 1 }).count(), path).toBe(1);
        const overflow = "document.documentElement.scrollWidth - innerWidth";
        expect(await page.evaluate(overflow), path).toBeLessThanOrEqual(0);
        const lowest: unknown = await page.evaluate(LOWEST_CONTRAST);
        expect(Reflect.get(Object(lowest), "ratio"), JSON.stringify(lowest)).toBeGreaterThan(4.5);
      }
      expect(complaints).toEqual([]);
    },
    { viewport: { width: 375, height: 760 }, colorScheme: "dark" },
  );
});
