import { decodeHTMLStrict } from "entities/decode";
import { BLOCKS, cleanText, HIDDEN, visibleText, visibleTitle } from "./visible-text.ts";
import type { XmlElement } from "./xml-tree.ts";

/** The characters in an element and in all below it, as they stand. */
export function rawText(element: XmlElement): string {
  const [only] = element.children;
  if (element.children.length === 1 && typeof only === "string") return only;
  return element.children
    .map((child) => (typeof child === "string" ? child : rawText(child)))
    .join("");
}

/** True when there is anything but white space in it. */
export function hasContent(element: XmlElement): boolean {
  return element.children.some((child) => typeof child !== "string" || child.trim() !== "");
}

/** The visible plain text of a body: description, summary, content. Null when there is none. */
export function bodyOf(element: XmlElement): string | null {
  return textOf(element, visibleText);
}

/** The visible plain text of a title, in one line. */
export function titleOf(element: XmlElement): string | null {
  return textOf(element, visibleTitle)?.replaceAll("\n", " ") ?? null;
}

function textOf(element: XmlElement, read: (html: string) => string): string | null {
  const text = readAs(formOf(element), element, read);
  return text === "" ? null : text;
}

/** How the characters in an element are meant. */
type Form = "plain" | "html" | "markup" | "base64";

function formOf(element: XmlElement): Form {
  const type = element.attributes.get("type")?.trim().toLowerCase() ?? "";
  const mode = element.attributes.get("mode")?.trim().toLowerCase() ?? "";
  const hasElements = element.children.some((child) => typeof child !== "string");
  if (mode === "base64") return "base64";
  if (element.space !== "atom") return hasElements ? "markup" : "html";
  if (mode === "escaped") return isPlainType(type) ? "plain" : "html";
  if (hasElements) return "markup";
  if (isPlainType(type)) return "plain";
  // Atom: content of any other type is base64, unless it is text or XML.
  if (!/html|xml|^text\//.test(type) && isBase64(rawText(element))) return "base64";
  return "html";
}

function isPlainType(type: string): boolean {
  return type === "" || type === "text" || type === "text/plain";
}

function isBase64(text: string): boolean {
  const dense = text.replace(/\s+/g, "");
  return dense.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(dense);
}

function readAs(form: Form, element: XmlElement, read: (html: string) => string): string {
  switch (form) {
    case "plain":
      // Escaped once too often, as plain text often is: nobody means to show "&quot;" in a headline.
      return cleanText(decodeHTMLStrict(repairDoubleEncoding(rawText(element))));
    case "html":
      return read(repairDoubleEncoding(rawText(element)));
    case "base64": {
      const text = Buffer.from(rawText(element), "base64").toString("utf8");
      return isPlainType(element.attributes.get("type") ?? "") ? cleanText(text) : read(text);
    }
    case "markup": {
      const pieces: string[] = [];
      // RSS has markup only where somebody forgot to escape it, so its text may hold escaped markup too.
      const readString = element.space === "atom" ? (text: string) => text : keepingEdges;
      collect(element, readString, pieces);
      return cleanText(repairDoubleEncoding(pieces.join("")));
    }
  }
}

function collect(
  element: XmlElement,
  readString: (text: string) => string,
  pieces: string[],
): void {
  for (const child of element.children) {
    if (typeof child === "string") pieces.push(readString(child));
    else if (!HIDDEN.has(child.local)) {
      const edge = BLOCKS.has(child.local) ? "\n" : "";
      pieces.push(edge);
      collect(child, readString, pieces);
      pieces.push(child.local === "td" || child.local === "th" ? " " : edge);
    }
  }
}

/** Visible text of a run between two elements, without losing the spaces that part it from them. */
function keepingEdges(text: string): string {
  const before = /^\s/.test(text) ? " " : "";
  const after = /\s$/.test(text) ? " " : "";
  return `${before}${visibleText(text)}${after}`;
}

/** UTF-8 that somebody read as Latin-1 and encoded again: `Ã©` for `é`. Anything else stays as it is. */
export function repairDoubleEncoding(text: string): string {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}
