/** A line or paragraph of a page, as it was saved. */
export type Block = {
  readonly text: string;
  readonly words: number;
  /** Reads as sentences: long enough and ended by a sentence's mark. */
  readonly prose: boolean;
};

/** Fewest words of a paragraph, and of one that may stand without a full stop. */
const PROSE_WORDS_MIN = 12;
const UNENDED_PROSE_WORDS_MIN = 35;

/** The blocks of a page, none empty. Lines that were broken to a width are joined again. */
export function blocksOf(text: string): Block[] {
  const parts = text
    .split(/\n[ \t]*\n+/)
    .map((part) => part.split("\n").map((line) => line.trim().replace(/\s+/gu, " ")))
    .map((lines) => lines.filter((line) => /[\p{L}\p{N}]/u.test(line)));
  const wrapped = isWrapped(parts);
  return parts
    .flatMap((lines) => (wrapped && isBroken(lines) ? [lines.join(" ")] : lines))
    .map((line) => {
      const words = line.split(" ").length;
      const wordsMin = SENTENCE_END.test(line) ? PROSE_WORDS_MIN : UNENDED_PROSE_WORDS_MIN;
      return { text: line, words, prose: words >= wordsMin };
    });
}

const SENTENCE_END = /[.!?…。！？؟]["'”’»)\]]*$|[.!?…]["'”’»)\]]*\s*[—–-]?\s*\(?\p{L}+\)?$/u;

/** Whether a text editor broke the page's paragraphs to a width: then some have three lines or more, all filled. */
function isWrapped(parts: readonly (readonly string[])[]): boolean {
  return parts.some((lines) => lines.length >= 3 && isBroken(lines));
}

function isBroken(lines: readonly string[]): boolean {
  const widths = lines.slice(0, -1).map((line) => line.length);
  return widths.length > 0 && widths.every((width) => width >= 45 && width <= WRAP_WIDTH_MAX);
}

const WRAP_WIDTH_MAX = 110;

/** What a block that is no part of the article is for. */
export type Furniture = "appeal" | "control" | "related" | "legal";

/** Asking words: what pages want of their readers. One word each, in the languages that the feeds speak. */
const ASKS =
  /(?<!\p{L})(?:support(?:ing|ers?)?|donat\p{L}*|contribut(?:e|ion|ions)|subscri\p{L}+|sign(?:ing)?[- ]?up|signed up|newsletters?|inbox|member(?:ship)?|join|register|log[- ]?in|sign in|cookies?|consent|privacy|advertis\p{L}+|download|our app|follow us|favor|favour|monthly|help us|your help|free trial|unlimited access|premium|paywall|notifications?|suscr[ií]b\p{L}+|bolet[ií]n|dona(?:r|ci[oó]n)?|ap[oó]ya\p{L}*|reg[ií]strate|abonn\p{L}+|soutene[zr]|don|lettre d'information|infolettre|unterst[uü]tz\p{L}+|spend\p{L}+|abonnier\p{L}*|assin\p{L}+|apoi\p{L}+|abbonat\p{L}*|sostien\p{L}*|iscriviti|подпи\p{L}+|поддерж\p{L}+|пожертв\p{L}+|рассылк\p{L}+|підпи\p{L}+|підтрим\p{L}+|wspieraj|wesprzyj|zapisz|prenumer\p{L}+)(?!\p{L})/giu;

/** Words by which a page speaks of itself and to its reader; a report does so in quotations only. */
const PERSONS =
  /(?<!\p{L})(?:we|our|ours|us|you|your|yours|nosotros|nuestr[oa]s?|tu|usted(?:es)?|tus|nous|notre|nos|vous|votre|vos|wir|unser\p{L}*|uns|sie|ihre?|ihnen|n[oó]s|nosso|nossa|voc[eê]|seu|noi|nostr[oaie]|voi|vostr[oaie]|мы|наш\p{L}*|нас|нам|вы|ваш\p{L}*|вас|вам|ми|naszych?|nas|nam|was|wam)(?!\p{L})/giu;

/** Short lines that steer a page: they are commands, counters or labels, never sentences of a report. */
const CONTROL =
  /^(?:(?:read|see|view|show|load|learn|find out|watch|listen|hear)(?: (?:more|also|next|all|now|less|on|this|to this))*(?: (?:article|story|video|podcast|here|comments?))?|continue(?: reading)?|share(?: (?:this|on|via|article|story).*)?|tweet|e-?mail(?: this)?|print(?: this)?|copy link|save(?: (?:article|for later))?|bookmark|comments?(?: \(?\d+\)?)?|\d+ comments?|advertisement|ad|sponsored(?: content)?|promoted|skip (?:to|ad).*|menu|search|home(?: ?page)?|close|open|sign in|sign up|log ?in|log ?out|register|subscribe(?: now)?|support us|donate(?: now)?|my account|english edition|live|breaking(?: news)?|(?:published|updated|posted|last updated)? ?\d+ (?:sec|second|min|minute|hour|day|week)s? ago|\d+[- ]min(?:ute)?s?(?: read)?|reading time.*|related(?: (?:stories|articles|topics|news|content))?|recommended(?: for you)?|more (?:from|on|in|about|news|stories).*|most (?:read|popular|viewed|shared).*|trending(?: now)?|latest(?: news)?|top stories|you (?:may|might) (?:also )?(?:like|be interested in).*|(?:image|media|video|photo) caption,.*|gift (?:this )?article|up next|next article|previous article|tags?:?.*|topics?:.*|filed under:?.*|keywords?:.*|follow (?:us|me).*|facebook|twitter|x|whatsapp|telegram|linkedin|reddit|instagram|youtube|pinterest|back to top|go to.*|remind me later\.?|not (?:now|ready).*|no,? thanks?\.?|thank you\.?|maybe later\.?|accept(?: all)?(?: cookies)?|reject(?: all)?|manage (?:cookies|preferences|options).*|cookie settings|leer m[aá]s|lea tambi[eé]n.*|ver m[aá]s|compartir|publicidad|lire (?:la suite|aussi).*|partager|publicit[eé]|mehr (?:zum thema|lesen)|weiterlesen|teilen|anzeige|leia (?:mais|tamb[eé]m).*|compartilhar|publicidade|leggi (?:anche|di pi[uù]).*|condividi|lees (?:meer|ook).*|delen|читать? (?:далее|также|ещ[её]).*|читайте также.*|подробнее.*|поделиться|реклама|читайте також.*|поширити|czytaj (?:też|więcej|także).*|udostępnij|reklama)[:.>»→ ]*$/iu;

/** Lines after which other articles are named. */
const RELATED =
  /^(?:read (?:more|also|next)|related|see also|recommended|more (?:from|on|in|about|news|stories)|most (?:read|popular|viewed|shared)|trending|latest|top stories|you (?:may|might) (?:also )?(?:like|be interested)|up next|lea tambi[eé]n|lire aussi|mehr zum thema|leia tamb[eé]m|leggi anche|lees ook|читайте|czytaj)/iu;

const LEGAL =
  /(?:©|\(c\) ?\d{4}|copyright\b|all rights reserved|todos los derechos|tous droits r[eé]serv|alle rechte|все права|terms (?:of (?:use|service)|and conditions|& conditions)|privacy (?:policy|notice)|may not be (?:published|reproduced|copied|rewritten)|trust principles|our standards|editorial standards|code of (?:conduct|ethics))/iu;

/** What a block is for when it is no part of the article; null for what may be part of it. */
export function furnitureOf(block: Block): Furniture | null {
  if (block.words <= CONTROL_WORDS_MAX && CONTROL.test(block.text)) {
    return RELATED.test(block.text) ? "related" : "control";
  }
  if (isPointer(block)) return "control";
  if (LEGAL.test(block.text) && block.words <= LEGAL_WORDS_MAX) return "legal";
  return isAppeal(block) ? "appeal" : null;
}

const CONTROL_WORDS_MAX = 8;
const LEGAL_WORDS_MAX = 60;

/** `Read more: another headline`: a label, a colon and what it leads to. */
function isPointer({ text, words }: Block): boolean {
  const label = /^([^:]{2,24}):\s/u.exec(text)?.[1];
  return label !== undefined && words <= 25 && CONTROL.test(label);
}

/** Speaks to the reader and asks for something, more densely than a report ever does outside of its quotations. */
function isAppeal(block: Block): boolean {
  const said = withoutQuotations(block.text);
  const words = Math.max(1, said.split(/\s+/u).length);
  const asks = count(said, ASKS);
  const persons = personsIn(said);
  if (block.words <= SHORT_WORDS_MAX) return asks > 0 && (persons > 0 || IMPERATIVE.test(said));
  return asks > 0 && persons > 0 && (asks + persons) / words >= APPEAL_DENSITY_MIN;
}

const SHORT_WORDS_MAX = 11;
const APPEAL_DENSITY_MIN = 0.06;
const IMPERATIVE =
  /^(?:please |help |now |why |click |tap |get |try |support|subscribe|donate|join|sign up|register|become|download|follow|suscr|ap[oó]y|abonne|soutene|unterst|assine|abbonati|sostieni|подпи|поддерж|підпи|підтрим|wspieraj|wesprzyj|zapisz)/iu;

/** How often a text speaks of itself or to its reader, outside of quotations. */
export function personsIn(text: string): number {
  // "US" and "Us Weekly" are names.
  return [...withoutQuotations(text).matchAll(PERSONS)].filter(([word]) => word !== "US").length;
}

function withoutQuotations(text: string): string {
  return text.replace(/"[^"]*"|“[^”]*”|«[^»]*»|„[^“”]*[“”]/gu, " ");
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
