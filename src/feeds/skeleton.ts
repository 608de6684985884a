import RssParser from "rss-parser";
import type { FeedDraft, ItemDraft } from "./draft.ts";
import { canonicalUrl, contentHashOf } from "./identity.ts";
import type { Item } from "./item.ts";

/**
 * Has rss-parser read a draft, written as canonical RSS 2.0. Where the title belongs stands a short reference
 * to the entry's texts, resolved afterwards: the parser's cost is quadratic in hostile text, and large in any.
 */
export async function readByParserOfRecord(
  draft: FeedDraft,
): Promise<Pick<FeedDraft, "title" | "url"> & { readonly items: readonly Item[] }> {
  const parser = new RssParser<FeedFields, ItemFields>();
  const read = await parser.parseString(writeSkeleton(draft));
  const shared = sharedAddresses(draft.items);
  return {
    title: read.title === undefined ? null : draft.title,
    url: read.link ?? null,
    items: read.items.map((item) => {
      const source = draft.items[Number(item.title)];
      if (source === undefined) throw new Error("a reference of the skeleton was lost");
      const found = { ...source, url: item.link ?? null };
      return {
        ...found,
        guid: item.guid ?? fallbackGuid(found, shared),
        publishedAt: item.isoDate ?? null,
        agency: null,
      };
    }),
  };
}

type FeedFields = Record<never, never>;
type ItemFields = Record<never, never>;

function writeSkeleton(draft: FeedDraft): string {
  const items = draft.items.map(writeItem).join("");
  const head = `${element("title", draft.title === null ? null : "t")}${element("link", draft.url)}`;
  return `<rss version="2.0"><channel>${head}${items}</channel></rss>`;
}

function writeItem(item: ItemDraft, index: number): string {
  return [
    "<item>",
    element("title", String(index)),
    element("link", item.url),
    element("guid", item.guid),
    element("pubDate", item.publishedAt),
    "</item>",
  ].join("");
}

function element(name: string, value: string | null): string {
  return value === null ? "" : `<${name}>${escapeXml(value)}</${name}>`;
}

function escapeXml(text: string): string {
  if (/^[\w.:/?=#%+,;@~!*()-]*$/.test(text)) return text;
  return text
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Addresses that several entries have: they name a page, not an entry. */
function sharedAddresses(items: readonly ItemDraft[]): ReadonlySet<string> {
  const once = new Set<string>();
  const shared = new Set<string>();
  for (const { guid, url } of items) {
    if (guid !== null || url === null) continue;
    const canonical = canonicalUrl(url);
    (once.has(canonical) ? shared : once).add(canonical);
  }
  return shared;
}

/** The id of an entry that gives itself none: its address, else a hash of what it says. */
function fallbackGuid(
  item: Pick<Item, "title" | "summary" | "text" | "url">,
  shared: ReadonlySet<string>,
): string {
  const url = item.url === null ? null : canonicalUrl(item.url);
  if (url !== null && !shared.has(url) && new URL(url).pathname !== "/") return url;
  return `hash:${contentHashOf(item)}`;
}
