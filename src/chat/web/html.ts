import { safeText } from "../safe-text.ts";

/** Markup that is safe to send. Only `html` and `rawHtml` make it. */
export type Html = { readonly html: string };

/** What may stand between markup. A text is made safe and escaped; null leaves nothing. */
export type Slot = Html | string | number | null | readonly Slot[];

/** Markup with every value escaped: nothing that is not Html can open a tag or leave an attribute. */
export function html(strings: TemplateStringsArray, ...slots: readonly Slot[]): Html {
  let out = strings[0] ?? "";
  for (const [index, slot] of slots.entries()) out += fill(slot) + (strings[index + 1] ?? "");
  return { html: out };
}

/** Markup that was escaped elsewhere. */
export function rawHtml(markup: string): Html {
  return { html: markup };
}

/** Escaped for text and for quoted attributes of HTML and XML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function fill(slot: Slot): string {
  if (slot === null) return "";
  if (typeof slot === "string") return escapeMarkup(safeText(slot));
  if (typeof slot === "number") return String(slot);
  return "html" in slot ? slot.html : slot.map(fill).join("");
}
