import type { Fetcher } from "./fetch.ts";
import type { Item } from "./item.ts";

/** Finds the article on a page; in a thread of its own, as pages are hostile too. */
export type ArticleFinder = (
  bytes: Uint8Array,
  contentType: string | null,
) => Promise<string | null>;

/**
 * An item with the text of the page that it links to, for feeds that only bring the beginning. The page is fetched
 * under the same guards as a feed. The item as it was when the page cannot be read, or says no more than the feed.
 */
export async function withFullText(
  item: Item,
  fetcher: Fetcher,
  find: ArticleFinder,
): Promise<Item> {
  if (item.url === null) return item;
  const answer = await fetcher.fetch(item.url, { validators: null, accept: ACCEPT_PAGE });
  if (answer.kind !== "fetched") return item;
  const text = await find(answer.bytes, answer.contentType);
  const knownChars = (item.text ?? item.summary ?? "").length;
  return text !== null && text.length > knownChars ? { ...item, text } : item;
}

const ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1";
