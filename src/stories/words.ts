/** A word of a text: where it stands, and the form in which it is compared. */
export type Word = {
  /** Folded: lower case, compatibility forms and diacritics removed, no possessive. Never empty. */
  readonly text: string;
  /** UTF-16 offsets into the text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Begins with an upper-case letter, as a name does; scripts without case have none. */
  readonly capital: boolean;
};

/**
 * Runs of letters, marks and digits, with apostrophes, hyphenated prefixes left apart, dotted
 * abbreviations (`U.S.`) and figures (`1,200.50`) kept whole.
 */
const WORD =
  /\p{Lu}(?:\.\p{Lu})+(?![\p{L}\p{M}\p{N}])|\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:['’ʼ＇][\p{L}\p{M}\p{N}]+)*/gu;

/** Scripts that put no spaces between words: there every two neighbouring characters count as a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Three times the longest reports of news agencies. */
const WORDS_MAX = 6_000;

/** The words of a text, in their order; not those of its end when it is very long. */
export function scanWords(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    if (words.length >= WORDS_MAX) break;
    const run = match[0];
    if (isAscii(run)) pushWord(words, run, match.index);
    else if (UNSPACED.test(run)) pushPairs(words, run, match.index);
    else pushWord(words, run, match.index);
  }
  return words;
}

/**
 * The form in which words are compared: `Müller’s` and `muller` are one. Folding twice changes nothing.
 */
export function foldWord(word: string): string {
  const plain = isAscii(word)
    ? word.toLowerCase()
    : word.normalize("NFKD").toLowerCase().replace(MARKS, "").replace(APOSTROPHES, "'");
  const bare = plain.includes("'") ? plain.replace(POSSESSIVE, "").replaceAll("'", "") : plain;
  return bare.replaceAll(DOTS_AND_COMMAS, "");
}

const MARKS = /\p{M}+/gu;
const APOSTROPHES = /[’ʼ＇]/g;
const POSSESSIVE = /'s$/;
const DOTS_AND_COMMAS = /[.,]/g;

function pushWord(words: Word[], run: string, start: number): void {
  const text = foldWord(run);
  if (text === "") return;
  words.push({ text, start, end: start + run.length, capital: isCapital(run) });
}

function pushPairs(words: Word[], run: string, start: number): void {
  const characters = [...run];
  let offset = start;
  const last = Math.max(1, characters.length - 1);
  for (let index = 0; index < last && words.length < WORDS_MAX; index += 1) {
    const pair = `${characters[index] ?? ""}${characters[index + 1] ?? ""}`;
    const text = foldWord(pair);
    if (text !== "") words.push({ text, start: offset, end: offset + pair.length, capital: false });
    offset += characters[index]?.length ?? 0;
  }
}

function isCapital(run: string): boolean {
  const first = run.charCodeAt(0);
  if (first < 128) return first >= 65 && first <= 90;
  return /^\p{Lu}/u.test(run);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 127) return false;
  }
  return true;
}
