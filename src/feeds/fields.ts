import { hasContent, rawText } from "./content.ts";
import { parseDate } from "./dates.ts";
import { presence } from "./draft.ts";
import type { Instant } from "./item.ts";
import type { XmlElement } from "./xml-tree.ts";

/** Children of an element by name; those of other vocabularies than RSS and Atom with their prefix. */
export type Fields = ReadonlyMap<string, readonly XmlElement[]>;

export function fieldsOf(element: XmlElement): Fields {
  const fields = new Map<string, XmlElement[]>();
  addFields(element, fields);
  return fields;
}

function addFields(element: XmlElement, fields: Map<string, XmlElement[]>): void {
  for (const child of element.children) {
    if (typeof child === "string" || child.space === "other") continue;
    const isPlain = child.space === "core" || child.space === "atom";
    const key = isPlain ? child.local : `${child.space}:${child.local}`;
    const there = fields.get(key);
    if (there === undefined) fields.set(key, [child]);
    else there.push(child);
    if (VOID.has(child.local)) addFields(child, fields);
  }
}

/** Elements that have no content by any standard: what stands in one comes after it, and its end was forgotten. */
export const VOID: ReadonlySet<string> = new Set(["enclosure", "link", "thumbnail"]);

/** The first element with any content, by the order of names. */
export function firstOf(fields: Fields, names: readonly string[]): XmlElement | null {
  for (const name of names) {
    const found = fields.get(name)?.find(hasContent);
    if (found !== undefined) return found;
  }
  return null;
}

/** The one that comes last in the document, of elements that mean the same. */
export function lastWritten(fields: Fields, names: readonly string[]): XmlElement | null {
  const found = names.flatMap((name) => fields.get(name)?.find(hasContent) ?? []);
  return found.sort((a, b) => b.offset - a.offset)[0] ?? null;
}

export function dateOf(fields: Fields, names: readonly string[]): Instant | null {
  for (const name of names) {
    // Of several the last counts, as a later one is a correction.
    const dates = (fields.get(name) ?? []).map((element) => parseDate(rawText(element)));
    const date = dates.findLast((found) => found !== null);
    if (date !== undefined && date !== null) return date;
  }
  return null;
}

export function rawTextOf(fields: Fields, name: string): string | null {
  const [first] = fields.get(name) ?? [];
  return first === undefined ? null : presence(rawText(first));
}

/** What stands in a media:group counts as the entry's own, after what stands in the entry itself. */
export function withGroup(fields: Fields): Fields {
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
