import type { ArchivedItem, StoryItem } from "../../stories/story.ts";
import type { Row } from "./connection.ts";
import { flagOf, jsonOf, textOf, textOrNull } from "./rows.ts";

/** An item as it was stored. */
export function itemOfRow(row: Row): ArchivedItem {
  return {
    id: textOf(row, "id"),
    feedId: textOf(row, "feed_id"),
    guid: textOf(row, "guid"),
    title: textOrNull(row, "title"),
    url: textOrNull(row, "url"),
    publishedAt: textOrNull(row, "published_at"),
    updatedAt: textOrNull(row, "updated_at"),
    author: textOrNull(row, "author"),
    summary: textOrNull(row, "summary"),
    text: textOrNull(row, "text"),
    categories: jsonOf(row, "categories"),
    enclosures: jsonOf(row, "enclosures"),
    source: textOrNull(row, "source"),
    agency: textOrNull(row, "agency"),
    language: textOrNull(row, "language"),
    seenAt: textOf(row, "seen_at"),
    editedAt: textOrNull(row, "edited_at"),
    baseline: flagOf(row, "baseline"),
    storyId: textOf(row, "story_id"),
    duplicateOf: textOrNull(row, "duplicate_of"),
  };
}

/** What grouping looks at, as it was when the item was first grouped. */
export function storyItemOfRow(row: Row): StoryItem {
  return {
    id: textOf(row, "id"),
    title: textOf(row, "headline"),
    text: longer(textOrNull(row, "text"), textOrNull(row, "summary")),
    url: textOrNull(row, "url"),
    language: textOrNull(row, "language"),
    at: textOf(row, "at"),
  };
}

function longer(text: string | null, summary: string | null): string {
  return (summary ?? "").length > (text ?? "").length ? (summary ?? "") : (text ?? "");
}
