/**
 * Controls and characters that nothing shows: C0 and C1, bidi controls, zero-width and other default-ignorable
 * characters, interlinear annotation marks.
 */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u{FFF9}-\u{FFFB}]/u;

/** Runs of what may have to go, so that a text without any is left alone at once. */
const UNSEEN_RUN = new RegExp(`${UNSEEN.source}+`, "gu");

/** Scripts whose spelling needs U+200C or U+200D between letters (Unicode Standard 16, 23.2 "Cursive Connection and Ligatures"). */
const JOINING_SCRIPTS = [
  "Arabic",
  "Bengali",
  "Devanagari",
  "Gujarati",
  "Gurmukhi",
  "Kannada",
  "Khmer",
  "Malayalam",
  "Mongolian",
  "Myanmar",
  "Nko",
  "Oriya",
  "Sinhala",
  "Syriac",
  "Tamil",
  "Telugu",
];
const JOINING_CLASS = JOINING_SCRIPTS.map((script) => `\\p{scx=${script}}`).join("");
/** A letter with its marks at the end of what came before. */
const ENDS_JOINING = new RegExp(`(?=[\\p{L}\\p{M}])[${JOINING_CLASS}]$`, "u");
const STARTS_JOINING = new RegExp(`^(?=\\p{L})[${JOINING_CLASS}]`, "u");

const ENDS_PICTOGRAPH = /\p{Extended_Pictographic}\p{Emoji_Modifier}?$/u;
const STARTS_PICTOGRAPH = /^\p{Extended_Pictographic}/u;
const ENDS_KEYCAP = /[0-9#*]$/u;
/** The flags of England, Scotland and Wales: a black flag, then "gb", three letters and an end in tag characters. */
const FLAG_TAGS = /^\u{E0067}\u{E0062}[\u{E0061}-\u{E007A}]{3}\u{E007F}$/u;

/** More marks than these on one base are not a language but a flood. */
const MARKS_PER_BASE_MAX = 4;
const MARK_FLOOD = new RegExp(`(\\p{M}{${MARKS_PER_BASE_MAX}})\\p{M}+`, "gu");

/**
 * A text from outside as one line that shows what it holds: NFC, no control, bidi or zero-width character except
 * joiners inside an emoji or between letters whose script needs them, at most 4 marks on a base, single spaces.
 * Markup is not touched: each platform neutralises its own.
 */
export function safeText(text: string): string {
  const spaced = text.toWellFormed().replace(/\s+/gu, " ").normalize("NFC");
  const seen = UNSEEN.test(spaced) ? dropUnseen(spaced) : spaced;
  return seen.replace(MARK_FLOOD, "$1").replace(/ {2,}/g, " ").normalize("NFC").trim();
}

/** Like safeText line by line: keeps line ends, but no more than one empty line in a row. */
export function safeLines(text: string): string {
  return text
    .split(/\r\n|[\n\r\u{2028}\u{2029}]/u)
    .map(safeText)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Characters before a run that decide about it. */
const BEFORE_CHARS = 16;

function dropUnseen(text: string): string {
  const kept: string[] = [];
  let before = "";
  let from = 0;
  const keep = (part: string): void => {
    kept.push(part);
    before = (before + part.slice(-BEFORE_CHARS)).slice(-BEFORE_CHARS);
  };
  for (const run of text.matchAll(UNSEEN_RUN)) {
    keep(text.slice(from, run.index));
    from = run.index + run[0].length;
    keep(keptOfRun(run[0], before, text.slice(from, from + 2)));
  }
  keep(text.slice(from));
  return kept.join("");
}

/** What of a run of unseen characters belongs to a spelling or an emoji, given the characters around it. */
function keptOfRun(run: string, before: string, after: string): string {
  if (before.endsWith("\u{1F3F4}") && FLAG_TAGS.test(run)) return run;
  if (ENDS_PICTOGRAPH.test(before)) {
    const style = /^[\u{FE0E}\u{FE0F}]/u.exec(run)?.[0] ?? "";
    const joins = run.includes("\u{200D}") && STARTS_PICTOGRAPH.test(after);
    return joins ? `${style}\u{200D}` : style;
  }
  if (ENDS_KEYCAP.test(before) && run.startsWith("\u{FE0F}") && after.startsWith("\u{20E3}")) {
    return "\u{FE0F}";
  }
  const joiner = /[\u{200C}\u{200D}]/u.exec(run)?.[0];
  if (joiner !== undefined && ENDS_JOINING.test(before) && STARTS_JOINING.test(after)) {
    return joiner;
  }
  return "";
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Long enough that a whole grapheme stands around the border. */
const BORDER_CHARS = 64;

/**
 * At most `charsMax` UTF-16 units (never less strict than a platform that counts code points), cut between
 * graphemes, with an ellipsis where something was cut.
 */
export function cutText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  if (charsMax < 1) return "";
  const near = text.slice(0, charsMax + BORDER_CHARS).toWellFormed();
  const border = GRAPHEMES.segment(near).containing(charsMax - 1)?.index ?? 0;
  return `${text.slice(0, border).trimEnd()}…`;
}

/** A giant text is not made safe as a whole when little of it is shown: so much is looked at for each character. */
const LOOKED_AT_PER_CHAR = 8;

/** The beginning of a text from outside as safeText makes it, at most `charsMax` UTF-16 units. */
export function safeCut(text: string, charsMax: number): string {
  return cutOf(text, charsMax, safeText);
}

/** Like safeCut, with line ends as safeLines keeps them. */
export function safeLinesCut(text: string, charsMax: number): string {
  return cutOf(text, charsMax, safeLines);
}

function cutOf(text: string, charsMax: number, safe: (text: string) => string): string {
  const lookedAt = charsMax * LOOKED_AT_PER_CHAR + BORDER_CHARS;
  if (text.length <= lookedAt) return cutText(safe(text), charsMax);
  const head = text.slice(0, lookedAt).replace(/[\uD800-\uDBFF]$/, "");
  return cutText(`${safe(head)}…`, charsMax).replace(/…+$/, "…");
}

/** Longer addresses are left out of posts: one would eat the room of several stories. */
const LINK_CHARS_MAX = 1_000;

/**
 * An address as it may stand in a post, or null when it cannot be used: http or https, no user or password, and
 * everything percent-encoded that a platform would read as the end of a link or as markup.
 */
export function safeLink(url: string | null): string | null {
  const parsed = url === null ? null : URL.parse(url.trim());
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.hostname === "") return null;
  if (parsed.username !== "" || parsed.password !== "") return null;
  const path = parsed.href
    .slice(parsed.origin.length)
    .replace(/[()<>|`\\[\]{}"'\s\p{Cf}\p{Cc}]/gu, percentEncode)
    .replace(/@(?=everyone|here|channel)/gi, percentEncode);
  const link = parsed.origin + path;
  return link.length > LINK_CHARS_MAX ? null : link;
}

function percentEncode(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

/** The host that a link really goes to, in ASCII (punycode); null when the address cannot be used. */
export function linkHost(url: string | null): string | null {
  const link = safeLink(url);
  return link === null ? null : new URL(link).hostname;
}

/** What a reader would take for a host or an address. Starts at word borders only, so that long words cost nothing. */
const HOST_LIKE =
  /(?<![\p{L}\p{N}-])(?:(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,}|(?:\d{1,3}\.){3}\d{1,3})/gu;

/** No label is so long; what is gets no link. */
const LABEL_CHARS_MAX = 1_000;

/** Whether a label may carry a link: false when it shows some other host than the one that the link goes to. */
export function labelFits(label: string, url: string): boolean {
  const host = linkHost(url);
  if (host === null || label.length > LABEL_CHARS_MAX) return false;
  const readings = [label, label.normalize("NFKC")];
  const shown = readings.flatMap((reading) => reading.match(HOST_LIKE) ?? []);
  return shown.every((name) => sameSite(name, host));
}

function sameSite(name: string, host: string): boolean {
  const shown = linkHost(`https://${name}/`);
  return shown !== null && bare(shown) === bare(host);
}

function bare(host: string): string {
  return host.replace(/^www\./, "");
}
