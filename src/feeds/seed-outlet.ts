import type { Furniture } from "./seed-blocks.ts";
import {
  agencyNamed,
  isMasthead,
  isName,
  isSection,
  looksLikeOutlet,
  namesWithin,
} from "./seed-names.ts";

/** A line of a page, as far as it may name the outlet. */
export type PageLine = {
  readonly text: string;
  readonly furniture: Furniture | null;
  /** Above the headline, between headline and body, or from the body on. */
  readonly place: "head" | "lead" | "body";
};

/** Evidence that a name is the outlet's: a masthead or a copyright line is enough, a mention in an appeal is not. */
const ENOUGH = 2;

/**
 * The outlet that a page belongs to: the name at its top, in its copyright line, behind its headline, or the one
 * that its appeals keep naming. Null when none of them names one.
 */
export function outletOfPage(lines: readonly PageLine[], headline: string | null): string | null {
  const evidence = new Map<string, number>();
  const add = (name: string, points: number): void => {
    if (points > 0) evidence.set(name, (evidence.get(name) ?? 0) + points);
  };
  const top = lines.find(
    ({ text, furniture }) =>
      furniture === null && isName(text) && !isSection(text) && !/\p{Ll}\p{Lu}/u.test(text),
  );
  for (const line of lines) {
    add(line.text, mastheadPoints(line, line === top));
    for (const name of legalNames(line.text)) add(name, STRONG);
    for (const name of appealingNames(line)) add(name, line.place === "head" ? ENOUGH : WEAK);
  }
  const suffix = outletSuffix(headline ?? "");
  if (suffix !== null && (looksLikeOutlet(suffix) || evidence.has(suffix))) add(suffix, STRONG);
  // A stable sort: among equals the one that stands first on the page.
  const [best] = [...evidence].sort((a, b) => b[1] - a[1]);
  return best !== undefined && best[1] >= ENOUGH ? best[0] : null;
}

const STRONG = 3;
const WEAK = 1;

/** How much a line above the headline looks like a masthead. */
function mastheadPoints({ text, furniture, place }: PageLine, top: boolean): number {
  if (place !== "head") return 0;
  const name = isName(text) && !isSection(text);
  if (furniture !== null) return name && isMasthead(text) ? STRONG : 0;
  if (isMasthead(text) || (name && agencyNamed(text) !== null)) return STRONG;
  if (!name) return 0;
  return top ? ENOUGH : WEAK;
}

/** Outlets that an appeal or a control of the page names. */
function appealingNames({ text, furniture }: PageLine): string[] {
  if (furniture === null) return [];
  return namesWithin(text)
    .map(withoutVerb)
    .filter((name) => name.includes(" ") && looksLikeOutlet(name));
}

/** A headline without the outlet that page titles append: `Plane lands - The Daily Example`. */
export function withoutOutlet(headline: string, outlet: string | null): string {
  const suffix = outletSuffix(headline);
  if (suffix === null || suffix !== outlet) return headline;
  return headline.slice(0, headline.length - suffix.length).replace(/\s*[|–—-]\s*$/u, "");
}

function outletSuffix(headline: string): string | null {
  const suffix = /\s[|–—-]\s([^|–—]{2,40})$/u.exec(headline)?.[1]?.trim();
  return suffix !== undefined && isName(suffix) ? suffix : null;
}

/** Names in copyright lines and in notes of first publication. */
function legalNames(line: string): string[] {
  const after =
    /(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}(?:\s*[–-]\s*\d{4})?)?,?\s*(?:by\s+)?([\p{Lu}].{1,60}?)(?=[.,;|(]|$)/iu.exec(
      line,
    )?.[1] ??
    /(?:first|originally) (?:appeared|published) (?:in|on|by) (.{2,60})$/iu.exec(line)?.[1];
  if (after === undefined) return [];
  const name = after
    .split(/[.,;|(]|\s(?:all rights|or its|and its|ltd|limited|inc|llc|gmbh|plc)\b/iu)[0]
    ?.replace(/\s*\d{4}(?:\s*[–-]\s*\d{4})?$/u, "")
    .trim();
  return name !== undefined && isName(name) ? [name] : [];
}

/** `Support The Daily Example` is a call, then a name. */
function withoutVerb(name: string): string {
  const rest = name.replace(
    /^(?:Support|Subscribe|Join|Follow|Read|Help|Donate|Welcome|Sign|Get|Thank|Dear|Why|Become|Download|We|Our|Your|Apoye|Apoya|Suscríbase|Soutenez|Abonnez|Unterstützen|Поддержите|Читайте|Підтримайте)\s+(?:(?:to|up|for|in|of)\s+)*/u,
    "",
  );
  return rest;
}
