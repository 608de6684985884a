import type { Enclosure, Instant, Item, PollWishes } from "./item.ts";

/** An entry as it was found, before the parser of record has read it. */
export type ItemDraft = Omit<Item, "guid" | "agency"> & {
  /** Null when the entry gives itself none. */
  readonly guid: string | null;
};

/** A feed as it was found. Texts are visible plain text already, addresses absolute, dates instants. */
export type FeedDraft = {
  readonly title: string | null;
  readonly url: string | null;
  readonly language: string | null;
  readonly updatedAt: Instant | null;
  readonly items: readonly ItemDraft[];
  readonly wishes: PollWishes;
};

/** A text that is not blank, else null. */
export function presence(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

/** The address, when a person can follow it: http or https. */
export function webUrl(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}

/** Enclosures with each address once. */
export function distinctEnclosures(found: readonly Enclosure[]): readonly Enclosure[] {
  const byUrl = new Map<string, Enclosure>();
  for (const enclosure of found) if (!byUrl.has(enclosure.url)) byUrl.set(enclosure.url, enclosure);
  return [...byUrl.values()];
}

/** A number of bytes as feeds claim it; null when it is none. */
export function bytesOf(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? "";
  return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : null;
}

/** `en` of `en-US`, `eng` or `EN_us`; null when it is no language with a code of two letters. */
export function languageCode(label: string | null | undefined): string | null {
  const tag =
    label
      ?.trim()
      .split(/[\s,;]/)[0]
      ?.replaceAll("_", "-") ?? "";
  if (!/^[a-z]{2,3}(-[a-z0-9]{1,8}){0,6}$/i.test(tag)) return null;
  try {
    const { language } = new Intl.Locale(tag);
    return language.length === 2 ? language : null;
  } catch {
    return null;
  }
}
