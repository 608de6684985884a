import { headlineOf, type Item } from "../feeds/item.ts";
import type { MatchDocument } from "./topic.ts";

/** What matching looks at in an item; the same when it is stored and when it is asked about. */
export function documentOf(item: Item): MatchDocument {
  return {
    title: headlineOf(item),
    text: textOf(item),
    source: item.source,
    language: item.language,
  };
}

/** The longer of what a feed calls summary and text: many repeat the one in the other. */
function textOf({ text, summary }: Item): string {
  if (text === null || (summary !== null && summary.length > text.length)) return summary ?? "";
  return text;
}
