import { newStemmer } from "snowball-stemmers";
import { fold } from "./fold.ts";
import type { Language } from "./language.ts";

const SNOWBALL: Partial<Record<Language, string>> = {
  en: "english",
  ru: "russian",
  es: "spanish",
  pt: "portuguese",
  fr: "french",
  de: "german",
  it: "italian",
  nl: "dutch",
};

/** Words kept per language before the memory is emptied; about the vocabulary of a year of news. */
const STEMS_MAX = 200_000;

const memories = new Map<Language, Map<string, string>>();
const stemmers = new Map<Language, (word: string) => string>();

/** The folded stem of a lower-case word. Accents are needed to stem and dropped afterwards. */
export function stemOf(word: string, language: Language): string {
  let memory = memories.get(language);
  if (memory === undefined) {
    memory = new Map();
    memories.set(language, memory);
  }
  const known = memory.get(word);
  if (known !== undefined) return known;
  if (memory.size >= STEMS_MAX) memory.clear();
  const stem = makeStem(word, language);
  memory.set(word, stem);
  return stem;
}

function makeStem(word: string, language: Language): string {
  if (word.length > WORD_CHARS_MAX || /\d/.test(word)) return fold(word);
  let stemmer = stemmers.get(language);
  if (stemmer === undefined) {
    stemmer = stemmerOf(language);
    stemmers.set(language, stemmer);
  }
  const stem = fold(stemmer(word));
  return stem === "" ? fold(word) : stem;
}

/** Longer than any word of a language; such a thing is an address or noise. */
const WORD_CHARS_MAX = 40;

function stemmerOf(language: Language): (word: string) => string {
  if (language === "uk") return (word) => stripSuffix(word, UKRAINIAN, 3);
  if (language === "pl") return (word) => stripSuffix(word, POLISH, 3);
  if (language === "ar") return stemArabic;
  const algorithm = SNOWBALL[language];
  if (algorithm === undefined) return (word) => word;
  const stemmer = newStemmer(algorithm);
  return (word) => stemmer.stem(word);
}

/** Longest first. No Snowball algorithm exists for these two; endings of nouns, adjectives and the past tense suffice. */
const UKRAINIAN = endings(
  "ами ями ові еві єві ого ому ими іми його йому ах ях ам ям ів їв ей ій ий их іх им ім ом ем єм ою ею єю ої" +
    " ував ювала увала ували ювали увати ювати ує ює ують юють ила или ило ала али ало ати ити ять ать ить уть ють" +
    " ула ули уло ути іла іли іло ив ав ув в є а я о е и і ї у ю й ь",
);
const POLISH = endings(
  "ami iami ach iach owie owego owym owych owi ego iego emu iemu ych ich ym im ej iej ów om iom em iem" +
    " ała ały ało ali ili iła iły iło ować uje ują ać ić eć ła ło ły li ł ie ia ią ię iu y i a ą ę e u o",
);

function endings(list: string): readonly string[] {
  return list.split(" ").sort((left, right) => right.length - left.length);
}

function stripSuffix(word: string, suffixes: readonly string[], stemCharsMin: number): string {
  const base = /..(?:ся|сь)$/.test(word) && word.length > 5 ? word.slice(0, -2) : word;
  for (const suffix of suffixes) {
    if (base.length - suffix.length >= stemCharsMin && base.endsWith(suffix)) {
      return base.slice(0, -suffix.length);
    }
  }
  return base;
}

const ARABIC_PREFIXES = ["وال", "بال", "كال", "فال", "ال", "لل", "ول", "وب"];
const ARABIC_SUFFIXES = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"];

/** Light stemming: the joined conjunction, article and preposition go, then the commonest endings. */
function stemArabic(word: string): string {
  let stem = fold(word);
  const prefix = ARABIC_PREFIXES.find(
    (one) => stem.startsWith(one) && stem.length - one.length >= 3,
  );
  if (prefix !== undefined) stem = stem.slice(prefix.length);
  else if (/^[ولب]/.test(stem) && stem.length >= 5) stem = stem.slice(1);
  for (const suffix of ARABIC_SUFFIXES) {
    if (stem.endsWith(suffix) && stem.length - suffix.length >= 3)
      stem = stem.slice(0, -suffix.length);
  }
  return stem;
}
