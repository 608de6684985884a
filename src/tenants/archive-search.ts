import type { Search, SearchFilter, SearchHit } from "../commands/ports.ts";
import type { CandidateFilter, Ledger } from "../store/ledger.ts";
import { type ArchiveSearch, compileSearch } from "../topics/archive-query.ts";
import { documentOf } from "../topics/document.ts";
import type { ConceptGroup } from "../topics/topic-file.ts";

/** Items read from the archive at a time, and at most for one search. */
const PAGE_ITEMS = 200;
const ITEMS_MAX = 20_000;

/** What a search is filtered by, for whom some feeds are hidden. */
export type TenantFilter = SearchFilter & Pick<CandidateFilter, "hiddenFeeds">;

/**
 * The archive's search: the store narrows, the query language decides. Newest first. `groups`: what @name stands for.
 */
export function createSearch(
  ledger: Ledger,
  groups: readonly ConceptGroup[],
): { search(query: string, filter: TenantFilter): ReturnType<Search["search"]> } {
  return {
    async search(query, filter) {
      const { search, fault } = compileSearch(query, groups);
      if (search === null) return { hits: [], fault };
      return { hits: await findHits(ledger, search, filter), fault: null };
    },
  };
}

async function findHits(
  ledger: Ledger,
  search: ArchiveSearch,
  filter: TenantFilter,
): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  let beforeItemId: string | null = null;
  for (let read = 0; read < ITEMS_MAX; read += PAGE_ITEMS) {
    const narrowing = { ...filter, beforeItemId, limit: PAGE_ITEMS };
    const page: readonly SearchHit["item"][] = await ledger.candidates(search.narrow, narrowing);
    for (const item of page) {
      const hit = await hitOf(ledger, search, item);
      if (hit !== null) hits.push(hit);
      if (hits.length === filter.limit) return hits;
    }
    if (page.length < PAGE_ITEMS) return hits;
    beforeItemId = page.at(-1)?.id ?? null;
  }
  return hits;
}

async function hitOf(
  ledger: Ledger,
  search: ArchiveSearch,
  item: SearchHit["item"],
): Promise<SearchHit | null> {
  const found = search.matches(documentOf(item));
  if (found === null) return null;
  const matches = await ledger.matchesOf(item.id);
  const topics = matches.filter(({ matched }) => matched).map(({ topicId }) => topicId);
  return { item, topics, snippet: found.snippet };
}
