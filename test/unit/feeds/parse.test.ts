import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { ParsedFeed } from "../../../src/feeds/item.ts";
import { parseFeed } from "../../../src/feeds/parse.ts";

const FIXTURES = new URL("../../fixtures/feeds/", import.meta.url);

async function parseFixture(name: string, base: string | null = null): Promise<ParsedFeed> {
  return parseFeed(await readFile(new URL(name, FIXTURES)), { contentType: null, base });
}

function parseText(text: string, base: string | null = null): Promise<ParsedFeed> {
  return parseFeed(Buffer.from(text), { contentType: null, base });
}

/** An RSS feed with one item. */
function rss(item: string): string {
  return `<rss version="2.0"><channel><title>t</title><item>${item}</item></channel></rss>`;
}

describe("parseFeed reads", () => {
  test("RSS 2.0 with all that it usually holds", async () => {
    const parsed = await parseFixture("rss-full.xml", "https://gazette.example/rss");
    expect(parsed).toEqual({
      ok: true,
      feed: {
        title: "Harbour & Hill Gazette",
        url: "https://gazette.example/",
        language: "en",
        updatedAt: "2026-03-03T08:00:00.000Z",
      },
      items: [
        {
          guid: "gz-1",
          title: "Ferry talks resume — again",
          url: "https://gazette.example/news/ferry?a=1&b=2",
          publishedAt: "2026-03-03T07:30:00.000Z",
          updatedAt: null,
          author: "Ada Byron",
          summary: "Both sides\u00a0met.",
          text: "Both sides met on Monday.\nR&D <was> named.",
          categories: ["Transport", "Islands"],
          enclosures: [{ url: "https://gazette.example/a.mp3", type: "audio/mpeg", length: 1024 }],
          source: "Island Wire",
          agency: null,
          language: "en",
        },
        {
          guid: "https://gazette.example/news/2",
          title: null,
          url: "https://gazette.example/news/2",
          publishedAt: null,
          updatedAt: null,
          author: null,
          summary: "No title, no link, no date.",
          text: null,
          categories: [],
          enclosures: [],
          source: null,
          agency: null,
          language: "en",
        },
      ],
      problems: [],
      wishes: {
        ttlMs: 1_800_000,
        skipHours: [2, 3],
        hubUrl: "https://hub.example/",
        selfUrl: "https://gazette.example/rss",
      },
    });
  });

  test("Atom with XHTML and nested bases", async () => {
    const { feed, items } = await parseFixture("atom-xhtml.xml");
    expect(feed).toEqual({
      title: "AT&T <y> más",
      url: "https://blog.example/es/",
      language: "es",
      updatedAt: "2026-03-01T00:00:00.000Z",
    });
    expect(items[0]).toMatchObject({
      guid: "tag:blog.example,2026:1",
      title: "Diálogo abierto",
      url: "https://blog.example/es/entradas/uno",
      publishedAt: "2026-03-01T03:00:00.000Z",
      author: "Ana Gil",
      text: "Primero.\nUno\nDos",
      enclosures: [
        {
          url: "https://blog.example/es/entradas/uno.pdf",
          type: "application/pdf",
          length: 10,
        },
      ],
    });
  });

  test("RDF, Atom 0.3 and CDF", async () => {
    expect((await parseFixture("rdf.xml")).items).toMatchObject([
      { guid: "https://board.example/7", title: "Seven", publishedAt: "2026-03-02T10:00:00.000Z" },
    ]);
    expect((await parseFixture("atom-03.xml")).items).toMatchObject([
      {
        title: "Old news",
        text: "Hello",
        publishedAt: "2004-05-28T10:00:00.000Z",
        updatedAt: "2004-05-29T10:00:00.000Z",
      },
    ]);
    expect((await parseFixture("cdf.xml")).items).toMatchObject([
      { title: "One", url: "https://channel.example/one.html", summary: "First of all" },
    ]);
  });

  test("JSON Feed", async () => {
    const { feed, items } = await parseFixture("feed.json", "https://notes.example/feed.json");
    expect(feed).toMatchObject({ title: "Notes", url: "https://notes.example/", language: "de" });
    expect(items).toMatchObject([
      {
        guid: "42",
        url: "https://notes.example/42",
        title: "Zwei & drei",
        text: "Guten Tag",
        publishedAt: "2026-03-02T09:00:00.000Z",
        author: "Eva",
        categories: ["a", "b"],
        enclosures: [{ length: 5 }],
      },
    ]);
  });

  test("titles of a JSON Feed as plain text, which has no tags, with references decoded once", async () => {
    const titles = ["How <b> differs from <strong>", "AT&amp;T & co", "&amp;lt; is &lt;", "a < b"];
    const items = titles.map((title, id) => ({ id, title, content_text: "1 < 2 <b>" }));
    const hubs = [
      { type: "rssCloud", url: "https://x.example/" },
      { type: "WebSub", url: "/hub" },
    ];
    const feed = { version: "https://jsonfeed.org/version/1.1", title: "N", hubs, items };
    const parsed = await parseFeed(Buffer.from(JSON.stringify(feed)), {
      contentType: null,
      base: "https://notes.example/",
    });
    expect(parsed.items.map(({ title }) => title)).toEqual([
      "How <b> differs from <strong>",
      "AT&T & co",
      "&lt; is <",
      "a < b",
    ]);
    expect(parsed.items[0]?.text).toBe("1 < 2 <b>");
    expect(parsed.wishes?.hubUrl).toBe("https://notes.example/hub");
  });

  test("what is not well-formed: stray signs, undeclared names, odd versions, unclosed ends", async () => {
    const { ok, feed, items } = await parseFixture("malformed.xml");
    expect(ok).toBe(true);
    expect(feed.title).toBe("Fish & Chips été");
    expect(items).toMatchObject([
      { title: "Salt < vinegar", url: "https://chips.example/1?x=1&y=2" },
      { title: "Only here", summary: "From the group" },
    ]);
  });

  test("entries and enclosures whose end was forgotten", async () => {
    const { items } = await parseText(
      '<rss version="2.0"><channel><item><title>One</title><enclosure url=https://a.example/1.mp3 length=5><link>https://a.example/1</link><item><title>Two</title><link>https://a.example/2</link></item></channel></rss>',
    );
    expect(items).toMatchObject([
      {
        title: "One",
        url: "https://a.example/1",
        enclosures: [{ url: "https://a.example/1.mp3" }],
      },
      { title: "Two", url: "https://a.example/2" },
    ]);
  });

  test("a guid that is said to be no address as it stands, whatever the base", async () => {
    const { items } = await parseText(
      '<rss version="2.0" xml:base="https://site.example/"><channel><item><title>One</title><link>/node/12</link><guid isPermaLink="false">12 at https://site.example</guid></item></channel></rss>',
    );
    expect(items).toMatchObject([
      { guid: "12 at https://site.example", url: "https://site.example/node/12" },
    ]);
  });

  test("where the content of an Atom entry is, or what it is about, when it links to no page", async () => {
    const { feed, items } = await parseText(
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>plain</id><entry><id>urn:1</id><title>One</title><content type="text/html" src="/1.html"/></entry><entry><id>urn:2</id><title>Two</title><link rel="related" href="https://b.example/2"/></entry></feed>',
      "https://a.example/feed",
    );
    expect(feed.url).toBeNull();
    expect(items.map(({ url }) => url)).toEqual([
      "https://a.example/1.html",
      "https://b.example/2",
    ]);
  });

  test.each([
    ["2026.03.02 10:30", "2026-03-02T10:30:00.000Z"],
    ["02.03.2026 10.30", "2026-03-02T10:30:00.000Z"],
    ["Mon, 03/02/2026 - 10:30", "2026-03-02T10:30:00.000Z"],
    ["Lun, 02/03/2026 - 10:30", "2026-03-02T10:30:00.000Z"],
    ["mié, 04/03/2026 - 10:30", "2026-03-04T10:30:00.000Z"],
    ["03/02/2026 10:30", "2026-03-02T10:30:00.000Z"],
  ])("the date %s", async (written, meant) => {
    const { items } = await parseText(rss(`<title>a</title><pubDate>${written}</pubDate>`));
    expect(items[0]?.publishedAt).toBe(meant);
  });

  test("characters that an old DOCTYPE declares, without fetching it", async () => {
    const { feed } = await parseFixture("declared-characters.xml");
    expect(feed.title).toBe("Ship\u00a0Company");
  });

  test("a date that only says when an entry was last touched, as its publication", async () => {
    const { items } = await parseText(rss("<updated>2026-01-01T00:00:00Z</updated>"));
    expect(items[0]).toMatchObject({ publishedAt: "2026-01-01T00:00:00.000Z" });
  });
});

describe("parseFeed gives an item", () => {
  test("its address as guid when it has none, without what counts visitors", async () => {
    const { items } = await parseText(rss("<link>http://a.example/1?utm_source=rss</link>"));
    expect(items[0]).toMatchObject({
      guid: "https://a.example/1",
      url: "http://a.example/1?utm_source=rss",
    });
  });

  test("a hash of its text as guid when its address is shared or missing", async () => {
    const link = "<link>https://a.example/live</link>";
    const text = `<rss version="2.0"><channel><item><title>A</title>${link}</item><item><title>B</title>${link}</item><item><title>C</title></item></channel></rss>`;
    const guids = (await parseText(text)).items.map((item) => item.guid);
    expect(new Set(guids).size).toBe(3);
    expect(guids.every((guid) => guid.startsWith("hash:"))).toBe(true);
  });

  test("no address when its link is of no use to people", async () => {
    for (const link of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "tag:a,b",
    ]) {
      const { items } = await parseText(rss(`<title>x</title><link>${link}</link>`));
      expect(items[0]?.url).toBeNull();
    }
  });

  test("a plain title that was escaped once too often, as it was meant", async () => {
    const { items } = await parseText(
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>It&amp;#39;s &amp;quot;on&amp;quot; at &lt;10&gt;</title></entry></feed>',
    );
    expect(items[0]?.title).toBe(`It's "on" at <10>`);
  });

  test("a title without markup, but with signs that only look like it", async () => {
    const { items } = await parseText(
      rss("<title>&lt;b&gt;5&lt;/b&gt; &lt; 7 &amp;amp; List&lt;T&gt;</title>"),
    );
    expect(items[0]?.title).toBe("5 < 7 & List<T>");
  });
});

describe("parseFeed refuses", () => {
  test.each([
    ["bomb.xml", "entity-refused"],
    ["outside-file.xml", "entity-refused"],
  ])("%s with %s", async (name, code) => {
    const { ok, items, problems } = await parseFixture(name);
    expect({ ok, items, codes: problems.map((problem) => problem.code) }).toEqual({
      ok: false,
      items: [],
      codes: [code],
    });
  });

  test.each([
    ["", "empty"],
    ["   \n", "empty"],
    ["just words", "no-feed"],
    ["<!DOCTYPE html><html><body><p>rss</p></body></html>", "page"],
    ["<other/>", "no-feed"],
    ['{"a":1}', "no-feed"],
    ["{", "no-feed"],
    [`<rss><channel>${"<a>".repeat(5_000)}`, "too-deep"],
    [`<rss><channel><a b="${"x".repeat(1_100_000)}"/></channel></rss>`, "attribute-too-long"],
  ])("%.40s as %s", async (text, code) => {
    expect(await parseText(text)).toMatchObject({ ok: false, items: [], problems: [{ code }] });
  });

  test("a document beyond the limit", async () => {
    const parsed = await parseFeed(Buffer.from(rss("")), {
      contentType: null,
      base: null,
      bodyBytesMax: 20,
    });
    expect(parsed.problems).toMatchObject([{ code: "too-big" }]);
  });
});

test("an entry that the end of the document cut off is left out, and said", async () => {
  const { ok, items, problems } = await parseFixture("cut-off.xml");
  expect(ok).toBe(true);
  expect(items.map((item) => item.title)).toEqual(["Whole"]);
  expect(problems).toMatchObject([{ code: "truncated", line: 4 }]);
});

test("names of built-in properties are ordinary content", async () => {
  const text = `<rss version="2.0"><__proto__><polluted>1</polluted></__proto__><channel><constructor/><item __proto__="x"><guid>__proto__</guid><title>toString</title></item></channel></rss>`;
  const { items } = await parseText(text);
  expect(items).toMatchObject([{ guid: "__proto__", title: "toString" }]);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});
