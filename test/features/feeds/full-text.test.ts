import { afterEach, expect, test } from "vitest";
import { withFullText } from "../../../src/feeds/full-text.ts";
import type { Item } from "../../../src/feeds/item.ts";
import { createWorkerPool } from "../../../src/feeds/worker-pool.ts";
import { localFetcher, serve } from "./server.ts";

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

const PARAGRAPH =
  "The two delegations met for three hours in the harbour town and agreed to publish a joint list of the routes that stay open during winter.";

const PAGE = `<!doctype html><html><head><title>Ferry talks</title></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Ferry talks</h1>${`<p>${PARAGRAPH}</p>`.repeat(6)}</article>
<footer>Subscribe to our newsletter</footer><script>track()</script></body></html>`;

function item(url: string | null): Item {
  return {
    guid: "1",
    title: "Ferry talks",
    url,
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: "The two delegations met.",
    text: null,
    categories: [],
    enclosures: [],
    source: null,
    agency: null,
    language: null,
  };
}

test("an item gets the article of its page, without what stands around it", async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(PAGE);
  });
  const pool = createWorkerPool();
  const fetcher = localFetcher();
  open.push(server, pool, fetcher);
  const full = await withFullText(item(`${server.url}/1`), fetcher, pool.article);
  expect(full.text?.split("\n").filter((line) => line === PARAGRAPH)).toHaveLength(6);
  expect(full.text).not.toMatch(/Sport|newsletter|track/);
});

test("an item stays as it is when its page is missing, refused or says nothing", async () => {
  const server = await serve((request, response) => {
    response.writeHead(request.url === "/short" ? 200 : 404);
    response.end("<html><body><p>Accept cookies</p></body></html>");
  });
  const pool = createWorkerPool();
  const fetcher = localFetcher();
  open.push(server, pool, fetcher);
  for (const url of [null, `${server.url}/missing`, `${server.url}/short`, "http://10.0.0.1/"]) {
    expect(await withFullText(item(url), fetcher, pool.article)).toEqual(item(url));
  }
});
