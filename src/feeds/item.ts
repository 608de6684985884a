/** An instant as ISO 8601 text in UTC with milliseconds and `Z`. Sorts as text. */
export type Instant = string;

/** A file that comes with an item, such as a picture or a recording. */
export type Enclosure = {
  readonly url: string;
  readonly type: string | null;
  /** Bytes, as the feed claims; null when absent or no number. */
  readonly length: number | null;
};

/** One entry as a source published it: visible plain text, absolute addresses, null for what is absent. */
export type Item = {
  /** The publisher's id; unique within its feed only. Never empty. */
  readonly guid: string;
  readonly title: string | null;
  /** http or https only; null when the item has no usable link. */
  readonly url: string | null;
  /** The item's own claim. Feeds lie, so nothing is decided new or due by it. */
  readonly publishedAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly author: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly categories: readonly string[];
  readonly enclosures: readonly Enclosure[];
  /** The outlet that published it, when known. */
  readonly source: string | null;
  /** The news agency it is credited to, when known. */
  readonly agency: string | null;
  /** Lower-case ISO 639-1 code; null when it could not be told. */
  readonly language: string | null;
};

/** A fault that did not stop us. `message` is for people: what, where, remedy. */
export type Problem = {
  /** Kebab-case, stable: scripts may rely on it. */
  readonly code: string;
  readonly message: string;
  /** 1-based line in the source, where it is known. */
  readonly line?: number;
};

/** What was read from one source. `ok: false` means that it is no feed, refused or unreachable. */
export type ParsedFeed = {
  readonly ok: boolean;
  readonly feed: {
    readonly title: string | null;
    readonly url: string | null;
    readonly language: string | null;
    readonly updatedAt: Instant | null;
  };
  readonly items: readonly Item[];
  readonly problems: readonly Problem[];
  /** How the feed wants to be polled; absent when it does not say. */
  readonly wishes?: PollWishes;
};

/** What a feed says about when to read it again. */
export type PollWishes = {
  /** Null when absent or no number. */
  readonly ttlMs: number | null;
  /** Hours of the day in UTC, 0 to 23, in which it does not change. */
  readonly skipHours: readonly number[];
  /** Where it can be subscribed to instead (WebSub). */
  readonly hubUrl: string | null;
  /** Its own address as it gives it: the topic of that subscription. */
  readonly selfUrl: string | null;
};

/** What to call an item: its title, else the beginning of its text, else its address. Never empty. */
export function headlineOf(
  item: Pick<Item, "title" | "summary" | "text" | "url" | "guid">,
): string {
  const text = item.title ?? item.summary ?? item.text;
  if (text === null || text.trim() === "") return item.url ?? item.guid;
  const line = text.trim().replace(/\s+/g, " ");
  if (item.title !== null || line.length <= HEADLINE_CHARS_MAX) return line;
  return `${line.slice(0, line.lastIndexOf(" ", HEADLINE_CHARS_MAX)).trimEnd()}…`;
}

/** Longest headline made from a text, in UTF-16 units; a news headline rarely has more. */
const HEADLINE_CHARS_MAX = 120;

/** Who brought the item: its source, else its agency, else its site's host name, else "unknown". */
export function outletOf(item: Pick<Item, "source" | "agency" | "url">): string {
  if (item.source !== null) return item.source;
  if (item.agency !== null) return item.agency;
  if (item.url === null) return "unknown";
  return new URL(item.url).hostname.replace(/^www\./, "");
}
