import { createServer } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { samplePost } from "../unit/chat-web/sample-page.ts";
import { LOWEST_CONTRAST, openBrowser, openTab, startPage } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
});

type Site = Awaited<ReturnType<typeof startPage>>;

/** Runs a visit against a page of its own; both end with it. */
async function visit(
  options: Parameters<typeof openTab>[1],
  run: (tab: Awaited<ReturnType<typeof openTab>>, site: Site) => Promise<void>,
  changes: Parameters<typeof startPage>[0] = {},
): Promise<void> {
  const site = await startPage(changes);
  const tab = await openTab(browser, options);
  try {
    await run(tab, site);
  } finally {
    await tab.page.context().close();
    await site.close();
  }
}

test("a reader sees the digest, types a command and reads the answer", async () => {
  await visit({}, async ({ page, complaints }, { url }) => {
    await page.goto(url);
    await page.getByRole("heading", { name: "Venezuela talks: 4 stories" }).waitFor();
    expect(await page.locator(".post .story").count()).toBe(4);
    await page.getByRole("combobox", { name: "Command" }).fill("topics");
    await page.keyboard.press("Enter");
    const answer = page.locator(".answers .answer");
    await answer.getByRole("link", { name: "russian-deployments" }).waitFor();
    expect(await page.getByLabel("Command", { exact: true }).inputValue()).toBe("");
    await page.keyboard.press("ArrowUp");
    expect(await page.getByLabel("Command", { exact: true }).inputValue()).toBe("topics");
    expect(complaints).toEqual([]);
  });
});

test("without script the same works, each answer on a page of its own", async () => {
  await visit({ javaScriptEnabled: false }, async ({ page }, { url }) => {
    await page.goto(url);
    expect(await page.locator(".posthead time").textContent()).toBe("2026-11-20 08:00 UTC");
    await page.getByLabel("Command", { exact: true }).fill("/sitrep now venezuela-talks");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "Venezuela talks now" }).waitFor();
    await page.getByRole("button", { name: /^Why:/ }).click();
    await page.getByRole("heading", { name: "Why this was posted" }).waitFor();
    await page.getByRole("link", { name: "To the channel" }).click();
    await page
      .getByRole("link", { name: /^More:/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Timeline" }).waitFor();
    await page.getByRole("link", { name: "Search" }).click();
    await page.getByLabel("Words").fill("caracas");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("Found for caracas").waitFor();
  });
});

const COUNT_SHIFTS =
  "window.shifts = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts += e.value; }).observe({ type: 'layout-shift' })";

test("a live post arrives once, without moving what is being read", async () => {
  await visit({}, async ({ page, complaints }, { url, add, announce }) => {
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate(COUNT_SHIFTS);
    const story = page.locator("#post-3 .story").first();
    const before = await story.boundingBox();
    add(samplePost(4, "Fresh word from Oslo"));
    add(samplePost(5, "Fresher word from Oslo"));
    announce({ channel: "web:main" });
    const fresh = page.locator("#post-5");
    await fresh.waitFor({ state: "attached" });
    const pill = page.getByRole("button", { name: "2 new posts" });
    await pill.waitFor();
    expect((await story.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    expect(await page.evaluate("window.shifts")).toBe(0);
    expect(await page.title()).toBe("(2) Sitrep");
    await pill.click();
    await page.getByRole("heading", { name: "Fresher word from Oslo" }).waitFor();
    expect(await page.locator("#post-4, #post-5").count()).toBe(2);
    expect(await page.title()).toBe("Sitrep");
    expect(complaints).toEqual([]);
  });
});

test("the first post of an empty channel takes the place of the words that waited for it", async () => {
  await visit({}, async ({ page }, { url, add, announce }) => {
    await page.goto(`${url}/?channel=desk`);
    await page.getByText("Live", { exact: true }).waitFor();
    add(samplePost(9, "The first", "web:desk"));
    announce({ channel: "web:desk" });
    await page.getByRole("heading", { name: "The first" }).waitFor();
    expect(await page.getByText("Nothing has been posted").count()).toBe(0);
  });
});

test("everything is done with the keyboard alone", async () => {
  await visit({}, async ({ page }, { url }) => {
    await page.goto(url);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
    await page.keyboard.press("/");
    await page.keyboard.type("now v");
    const options = page.getByRole("option");
    await options.first().waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await options.first().getAttribute("aria-selected")).toBe("true");
    const box = page.getByRole("combobox", { name: "Command" });
    expect(await box.getAttribute("aria-activedescendant")).toBe(
      await options.first().getAttribute("id"),
    );
    await page.keyboard.press("Enter");
    expect(await box.inputValue()).toBe("now venezuela-talks ");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Venezuela talks now" }).waitFor();
    const why = page.locator("#post-3").getByRole("button", { name: /^Why: Mediators/ });
    await why.focus();
    await page.keyboard.press("Enter");
    await page.locator("#post-3 .answer").waitFor();
    expect(await page.evaluate("document.activeElement.className")).toBe("answer");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.locator("#post-3 .answer").count()).toBe(0);
    expect(await page.evaluate("document.activeElement.ariaLabel")).toMatch(/^Why: Mediators/);
  });
});

test("times are shown in the reader's own zone", async () => {
  await visit({ timezoneId: "Asia/Tokyo" }, async ({ page }, { url }) => {
    await page.goto(url);
    const time = page.locator(".posthead time");
    await time.filter({ hasText: "17:00" }).waitFor();
    expect(await time.getAttribute("title")).toContain("Friday, 20 November 2026");
  });
});

test.each([320, 375, 768])("at %i pixels no page is wider than the screen", async (width) => {
  await visit({ viewport: { width, height: 800 } }, async ({ page }, { url }) => {
    for (const path of [
      "/",
      "/topics",
      "/stories/s0000000001",
      "/search?q=x",
      "/status",
      "/feeds",
    ]) {
      await page.goto(url + path);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(width);
    }
  });
});

test.each(["light", "dark"] as const)(
  "in %s every text stands out from what is behind it by 4.5 to 1",
  async (colorScheme) => {
    await visit({ colorScheme }, async ({ page }, { url }) => {
      for (const path of ["/", "/topics", "/stories/s0000000001", "/nothing"]) {
        await page.goto(url + path);
        if (path === "/") {
          for (const line of ["mute", "feedback", "now none", "why x"]) {
            await page.getByLabel("Command", { exact: true }).fill(line);
            await page.keyboard.press("Enter");
            await page.locator(".answers .said", { hasText: line }).waitFor();
            expect(await page.evaluate(LOWEST_CONTRAST)).toMatchObject({
              ratio: expect.toSatisfy((ratio: number) => ratio >= 4.5),
            });
          }
        }
        expect(await page.evaluate(LOWEST_CONTRAST), path).toMatchObject({
          ratio: expect.toSatisfy((ratio: number) => ratio >= 4.5),
        });
      }
    });
  },
);

test("an edit of a post above or below the view shows at once, without moving what is being read", async () => {
  await visit({}, async ({ page, complaints }, { url, add, edit, announceEdit }) => {
    for (let number = 4; number < 24; number += 1) add(samplePost(number, `Word ${number}`));
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    await page
      .locator("#post-14")
      .evaluate((post) => post.scrollIntoView({ block: "center", behavior: "instant" }));
    await page.evaluate(COUNT_SHIFTS);
    const before = await page.locator("#post-14").boundingBox();
    for (const number of [23, 3]) {
      edit(samplePost(number, `Newer word ${"and more ".repeat(60)}`));
      announceEdit({ channel: "web:main", key: `key-${number}` });
      await page.locator(`#post-${number}`).getByText("Newer word").waitFor();
    }
    const after = await page.locator("#post-14").boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(1);
    expect(await page.evaluate("window.shifts")).toBe(0);
    expect(complaints).toEqual([]);
  });
});

test("an edit of a post that is being read waits until it is asked for, unless it takes as much room", async () => {
  await visit({}, async ({ page, complaints }, { url, add, edit, announceEdit }) => {
    add(samplePost(4, "Word"));
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate(COUNT_SHIFTS);
    const post = page.locator("#post-4");
    edit(samplePost(4, "Term"));
    announceEdit({ channel: "web:main", key: "key-4" });
    await post.getByText("Term").waitFor();
    edit(samplePost(4, `Longer ${"and longer ".repeat(60)}`));
    announceEdit({ channel: "web:main", key: "key-4" });
    const show = post.getByRole("button", { name: "Updated: show" });
    await show.waitFor();
    expect(await post.getByText("Term").count()).toBe(1);
    expect(await page.evaluate("window.shifts")).toBe(0);
    await show.click();
    await post.getByText("Longer and longer").waitFor();
    expect(await show.count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

test("however many posts come, the page holds some hundred and leads to the others", async () => {
  await visit({}, async ({ page }, { url, add, announce }) => {
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    for (let number = 4; number <= 400; number += 1) add(samplePost(number, `Word ${number}`));
    announce({ channel: "web:main" });
    await page.getByRole("button", { name: "Newer posts" }).waitFor();
    expect(await page.locator(".post").count()).toBeLessThan(250);
    await page.getByRole("button", { name: "Newer posts" }).click();
    await page.locator("#post-400").waitFor();
    expect(await page.locator(".post").count()).toBe(30);
  });
});

test("the page's script is at most 30 kB in all", async () => {
  await visit({}, async ({ page }, { url }) => {
    const bytes: Promise<number>[] = [];
    page.on("response", (response) => {
      if (response.url().endsWith(".js")) bytes.push(response.body().then(({ length }) => length));
    });
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    const sum = (await Promise.all(bytes)).reduce((all, length) => all + length, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(30_000);
  });
});

test("a reader logs in with the token, and out again", async () => {
  await visit(
    {},
    async ({ page, complaints }, { url }) => {
      await page.goto(`${url}/topics`);
      await page.getByLabel("Access token").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByText("This is not the token.").waitFor();
      await page.getByLabel("Access token").fill("a long secret");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Topics" }).waitFor();
      expect(page.url()).toBe(`${url}/topics`);
      expect(await page.evaluate("document.cookie")).toBe("");
      await page.getByLabel("Command", { exact: true }).fill("status");
      await page.keyboard.press("Enter");
      await page.getByText("31 fine, 2 failing").waitFor();
      await page.getByRole("button", { name: "Log out" }).click();
      await page.getByLabel("Access token").waitFor();
      expect(complaints.filter((text) => !text.includes("401"))).toEqual([]);
    },
    { token: "a long secret" },
  );
});

test("a link from another site leads through a page that asks once more; its form and script get nothing", async () => {
  await visit({}, async ({ page }, { url, logged }) => {
    const other = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<a href="${url}/stories/s0000000001">story</a><form method="post" action="${url}/command"><input name="text" value="boom"><button>go</button></form>`,
      );
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      await page.goto(`http://localhost:${port}/`);
      await page.getByRole("button", { name: "go" }).click();
      await page.getByRole("heading", { name: "Not from here" }).waitFor();
      expect(logged).toEqual([]);
      await page.goto(`http://localhost:${port}/`);
      await page.getByRole("link", { name: "story" }).click();
      await page.getByRole("link", { name: "Open this page" }).click();
      await page.getByRole("heading", { name: "Timeline" }).waitFor();
    } finally {
      other.close();
    }
  });
});

test("a reader whose server went away is told, and gets what was posted once it is back", async () => {
  await visit({}, async ({ page }, { url, close }) => {
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    await close();
    await page.getByText("Reconnecting").waitFor();
    await page.getByLabel("Command", { exact: true }).fill("topics");
    await page.keyboard.press("Enter");
    await page.getByText("Sitrep does not answer.").waitFor();
    const back = await startPage({}, Number(new URL(url).port));
    try {
      back.add(samplePost(4, "Posted meanwhile"));
      await page.getByText("Live", { exact: true }).waitFor();
      await page.getByRole("heading", { name: "Posted meanwhile" }).waitFor({ state: "attached" });
    } finally {
      await back.close();
    }
  });
});

test("a button under a post is answered at the end of that post, one in an answer in its place", async () => {
  await visit({}, async ({ page }, { url }) => {
    await page.goto(url);
    await page.getByRole("button", { name: "Show all of today" }).click();
    const answer = page.locator("#post-3 > .answer");
    await answer.getByRole("heading", { name: "Venezuela talks now" }).waitFor();
    await answer.getByRole("button", { name: /^Why:/ }).click();
    await answer.locator(".story .answer").waitFor();
    await page.goto(`${url}/stories/s0000000001`);
    expect(await page.locator(".document").getByRole("button", { name: "Why" }).count()).toBe(1);
    await page.locator(".document").getByRole("button", { name: /^Why:/ }).click();
    await page.locator(".document .story .answer").waitFor();
  });
});
