import { describe, expect, test } from "vitest";
import {
  canonicalUrl,
  contentHashOf,
  feedIdOf,
  identityOf,
  itemIdOf,
  type KnownIdentity,
  sortingOut,
} from "../../../src/feeds/identity.ts";
import type { Item } from "../../../src/feeds/item.ts";
import { toEnd } from "../../../src/feeds/steps.ts";

const FEED = "f0123456789";

function item(changes: Partial<Item>): Item {
  return {
    guid: "g1",
    title: "Envoys meet in Oslo",
    url: "https://news.example/oslo",
    publishedAt: null,
    updatedAt: null,
    author: null,
    summary: "Talks resumed on Monday.",
    text: null,
    categories: [],
    enclosures: [],
    source: null,
    agency: null,
    language: null,
    ...changes,
  };
}

function seen(...items: Item[]): KnownIdentity[] {
  return items.map((it) => ({ ...identityOf(it), itemId: itemIdOf(FEED, it.guid) }));
}

describe("ids", () => {
  test("are short, lower case, and the same every time", () => {
    expect(feedIdOf("https://news.example/rss")).toMatch(/^f[0-9a-z]{10}$/);
    expect(itemIdOf(FEED, "g1")).toMatch(/^i[0-9a-z]{12}$/);
    expect(itemIdOf(FEED, "g1")).toBe(itemIdOf(FEED, "g1"));
    expect(itemIdOf(FEED, "g1")).not.toBe(itemIdOf("f9876543210", "g1"));
  });

  test("do not change with a feed's password", () => {
    expect(feedIdOf("https://ann:old@news.example/rss")).toBe(
      feedIdOf("https://ann:new@news.example/rss"),
    );
    expect(feedIdOf("https://ann:x@news.example/rss")).not.toBe(
      feedIdOf("https://bob:x@news.example/rss"),
    );
  });
});

describe("canonicalUrl", () => {
  test.each([
    ["http://www.news.example/a/?utm_source=rss&b=2&a=1#", "https://news.example/a?a=1&b=2"],
    ["https://NEWS.example:443/a?fbclid=1", "https://news.example/a"],
    ["https://news.example/a?at_medium=RSS&at_campaign=x#:~:text=hello", "https://news.example/a"],
    ["https://news.example/live#post-7", "https://news.example/live#post-7"],
    ["http://news.example:8080/a", "http://news.example:8080/a"],
    ["not an address", "not an address"],
  ])("%s is %s", (url, canonical) => {
    expect(canonicalUrl(url)).toBe(canonical);
    expect(canonicalUrl(canonical)).toBe(canonical);
  });
});

test("a content hash is blind to white space and to how an accent is written", () => {
  expect(contentHashOf({ title: "Café  talks", summary: null, text: null })).toBe(
    contentHashOf({ title: "Cafe\u0301 talks ", summary: null, text: null }),
  );
});

const sortOut = (feedId: string, items: readonly Item[], known: readonly KnownIdentity[]) =>
  toEnd(sortingOut(feedId, items, known, identityOf));

describe("sorting out", () => {
  test("takes an item that was never seen as new", () => {
    const sorted = sortOut(FEED, [item({})], []);
    expect(sorted.fresh.map(({ id }) => id)).toEqual([itemIdOf(FEED, "g1")]);
    expect(sorted.edits).toEqual([]);
  });

  test("leaves out what is known and unchanged", () => {
    expect(sortOut(FEED, [item({})], seen(item({})))).toEqual({
      fresh: [],
      edits: [],
      aliases: [],
    });
  });

  test("takes a known guid with another text as an edit", () => {
    const sorted = sortOut(FEED, [item({ title: "Envoys leave Oslo" })], seen(item({})));
    expect(sorted.fresh).toEqual([]);
    expect(sorted.edits.map(({ id }) => id)).toEqual([itemIdOf(FEED, "g1")]);
  });

  test("knows an item by its text when guid and address changed", () => {
    const moved = item({ guid: "g2", url: "https://news.example/world/oslo" });
    const sorted = sortOut(FEED, [moved], seen(item({})));
    expect(sorted.fresh).toEqual([]);
    expect(sorted.aliases).toMatchObject([{ guid: "g2", itemId: itemIdOf(FEED, "g1") }]);
    expect(sorted.edits).toEqual([]);
  });

  test("knows an item by its address when guid and text changed, and takes it as an edit", () => {
    const changed = item({
      guid: "g2",
      title: "Envoys leave",
      url: "http://www.news.example/oslo/",
    });
    const sorted = sortOut(FEED, [changed], seen(item({})));
    expect(sorted.fresh).toEqual([]);
    expect(sorted.aliases).toMatchObject([{ guid: "g2", itemId: itemIdOf(FEED, "g1") }]);
    expect(sorted.edits.map(({ id }) => id)).toEqual([itemIdOf(FEED, "g1")]);
  });

  test("takes several items with one guid as one, the first", () => {
    const sorted = sortOut(FEED, [item({ title: "One" }), item({ title: "Two" })], []);
    expect(sorted.fresh.map((one) => one.item.title)).toEqual(["One"]);
  });

  test("does not take items for one because they all link to one page", () => {
    const live = ["a", "b", "c"].map((guid) =>
      item({ guid, title: `Entry ${guid}`, url: "https://news.example/live" }),
    );
    expect(sortOut(FEED, live, []).fresh).toHaveLength(3);
    const later = item({ guid: "d", title: "Entry d", url: "https://news.example/live" });
    expect(sortOut(FEED, [later], seen(...live)).fresh).toHaveLength(1);
    const front = item({ guid: "e", title: "Entry e", url: "https://news.example/" });
    const known = seen(item({ guid: "f", title: "Entry f", url: "https://news.example/" }));
    expect(sortOut(FEED, [front], known).fresh).toHaveLength(1);
  });

  test("takes a title that recurs under another address as new", () => {
    const monday = item({
      guid: "1",
      title: "Briefing",
      summary: null,
      url: "https://n.example/1",
    });
    const tuesday = item({
      guid: "2",
      title: "Briefing",
      summary: null,
      url: "https://n.example/2",
    });
    expect(sortOut(FEED, [tuesday], seen(monday)).fresh).toHaveLength(1);
  });

  test("keeps guids apart that are names of built-in properties", () => {
    const guids = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const items = guids.map((guid) => item({ guid, title: guid, url: null }));
    expect(sortOut(FEED, items, []).fresh).toHaveLength(4);
  });

  test("makes a short key of a guid of 100 kB", () => {
    expect(identityOf(item({ guid: "x".repeat(100_000) })).guid.length).toBeLessThan(60);
  });
});
