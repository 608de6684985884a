import { decodeHTML } from "entities/decode";
import type { ParsedFeed } from "../../src/feeds/item.ts";

/** What a reference reader found in a feed. Null: it found nothing there, so nothing is asked for. */
export type Reference = {
  readonly title: string | null;
  readonly link: string | null;
  readonly entries: readonly {
    readonly title: string | null;
    readonly link: string | null;
    readonly id: string | null;
    readonly published: string | null;
    /** HTML or text. */
    readonly text: string | null;
  }[];
};

/** One document with its reference. */
export type FeedCase = {
  readonly path: string;
  readonly category?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: the reference has none of the values that are compared. */
  readonly nontrivial?: boolean;
  readonly ref: Reference;
};

/** Names of the values that differ. */
export type Faults = readonly string[];

/** Compares what people would see: visible text, where links lead, times to the second, the number of entries. */
export function faultsOf(ref: Reference, parsed: ParsedFeed): Faults {
  const same: [string, boolean][] = [
    ["feed title", isSameText(ref.title, parsed.feed.title)],
    ["feed link", isSameUrl(ref.link, parsed.feed.url)],
    ["count", ref.entries.length === parsed.items.length],
  ];
  for (const [index, entry] of ref.entries.entries()) {
    const item = parsed.items[index];
    if (item === undefined) break;
    same.push(
      ["title", isSameText(entry.title, item.title)],
      ["link", isSameUrl(entry.link, item.url)],
      ["id", isSameUrl(entry.id, item.guid)],
      ["published", isSameTime(entry.published, item.publishedAt)],
      ["text", isSameText(entry.text, item.text ?? item.summary)],
    );
  }
  return [...new Set(same.filter(([, isSame]) => !isSame).map(([name]) => name))];
}

function isSameText(expected: string | null, found: string | null): boolean {
  if (dense(expected ?? "") === "") return true;
  const wanted = dense(stripped(expected ?? ""));
  return wanted === dense(found ?? "") || wanted === dense(stripped(found ?? ""));
}

function dense(text: string): string {
  return text.normalize("NFC").replace(/[\s\u00a0\u200b]+/g, "");
}

function stripped(html: string): string {
  const text = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<!\[CDATA\[|\]\]>/g, "")
    .replace(/<(script|style|applet)\b[^>]*(\/>|>[\s\S]*?<\/\1\s*>)/gi, "")
    .replace(/<[a-zA-Z/!?][^>]*>/g, "");
  return decodeHTML(text);
}

function isSameUrl(expected: string | null, found: string | null): boolean {
  const wanted = expected?.trim() ?? "";
  if (wanted === "" || wanted === found?.trim()) return true;
  if (found === null) return false;
  const isRelative = !/^[a-z][\w+.-]*:/i.test(wanted);
  if (isRelative && found.endsWith(wanted.replace(/^\.?\//, ""))) return true;
  const [a, b] = [URL.parse(wanted)?.href, URL.parse(found)?.href];
  return a !== undefined && (a === b || decoded(a) === decoded(b ?? ""));
}

function decoded(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

function isSameTime(expected: string | null, found: string | null): boolean {
  if (expected === null) return true;
  return found !== null && Math.abs(Date.parse(expected) - Date.parse(found)) < 1_000;
}
