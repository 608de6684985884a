import { labelFits, linkHost, safeCut, safeLinesCut, safeLink } from "../safe-text.ts";

/**
 * A text from outside for Slack's mrkdwn, at most `charsMax` characters as shown: on one line, with nothing in it
 * that mentions, links under another name or formats. Slack has no escape for its format marks: look-alikes stand in.
 */
export function plain(text: string, charsMax: number): string {
  return neutral(safeCut(text, charsMax));
}

/** Like plain, with its line ends. */
export function plainLines(text: string, charsMax: number): string {
  return neutral(safeLinesCut(text, charsMax));
}

function neutral(text: string): string {
  return escaped(text)
    .replaceAll("*", "∗")
    .replaceAll("~", "∼")
    .replaceAll("`", "ˋ")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "＿")
    .replace(/^&gt;/gm, "›");
}

/** For places that show text as it is: only what Slack reads as its own syntax is escaped. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/@(?=everyone|here|channel)/gi, "＠");
}

/** A text inside a code fence. */
export function fenced(text: string, charsMax: number): string {
  return `\`\`\`\n${escaped(safeLinesCut(text, charsMax)).replaceAll("`", "ˋ")}\n\`\`\``;
}

/** A title with its link: on the title itself, or beside it as a host when the title shows some other host. */
export function linked(
  title: string,
  url: string | null,
  charsMax: number,
  linkCharsMax = Number.POSITIVE_INFINITY,
): string {
  const shown = safeCut(title, charsMax);
  const label = plain(shown, charsMax).replaceAll("|", "¦");
  const link = safeLink(url);
  const host = linkHost(url);
  if (link === null || host === null || link.length > linkCharsMax) return `*${label}*`;
  const target = link.replaceAll("&", "&amp;");
  // Look-alikes of format marks are letters: the label is judged as it is shown, too.
  const fits = labelFits(shown, link) && labelFits(label, link);
  if (fits && !shown.includes("://")) return `*<${target}|${label}>*`;
  return `*${label}* <${target}|${host}>`;
}

/** A moment in the reader's own zone and words. */
export function moment(at: string): string {
  const seconds = Math.floor(Date.parse(at) / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${at.slice(0, 16).replace("T", " ")} UTC>`;
}

/** What a person typed, as Slack hands it over: entities and wrapped addresses undone. */
export function typed(text: string): string {
  return text
    .replace(/<(https?:[^>|]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}
