import { serialize } from "node:v8";
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { readFeed } from "../../../src/feeds/read-feed.ts";
import { createWorkerPool, type WorkerPool } from "../../../src/feeds/worker-pool.ts";

let pool: WorkerPool | null = null;

afterEach(async () => {
  await pool?.close();
  pool = null;
});

const OPTIONS = { contentType: null, base: "https://wire.example/" };

/** A feed with so many entries of 2 kB. */
function feedOf(entries: number): Buffer {
  const items = Array.from(
    { length: entries },
    (_, index) =>
      `<item><guid>${index}</guid><description>${"word ".repeat(400)}</description></item>`,
  );
  return Buffer.from(
    `<rss version="2.0"><channel><title>Big</title>${items.join("")}</channel></rss>`,
  );
}

describe("a worker pool", () => {
  test("reads as readFeed does, and one document after another", async () => {
    pool = createWorkerPool();
    const documents = [feedOf(3), Buffer.from("no feed"), feedOf(500), Buffer.alloc(0)];
    const inThread = await Promise.all(documents.map((bytes) => pool?.parse(bytes, OPTIONS)));
    const here = await Promise.all(documents.map((bytes) => readFeed(bytes, OPTIONS)));
    expect(inThread).toEqual(here);
  });

  test("refuses a document that takes too long, and reads the next", async () => {
    pool = createWorkerPool({ deadlineMs: 1 });
    expect(await pool.parse(feedOf(2_000), OPTIONS)).toMatchObject({
      ok: false,
      problems: [{ code: "parse-timeout" }],
    });
    await pool.close();
    pool = createWorkerPool();
    expect(await pool.parse(feedOf(1), OPTIONS)).toMatchObject({ ok: true });
  });

  test("ends its threads once nothing was read for a while, and starts them again", async () => {
    const began: number[] = [];
    const ended: number[] = [];
    const note = (worker: Worker): void => {
      began.push(worker.threadId);
      worker.once("exit", () => ended.push(worker.threadId));
    };
    process.on("worker", note);
    pool = createWorkerPool({ idleMsMax: 20 });
    expect(await pool.parse(feedOf(1), OPTIONS)).toMatchObject({ ok: true });
    await expect.poll(() => ended.length).toBe(1);
    expect(await pool.parse(feedOf(1), OPTIONS)).toMatchObject({ ok: true });
    expect(began).toHaveLength(2);
    process.off("worker", note);
  });

  test("hands over a large document in pieces that are soon taken", async () => {
    pool = createWorkerPool();
    const sizes: number[] = [];
    const watch = (worker: Worker): void => {
      worker.on("message", (answer: unknown) => sizes.push(serialize(answer).length));
    };
    process.once("worker", watch);
    const parsed = await pool.parse(feedOf(4_600), OPTIONS);
    expect(parsed.items).toHaveLength(1_000);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(600_000);
  });

  test("looks for one thing in a document: its charset, the feeds of a page, of a list", async () => {
    pool = createWorkerPool();
    const page = Buffer.from('<link rel="alternate" type="application/rss+xml" href="/rss">');
    const list = Buffer.from('<opml><body><outline xmlUrl="http://a.example/f"/></body></opml>');
    expect(await pool.charset(Buffer.from("caf\xe9", "latin1"), null)).toBe("windows-1252");
    expect(await pool.links(page, "text/html", "http://a.example/blog/")).toEqual([
      { url: "http://a.example/rss", title: null },
    ]);
    expect(await pool.list(list, null)).toMatchObject({ feeds: [{ url: "http://a.example/f" }] });
  });

  test("finds nothing in a document that takes too long", async () => {
    pool = createWorkerPool({ deadlineMs: 1 });
    const page = Buffer.from("<p>".repeat(3_000_000));
    expect(await pool.links(page, "text/html", "http://a.example/")).toEqual([]);
    expect(await pool.charset(page, "text/html")).toBeNull();
    expect(await pool.list(page, "text/html")).toMatchObject({
      feeds: [],
      problems: [{ code: "parse-timeout" }],
    });
  });

  test("refuses what comes after it was closed", async () => {
    pool = createWorkerPool();
    await pool.close();
    expect(await pool.parse(feedOf(1), OPTIONS)).toMatchObject({ problems: [{ code: "stopped" }] });
  });
});
