import type { Search, SearchHit } from "./commands/ports.ts";
import { headlineOf } from "./feeds/item.ts";
import type { Ledger } from "./store/ledger.ts";
import { type ArchiveSearch, compileSearch } from "./topics/archive-query.ts";

/** Items read from the archive at a time, and at most for one search. */
const PAGE_ITEMS = 200;
const ITEMS_MAX = 20_000;

/** The archive's search: the store narrows, the query language decides. Newest first. */
export function createSearch(ledger: Ledger): Search {
  return {
    async search(query, filter) {
      const { search, fault } = compileSearch(query);
      if (search === null) return { hits: [], fault };
      const hits: SearchHit[] = [];
      let beforeItemId: string | null = null;
      for (let read = 0; read < ITEMS_MAX && hits.length < filter.limit; read += PAGE_ITEMS) {
        const page: readonly SearchHit["item"][] = await ledger.candidates(search.narrow, {
          ...filter,
          beforeItemId,
          limit: PAGE_ITEMS,
        });
        for (const item of page) {
          const hit = hits.length < filter.limit ? await hitOf(ledger, search, item) : null;
          if (hit !== null) hits.push(hit);
        }
        beforeItemId = page.at(-1)?.id ?? null;
        if (page.length < PAGE_ITEMS) break;
      }
      return { hits, fault: null };
    },
  };
}

async function hitOf(
  ledger: Ledger,
  search: ArchiveSearch,
  item: SearchHit["item"],
): Promise<SearchHit | null> {
  const found = search.matches({
    title: headlineOf(item),
    text: item.text ?? item.summary ?? "",
    source: item.source,
    language: item.language,
  });
  if (found === null) return null;
  const matches = await ledger.matchesOf(item.id);
  const topics = matches.filter(({ matched }) => matched).map(({ topicId }) => topicId);
  return { item, topics, snippet: found.snippet };
}
