/** News agencies by the names under which they are credited, and the name that is shown. */
const AGENCIES: readonly (readonly [shown: string, names: string])[] = [
  ["Reuters", "reuters|thomson reuters|рейтер|рейтерс"],
  ["Associated Press", "associated press|the associated press|ap|ap news"],
  ["AFP", "afp|agence france-presse|agence france presse|афп"],
  ["Interfax", "interfax|интерфакс|interfax-ukraine|интерфакс-украина"],
  ["TASS", "tass|itar-tass|тасс|итар-тасс"],
  ["RIA Novosti", "ria novosti|ria|риа новости|риа"],
  ["Sputnik", "sputnik|sputnik news|спутник"],
  ["Bloomberg", "bloomberg|bloomberg news"],
  ["dpa", "dpa|deutsche presse-agentur"],
  ["EFE", "efe|agencia efe|efe news"],
  ["ANSA", "ansa"],
  ["Xinhua", "xinhua|xinhua news agency"],
  ["Kyodo", "kyodo|kyodo news"],
  ["Jiji Press", "jiji|jiji press"],
  ["Yonhap", "yonhap|yonhap news agency"],
  ["UPI", "upi|united press international"],
  ["PA Media", "pa media|press association|pa news agency"],
  ["AAP", "aap|australian associated press"],
  ["The Canadian Press", "canadian press|the canadian press"],
  ["PTI", "pti|press trust of india"],
  ["ANI", "ani|asian news international"],
  ["IANS", "ians"],
  ["Anadolu", "anadolu|anadolu agency|anadolu ajansi|aa"],
  ["Ukrinform", "ukrinform|укринформ|укрінформ"],
  ["UNIAN", "unian|унiан|уніан|униан"],
  ["BelTA", "belta|белта"],
  ["PAP", "pap|polish press agency|polska agencja prasowa"],
  ["Europa Press", "europa press"],
  ["Lusa", "lusa|agencia lusa|agência lusa"],
  ["Agência Brasil", "agencia brasil|agência brasil"],
  ["Prensa Latina", "prensa latina"],
  ["Télam", "telam|télam"],
  ["Notimex", "notimex"],
  ["APA", "apa|austria presse agentur"],
  ["Keystone-SDA", "keystone-sda|sda|ats|keystone-ats"],
  ["Belga", "belga"],
  ["ANP", "anp"],
  ["NTB", "ntb"],
  ["TT", "tt news agency"],
  ["Ritzau", "ritzau"],
  ["STT", "stt|stt-lehtikuva"],
  ["Bernama", "bernama"],
  ["Antara", "antara"],
  ["IRNA", "irna"],
  ["SANA", "sana"],
  ["WAFA", "wafa"],
  ["WAM", "wam"],
  ["Petra", "petra"],
  ["MENA", "mena|middle east news agency"],
  ["CNS", "catholic news service"],
];

const SHOWN: ReadonlyMap<string, string> = new Map(
  AGENCIES.flatMap(([shown, names]) => names.split("|").map((name) => [name, shown] as const)),
);

/** `X News Agency` and its sisters: an agency by its very name. */
const AGENCY_BY_NAME = /^(?:[\p{Lu}][\p{L}.'’-]* ){1,4}(?:News|Press|Information) Agency$/u;

/** The agency that a name stands for, as it is shown; null when it is none. `VIA REUTERS` and `Reuters.` count. */
export function agencyNamed(name: string): string | null {
  const bare = name
    .trim()
    .replace(/^[\s([—–-]+|[\s)\].,;:—–-]+$/gu, "")
    .replace(/^(?:via|for|from|with|(?:additional |further )?reporting by)\s+/iu, "");
  return SHOWN.get(bare.toLowerCase()) ?? (AGENCY_BY_NAME.test(bare) ? bare : null);
}

/** The first agency among names that are joined by commas, slashes, bars, dashes or words such as "and", "via". */
export function agencyAmong(names: string): string | null {
  for (const part of names.split(
    /\s*(?:[,/|&;+()[\]]|\s[—–-]\s|\b(?:and|with|via|und|et|y|и)\b)\s*/iu,
  )) {
    const agency = agencyNamed(part);
    if (agency !== null) return agency;
  }
  return null;
}

/** Words of which newspapers and stations make their names, in the languages that the feeds speak. */
const OUTLET_WORD =
  /(?<!\p{L})(?:Times|Post|News|Herald|Guardian|Tribune|Journal|Gazette|Telegraph|Press|Chronicle|Observer|Standard|Star|Mail|Express|Independent|Review|Today|Daily|Weekly|Monitor|Examiner|Inquirer|Dispatch|Courier|Register|Sentinel|Globe|Mirror|Record|Bulletin|Reporter|Echo|Argus|Broadcasting|Radio|TV|Television|Channel|Network|Online|Insider|Economist|Diario|Diário|Periódico|País|Mundo|Nación|Nacional|Universal|Universo|Tiempo|Prensa|Noticias|Folha|Estado|Globo|Público|Jornal|Monde|Figaro|Libération|Parisien|Soir|Temps|Zeitung|Spiegel|Tagesspiegel|Tageblatt|Rundschau|Welt|Anzeiger|Nachrichten|Presse|Corriere|Repubblica|Stampa|Giornale|Gazzetta|Messaggero|Volkskrant|Telegraaf|Handelsblad|Courant|Gazeta|Wyborcza|Rzeczpospolita|Dziennik|Wiadomości|Газета|Известия|Ведомости|Коммерсантъ?|Правда|Новости|Новая|Медуза|Вести|Українська|Дзеркало|Вестник|Курьер|Голос|Обозреватель|Репортёр|Комсомолец)(?!\p{L})/u;

/** Labels of sections and kinds of articles, which stand where mastheads stand. */
const SECTION =
  /^(?:(?:world|local|national|international|uk|us|eu|latest|top|breaking|business|sports?|tech|daily|weekly|today|live|in|the|our|all)\s+)*(?:news|world|politics?|europe|asia|africa|americas?|americas|middle east|latin america|south america|north america|oceania|ukraine|russia|venezuela|china|india|uk|us|usa|eu|un|business|economy|economics|markets?|money|finance|sports?|football|opinions?|editorial|analysis|explainer|exclusive|interview|feature|features|culture|arts?|books|film|music|life|lifestyle|style|travel|food|health|science|tech(?:nology)?|climate|environment|education|society|war|conflict|defen[cs]e|military|security|energy|national|international|local|regional|nation|video|podcasts?|photos|gallery|weather|live|home|review|today|press|tv|radio|daily|weekly|online|record|special report|investigation|mundo|internacional|nacional|pol[ií]tica|econom[ií]a|deportes|cultura|sociedad|opini[oó]n|monde|international|politique|[eé]conomie|sport|politik|wirtschaft|welt|ausland|inland|kultur|esteri|mondo|mondo|в мире|мир|политика|экономика|общество|новости|россия|світ|політика|świat|polska|kraj)$/iu;

/** Whether a line is the label of a section or of a kind of article. */
export function isSection(line: string): boolean {
  return SECTION.test(line.trim());
}

/** Whether a name is made as outlets' names are: by one of their words, as an address, or as a bare abbreviation. */
export function looksLikeOutlet(name: string): boolean {
  if (isSection(name)) return false;
  if (/^(?:www\.)?[\w-]+\.(?:com|org|net|info|news|tv|[a-z]{2}|co\.[a-z]{2})$/iu.test(name))
    return true;
  if (/^\p{Lu}{3,5}(?:\s\d{1,2})?$/u.test(name)) return true;
  return OUTLET_WORD.test(name);
}

/**
 * Whether a line is a masthead: an outlet's name and nothing else. Some languages write only the first word of a
 * name with a capital.
 */
export function isMasthead(line: string): boolean {
  if (isName(line)) return looksLikeOutlet(line);
  const words = line.split(/\s+/u);
  if (words.length > 3 || !/^\p{Lu}[\p{L}\s-]*$/u.test(line)) return false;
  return words.some((word) => looksLikeOutlet(word.charAt(0).toUpperCase() + word.slice(1)));
}

const SMALL_WORDS =
  /^(?:of|the|and|for|in|de|del|la|las|el|los|le|les|des|du|da|do|di|der|die|das|und|y|e|et|&)$/u;

/** Whether a line is a name and nothing else: every word begins with a capital or is one of the small ones. */
export function isName(line: string): boolean {
  const words = line.split(/\s+/u);
  if (words.length > 6 || /[.!?:;…]$|[|/>»]/u.test(line)) return false;
  return words.every(
    (word, index) => /^[\p{Lu}\d]/u.test(word) || (index > 0 && SMALL_WORDS.test(word)),
  )
    ? words.some((word) => /^\p{Lu}/u.test(word))
    : false;
}

/** Runs of capitalised words inside a line, longest first: `Support The Moscow Times!` holds `The Moscow Times`. */
export function namesWithin(line: string): string[] {
  const word = "\\p{Lu}[\\p{L}\\p{M}\\d.'’&-]*";
  const small = "(?:of|the|and|de|del|la|le|des|du|da|do|di|&)";
  const run = new RegExp(`${word}(?:\\s+(?:${small}\\s+)*${word})*`, "gu");
  return [...line.matchAll(run)]
    .map(([name]) => name.replace(/[.'’&-]+$/u, ""))
    .sort((a, b) => b.length - a.length);
}
