import { expect, test } from "vitest";
import { readFeed } from "../../../src/feeds/read-feed.ts";

const read = (items: string) =>
  readFeed(Buffer.from(`<rss version="2.0"><channel><title>t</title>${items}</channel></rss>`), {
    contentType: null,
    base: null,
  });

const entry = (index: number, date = ""): string =>
  `<item><guid>${index}</guid><title>Entry ${index}</title>${date}</item>`;

test("of a document with thousands of entries the newest thousand are read, wherever they stand", async () => {
  const oldestFirst = Array.from({ length: 1_500 }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toUTCString();
    return entry(index, `<pubDate>${at}</pubDate>`);
  });
  const { items, problems } = await read(oldestFirst.join(""));
  expect([items.length, items[0]?.guid, items.at(-1)?.guid]).toEqual([1_000, "500", "1499"]);
  expect(problems).toMatchObject([{ code: "many-entries" }]);
});

test("without dates the first thousand are read", async () => {
  const { items } = await read(Array.from({ length: 1_001 }, (_, index) => entry(index)).join(""));
  expect([items.length, items.at(-1)?.guid]).toEqual([1_000, "999"]);
});

test("a text beyond all measure is cut, and never within a character", async () => {
  const { items } = await read(
    `<item><guid>1</guid><description>${"🙂".repeat(150_000)}</description></item>`,
  );
  const text = items[0]?.text ?? items[0]?.summary ?? "";
  expect(text.length).toBeLessThanOrEqual(200_001);
  expect(text.isWellFormed()).toBe(true);
});
