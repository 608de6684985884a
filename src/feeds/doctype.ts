import { type DeclaredEntities, decodeReferences } from "./references.ts";

/** A document without its DOCTYPE, and what that declared. `refused` says why the document is not read at all. */
export type WithoutDoctype = {
  readonly xml: string;
  readonly entities: DeclaredEntities;
  readonly refused: string | null;
};

const NO_ENTITIES: DeclaredEntities = new Map();

/**
 * Takes the DOCTYPE off. Old RSS 0.91 feeds name an outside DTD, which is never fetched, and some declare characters
 * (`<!ENTITY nbsp "&#160;">`). An entity that stands for an outside file, or for more than a few characters or other
 * entities, is an attack: the document is refused.
 */
export function takeDoctype(text: string): WithoutDoctype {
  const start = startOfDoctype(text);
  if (start === -1) return { xml: text, entities: NO_ENTITIES, refused: null };
  const end = endOfDoctype(text, start);
  const xml = text.slice(0, start) + text.slice(end);
  const entities = new Map<string, string>();
  const declaration = text.slice(start, end);
  for (const [, isParameter, name, value] of declaration.matchAll(ENTITY)) {
    const refused = isParameter ? "a parameter entity" : reasonToRefuse(name, value);
    if (refused !== null) return { xml: "", entities: NO_ENTITIES, refused };
    if (name !== undefined && value !== undefined && entities.size < ENTITIES_MAX) {
      entities.set(name, decodeReferences(value.slice(1, -1), NO_ENTITIES));
    }
  }
  return { xml, entities, refused: null };
}

/** Where the DOCTYPE begins; -1 when the root element comes first. */
function startOfDoctype(text: string): number {
  let at = text.indexOf("<");
  while (at !== -1) {
    if (/^<!doctype/i.test(text.slice(at, at + 9))) return at;
    const end = PROLOG_ENDS.find(([opening]) => text.startsWith(opening, at))?.[1];
    const close = end === undefined ? -1 : text.indexOf(end, at);
    if (close === -1) return -1;
    at = text.indexOf("<", close);
  }
  return -1;
}

/** What may stand before a DOCTYPE, and how it ends. */
const PROLOG_ENDS: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<?", "?>"],
];

/** HTML's own list has about 250 characters. */
const ENTITIES_MAX = 400;
const VALUE_CHARS_MAX = 100;

const ENTITY = /<!ENTITY\s+(%\s+)?([^\s"'<>%&;]{1,100})\s+("[^"]*"|'[^']*'|SYSTEM\b|PUBLIC\b)/gi;

function reasonToRefuse(name: string | undefined, value: string | undefined): string | null {
  if (name === undefined || value === undefined) return null;
  if (/^[SP]/i.test(value)) return `the entity "${name}", which names an outside file`;
  if (value.length > VALUE_CHARS_MAX) return `the entity "${name}", which is too long`;
  // References to characters are fine; references to entities are how a few bytes become gigabytes.
  const rest = value.replace(/&#\w+;/g, "").replace(/&(amp|lt|gt|quot|apos);/g, "");
  return /[&%]/.test(rest) ? `the entity "${name}", which stands for other entities` : null;
}

/** The index behind the `>` that ends the DOCTYPE; quotes, comments and the part in brackets may hold others. */
function endOfDoctype(text: string, start: number): number {
  let inBrackets = false;
  for (let index = start; index !== -1 && index < text.length; index += 1) {
    const char = text[index];
    if (char === ">" && !inBrackets) return index + 1;
    if (char === "[" || char === "]") inBrackets = char === "[";
    index = endOfLiteral(text, index);
    if (index === -1) return text.length;
  }
  return text.length;
}

/** The last index of the quoted text or comment that begins here, or the same index; -1 when nothing ends it. */
function endOfLiteral(text: string, index: number): number {
  const char = text[index];
  if (char === '"' || char === "'") return text.indexOf(char, index + 1);
  if (!text.startsWith("<!--", index)) return index;
  const close = text.indexOf("-->", index + 4);
  return close === -1 ? -1 : close + 2;
}
