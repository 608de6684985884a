import type { ParsedFeed, Problem } from "./item.ts";

/** Nothing was read, and why. */
export function refusal(problem: Problem): ParsedFeed {
  const feed = { title: null, url: null, language: null, updatedAt: null };
  return { ok: false, feed, items: [], problems: [problem] };
}
