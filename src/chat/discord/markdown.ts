import { labelFits, linkHost, safeCut, safeLinesCut, safeLink } from "../safe-text.ts";

/**
 * A text from outside for Discord's markdown, at most `charsMax` characters as shown: on one line, with nothing in
 * it that mentions, links under another name, formats or opens a block.
 */
export function plain(text: string, charsMax: number): string {
  return escapeMarkdown(safeCut(text, charsMax));
}

/** Like plain, with its line ends. */
export function plainLines(text: string, charsMax: number): string {
  return safeLinesCut(text, charsMax).split("\n").map(escapeMarkdown).join("\n");
}

function escapeMarkdown(text: string): string {
  return (
    withoutMentions(text)
      .replace(/[\\`*_~|[\]<>]/g, "\\$&")
      // A backslash does not keep a bracket from ending the label of a link that began before.
      .replaceAll("](", "]\\(")
      // Headings, lists, quotes and small text count only at the start of a line.
      .replace(/^(\d+)([.)])/, "$1\\$2")
      .replace(/^[#+-]/, "\\$&")
  );
}

/** A backslash would not stop these: they are taken out of their meaning by a look-alike. */
function withoutMentions(text: string): string {
  return text.replace(/@(?=everyone|here)/gi, "＠").replace(/<(?=[@#:/\p{L}])/gu, "‹");
}

/** A text inside a code fence. */
export function fenced(text: string, charsMax: number): string {
  const safe = withoutMentions(safeLinesCut(text, charsMax));
  // The label of a link that began before might end here.
  const shown = safe.replaceAll("`", "ˋ").replaceAll("](", "] (");
  return `\`\`\`\n${shown}\n\`\`\``;
}

/** A title with its link: on the title itself, or beside it as a host when the title shows some other host. */
export function linked(title: string, url: string | null, charsMax: number): string {
  const shown = safeCut(title, charsMax);
  const label = plain(shown, charsMax);
  const link = safeLink(url);
  const host = linkHost(url);
  if (link === null || host === null) return `**${label}**`;
  if (labelFits(shown, link) && !shown.includes("://")) return `**[${closed(label)}](${link})**`;
  return `**${label}** [${closed(plain(host, 100))}](${link})`;
}

/** The label of a link with no bracket in it: where one opens and never closes, the label would go on to the next link. */
function closed(label: string): string {
  return label.replaceAll("\\[", "［").replaceAll("\\]", "］");
}

/** A moment in the reader's own zone and words. */
export function moment(at: string): string {
  return `<t:${Math.floor(Date.parse(at) / 1000)}:R>`;
}
