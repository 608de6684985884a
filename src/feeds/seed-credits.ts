import { parseDate } from "./dates.ts";
import type { Instant } from "./item.ts";
import { agencyAmong, agencyNamed, isMasthead, isName } from "./seed-names.ts";

/** Who is named for a part of an article. */
export type Credit = {
  readonly kind: "text" | "photo";
  /** As it is written. */
  readonly name: string;
  /** The agency in it; null when there is none. */
  readonly agency: string | null;
};

/** A line that says who wrote, when or who took the picture, and nothing of the event. */
export type CreditLine =
  | { readonly kind: "byline"; readonly author: string | null; readonly agency: string | null }
  | { readonly kind: "date"; readonly at: Instant }
  | { readonly kind: "credit"; readonly credit: Credit };

const BYLINE =
  /^(?:by|written by|reported by|story by|text(?: by)?:?|author:?|por|escrito por|par|von|di|door|de|autor:?|автор:?|текст:?|tekst:?|oprac\.)\s+(.{2,80})$/iu;
const PHOTO =
  /^\(?(?:photos?(?:graph)?|pictures?|images?|foto|fotograf[ií]a|imagen|bild|file photo|photo credit|credit|фото|zdj[eę]cie|fot\.)(?:\s+(?:by|credit|courtesy(?: of)?|source))?(\s*[:,/|]\s*|\s+)(.{2,80}?)\)?$/iu;
const CONTRIBUTED =
  /^(.{2,80}?)\s+(?:also )?(?:contributed|provided|assisted)\b.*(?:report|article|story|writing|research)/iu;
const REPORTING =
  /^\(?(?:additional |further )?(?:reporting|writing|compiled|edited|editing|con informaci[oó]n|avec|mit material|com informa[cç][oõ]es|con agencias|по (?:материалам|информации)|при участии|за матеріалами)\s*(?:by|from|de|d['’]|von|:)?\s*(.{2,200})$/iu;
const DATE_LABEL =
  /^(?:published|updated|posted|last (?:updated|modified)|first published|publicado|actualizado|publi[eé](?: le)?|mis [aà] jour(?: le)?|ver[oö]ffentlicht|stand|aktualisiert|pubblicato|gepubliceerd|опубликовано|обновлено|опубліковано|opublikowano)(?:\s+(?:on|at|am|el|il|op))?\s*:?\s*/iu;

/** Reads a short line as a credit; null when it is none. */
export function readCreditLine(line: string, words: number): CreditLine | null {
  const at = dateOf(line, words);
  if (at !== null) return { kind: "date", at };
  return readReporting(line) ?? (words <= CREDIT_WORDS_MAX ? readShort(line) : null);
}

const CREDIT_WORDS_MAX = 14;

function readShort(line: string): CreditLine | null {
  const alone = agencyNamed(line);
  if (alone !== null) return { kind: "byline", author: null, agency: alone };
  const [, separator, photo] = PHOTO.exec(line) ?? [];
  if (photo !== undefined && (separator?.trim() !== "" || isName(photo))) return photoCredit(photo);
  const byline = BYLINE.exec(line)?.[1];
  if (byline !== undefined && /^\p{Lu}/u.test(byline)) return bylineOf(byline);
  return personAndOutlet(line) ?? (isPhotoCredit(line) ? photoCredit(line) : null);
}

/** `Name | Outlet`, `Name, Agency`: who wrote it, without a word that says so. */
function personAndOutlet(line: string): CreditLine | null {
  const found = /^([^|•·,]{2,60}?)(?:\s*[|•·,]|\s[—–-])\s*([^|•·,]{2,40})$/u.exec(line);
  const [person, outlet] = [found?.[1] ?? "", found?.[2] ?? ""];
  if (!isName(person)) return null;
  const agency = agencyNamed(outlet);
  if (agency === null && (line.includes(",") || !isMasthead(outlet))) return null;
  return { kind: "byline", author: personOf(person), agency };
}

/** `Name / Agency`, `REUTERS/Name`, `Getty Images`: pictures are credited with strokes. */
function isPhotoCredit(line: string): boolean {
  if (/^(?:getty images|shutterstock|istock|unsplash|wikimedia commons)\b/iu.test(line))
    return true;
  if (/^(?:AP Photo|REUTERS|AFP|EPA|Getty Images)\s*\//u.test(line)) return true;
  if (!line.includes("/") && agencyAmong(line) === null) return false;
  const parts = line.split(/\s*[/|]\s*/u);
  return parts.length >= 2 && parts.every((part) => isName(part) || /^(?:via|for) /u.test(part));
}

function photoCredit(name: string): CreditLine {
  return { kind: "credit", credit: { kind: "photo", name, agency: agencyAmong(name) } };
}

function bylineOf(names: string): CreditLine {
  const agency = agencyAmong(names);
  const people = names
    .split(/\s*(?:[|•·]|\s[—–-]\s|,\s*(?=\p{Lu}{2,}(?:\s|$)))\s*/u)
    .filter((part) => agencyNamed(part) === null)
    .map(personOf)
    .filter((part) => part !== null);
  return { kind: "byline", author: people[0] ?? null, agency };
}

/** A person's name without the post and place that bylines add; null when nothing is left. */
function personOf(part: string): string | null {
  const name = part
    .replace(/\s+(?:in|from|at|en|à|in)\s+\p{Lu}[\p{L}\s,-]*$/u, "")
    .replace(/,.*$/u, "")
    .trim();
  if (agencyNamed(name) !== null || NO_PERSON.test(name)) return null;
  return name === "" ? null : name;
}

const NO_PERSON =
  /^(?:staff|news|wire|agenc|editor|our )|\s(?:staff|desk|team|editors|correspondents?)$/iu;

function readReporting(line: string): CreditLine | null {
  const contributed = CONTRIBUTED.exec(line)?.[1];
  const names =
    contributed !== undefined && (isName(contributed) || agencyAmong(contributed) !== null)
      ? contributed
      : REPORTING.exec(line)?.[1];
  if (names === undefined) return null;
  const agency = agencyAmong(names.replace(/\.$/u, ""));
  if (contributed !== names && agency === null && !CREDITED.test(line)) return null;
  const name = names.replace(/[).\s]+$/u, "");
  return { kind: "credit", credit: { kind: "text", name, agency } };
}

const CREDITED = /^\(?(?:additional |further )?(?:reporting|writing|compiled|edited|editing) by/iu;

/** A line that is a date and nothing else. A day without a zone is taken as a day in UTC. */
function dateOf(line: string, words: number): Instant | null {
  if (words > 14 || !/\d/u.test(line)) return null;
  const labelled = DATE_LABEL.test(line);
  const bare = line
    .replace(DATE_LABEL, "")
    .replace(/\s*[|•·–—]\s*/gu, " ")
    .trim();
  const shaped =
    /^(?:\p{L}+\.?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?\p{L}+\.?,?\s+(?:de\s+)?\d{4}|\p{L}+\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{4}-\d{2}-\d{2})(?:[\s,T].*)?$/u;
  if (!shaped.test(bare)) return null;
  const rest = bare.replace(/^.*?\d{4}(?:-\d{2}-\d{2})?/u, "");
  if (
    !labelled &&
    !/^(?:\s+at\b)?[\s,.T\d:]*(?:[ap]\.?m\.?)?[\sA-Z+\d:()-]*(?:г\.?)?$/iu.test(rest)
  )
    return null;
  const day = bare.replace(/(\d)(?:st|nd|rd|th)\b/u, "$1");
  const alone = day.slice(0, day.length - rest.length);
  return parseDate(day) ?? parseDate(alone) ?? parseDate(alone.replace(/^\p{L}+\.?,?\s+/u, ""));
}

/** A picture's caption gives itself away by the credit at its end. */
export function captionCredit(line: string): Credit | null {
  const name = CAPTION_TAILS.map((tail) => tail.exec(line)?.[1]).find(
    (found) => found !== undefined,
  );
  if (name === undefined || name.split(" ").length > CAPTION_NAME_WORDS_MAX) return null;
  const agency = agencyAmong(name.replace(/^AP Photo\b/u, "AP"));
  const credited =
    agency !== null || /\/|getty|epa\b|photo|foto|фото|image|picture|credit/iu.test(name);
  return credited ? { kind: "photo", name, agency } : null;
}

const CAPTION_NAME_WORDS_MAX = 10;

/** `… on Monday. | REUTERS`, `… [File: Name/AFP]`, `… (AP Photo/Name)`, `… Photograph: Name`, `… landed. Name / Agency`. */
const CAPTION_TAILS: readonly RegExp[] = [
  /\s\|\s([^|]{2,80})$/u,
  /(?:^|\s)\[(?:File:?\s*)?([^[\]]{2,80})\]$/u,
  /\s\(?((?:AP Photo|File photo|Photo|Foto|Photograph|Picture|Image|Credit|Photo credit|Фото)(?:\s+by)?\s*[:/]?\s*\p{Lu}[^()]{1,70})\)?$/u,
  /[.!?]\s+((?:\p{Lu}[\p{L}.'’-]+\s+){1,3}\/\s*\p{Lu}[\p{L}\s/.-]{1,50})$/u,
];

/** A report's last words may sign it: `— AFP`, `(Reuters)`, `[AP]`, `- Bernama`. */
export function signOff(line: string): { readonly text: string; readonly agency: string } | null {
  const found =
    /^(.*[.!?…"”’»])\s*(?:[—–-]{1,2}\s*|[([])([\p{L}][\p{L}\s./-]{1,40}?)[)\].]*$/u.exec(line);
  const agency = found === null ? null : agencyAmong(found[2] ?? "");
  return found !== null && agency !== null ? { text: found[1] ?? "", agency } : null;
}

/** The agency of a dateline: `PARIS (AFP) —`, `CARACAS, Sept 25 (Reuters) - `, `(AP) — `, `МОСКВА, 25 сен - РИА Новости.` */
export function datelineAgency(paragraph: string): string | null {
  const bracketed = /^[^!?()]{0,60}\(([^()]{2,40})\)\s*\.?\s*[—–:-]/u.exec(paragraph)?.[1];
  const dashed = /^[\p{Lu}\s/.,-]{3,40}[^.!?()]{0,20}[—–-]\s*([^.—–]{2,30})[.—–]\s/u.exec(
    paragraph,
  )?.[1];
  return agencyAmong(bracketed ?? "") ?? agencyNamed(dashed ?? "");
}
