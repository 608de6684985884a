import { headlineOf, type Item, type ParsedFeed } from "./item.ts";
import { languageOf } from "./language.ts";
import { type ParseOptions, parseFeed } from "./parse.ts";

/** Entries of one document that are read; more are the archive of a site, or a flood. */
export const ENTRIES_MAX = 1_000;
/** Longest text of one entry, in UTF-16 units: a book chapter. */
const TEXT_CHARS_MAX = 200_000;

/** As parseFeed, with what a poll needs besides: the language of each entry, and no more than a poll can use. */
export async function readFeed(bytes: Uint8Array, options: ParseOptions): Promise<ParsedFeed> {
  const parsed = await parseFeed(bytes, options);
  const kept = newestOf(parsed.items);
  const languages = createLanguages();
  const items = kept.map((item) => ({
    ...item,
    summary: bounded(item.summary),
    text: bounded(item.text),
    language: languages.of(item),
  }));
  const left = parsed.items.length - kept.length;
  if (left === 0) return { ...parsed, items };
  const message = `The document has ${parsed.items.length} entries; the newest ${ENTRIES_MAX} are read.`;
  return { ...parsed, items, problems: [...parsed.problems, { code: "many-entries", message }] };
}

/** The newest by their own dates; the first where most have none. In the order of the document. */
function newestOf(items: readonly Item[]): readonly Item[] {
  if (items.length <= ENTRIES_MAX) return items;
  const dated = items.filter(({ publishedAt }) => publishedAt !== null).length;
  if (dated < items.length / 2) return items.slice(0, ENTRIES_MAX);
  const times = items.map(({ publishedAt }) => publishedAt ?? "");
  const oldest = times.toSorted().at(-ENTRIES_MAX) ?? "";
  return items
    .filter(({ publishedAt }) => publishedAt !== null && publishedAt >= oldest)
    .slice(0, ENTRIES_MAX);
}

function bounded(text: string | null): string | null {
  if (text === null || text.length <= TEXT_CHARS_MAX) return text;
  return `${text.slice(0, TEXT_CHARS_MAX).toWellFormed().trimEnd()}…`;
}

/** Telling the language of an entry costs more than reading it. */
const TOLD_MAX = 60;

/** Tells the languages of one document; once many entries in a row had the same, the others have it too. */
function createLanguages(): { of(item: Item): string | null } {
  let last: string | null = null;
  let same = 0;
  return {
    of(item) {
      if (same >= TOLD_MAX && item.language === null) return last;
      const language = languageOf(item.language, sampleOf(item));
      same = language === last ? same + 1 : 1;
      last = language;
      return language;
    },
  };
}

/** What to tell a language by: a headline alone is often too short. */
function sampleOf(item: Item): string {
  return `${headlineOf(item)}. ${(item.text ?? item.summary ?? "").slice(0, 300)}`;
}
