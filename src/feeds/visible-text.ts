import { decodeHTML } from "entities/decode";

/**
 * What a reader sees of a piece of HTML, as plain text: no tags, no scripts, entities decoded once, white space
 * collapsed, a line break where a block begins or ends. Linear in its length, whatever it holds. Never throws.
 */
export function visibleText(html: string): string {
  return cleanText(decodeHTML(withoutTags(html, isAnyTag)));
}

/**
 * The same for a title, in which `<` is more often a sign than a tag: only HTML's own elements count as markup.
 */
export function visibleTitle(html: string): string {
  return cleanText(decodeHTML(withoutTags(html, isHtmlTag))).replaceAll("\n", " ");
}

/**
 * Plain text as it may be shown: controls out, white space collapsed, composed letters. One pass over the text, as this
 * is most of what reading a feed costs.
 */
export function cleanText(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  ODD.lastIndex = 0;
  for (let odd = ODD.exec(text); odd !== null; odd = ODD.exec(text)) {
    const { index } = odd;
    const unit = text.charCodeAt(index);
    const end = isSpace(unit) ? endOfSpaces(text, index) : index + 1;
    const instead = isSpace(unit) ? spaceFor(text, index, end) : shownFor(unit);
    if (instead !== null) {
      pieces.push(text.slice(from, index), instead);
      from = end;
    }
    ODD.lastIndex = end;
  }
  const cleaned = (pieces.length === 0 ? text : pieces.join("") + text.slice(from)).trim();
  // Below are only letters that cannot be composed further.
  return BEYOND_LATIN.test(cleaned) ? cleaned.toWellFormed().normalize("NFC") : cleaned;
}

/** Where something may have to be done: runs of white space, and what is in no range of harmless characters. */
const ODD =
  / \s|[^ -~\u00a0-\u167f\u1681-\u1fff\u200c-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\ufffd]/g;
const BEYOND_LATIN = /[\u0300-\uffff]/;

/** Collapsible white space: not the no-break space. */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x1680) return false;
  return unit === 0x1680 || (unit >= 0x2000 && unit <= 0x200a) || OTHER_SPACES.has(unit);
}

const OTHER_SPACES: ReadonlySet<number> = new Set([0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);

function endOfSpaces(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isSpace(text.charCodeAt(end))) end += 1;
  return end;
}

/** What stands for a run of white space; null: the run may stay. */
function spaceFor(text: string, start: number, end: number): string | null {
  const first = text[start];
  if (end === start + 1 && (first === " " || first === "\n")) return null;
  return text.slice(start, end).includes("\n") ? "\n" : " ";
}

/** What stands for a character that may not be shown as it is; null: it may. */
function shownFor(unit: number): string | null {
  // Nobody means these controls: they are Windows-1252 that was taken for Latin-1.
  if (unit >= 0x80 && unit <= 0x9f) return WINDOWS_1252[unit - 0x80]?.trim() ?? "";
  const isHidden = unit < 0x20 || unit === 0x7f || unit >= 0xfffe || HIDDEN_UNITS.has(unit);
  return isHidden ? "" : null;
}

const WINDOWS_1252 = [..."€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"];
/** Zero-width space and byte order mark, which only split words. */
const HIDDEN_UNITS: ReadonlySet<number> = new Set([0x200b, 0xfeff]);

/** HTML without its tags; entities stay. Blocks leave a line break, cells a space. */
function withoutTags(html: string, isTag: (name: string) => boolean): string {
  let open = html.indexOf("<");
  if (open === -1) return html;
  const source = { html, isTag, lastClose: html.lastIndexOf(">"), lastEnds: new Map() };
  const pieces: string[] = [];
  let from = 0;
  while (open !== -1) {
    const span = spanAt(source, open);
    if (span === null) {
      open = html.indexOf("<", open + 1);
      continue;
    }
    pieces.push(html.slice(from, open), span.leaves);
    from = span.end;
    open = html.indexOf("<", from);
  }
  pieces.push(html.slice(from));
  return pieces.join("");
}

type Source = {
  readonly html: string;
  readonly isTag: (name: string) => boolean;
  /** Where the last `>` is. */
  readonly lastClose: number;
  /** Where the last of an ending is, such as `-->`: so that none is looked for in vain again and again. */
  readonly lastEnds: Map<string, number>;
};

/** A stretch of markup: where it ends, and what stands in its place. */
type Span = { readonly end: number; readonly leaves: string };

/** The markup that begins at a `<`; null when it is a plain sign. */
function spanAt(source: Source, open: number): Span | null {
  const { html, isTag, lastClose } = source;
  const next = html.charCodeAt(open + 1);
  if (next === EXCLAMATION || next === QUESTION) return declarationAt(source, open);
  const nameStart = next === SLASH ? open + 2 : open + 1;
  const nameEnd = endOfName(html, nameStart);
  if (nameEnd === nameStart) return null;
  const name = html.slice(nameStart, nameEnd).toLowerCase();
  if (!isTag(name) || !isAfterName(html, nameEnd)) return null;
  // A tag that was cut off with the text: nothing of it was meant to be seen.
  if (nameEnd > lastClose) return HTML_TAGS.has(name) ? { end: html.length, leaves: "" } : null;
  const end = endOfTag(html, nameEnd, lastClose);
  const leaves = leavingsOf(name);
  if (next === SLASH || !HIDDEN.has(name) || html[end - 2] === "/") return { end, leaves };
  return { end: endOfHidden(html, end, name), leaves };
}

const EXCLAMATION = 0x21;
const QUESTION = 0x3f;
const SLASH = 0x2f;

function leavingsOf(name: string): string {
  if (BLOCKS.has(name)) return "\n";
  return name === "td" || name === "th" ? " " : "";
}

/** A comment, a declaration, an instruction. */
function declarationAt(source: Source, open: number): Span | null {
  const { html } = source;
  if (html.startsWith("<!--", open)) {
    const close = indexOfEnd(source, "-->", open + 4);
    // A comment that nobody closed would hide the rest of the text.
    const end = close === -1 ? indexOfEnd(source, ">", open + 4) + 1 : close + 3;
    return { end: end === 0 ? html.length : end, leaves: "" };
  }
  if (html.startsWith("<![CDATA[", open)) {
    const close = indexOfEnd(source, "]]>", open);
    if (close === -1) return null;
    // Wrapped twice: the markup inside was still meant as markup.
    const inner = html.slice(open + 9, close).replaceAll("<![CDATA[", "");
    return { end: close + 3, leaves: withoutTags(inner, source.isTag) };
  }
  if (!/^<[!?][a-z[]/i.test(html.slice(open, open + 3))) return null;
  const close = indexOfEnd(source, ">", open);
  return close === -1 ? null : { end: close + 1, leaves: "" };
}

function indexOfEnd({ html, lastEnds }: Source, end: string, from: number): number {
  const last = lastEnds.get(end) ?? html.lastIndexOf(end);
  lastEnds.set(end, last);
  return from > last ? -1 : html.indexOf(end, from);
}

function endOfName(html: string, start: number): number {
  let end = start;
  const limit = Math.min(html.length, start + NAME_CHARS_MAX);
  while (end < limit && isNameUnit(html.charCodeAt(end), end === start)) end += 1;
  return end;
}

const NAME_CHARS_MAX = 60;

function isNameUnit(unit: number, isFirst: boolean): boolean {
  if ((unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90)) return true;
  // Digits, `-`, `.`, `:`, `_`.
  return !isFirst && ((unit >= 48 && unit <= 58) || unit === 45 || unit === 46 || unit === 95);
}

/** A name is followed by white space, `/`, `>` or the end; an address in angle brackets is not. */
function isAfterName(html: string, at: number): boolean {
  const char = html[at];
  return char === undefined || char === ">" || char === "/" || char.trim() === "";
}

/** The index behind the `>` that ends a tag, past quoted values. */
function endOfTag(html: string, start: number, lastClose: number): number {
  let index = start;
  while (index <= lastClose) {
    const char = html[index];
    if (char === ">") return index + 1;
    if ((char === '"' || char === "'") && html[index - 1] === "=") {
      const close = html.indexOf(char, index + 1);
      if (close === -1 || close > lastClose) break;
      index = close;
    }
    index += 1;
  }
  // A quote that nothing closes: the first `>` after all.
  return html.indexOf(">", start) + 1;
}

function endOfHidden(html: string, from: number, name: string): number {
  const close = new RegExp(`</${name}\\b[^>]{0,100}>?`, "gi");
  close.lastIndex = from;
  return close.exec(html) === null ? html.length : close.lastIndex;
}

/** Elements whose content nobody sees. */
export const HIDDEN: ReadonlySet<string> = new Set(["script", "style", "applet", "template"]);

/** Elements that begin and end on a line of their own. */
export const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p pre section summary table tbody tfoot thead title
tr ul`.split(/\s+/),
);

/** HTML's elements that occur in titles and in texts that were cut off. */
const HTML_TAGS: ReadonlySet<string> = new Set([
  ...BLOCKS,
  ...HIDDEN,
  ...`a abbr acronym audio b bdi bdo big blink body button canvas cite code col colgroup data del dfn em embed font
head html i iframe img input ins kbd label link map area mark marquee meta meter noscript nobr object param picture progress
q rp rt ruby s samp select small source span strike strong sub sup svg td textarea th time tt u var video wbr`.split(
    /\s+/,
  ),
]);

function isAnyTag(): boolean {
  return true;
}

function isHtmlTag(name: string): boolean {
  return HTML_TAGS.has(name);
}
