/** What a character is to the tokeniser. Every other value in the table is the lower-case letter or digit itself. */
export const SEPARATOR = 0;
/** Part of a word that does not count: a combining mark, a soft hyphen, a joiner. */
export const IGNORED = 1;
/** Joins or ends a word, depending on its neighbours. */
export const APOSTROPHE = 2;

let characters: Uint16Array | null = null;

/** For each UTF-16 unit its lower-case form, or one of the marks above. Built at first use. */
export function characterTable(): Uint16Array {
  characters ??= buildCharacterTable();
  return characters;
}

function buildCharacterTable(): Uint16Array {
  const table = new Uint16Array(65_536);
  const word = /[\p{L}\p{N}]/u;
  const ignored = /[\p{Mn}\u00ad\u0640\u200b-\u200d\u2060\ufeff]/u;
  for (let code = 0; code < 65_536; code += 1) {
    // Halves of a surrogate pair are no letters of the languages we read.
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCharCode(code);
    if (word.test(character)) {
      const lower = character.toLowerCase();
      table[code] = lower.length === 1 ? lower.charCodeAt(0) : code;
    } else if (ignored.test(character)) table[code] = IGNORED;
  }
  for (const code of [0x27, 0x60, 0x2019, 0x2018, 0x02bc, 0x2032]) table[code] = APOSTROPHE;
  return table;
}

/** Writing without spaces: each character is a word of its own. */
export function isIdeograph(code: number): boolean {
  return code >= 0x3040 && code <= 0x9fff;
}

export function isCyrillic(code: number): boolean {
  return code >= 0x0400 && code <= 0x052f;
}

export function isArabic(code: number): boolean {
  return code >= 0x0600 && code <= 0x06ff;
}

/** Which writing a word is in; decides what words of another language can be meant. */
export type Script = "latin" | "cyrillic" | "arabic" | "other";

export function scriptOf(word: string): Script {
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index);
    if (code >= 0x30 && code <= 0x39) continue;
    if (isCyrillic(code)) return "cyrillic";
    if (isArabic(code)) return "arabic";
    return code < 0x0250 || (code >= 0x1e00 && code <= 0x1eff) ? "latin" : "other";
  }
  return "latin";
}

/** Letters that Unicode does not take apart, and spellings that writers mix. */
const FOLDED = new Map<string, string>([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ı", "i"],
  ["ё", "е"],
  ["أ", "ا"],
  ["إ", "ا"],
  ["آ", "ا"],
  ["ٱ", "ا"],
  ["ى", "ي"],
  ["ی", "ي"],
  ["ک", "ك"],
  ["ة", "ه"],
  ["ؤ", "و"],
  ["ئ", "ي"],
]);

/**
 * A lower-case word without the accents that writers leave out: negociación and negociacion are one.
 * In Cyrillic only ё is folded: й and ї are letters of their own.
 */
export function fold(word: string): string {
  if (isAscii(word)) return word;
  let folded = "";
  for (const character of word) folded += foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  const known = FOLDED.get(character);
  if (known !== undefined) return known;
  const code = character.charCodeAt(0);
  if (code < 0x80 || isCyrillic(code)) return character;
  if (code >= 0x0660 && code <= 0x0669) return String.fromCharCode(code - 0x0660 + 0x30);
  return character.normalize("NFD").replace(/\p{Mn}/gu, "");
}

function isAscii(word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (word.charCodeAt(index) >= 0x80) return false;
  }
  return true;
}
