import { Parser } from "htmlparser2";
import { takeDoctype } from "./doctype.ts";
import { decodeReferences } from "./references.ts";

/** An element as it was found, with its namespace told apart. */
export type XmlElement = {
  /** As written, with its prefix. */
  readonly name: string;
  /** Lower case, without its prefix. */
  readonly local: string;
  readonly space: Space;
  /** Lower-case names, with prefix, and values with references decoded. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (XmlElement | string)[];
  /** What relative addresses in it are relative to; null when nothing says. */
  readonly base: string | null;
  /** 1-based. */
  readonly offset: number;
  /** False: the document ended inside it. */
  isClosed: boolean;
};

/** Vocabularies that feeds mix. `core`: RSS of any version, or nothing declared. */
export type Space =
  | "core"
  | "atom"
  | "content"
  | "dc"
  | "dcterms"
  | "itunes"
  | "media"
  | "rdf"
  | "xhtml"
  | "other";

/** A document as a tree; `refused` says why it was not read. */
export type XmlTree =
  | { readonly root: XmlElement; readonly refused: null }
  | { readonly root: null; readonly refused: Refusal };

export type Refusal = { readonly code: string; readonly message: string };

/** Deepest nesting of elements that is read; real feeds have under 20. */
export const DEPTH_MAX = 64;
/** A feed of 10 MB has some 150,000 elements. */
const ELEMENTS_MAX = 500_000;
/** Longest value of an attribute, in UTF-16 units. */
const VALUE_CHARS_MAX = 1_000_000;

/** Reads XML into a tree as well as it can be understood: unclosed, unescaped, undeclared. Never throws. */
export function readXml(text: string, base: string | null): XmlTree {
  const { xml, entities, refused } = takeDoctype(text);
  if (refused !== null) {
    const message = `The document declares ${refused}. Such declarations are an attack, so it was not read.`;
    return { root: null, refused: { code: "entity-refused", message } };
  }
  const builder = new TreeBuilder(base, (value) => decodeReferences(value, entities));
  let isCdata = false;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => builder.open(name, attributes, parser.startIndex),
      onclosetag: (_, isImplied) => builder.close(!(isImplied && isEnded)),
      ontext: (data) => builder.text(data, isCdata),
      oncdatastart: () => {
        isCdata = true;
      },
      oncdataend: () => {
        isCdata = false;
      },
    },
    { xmlMode: true, decodeEntities: false },
  );
  let isEnded = false;
  try {
    parser.write(xml);
    isEnded = true;
    parser.end();
  } catch (error) {
    if (error instanceof TooMuch) return { root: null, refused: error.refusal };
    throw error;
  }
  return { root: builder.root, refused: null };
}

/** Stops the parser in the middle of a document. */
class TooMuch extends Error {
  readonly refusal: Refusal;

  constructor(code: string, message: string) {
    super(message);
    this.refusal = { code, message };
  }
}

/** What each prefix means; undefined for a vocabulary that nobody here knows. */
type Scope = ReadonlyMap<string, Space | undefined>;

class TreeBuilder {
  readonly root: XmlElement;
  readonly #decode: (text: string) => string;
  readonly #open: { readonly element: XmlElement; readonly scope: Scope }[];
  #count = 0;

  constructor(base: string | null, decode: (text: string) => string) {
    this.#decode = decode;
    this.root = {
      name: "",
      local: "",
      space: "other",
      attributes: new Map(),
      children: [],
      base,
      offset: 0,
      isClosed: true,
    };
    this.#open = [{ element: this.root, scope: new Map() }];
  }

  open(name: string, raw: Readonly<Record<string, string>>, offset: number): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    this.#count += 1;
    if (this.#open.length > DEPTH_MAX) {
      throw new TooMuch("too-deep", `Elements are nested more than ${DEPTH_MAX} deep.`);
    }
    if (this.#count > ELEMENTS_MAX) {
      throw new TooMuch("too-many-elements", `There are more than ${ELEMENTS_MAX} elements.`);
    }
    const attributes = this.#attributesOf(raw);
    const scope = scopeOf(attributes, parent.scope);
    const colon = name.indexOf(":");
    const prefix = colon > 0 ? name.slice(0, colon) : "";
    const local = (colon > 0 ? name.slice(colon + 1) : name).toLowerCase();
    // CDF has an attribute of its own for it.
    const cdfBase = local === "channel" ? attributes.get("base") : undefined;
    const declaredBase = attributes.get("xml:base") ?? cdfBase;
    const element: XmlElement = {
      name,
      local,
      space: spaceOf(prefix.toLowerCase(), scope),
      attributes,
      children: [],
      base:
        declaredBase === undefined
          ? parent.element.base
          : (resolveUrl(declaredBase, parent.element.base) ?? parent.element.base),
      offset,
      isClosed: false,
    };
    parent.element.children.push(element);
    this.#open.push({ element, scope });
  }

  close(isWritten: boolean): void {
    if (this.#open.length <= 1) return;
    const closed = this.#open.pop();
    if (closed !== undefined) closed.element.isClosed = isWritten;
  }

  text(data: string, isCdata: boolean): void {
    this.#open.at(-1)?.element.children.push(isCdata ? data : this.#decode(data));
  }

  #attributesOf(raw: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
    let attributes: Map<string, string> | null = null;
    for (const name in raw) {
      attributes ??= new Map();
      const value = raw[name] ?? "";
      if (value.length > VALUE_CHARS_MAX) {
        throw new TooMuch(
          "attribute-too-long",
          `The attribute "${name.slice(0, 40)}" is too long.`,
        );
      }
      attributes.set(name.toLowerCase(), this.#decode(value));
    }
    return attributes ?? NO_ATTRIBUTES;
  }
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function scopeOf(attributes: ReadonlyMap<string, string>, outer: Scope): Scope {
  let scope: Map<string, Space | undefined> | null = null;
  for (const [name, value] of attributes) {
    if (!name.startsWith("xmlns")) continue;
    scope ??= new Map(outer);
    if (name === "xmlns") scope.set("", SPACES.get(normalUri(value)));
    else if (name[5] === ":") scope.set(name.slice(6), SPACES.get(normalUri(value)));
  }
  return scope ?? outer;
}

function spaceOf(prefix: string, scope: Scope): Space {
  const known = scope.get(prefix);
  if (known !== undefined) return known;
  // An unknown default vocabulary is taken for RSS: feeds have declared all sorts of them.
  return prefix === "" ? "core" : (PREFIXES.get(prefix) ?? "other");
}

function normalUri(uri: string): string {
  return uri
    .trim()
    .toLowerCase()
    .replace(/^https:/, "http:")
    .replace(/[/#]+$/, "");
}

/** Namespace addresses, lower case and without a final slash, of which feeds have used several for each. */
const SPACES: ReadonlyMap<string, Space> = new Map<string, Space>([
  ["", "core"],
  ["http://www.w3.org/2005/atom", "atom"],
  ["http://purl.org/atom/ns", "atom"],
  ["http://purl.org/rss/1.0", "core"],
  ["http://purl.org/net/rss1.1", "core"],
  ["http://my.netscape.com/rdf/simple/0.9", "core"],
  ["http://channel.netscape.com/rdf/simple/0.9", "core"],
  ["http://backend.userland.com/rss", "core"],
  ["http://backend.userland.com/rss2", "core"],
  ["http://blogs.law.harvard.edu/tech/rss", "core"],
  ["http://purl.org/rss/1.0/modules/content", "content"],
  ["http://purl.org/dc/elements/1.1", "dc"],
  ["http://purl.org/dc/elements/1.0", "dc"],
  ["http://purl.org/dc/terms", "dcterms"],
  ["http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"],
  ["http://example.com/dtds/podcast-1.0.dtd", "itunes"],
  ["http://search.yahoo.com/mrss", "media"],
  ["http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"],
  ["http://www.w3.org/1999/xhtml", "xhtml"],
]);

/** What a prefix means that nothing declares, or something unknown. */
const PREFIXES: ReadonlyMap<string, Space> = new Map<string, Space>([
  ["atom", "atom"],
  ["a10", "atom"],
  ["content", "content"],
  ["dc", "dc"],
  ["dcterms", "dcterms"],
  ["itunes", "itunes"],
  ["media", "media"],
  ["rdf", "rdf"],
  ["rss", "core"],
  ["xhtml", "xhtml"],
]);

/** An address made absolute; null when that cannot be done. */
export function resolveUrl(url: string, base: string | null): string | null {
  return URL.parse(url.trim(), base ?? undefined)?.href ?? null;
}
