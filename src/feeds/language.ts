import { detectAll } from "tinyld/light";

/**
 * The language of a text as a lower-case ISO 639-1 code; null when it cannot be told. Made for headlines: first by
 * script, then by the small words and letters that give a language away, and only then by a statistical detector,
 * which is often wrong below a sentence or two.
 */
export function detectLanguage(text: string): string | null {
  const sample = text.slice(0, SAMPLE_CHARS_MAX);
  const script = scriptOf(sample);
  switch (script) {
    case null:
      return null;
    case "Latin":
      return latinLanguageOf(sample);
    case "Cyrillic":
      return cyrillicLanguageOf(sample);
    case "Arabic":
      return arabicLanguageOf(sample);
    case "Han":
      return /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(sample) ? "ja" : "zh";
    default:
      return SCRIPTS.get(script) ?? null;
  }
}

/**
 * What language an item is in, given what it declares: a declaration that its own script contradicts is a default
 * that nobody changed, such as `en-us` over Russian headlines.
 */
export function languageOf(declared: string | null, text: string): string | null {
  if (declared === null) return detectLanguage(text);
  const script = scriptOf(text.slice(0, SAMPLE_CHARS_MAX));
  if (script === null) return declared;
  const isLatin = !NON_LATIN.has(declared);
  return isLatin === (script === "Latin") ? declared : detectLanguage(text);
}

/** The beginning is enough, and keeps a long article from costing more than a headline. */
const SAMPLE_CHARS_MAX = 800;

/** Scripts that are read, with the language that nearly every text in them is in. */
const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ["Latin", "en"],
  ["Cyrillic", "ru"],
  ["Arabic", "ar"],
  ["Han", "zh"],
  ["Hiragana", "ja"],
  ["Katakana", "ja"],
  ["Hangul", "ko"],
  ["Greek", "el"],
  ["Hebrew", "he"],
  ["Thai", "th"],
  ["Devanagari", "hi"],
  ["Bengali", "bn"],
  ["Tamil", "ta"],
  ["Georgian", "ka"],
  ["Armenian", "hy"],
]);

const SCRIPT_PATTERNS = [...SCRIPTS.keys()].map(
  (script) => [script, new RegExp(`\\p{Script=${script}}`, "gu")] as const,
);

/** Languages that are not written in Latin letters. */
const NON_LATIN: ReadonlySet<string> = new Set(
  "ru uk be bg mk sr kk ky mn tg ar fa ur ps ckb zh ja ko el he yi th hi mr ne bn ta te ka hy am".split(
    " ",
  ),
);

/** The script of most letters; null when there are none. */
function scriptOf(text: string): string | null {
  let best: string | null = null;
  let bestCount = 0;
  for (const [script, pattern] of SCRIPT_PATTERNS) {
    const count = text.match(pattern)?.length ?? 0;
    if (count > bestCount) {
      best = script;
      bestCount = count;
    }
  }
  return best;
}

function cyrillicLanguageOf(text: string): string {
  const lower = text.toLowerCase();
  if (/[іїєґ]/.test(lower)) return /[ўы]/.test(lower) ? "be" : "uk";
  if (
    /[ѓќѕ]/.test(lower) ||
    (/[јљњџ]/.test(lower) && /(?<!\p{L})(?:во|со|од)(?!\p{L})/u.test(lower) && !/[ђћ]/.test(lower))
  )
    return "mk";
  if (/[ђћљњџј]/.test(lower)) return "sr";
  if (/[ыэё]/.test(lower)) return "ru";
  const words = wordsOf(lower);
  const uk = words.filter((word) => UKRAINIAN.has(word)).length;
  const bg = words.filter((word) => BULGARIAN.has(word)).length;
  const ru = words.filter((word) => RUSSIAN.has(word)).length;
  if (bg > ru && bg > uk) return "bg";
  return uk > ru ? "uk" : "ru";
}

const RUSSIAN = new Set(
  "и в не на с что по из за к от о для при после как над под до его они был".split(" "),
);
const UKRAINIAN = new Set(
  "та у й що до про за та не на з від для після щодо через також як під був до уряд".split(" "),
);
const BULGARIAN = new Set(
  "на от се за да че са със след ще при няма като бе по към до във не и е".split(" "),
);

function arabicLanguageOf(text: string): string {
  if (/[ٹڈڑںےہ]/.test(text)) return "ur";
  return /[پچژگکی]/.test(text) ? "fa" : "ar";
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
}

/** Small words of languages written in Latin letters; those of several languages count less. */
const SMALL_WORDS: ReadonlyMap<string, string> = new Map([
  [
    "en",
    "the of and to in for is on that with as at by from after over not it its his her will be are was has have who says said say new how why what up out off amid into against under more than near warns us un uk talks",
  ],
  [
    "es",
    "el la los las de del y en que por con para un una se su sus al como más sobre tras contra entre sin no es lo fue ser ha han desde hasta pero este esta según ante",
  ],
  [
    "pt",
    "o a os as de do da dos das e em no na nos nas que por com para um uma se ao à mais sobre após contra entre sem não é foi ser diz são pelo pela até mas seu sua",
  ],
  [
    "fr",
    "le la les des du de et en que qui pour par avec un une sur au aux dans est son sa ses plus après contre entre sans ne pas ce cette se à selon ont été chez vers",
  ],
  [
    "it",
    "il lo la i gli le di del della dei delle dello degli e in che per con un una su al alla ai da dal dalla nel nella si non è più dopo contro tra fra sono ha sul sulla ecco come",
  ],
  [
    "de",
    "der die das den dem des und in im zu zum zur für mit auf ist von vom nach bei aus an am ein eine einen einem sich nicht über gegen will wird hat sind wie als auch vor um bis",
  ],
  [
    "nl",
    "de het een en van in op te voor met is aan door bij naar uit over niet zijn na om tot dat wordt heeft ook als meer onder tegen dan",
  ],
  [
    "pl",
    "i w na z do że nie się o po za od dla przez jest to przed jak pod ma nad są czy ze we być już przy bez będzie",
  ],
  ["sv", "och i att det som en på är av för med till den har inte om ett från efter vid mot ska"],
  ["da", "og i at det som en på er af for med til den har ikke om et fra efter ved mod skal"],
  ["no", "og i at det som en på er av for med til den har ikke om et fra etter ved mot skal"],
  ["fi", "ja on ei että oli se myös kun mutta ovat sekä tai jo vain mukaan jälkeen"],
  ["tr", "ve bir bu için ile da de mi ne olarak çok daha sonra kadar olan ama değil"],
  ["ro", "și în la de cu pe din că pentru un o nu se au fost după mai este sau ale"],
  ["cs", "v na se je že z do pro po za ve při od jako podle než bude ale byl"],
  ["hu", "a az és hogy nem egy is meg már csak ez el de volt lesz után szerint"],
  ["id", "di dan yang dari untuk dengan ini itu ke pada tidak akan dalam adalah oleh"],
]);

const WEIGHTS = weightsOf(SMALL_WORDS);

/** Letters, beginnings and endings that few languages have, and how much one of them says. */
const TRAITS: readonly (readonly [RegExp, number, readonly string[]])[] = [
  [/[ñ¿¡]/g, 1, ["es"]],
  [/[ãõ]/g, 1, ["pt"]],
  [/ß/g, 1, ["de"]],
  [/[äöü]/g, 0.7, ["de", "sv", "fi", "tr", "hu"]],
  [/[ęłśźżąćń]/g, 0.7, ["pl"]],
  [/[èêâîûœ]/g, 0.5, ["fr"]],
  [/[ìòù]/g, 0.6, ["it"]],
  [/[åø]/g, 0.7, ["sv", "no", "da"]],
  [/[ığş]/g, 0.7, ["tr"]],
  [/[ățș]/g, 0.7, ["ro"]],
  [/[ěřů]/g, 0.8, ["cs"]],
  [/[őű]/g, 1, ["hu"]],
  [/[áéíóú]/g, 0.5, ["es", "pt", "hu", "cs"]],
  [/ç/g, 0.6, ["pt", "fr", "tr"]],
  [/['’]s(?!\p{L})/gu, 0.8, ["en"]],
  [/\p{L}{3}ing(?!\p{L})/gu, 0.5, ["en"]],
  [/(?<!\p{L})(?:wh|sh|th|kn|wr)\p{L}/gu, 0.4, ["en"]],
  [/\p{L}(?:th|ght|sh|ck|ly|ty|ry|ed|ow|ay|ss|ll)s?(?!\p{L})/gu, 0.35, ["en"]],
  [/(?:ee|oo|ea|ou)\p{L}/gu, 0.25, ["en"]],
  [/ci[oó]n(?:es)?(?!\p{L})/gu, 0.6, ["es"]],
  [/\p{L}(?:ado|ada|ados|idad|dor)(?!\p{L})/gu, 0.4, ["es", "pt"]],
  [/ção|ções|(?:nh|lh)[aeo]/g, 0.6, ["pt"]],
  [/(?:zion[ei]|ggi|cchi|tt[aeoi]|gli|nti|ss[ei])(?!\p{L})/gu, 0.5, ["it"]],
  [/(?<!\p{L})(?:d|l|qu|n|s|j)['’]\p{L}/gu, 0.6, ["fr", "it"]],
  [/(?:eux|eau|aux|ent|oir|ique|ette|ée?s?)(?!\p{L})/gu, 0.3, ["fr"]],
  [/sch|(?:ung|keit|heit|ler|nen|lich|eich)(?:en)?(?!\p{L})/gu, 0.4, ["de"]],
  [/ij|(?:aa|oe|uu|ie)\p{L}|(?<!\p{L})ge\p{L}{4,}/gu, 0.3, ["nl"]],
  [/(?:sz|cz|rz|dz|ego|ych|nia)\p{L}?/gu, 0.4, ["pl"]],
];

function weightsOf(
  lists: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly (readonly [string, number])[]> {
  const languages = new Map<string, string[]>();
  for (const [language, words] of lists) {
    for (const word of new Set(words.split(" "))) {
      languages.set(word, [...(languages.get(word) ?? []), language]);
    }
  }
  return new Map(
    [...languages].map(([word, of]) => [word, of.map((language) => [language, 1 / of.length])]),
  );
}

function latinLanguageOf(text: string): string | null {
  const lower = text.toLowerCase();
  const scores = new Map<string, number>();
  const add = (language: string, weight: number): void => {
    scores.set(language, (scores.get(language) ?? 0) + weight);
  };
  for (const word of wordsOf(lower)) {
    for (const [language, weight] of WEIGHTS.get(word) ?? []) add(language, weight);
  }
  for (const [pattern, weight, languages] of TRAITS) {
    const count = Math.min(lower.match(pattern)?.length ?? 0, 3);
    for (const language of languages) add(language, (count * weight) / languages.length);
  }
  const [best, second] = [...scores].sort((a, b) => b[1] - a[1]);
  const lead = (best?.[1] ?? 0) - (second?.[1] ?? 0);
  if (best !== undefined && best[1] >= SCORE_MIN && lead >= LEAD_MIN) return best[0];
  const [guess] = detectAll(text, { only: [...SMALL_WORDS.keys()] });
  return guess !== undefined && guess.accuracy >= ACCURACY_MIN ? guess.lang : null;
}

/** About one small word of a single language. */
const SCORE_MIN = 0.6;
const LEAD_MIN = 0.2;
/** What the statistical detector calls accuracy; below it is wrong more often than right on headlines. */
const ACCURACY_MIN = 0.2;
