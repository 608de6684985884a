import { decodeHTMLStrict } from "entities/decode";
import { parseDate } from "./dates.ts";
import {
  bytesOf,
  distinctEnclosures,
  type FeedDraft,
  type ItemDraft,
  languageCode,
  presence,
  webUrl,
} from "./draft.ts";
import { ITEMS_MAX } from "./normalise.ts";
import { cleanText, visibleText } from "./visible-text.ts";
import { resolveUrl } from "./xml-tree.ts";

/** Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/). Null when the text is none. */
export function findJsonFeed(text: string, base: string | null): FeedDraft | null {
  const root = fieldsOf(parseJson(text));
  const items = root === null ? undefined : root.get("items");
  if (root === null || !Array.isArray(items)) return null;
  const version = textOf(root, "version");
  const isFeed = version?.includes("jsonfeed.org") === true || root.has("home_page_url");
  if (!isFeed && !(root.has("title") && root.has("feed_url"))) return null;
  const feedBase =
    base ?? webUrl(textOf(root, "feed_url")) ?? webUrl(textOf(root, "home_page_url"));
  const language = languageCode(textOf(root, "language"));
  const found = items.slice(0, ITEMS_MAX).flatMap((item: unknown) => {
    const fields = fieldsOf(item);
    return fields === null ? [] : [draftOf(fields, feedBase, language)];
  });
  return {
    title: titleOf(root, "title"),
    url: urlOf(root, "home_page_url", feedBase),
    language,
    updatedAt: null,
    items: found,
    wishes: {
      ttlMs: null,
      skipHours: [],
      hubUrl: hubOf(root, base),
      selfUrl: urlOf(root, "feed_url", base),
    },
  };
}

type Fields = ReadonlyMap<string, unknown>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

function textOf(fields: Fields, name: string): string | null {
  const value = fields.get(name);
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? presence(value) : null;
}

/** Plain text by the standard, so `<` is a sign; but nobody means to show "&amp;" in a headline. */
function titleOf(fields: Fields, name: string): string | null {
  const text = textOf(fields, name);
  return text === null ? null : plainLine(text);
}

function plainLine(text: string): string | null {
  return presence(cleanText(decodeHTMLStrict(text)).replaceAll("\n", " "));
}

/** The first hub of the kind that can be subscribed to here. */
function hubOf(root: Fields, base: string | null): string | null {
  for (const entry of listOf(root, "hubs")) {
    const hub = fieldsOf(entry);
    const type = hub === null ? null : textOf(hub, "type");
    if (hub !== null && /^websub$/i.test(type ?? "")) return urlOf(hub, "url", base);
  }
  return null;
}

function urlOf(fields: Fields, name: string, base: string | null): string | null {
  const text = textOf(fields, name);
  return text === null ? null : webUrl(resolveUrl(text, base));
}

function dateOf(fields: Fields, name: string): string | null {
  return parseDate(textOf(fields, name) ?? "");
}

function listOf(fields: Fields, name: string): readonly unknown[] {
  const value = fields.get(name);
  return Array.isArray(value) ? value : [];
}

function draftOf(fields: Fields, base: string | null, language: string | null): ItemDraft {
  const html = textOf(fields, "content_html");
  const plain = textOf(fields, "content_text");
  const summary = textOf(fields, "summary");
  const updatedAt = dateOf(fields, "date_modified");
  return {
    guid: textOf(fields, "id"),
    title: titleOf(fields, "title"),
    // Ids are best the address of the item, says the standard.
    url:
      urlOf(fields, "url", base) ??
      urlOf(fields, "external_url", base) ??
      webUrl(textOf(fields, "id")),
    publishedAt: dateOf(fields, "date_published") ?? updatedAt,
    updatedAt,
    author: authorOf(fields),
    summary: summary === null ? null : presence(cleanText(summary)),
    text: presence(html === null ? cleanText(plain ?? "") : visibleText(html)),
    categories: listOf(fields, "tags").flatMap((tag) =>
      typeof tag === "string" ? (plainLine(tag) ?? []) : [],
    ),
    enclosures: enclosuresOf(fields, base),
    source: null,
    language: languageCode(textOf(fields, "language")) ?? language,
  };
}

function authorOf(fields: Fields): string | null {
  const [first] = [...listOf(fields, "authors"), fields.get("author")];
  const author = fieldsOf(first);
  return author === null ? null : titleOf(author, "name");
}

function enclosuresOf(fields: Fields, base: string | null): ItemDraft["enclosures"] {
  const found = listOf(fields, "attachments").flatMap((entry) => {
    const attachment = fieldsOf(entry);
    const url = attachment === null ? null : urlOf(attachment, "url", base);
    if (attachment === null || url === null) return [];
    const length = bytesOf(textOf(attachment, "size_in_bytes"));
    return [{ url, type: textOf(attachment, "mime_type"), length }];
  });
  return distinctEnclosures(found);
}
