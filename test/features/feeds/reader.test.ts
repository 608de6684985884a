import { afterEach, describe, expect, test } from "vitest";
import { pollFeed } from "../../../src/feeds/poller.ts";
import { createHostGate } from "../../../src/feeds/poller-gate.ts";
import { readFeed } from "../../../src/feeds/read-feed.ts";
import { createFeedReader, type Reader } from "../../../src/feeds/reader.ts";
import { createWorkerPool } from "../../../src/feeds/worker-pool.ts";
import { FEED, localFetcher, serve, type TestServer } from "./server.ts";

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

/** A server with so many pages; everything else is a 404. */
async function site(pages: Record<string, string>): Promise<TestServer> {
  const server = await serve((request, response) => {
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200, {
      "content-type": "text/html; charset=utf-8",
      etag: '"v1"',
    });
    response.end(page);
  });
  open.push(server);
  return server;
}

/** Reads in threads, as a run does. */
function feedReader(): Reader {
  const pool = createWorkerPool();
  open.push(pool);
  return createFeedReader(fetcher(), pool);
}

function fetcher(): ReturnType<typeof localFetcher> {
  const made = localFetcher();
  open.push(made);
  return made;
}

describe("discover finds", () => {
  test("the feeds that a page names, in its order, whatever its base", async () => {
    const server = await site({
      "/": `<html><head><base href="/en/"><link rel="stylesheet" href="x.css">
        <link rel="alternate" type="application/rss+xml" title="All &amp; more" href="rss">
        <link rel="alternate" type="text/html" href="/de/">
        <LINK REL="ALTERNATE" TYPE="application/atom+xml" HREF="/atom.xml"></head></html>`,
    });
    expect(await feedReader().discover(server.url)).toEqual([
      { url: `${server.url}/en/rss`, title: "All & more" },
      { url: `${server.url}/atom.xml`, title: null },
    ]);
  });

  test("a feed where feeds usually lie, when the page names none", async () => {
    const server = await site({ "/blog/": "<html></html>", "/blog/feed.xml": FEED });
    expect(await feedReader().discover(`${server.url}/blog/`)).toEqual([
      { url: `${server.url}/blog/feed.xml`, title: "Wire" },
    ]);
  });

  test("the address itself when it is a feed, and nothing when there is none", async () => {
    const server = await site({ "/my/wire": FEED, "/": "<html></html>" });
    const reader = feedReader();
    expect(await reader.discover(`${server.url}/my/wire`)).toEqual([
      { url: `${server.url}/my/wire`, title: "Wire" },
    ]);
    expect(await reader.discover(server.url)).toEqual([]);
    expect(await reader.discover(`${server.url}/missing`)).toEqual([]);
  });
});

describe("test shows", () => {
  test("what a feed answered, without its password", async () => {
    const server = await site({ "/rss": FEED });
    const trial = await feedReader().test(`http://ann:secret@127.0.0.1:${server.port}/rss`);
    expect(trial).toMatchObject({
      url: `${server.url}/rss`,
      status: 200,
      charset: "utf-8",
      bytes: FEED.length,
      etag: '"v1"',
      parsed: { ok: true, feed: { title: "Wire" } },
    });
  });

  test("why there is nothing to read", async () => {
    const server = await site({ "/": "<html><body>hello</body></html>" });
    const reader = feedReader();
    expect(await reader.test(server.url)).toMatchObject({
      parsed: { ok: false, problems: [{ code: "page" }] },
    });
    expect(await reader.test(`${server.url}/missing`)).toMatchObject({
      status: 404,
      parsed: { ok: false, problems: [{ code: "http-404" }] },
    });
    expect(await reader.test("http://10.0.0.1/")).toMatchObject({
      status: null,
      parsed: { ok: false, problems: [{ code: "refused-address" }] },
    });
  });
});

describe("a list of feeds", () => {
  test("is read from its address, in its own charset", async () => {
    const list =
      '<?xml version="1.0" encoding="iso-8859-1"?><opml><body><outline text="Caf\u00e9" xmlUrl="http://a.example/f"/></body></opml>';
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/x-opml" });
      response.end(Buffer.from(list, "latin1"));
    });
    open.push(server);
    expect(await feedReader().list(server.url)).toMatchObject({
      feeds: [{ name: "Caf\u00e9", url: "http://a.example/f" }],
      problems: [],
    });
  });

  test("that cannot be fetched, or may not be, is a problem", async () => {
    const server = await site({});
    const reader = feedReader();
    expect(await reader.list(server.url)).toMatchObject({
      problem: expect.stringContaining("404"),
    });
    expect(await reader.list("http://10.0.0.1/")).toMatchObject({
      problem: expect.stringContaining("10.0.0.1"),
    });
  });
});

/** Nothing is known of the feed; it is read in this thread. */
const FRESH = [{ validators: null }, readFeed] as const;

describe("a poll", () => {
  const feed = { name: null, language: null };

  test("names the outlet and the language of each entry", async () => {
    const server = await site({ "/rss": FEED });
    const result = await pollFeed({ ...feed, url: `${server.url}/rss` }, fetcher(), ...FRESH);
    expect(result).toMatchObject({
      kind: "read",
      items: [{ guid: "1", source: "Wire", language: "en" }],
    });
  });

  test("lets the operator's words win", async () => {
    const server = await site({ "/rss": FEED });
    const url = `${server.url}/rss`;
    const result = await pollFeed({ url, name: "My wire", language: "es" }, fetcher(), ...FRESH);
    expect(result).toMatchObject({ items: [{ source: "My wire", language: "es" }] });
  });

  test("of a page that is no feed is a failure", async () => {
    const server = await site({ "/": "<html></html>" });
    const result = await pollFeed({ ...feed, url: server.url }, fetcher(), ...FRESH);
    expect(result).toMatchObject({ kind: "failed", status: 200, problem: { code: "page" } });
  });
});

test("a host gate lets so many of one server run at a time, and does not hold up others", async () => {
  const gate = createHostGate(2);
  let running = 0;
  let most = 0;
  const release: (() => void)[] = [];
  const task = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => release.push(resolve));
    running -= 1;
  };
  const all = Array.from({ length: 5 }, (_, index) => gate.run(`http://a.lan/${index}`, task));
  await gate.run("http://b.lan/", () => Promise.resolve());
  while (release.length > 0) {
    release.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  expect(most).toBe(2);
});
