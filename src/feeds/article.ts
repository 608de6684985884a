import { decode } from "./decode.ts";
import { visibleText } from "./visible-text.ts";

/** Longest page that is searched for its article, in characters; the search is slow on larger ones. */
const PAGE_CHARS_MAX = 2_000_000;
/** Shorter finds are notices about cookies or subscriptions. */
const ARTICLE_CHARS_MIN = 250;

/** The article on a web page as visible plain text; null when there is none. May throw on a hostile page. */
export async function articleOf(
  bytes: Uint8Array,
  contentType: string | null,
): Promise<string | null> {
  const { text } = decode(bytes, contentType);
  if (text.length > PAGE_CHARS_MAX || !/<(html|body|article|p)\b/i.test(text)) return null;
  // Large libraries that most installations never need.
  const [{ parseHTML }, { Readability }] = await Promise.all([
    import("linkedom"),
    import("@mozilla/readability"),
  ]);
  const { document } = parseHTML(text);
  const article = new Readability(document, { maxElemsToParse: 30_000 }).parse();
  const found = visibleText(article?.content ?? "");
  return found.length >= ARTICLE_CHARS_MIN ? found : null;
}
