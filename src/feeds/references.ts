import { decodeHTMLStrict } from "entities/decode";

/** Entities that a document declares itself, by name. Each stands for characters, never for further entities. */
export type DeclaredEntities = ReadonlyMap<string, string>;

/**
 * Text of an XML document with its references decoded, once. Tolerant: HTML's entity names count without a
 * declaration, as feeds use them all the time; what is no reference stays as it is.
 */
export function decodeReferences(text: string, declared: DeclaredEntities): string {
  let at = text.indexOf("&");
  if (at === -1) return text;
  let out = "";
  let from = 0;
  while (at !== -1) {
    const end = endOfReference(text, at + 1);
    if (end === -1) {
      at = text.indexOf("&", at + 1);
      continue;
    }
    out += text.slice(from, at) + meaningOf(text.slice(at + 1, end), declared);
    from = text[end] === ";" ? end + 1 : end;
    at = text.indexOf("&", from);
  }
  return out + text.slice(from);
}

/** Longest name of an entity: HTML's have up to 31 letters. */
const NAME_CHARS_MAX = 40;

/** Where the name after `&` ends: at its semicolon, or after the digits of a numeric one without. -1: no reference. */
function endOfReference(text: string, start: number): number {
  const isNumeric = text[start] === "#";
  let end = isNumeric ? start + 1 : start;
  const limit = Math.min(text.length, start + NAME_CHARS_MAX);
  while (end < limit && isNameUnit(text.charCodeAt(end))) end += 1;
  if (text[end] === ";") return end === start ? -1 : end;
  return isNumeric && /^#(x[0-9a-f]+|\d+)$/i.test(text.slice(start, end)) ? end : -1;
}

/** Letters, digits, `.`, `-`, `_`. */
function isNameUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 45 ||
    unit === 46 ||
    unit === 95
  );
}

function meaningOf(name: string, declared: DeclaredEntities): string {
  switch (name) {
    case "lt":
      return "<";
    case "gt":
      return ">";
    case "amp":
      return "&";
    case "quot":
      return '"';
    case "apos":
      return "'";
    // As in HTML 4 and XHTML, from whose time feeds have them; HTML 5 moved them to other characters.
    case "lang":
      return "\u2329";
    case "rang":
      return "\u232a";
    default:
      return name.startsWith("#")
        ? characterOf(name)
        : (declared.get(name) ?? decodeHTMLStrict(`&${name};`));
  }
}

/** The character of `#233` or `#xE9`. 128 to 159 stay controls here: what they were meant as depends on their neighbours. */
function characterOf(name: string): string {
  const isHex = name[1] === "x" || name[1] === "X";
  const code = isHex ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  if (Number.isNaN(code)) return `&${name};`;
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
