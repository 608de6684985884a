import { rawText } from "./content.ts";
import { bytesOf, distinctEnclosures, presence, webUrl } from "./draft.ts";
import { type Fields, firstOf } from "./fields.ts";
import type { Enclosure, PollWishes } from "./item.ts";
import { cleanText } from "./visible-text.ts";
import { resolveUrl, type XmlElement } from "./xml-tree.ts";

/** What the entries of a document share. */
export type Context = {
  /** What relative addresses are relative to, where the document itself does not say. */
  readonly base: string | null;
  readonly language: string | null;
};

type Guid = {
  readonly id: string | null /** The id, when it is an address. */;
  readonly url: string | null;
};

export function guidOf(element: XmlElement, fields: Fields, context: Context): Guid {
  const found = firstOf(fields, ["guid", "id"]);
  if (found === null) {
    const about = element.attributes.get("rdf:about") ?? element.attributes.get("about");
    const id = presence(about);
    return { id, url: id };
  }
  const raw = cleanText(rawText(found));
  // Said to be no address, so it is not made one: Drupal's are "12 at https://site.example".
  if (found.attributes.get("ispermalink")?.trim().toLowerCase() === "false") {
    return { id: presence(raw), url: null };
  }
  // A plain word is an id as it stands: it must not depend on where the document was fetched.
  const base = found.base ?? (/^\.{0,2}\//.test(raw) ? context.base : null);
  const id = /^[\w.-]*$/.test(raw) && found.base === null ? raw : resolveId(raw, base);
  // Atom's ids are addresses by definition, so one that is not absolute is a relative one.
  const url = found.local === "id" ? resolveId(raw, found.base ?? context.base) : id;
  return { id: presence(id), url };
}

function resolveId(id: string, base: string | null): string {
  return base === null ? id : (resolveUrl(id, base) ?? id);
}

export function linkOf(element: XmlElement, fields: Fields, context: Context): string | null {
  const href = element.attributes.get("href");
  if (href !== undefined) return resolveUrl(href, element.base ?? context.base);
  const links = (fields.get("link") ?? []).flatMap((link) => targetOf(link, context));
  return (links.find(({ isPage }) => isPage) ?? links[0])?.url ?? null;
}

/** Where people can go for an entry of Atom that has no page of its own: its content, or what it is about. */
export function secondaryLinkOf(fields: Fields, context: Context): string | null {
  for (const content of fields.get("content") ?? []) {
    const src = content.attributes.get("src");
    if (src !== undefined) return resolveUrl(src, content.base ?? context.base);
  }
  return linkTo("related", fields, context.base);
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
export function feedUrlOf(channel: XmlElement, fields: Fields, base: string | null): string | null {
  const link = linkOf(channel, fields, {
    base: base ?? linkTo("self", fields, null),
    language: null,
  });
  if (link !== null) return webUrl(link);
  const id = firstOf(fields, ["id"]);
  if (id === null) return null;
  // A plain word is no address, relative or not.
  const isPath = rawText(id).includes("/");
  return webUrl(resolveUrl(rawText(id), id.base ?? (isPath ? base : null)));
}

export function enclosuresOf(fields: Fields, context: Context): readonly Enclosure[] {
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

/** What the feed says about when and how to read it again. */
export function wishesOf(fields: Fields, base: string | null): PollWishes {
  const [ttl] = fields.get("ttl") ?? [];
  const minutes = ttl === undefined ? null : bytesOf(rawText(ttl));
  const hours = (fields.get("skiphours") ?? []).flatMap((list) =>
    list.children.flatMap((child) =>
      typeof child === "string" || child.local !== "hour" ? [] : (bytesOf(rawText(child)) ?? []),
    ),
  );
  return {
    ttlMs: minutes === null ? null : minutes * 60_000,
    // RSS 0.91 counted from 1 to 24.
    skipHours: [...new Set(hours.filter((hour) => hour <= 24).map((hour) => hour % 24))],
    hubUrl: linkTo("hub", fields, base),
    selfUrl: linkTo("self", fields, base),
  };
}

/** Where the first link of a kind leads. */
function linkTo(rel: string, fields: Fields, base: string | null): string | null {
  for (const link of fields.get("link") ?? []) {
    const href = link.attributes.get("href");
    if (href !== undefined && relOf(link) === rel) {
      return webUrl(resolveUrl(href, link.base ?? base));
    }
  }
  return null;
}
