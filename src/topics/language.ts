import { type Script, scriptOf } from "./fold.ts";

/** The languages whose inflections are known. */
export const LANGUAGES = [
  "en",
  "ru",
  "uk",
  "pl",
  "es",
  "pt",
  "fr",
  "de",
  "it",
  "nl",
  "ar",
] as const;
export type Language = (typeof LANGUAGES)[number];

/** How words of a document are reduced. `und-…`: a language that is not ours, by its script. */
export type Reading = Language | "und-latin" | "und-cyrillic";

/** The stemmer to use for a reading: a relative's, where we have none of its own. */
export function stemmerFor(reading: Reading): Language {
  if (reading === "und-latin") return "pl";
  if (reading === "und-cyrillic") return "ru";
  return reading;
}

/** Frequent little words that tell languages of one script apart. */
const LITTLE: Readonly<Record<string, string>> = {
  en: "the of and to in is for on with that as by from at are was it be has have its will after over says said how who what why this not but his their new amid up out",
  es: "el los las de del que y en un una por con para al su se es lo como más sus pero entre sobre tras ante desde está son fue ha han no la según este",
  pt: "o os as de do da dos das que e em um uma por com para ao no na nos nas se é são foi mais mas entre sobre após não pelo pela seu sua diz à",
  fr: "le les des du de la et en un une que qui dans pour par sur au aux avec est ce sont pas plus son ses après à l d selon a été entre",
  de: "der die das und in den von zu mit ist im für auf des dem ein eine nicht sich als auch an aus nach bei wird über vor sind hat zum zur am",
  it: "il lo gli di del della dei che e in un una per con al alla nel nella da dal è sono non più si tra dopo i le sul ha dell anche",
  nl: "de het een en van in is op te dat voor met zijn niet aan er door als bij om naar uit over tot wordt ook na heeft werd tegen",
  pl: "w z i na się do nie jest że od po o przez dla oraz jak za są to przed ma być będzie tym ich był u ze",
  ru: "и в на не что с по из о об к за для от при это как его до после также они был была были или у заявил со",
  uk: "і в на не що з по із про до за для від при це як його після також вони був була були або у та й щодо заявив які зі",
};

let votes: Map<string, readonly Language[]> | null = null;

function littleWords(): Map<string, readonly Language[]> {
  if (votes !== null) return votes;
  const table = new Map<string, Language[]>();
  for (const language of LANGUAGES) {
    for (const word of (LITTLE[language] ?? "").split(" ")) {
      const list = table.get(word) ?? [];
      list.push(language);
      table.set(word, list);
    }
  }
  votes = table;
  return table;
}

/** Letters that one language of its script writes and its neighbours do not. */
const LETTERS: readonly (readonly [RegExp, Language])[] = [
  [/[іїєґ]/, "uk"],
  [/[ыэъё]/, "ru"],
  [/[ñ¿¡]/, "es"],
  [/[ãõ]/, "pt"],
  [/[łąęśżźćń]/, "pl"],
  [/[ßäöü]/, "de"],
  [/[ìò]/, "it"],
  [/[êâîœ]/, "fr"],
];

/** Words looked at to tell a language; more do not change the answer. */
const WORDS_READ_MAX = 120;
/** Words looked at to tell the script of a text whose language is stated. */
const SCRIPT_WORDS_MAX = 24;

/**
 * The language of a text from its letters and little words; `stated` wins where it fits the script.
 * A text that says nothing is taken as English.
 */
export function readingOf(stated: string | null, words: Iterable<string>): Reading {
  const code = stated?.toLowerCase().slice(0, 2) ?? null;
  const scores = new Map<Language, number>();
  const scripts: Record<Script, number> = { latin: 0, cyrillic: 0, arabic: 0, other: 0 };
  let read = 0;
  for (const word of words) {
    if (read >= (code === null ? WORDS_READ_MAX : SCRIPT_WORDS_MAX)) break;
    read += 1;
    scripts[scriptOf(word)] += 1;
    if (code === null) vote(word, scores);
  }
  if (scripts.arabic > scripts.latin && scripts.arabic >= scripts.cyrillic) return "ar";
  const script = scripts.cyrillic > scripts.latin ? "cyrillic" : "latin";
  if (code !== null) return statedReading(code, script, scores);
  return best(scores, script) ?? (script === "cyrillic" ? "ru" : "en");
}

function statedReading(
  code: string,
  script: "latin" | "cyrillic",
  scores: Map<Language, number>,
): Reading {
  const known = LANGUAGES.find((language) => language === code);
  const usual = known === "ru" || known === "uk" ? "cyrillic" : "latin";
  if (known !== undefined && known !== "ar" && usual === script) return known;
  if (known === undefined) return script === "cyrillic" ? "und-cyrillic" : "und-latin";
  return best(scores, script) ?? (script === "cyrillic" ? "ru" : "en");
}

function vote(word: string, scores: Map<Language, number>): void {
  for (const language of littleWords().get(word) ?? []) add(scores, language, 1);
  for (const [letters, language] of LETTERS) if (letters.test(word)) add(scores, language, 1.5);
}

function add(scores: Map<Language, number>, language: Language, amount: number): void {
  scores.set(language, (scores.get(language) ?? 0) + amount);
}

function best(scores: Map<Language, number>, script: "latin" | "cyrillic"): Language | null {
  let winner: Language | null = null;
  let most = 0;
  for (const [language, score] of scores) {
    const slavic = language === "ru" || language === "uk";
    if (slavic !== (script === "cyrillic") || score <= most) continue;
    winner = language;
    most = score;
  }
  return winner;
}
