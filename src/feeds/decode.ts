import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { analyse } from "chardet";
import iconv from "iconv-lite";

/** A text and the character set that it turned out to be in: lower case, `utf-8` for plain ASCII. */
export type Decoded = { readonly text: string; readonly charset: string };

/**
 * Reads bytes as text; never throws. In order: byte order mark, zero bytes of UTF-16 and UTF-32, `charset` of the
 * content type, the XML declaration, a guess. Bytes that are valid UTF-8 are UTF-8 whatever a single-byte label says:
 * such labels are often a server's default, and no other text is valid UTF-8 by accident.
 */
export function decode(bytes: Uint8Array, contentType: string | null): Decoded {
  const charset =
    charsetOfMark(bytes) ?? charsetOfClaims(bytes, contentType) ?? charsetOfContent(bytes);
  return { text: withoutMark(decodeAs(bytes, charset)), charset };
}

function charsetOfMark(bytes: Uint8Array): string | null {
  const found = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte));
  return found?.[1] ?? null;
}

/** First bytes that give a set away: byte order marks, and `<` in 16 and 32 bits. Longer ones first. */
const MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0x00, 0x00, 0xfe, 0xff], "utf-32be"],
  [[0xff, 0xfe, 0x00, 0x00], "utf-32le"],
  [[0x00, 0x00, 0x00, 0x3c], "utf-32be"],
  [[0x3c, 0x00, 0x00, 0x00], "utf-32le"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xfe, 0xff], "utf-16be"],
  [[0xff, 0xfe], "utf-16le"],
  [[0x00, 0x3c], "utf-16be"],
  [[0x3c, 0x00], "utf-16le"],
];

function charsetOfClaims(bytes: Uint8Array, contentType: string | null): string | null {
  for (const label of [labelOfType(contentType), labelOfDeclaration(bytes)]) {
    const claim = label === null ? null : nameOf(label);
    if (claim === null) continue;
    if (claim === "utf-8") {
      if (isMostlyUtf8(bytes)) return claim;
      continue;
    }
    if (!isUtf8(bytes)) return claim;
    // Only single-byte labels are doubted: a short text of two-byte characters can look like UTF-8.
    if (!SINGLE_BYTE.test(claim) && !hasManyHighBytes(bytes)) return claim;
  }
  return null;
}

const SINGLE_BYTE = /^(windows|iso-8859|koi8|cp\d|mac|us-ascii|tis)/;

function labelOfType(contentType: string | null): string | null {
  return /charset\s*=\s*["']?([\w.:+-]{1,40})/i.exec(contentType ?? "")?.[1] ?? null;
}

function labelOfDeclaration(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 400));
  return (
    /^\s{0,99}<\?xml\s[^>]{0,200}encoding\s*=\s*["']\s*([\w.:+-]{1,40})/i.exec(
      head.toString("latin1"),
    )?.[1] ?? null
  );
}

/** The name we know a label by; null when nobody can read it, or when it cannot be true of 8-bit text. */
function nameOf(label: string): string | null {
  const lower = label.toLowerCase();
  // A 16-bit label on text without zero bytes is false; UTF-7 only ever served to smuggle markup.
  if (/^(utf-?(16|32|7)|ucs-?[24]|unicode)/.test(lower)) return null;
  const name = SAME_AS.find(([pattern]) => pattern.test(lower))?.[1] ?? lower;
  return iconv.encodingExists(name) || decoderFor(name) !== null ? name : null;
}

/** Labels that are really read as another set, as browsers do (https://encoding.spec.whatwg.org/#names-and-labels, 2025). */
const SAME_AS: readonly (readonly [RegExp, string])[] = [
  [/^utf-?8/, "utf-8"],
  [/^((us-)?ascii|iso-?8859-?1|latin-?1|l1|x-ansi|cp1252|windows1252)$/, "windows-1252"],
  [/^(gb2312|gbk|gb18030|x-gbk|gb_2312-80|chinese|cp936)$/, "gb18030"],
  [/^(iso-?8859-?9|latin-?5)$/, "windows-1254"],
  [/^(ks_c_5601.*|ksc_?5601|cp949|korean|windows-949)$/, "euc-kr"],
  [/^(shift-?jis|x-sjis|sjis|ms_kanji|windows-31j|cp932)$/, "shift_jis"],
  [/^big-?5(-hkscs)?$/, "big5-hkscs"],
];

/** Most of what is beyond ASCII is well-formed: a text with a few broken bytes, not one in another set. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  if (isUtf8(bytes)) return true;
  const text = new TextDecoder("utf-8").decode(bytes);
  let broken = 0;
  let whole = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0xfffd) broken += 1;
    else if (unit >= 0x80) whole += 1;
  }
  return whole >= broken;
}

function hasManyHighBytes(bytes: Uint8Array): boolean {
  let count = 0;
  for (const byte of bytes) {
    if (byte >= 0x80) count += 1;
    if (count >= HIGH_BYTES_FOR_CERTAINTY) return true;
  }
  return false;
}

/** So many bytes beyond ASCII in a two-byte set are not valid UTF-8 by chance. */
const HIGH_BYTES_FOR_CERTAINTY = 24;

function charsetOfContent(bytes: Uint8Array): string {
  if (isMostlyUtf8(bytes)) return "utf-8";
  const sample = bytes.subarray(0, SAMPLE_BYTES_MAX);
  const [best] = analyse(sample);
  const name = best !== undefined && best.confidence >= 20 ? nameOf(best.name) : null;
  if (name !== null && name !== "utf-8" && name !== "windows-1252") return name;
  return isThai(sample) ? "windows-874" : "windows-1252";
}

/** Thai, which the detector does not know: long runs of its letters, with vowel signs among them. */
function isThai(bytes: Uint8Array): boolean {
  let letters = 0;
  let signs = 0;
  let runs = 0;
  let others = 0;
  let wasThai = false;
  for (const byte of bytes) {
    const is = byte >= 0xa1 && byte <= 0xfb;
    if (is && !wasThai) runs += 1;
    if (is) letters += 1;
    else if (byte >= 0x80) others += 1;
    if (byte === 0xd1 || (byte >= 0xd4 && byte <= 0xd9) || (byte >= 0xe7 && byte <= 0xec))
      signs += 1;
    wasThai = is;
  }
  return letters > 20 && letters > runs * 4 && signs > letters / 10 && others * 20 < letters;
}

const SAMPLE_BYTES_MAX = 65_536;

function decodeAs(bytes: Uint8Array, charset: string): string {
  if (charset === "utf-8") return new TextDecoder("utf-8").decode(bytes);
  if (iconv.encodingExists(charset)) return iconv.decode(bytes, charset);
  return (decoderFor(charset) ?? new TextDecoder("utf-8")).decode(bytes);
}

/** Node's own decoder for sets that iconv-lite lacks, such as iso-2022-jp; null when it lacks it too. */
function decoderFor(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}

/** Some servers send the mark twice. */
function withoutMark(text: string): string {
  let start = 0;
  while (text.charCodeAt(start) === 0xfeff) start += 1;
  return start === 0 ? text : text.slice(start);
}
