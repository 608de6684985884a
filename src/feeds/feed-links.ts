import { Parser } from "htmlparser2";
import type { FoundFeed } from "./reader.ts";
import { resolveUrl } from "./xml-tree.ts";

/** More feeds than that on one page are lists of somebody else's. */
const FEEDS_MAX = 20;

/** Feeds that a page names in its head, and links that are plainly feeds, in the order of the page. */
export function feedLinksOf(html: string, pageUrl: string): readonly FoundFeed[] {
  const found = new Map<string, FoundFeed>();
  let base = pageUrl;
  const add = (href: string | undefined, title: string | undefined): void => {
    const url =
      href === undefined ? null : resolveUrl(href.replace(/^feed:(?=https?:)/i, ""), base);
    // A page names no password but to have it sent somewhere.
    if (url === null || !/^https?:\/\/[^/@]*(\/|$)/.test(url)) return;
    if (found.has(url) || found.size >= FEEDS_MAX) return;
    found.set(url, { url, title: title?.trim() || null });
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "base" && attributes["href"] !== undefined) {
        base = resolveUrl(attributes["href"], pageUrl) ?? pageUrl;
      }
      const isFeed = FEED_TYPE.test(attributes["type"] ?? "");
      const rels = (attributes["rel"] ?? "").toLowerCase().split(/\s+/);
      if (name !== "link" && name !== "a") return;
      if (rels.includes("feed") || (isFeed && rels.includes("alternate"))) {
        add(attributes["href"], attributes["title"]);
      }
    },
  });
  parser.end(html);
  return [...found.values()];
}

const FEED_TYPE = /^\s*(application|text)\/((rss|atom|rdf)\+xml|feed\+json|x?-?rss)/i;
