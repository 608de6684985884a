import { bodyOf, hasContent, rawText, titleOf } from "./content.ts";
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
import type { Enclosure, Instant, Problem } from "./item.ts";
import { cleanText, visibleTitle } from "./visible-text.ts";
import { resolveUrl, type XmlElement } from "./xml-tree.ts";

/** Entries beyond that are left out; the largest feeds have some thousands. */
export const ITEMS_MAX = 10_000;

/** What was found in a document; null when it is no feed of any kind. */
export type Found = {
  readonly draft: FeedDraft;
  /** Entries that the end of the document cut off; they are left out. */
  readonly cutOff: readonly XmlElement[];
  readonly problems: readonly Problem[];
};

/** Finds the feed in a tree: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF. */
export function findFeed(document: XmlElement, base: string | null): Found | null {
  const root = findRoot(document, 0);
  if (root === null) return null;
  const channel = root.local === "rss" || root.local === "rdf" ? findChannel(root) : root;
  const elements: XmlElement[] = [];
  collectItems(root, 0, elements);
  if (channel === null && elements.length === 0) return null;
  const feedFields = fieldsOf(channel ?? root);
  const feedUrl = feedUrlOf(channel ?? root, feedFields, base);
  const language = languageOfFeed(root, feedFields);
  const context = { base: base ?? selfOf(feedFields) ?? feedUrl, language };
  const whole = elements.filter((element) => element.isClosed);
  const items = whole.slice(0, ITEMS_MAX).map((element) => draftOf(element, context));
  const problems: Problem[] = [];
  if (whole.length > ITEMS_MAX) {
    const message = `Only the first ${ITEMS_MAX} of ${whole.length} entries were read.`;
    problems.push({ code: "too-many-items", message });
  }
  const title = firstOf(feedFields, ["title", "dc:title"]);
  const draft = {
    title: title === null ? null : titleOf(title),
    url: feedUrl,
    language,
    updatedAt: dateOf(feedFields, ["lastbuilddate", "updated", "modified", "pubdate", "dc:date"]),
    items,
  };
  return { draft, cutOff: elements.filter((element) => !element.isClosed), problems };
}

const ROOTS: ReadonlySet<string> = new Set(["rss", "feed", "rdf", "channel"]);

/** Some feeds are wrapped in something of a server's own; a page of HTML that holds the word is none. */
function findRoot(element: XmlElement, depth: number): XmlElement | null {
  for (const child of element.children) {
    if (typeof child === "string" || child.local === "html") continue;
    if (ROOTS.has(child.local)) return child;
    const below = depth < 2 ? findRoot(child, depth + 1) : null;
    if (below !== null) return below;
  }
  return null;
}

function findChannel(root: XmlElement): XmlElement | null {
  for (const child of root.children) {
    if (typeof child !== "string" && child.local === "channel") return child;
  }
  return null;
}

/** Entries stand in the channel, beside it, or one group further down. */
function collectItems(element: XmlElement, depth: number, found: XmlElement[]): void {
  for (const child of element.children) {
    if (typeof child === "string") continue;
    if (child.local === "item" || child.local === "entry") {
      if (child.space === "core" || child.space === "atom") found.push(child);
    } else if (depth < 3 && !NO_GROUPS.has(child.local)) {
      collectItems(child, depth + 1, found);
    }
  }
}

const NO_GROUPS: ReadonlySet<string> = new Set(["image", "textinput", "items", "source"]);

/** Children of an element by name; those of other vocabularies than RSS and Atom with their prefix. */
type Fields = ReadonlyMap<string, readonly XmlElement[]>;

function fieldsOf(element: XmlElement): Fields {
  const fields = new Map<string, XmlElement[]>();
  for (const child of element.children) {
    if (typeof child === "string" || child.space === "other") continue;
    const isPlain = child.space === "core" || child.space === "atom";
    const key = isPlain ? child.local : `${child.space}:${child.local}`;
    const there = fields.get(key);
    if (there === undefined) fields.set(key, [child]);
    else there.push(child);
  }
  return fields;
}

/** The first element with any content, by the order of names. */
function firstOf(fields: Fields, names: readonly string[]): XmlElement | null {
  for (const name of names) {
    const found = fields.get(name)?.find(hasContent);
    if (found !== undefined) return found;
  }
  return null;
}

/** The one that comes last in the document, of elements that mean the same. */
function lastWritten(fields: Fields, names: readonly string[]): XmlElement | null {
  const found = names.flatMap((name) => fields.get(name)?.find(hasContent) ?? []);
  return found.sort((a, b) => b.offset - a.offset)[0] ?? null;
}

function dateOf(fields: Fields, names: readonly string[]): Instant | null {
  for (const name of names) {
    // Of several the last counts, as a later one is a correction.
    const dates = (fields.get(name) ?? []).map((element) => parseDate(rawText(element)));
    const date = dates.findLast((found) => found !== null);
    if (date !== undefined && date !== null) return date;
  }
  return null;
}

type Context = { readonly base: string | null; readonly language: string | null };

const PUBLISHED = [
  "pubdate",
  "published",
  "issued",
  "dcterms:issued",
  "dc:date",
  "created",
  "dcterms:created",
  "date",
];
const UPDATED = ["updated", "modified", "dcterms:modified", "lastmod", "lastbuilddate"];
const TITLES = ["title", "dc:title", "media:title", "itunes:title"];
const TEXTS = ["content:encoded", "content", "xhtml:body", "body", "fullitem", "xhtml:div"];
const SUMMARIES = [
  "abstract",
  "dc:description",
  "dcterms:abstract",
  "itunes:summary",
  "media:description",
  "itunes:subtitle",
];

function draftOf(element: XmlElement, context: Context): ItemDraft {
  const fields = withGroup(fieldsOf(element));
  const title = firstOf(fields, TITLES);
  const text = firstOf(fields, TEXTS);
  const summary = lastWritten(fields, ["description", "summary"]) ?? firstOf(fields, SUMMARIES);
  const updatedAt = dateOf(fields, UPDATED) ?? cdfDateOf(element);
  const guid = guidOf(element, fields, context);
  const declared = element.attributes.get("xml:lang") ?? rawTextOf(fields, "dc:language");
  return {
    guid: guid.id,
    title: title === null ? null : titleOf(title),
    url: webUrl(linkOf(element, fields, context) ?? guid.url),
    // Many feeds only say when an entry was last touched: the best claim there is.
    publishedAt: dateOf(fields, PUBLISHED) ?? updatedAt,
    updatedAt,
    author: authorOf(fields),
    summary: summary === null ? null : bodyOf(summary),
    text: text === null ? null : bodyOf(text),
    categories: categoriesOf(fields),
    enclosures: enclosuresOf(fields, context),
    source: sourceOf(fields),
    language: languageCode(declared) ?? context.language,
  };
}

/** What stands in a media:group counts as the entry's own, after what stands in the entry itself. */
function withGroup(fields: Fields): Fields {
  const groups = fields.get("media:group");
  if (groups === undefined) return fields;
  const all = new Map(fields);
  for (const group of groups) {
    for (const [name, elements] of fieldsOf(group)) {
      all.set(name, [...(all.get(name) ?? []), ...elements]);
    }
  }
  return all;
}

function rawTextOf(fields: Fields, name: string): string | null {
  const [first] = fields.get(name) ?? [];
  return first === undefined ? null : presence(rawText(first));
}

/** CDF keeps dates and addresses in attributes. */
function cdfDateOf(element: XmlElement): Instant | null {
  return parseDate(element.attributes.get("lastmod") ?? "");
}

type Guid = {
  readonly id: string | null /** The id, when it is an address. */;
  readonly url: string | null;
};

function guidOf(element: XmlElement, fields: Fields, context: Context): Guid {
  const found = firstOf(fields, ["guid", "id"]);
  if (found === null) {
    const about = element.attributes.get("rdf:about") ?? element.attributes.get("about");
    const id = presence(about);
    return { id, url: id };
  }
  const raw = cleanText(rawText(found));
  // A plain word is an id as it stands: it must not depend on where the document was fetched.
  const base = found.base ?? (/^\.{0,2}\//.test(raw) ? context.base : null);
  const id = /^[\w.-]*$/.test(raw) && found.base === null ? raw : resolveId(raw, base);
  const isPermalink = found.attributes.get("ispermalink")?.trim().toLowerCase() !== "false";
  // Atom's ids are addresses by definition, so one that is not absolute is a relative one.
  const url = found.local === "id" ? resolveId(raw, found.base ?? context.base) : id;
  return { id: presence(id), url: isPermalink ? url : null };
}

function resolveId(id: string, base: string | null): string {
  return base === null ? id : (resolveUrl(id, base) ?? id);
}

function linkOf(element: XmlElement, fields: Fields, context: Context): string | null {
  const href = element.attributes.get("href");
  if (href !== undefined) return resolveUrl(href, element.base ?? context.base);
  const links = (fields.get("link") ?? []).flatMap((link) => targetOf(link, context));
  return (links.find(({ isPage }) => isPage) ?? links[0])?.url ?? null;
}

/** Where an alternate link leads, if people can go there; whether it is a page or something else of the same content. */
function targetOf(
  link: XmlElement,
  context: Context,
): readonly { readonly url: string; readonly isPage: boolean }[] {
  if (relOf(link) !== "alternate") return [];
  const target = presence(link.attributes.get("href") ?? rawText(link));
  const url = target === null ? null : webUrl(resolveUrl(target, link.base ?? context.base));
  if (url === null) return [];
  const type = link.attributes.get("type");
  return [{ url, isPage: type === undefined || /html/i.test(type) }];
}

function relOf(link: XmlElement): string {
  const rel = link.attributes.get("rel")?.trim().toLowerCase() ?? "alternate";
  return rel.replace(/^https?:\/\/www\.iana\.org\/assignments\/relation\//, "");
}

/** The site's address. */
function feedUrlOf(channel: XmlElement, fields: Fields, base: string | null): string | null {
  const link = linkOf(channel, fields, { base: base ?? selfOf(fields), language: null });
  if (link !== null) return webUrl(link);
  const id = firstOf(fields, ["id"]);
  return webUrl(id === null ? null : resolveUrl(rawText(id), id.base ?? base));
}

/** The feed's own address, as it gives it. */
function selfOf(fields: Fields): string | null {
  for (const link of fields.get("link") ?? []) {
    const href = link.attributes.get("href");
    if (href !== undefined && relOf(link) === "self") return webUrl(resolveUrl(href, link.base));
  }
  return null;
}

function languageOfFeed(root: XmlElement, fields: Fields): string | null {
  return languageCode(
    rawTextOf(fields, "language") ??
      rawTextOf(fields, "dc:language") ??
      root.attributes.get("xml:lang"),
  );
}

function authorOf(fields: Fields): string | null {
  for (const author of fields.get("author") ?? []) {
    const name = author.children.find(
      (child) => typeof child !== "string" && child.local === "name",
    );
    const text = name === undefined || typeof name === "string" ? rawText(author) : rawText(name);
    // RSS asks for an address with the name in parentheses.
    const person = presence(/^\s*\S+@\S+\s+\(([^()]+)\)\s*$/.exec(text)?.[1] ?? text);
    if (person !== null) return visibleTitle(person);
  }
  const creator = rawTextOf(fields, "dc:creator") ?? rawTextOf(fields, "itunes:author");
  return creator === null ? null : presence(visibleTitle(creator));
}

/** More are spam. */
const CATEGORIES_MAX = 100;

function categoriesOf(fields: Fields): readonly string[] {
  const names = new Set<string>();
  for (const element of [...(fields.get("category") ?? []), ...(fields.get("dc:subject") ?? [])]) {
    const label =
      element.attributes.get("label") ??
      presence(rawText(element)) ??
      element.attributes.get("term");
    const name = presence(visibleTitle(label ?? ""));
    if (name !== null && names.size < CATEGORIES_MAX) names.add(name);
  }
  return [...names];
}

function enclosuresOf(fields: Fields, context: Context): readonly Enclosure[] {
  const links = (fields.get("link") ?? []).filter((link) => relOf(link) === "enclosure");
  const elements = [
    ...(fields.get("enclosure") ?? []),
    ...links,
    ...(fields.get("media:content") ?? []),
  ];
  const found: Enclosure[] = [];
  for (const element of elements) {
    const { attributes } = element;
    const href = attributes.get("url") ?? attributes.get("href");
    if (href === undefined) continue;
    const url = webUrl(resolveUrl(href, element.base ?? context.base));
    if (url === null) continue;
    const length = bytesOf(attributes.get("length") ?? attributes.get("filesize"));
    found.push({ url, type: presence(attributes.get("type")), length });
  }
  return distinctEnclosures(found);
}

/** The outlet that an entry was taken from: RSS names it in `source`, Atom in the title within. */
function sourceOf(fields: Fields): string | null {
  const [source] = fields.get("source") ?? [];
  if (source === undefined) return null;
  const title = firstOf(fieldsOf(source), ["title"]);
  if (title !== null) return titleOf(title);
  const hasElements = source.children.some((child) => typeof child !== "string");
  return hasElements ? null : titleOf(source);
}
