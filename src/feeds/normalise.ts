import { bodyOf, rawText, titleOf } from "./content.ts";
import { parseDate } from "./dates.ts";
import { type FeedDraft, type ItemDraft, languageCode, presence, webUrl } from "./draft.ts";
import {
  dateOf,
  type Fields,
  fieldsOf,
  firstOf,
  lastWritten,
  rawTextOf,
  VOID,
  withGroup,
} from "./fields.ts";
import type { Instant, Problem } from "./item.ts";
import {
  type Context,
  enclosuresOf,
  feedUrlOf,
  guidOf,
  linkOf,
  secondaryLinkOf,
  wishesOf,
} from "./links.ts";
import { visibleTitle } from "./visible-text.ts";
import type { XmlElement } from "./xml-tree.ts";

/** Entries beyond that are left out; the largest feeds have some thousands. */
export const ITEMS_MAX = 10_000;

/** What was found in a document; null when it is no feed of any kind. */
export type Found = {
  readonly draft: FeedDraft;
  /** Entries that the end of the document cut off; they are left out. */
  readonly cutOff: readonly XmlElement[];
  /** False: the document ended inside the feed. */
  readonly isWhole: boolean;
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
  const wishes = wishesOf(feedFields, base);
  const language = languageOfFeed(root, feedFields);
  const context = { base: base ?? wishes.selfUrl ?? feedUrl, language };
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
    wishes,
  };
  const cutOff = elements.filter((element) => !element.isClosed);
  return { draft, cutOff, isWhole: root.isClosed, problems };
}

const ROOTS: ReadonlySet<string> = new Set(["rss", "feed", "rdf", "channel"]);

/** Elements that are opened around a feed, such as those of a server's own error messages before it. */
const WRAPPERS_MAX = 8;

/** Some feeds are wrapped in something of a server's own; a page of HTML that holds the word is none. */
function findRoot(element: XmlElement, depth: number): XmlElement | null {
  for (const child of element.children) {
    if (typeof child === "string" || child.local === "html") continue;
    if (ROOTS.has(child.local)) return child;
    const below = depth < WRAPPERS_MAX ? findRoot(child, depth + 1) : null;
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
    if (isEntry(child)) {
      if (child.space !== "core" && child.space !== "atom") continue;
      found.push(child);
      // One in another comes after it, whose end was forgotten.
      collectItems(child, Math.max(depth, 2) + 1, found);
    } else if (VOID.has(child.local) || (depth < 3 && !NO_GROUPS.has(child.local))) {
      collectItems(child, depth + 1, found);
    }
  }
}

function isEntry({ local }: XmlElement): boolean {
  return local === "item" || local === "entry";
}

const NO_GROUPS: ReadonlySet<string> = new Set(["image", "textinput", "source"]);

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
    url:
      webUrl(linkOf(element, fields, context) ?? guid.url) ??
      webUrl(secondaryLinkOf(fields, context)),
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

/** CDF keeps dates and addresses in attributes. */
function cdfDateOf(element: XmlElement): Instant | null {
  return parseDate(element.attributes.get("lastmod") ?? "");
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

/** The outlet that an entry was taken from: RSS names it in `source`, Atom in the title within. */
function sourceOf(fields: Fields): string | null {
  const [source] = fields.get("source") ?? [];
  if (source === undefined) return null;
  const title = firstOf(fieldsOf(source), ["title"]);
  if (title !== null) return titleOf(title);
  const hasElements = source.children.some((child) => typeof child !== "string");
  return hasElements ? null : titleOf(source);
}
