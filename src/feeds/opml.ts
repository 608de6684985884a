import { Parser } from "htmlparser2";
import type { Problem } from "./item.ts";

/** A feed as a subscription list names it. */
export type OpmlFeed = {
  readonly url: string;
  readonly name: string | null;
  /** Its folders from the outside in, then its categories. */
  readonly tags: readonly string[];
  readonly language: string | null;
  /** 1-based line of its outline. */
  readonly line: number;
};

/** What a subscription list holds. What is no feed is left out, with a problem when it should have been one. */
export type Opml = { readonly feeds: readonly OpmlFeed[]; readonly problems: readonly Problem[] };

/** Reads OPML 1 and 2, nested or flat. Never throws; each address is taken once, with the tags of all its places. */
export function parseOpml(text: string): Opml {
  const reader = new OpmlReader(text);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes, parser.startIndex),
      onclosetag: (name) => reader.close(name),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  return reader.result();
}

/** Folders deeper than that are taken as being in the last one. */
const DEPTH_MAX = 64;

class OpmlReader {
  readonly #text: string;
  readonly #feeds = new Map<string, OpmlFeed>();
  readonly #problems: Problem[] = [];
  readonly #folders: (string | null)[] = [];
  #isOpml = false;
  #line = 1;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  open(name: string, raw: Readonly<Record<string, string>>, offset: number): void {
    const element = name.toLowerCase();
    if (element === "opml") this.#isOpml = true;
    if (element !== "outline") return;
    const attributes = new Map(
      Object.entries(raw).map(([key, v]) => [key.toLowerCase(), v.trim()]),
    );
    const label = attributes.get("title") || attributes.get("text") || null;
    const address = attributes.get("xmlurl") || addressOf(attributes);
    this.#folders.push(address === null ? label : null);
    if (address !== null) this.#add(address, label, attributes, this.#lineAt(offset));
  }

  close(name: string): void {
    if (name.toLowerCase() === "outline") this.#folders.pop();
  }

  result(): Opml {
    if (!this.#isOpml) {
      const message = "This is no OPML: there is no <opml> element. Export the list again as OPML.";
      return { feeds: [], problems: [{ code: "no-opml", message, line: 1 }] };
    }
    return { feeds: [...this.#feeds.values()], problems: this.#problems };
  }

  #add(
    address: string,
    label: string | null,
    attributes: ReadonlyMap<string, string>,
    line: number,
  ): void {
    const url = address.replace(/^feed:(\/\/)?(?=https?:)/i, "").replace(/^feed:\/\//i, "http://");
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      const message = `${label ?? "An outline"} has no http or https address in xmlUrl. Correct it or remove it.`;
      this.#problems.push({ code: "opml-bad-address", message, line });
      return;
    }
    const { href } = new URL(url);
    const there = this.#feeds.get(href);
    const tags = new Set([...(there?.tags ?? []), ...this.#tagsOf(attributes)]);
    this.#feeds.set(href, {
      url: href,
      name: there?.name ?? label,
      tags: [...tags],
      language: there?.language ?? languageOf(attributes.get("language")),
      line: there?.line ?? line,
    });
  }

  #tagsOf(attributes: ReadonlyMap<string, string>): readonly string[] {
    const folders = this.#folders.slice(0, DEPTH_MAX).filter((name) => name !== null);
    const categories = (attributes.get("category") ?? "")
      .split(",")
      .flatMap((path) => path.split("/"));
    return [...folders, ...categories].map((tag) => tag.trim()).filter((tag) => tag !== "");
  }

  /** Offsets come in ascending order, so lines are counted on from the last one. */
  #lineAt(offset: number): number {
    for (; this.#offset < offset; this.#offset += 1) {
      if (this.#text.charCodeAt(this.#offset) === 10) this.#line += 1;
    }
    return this.#line;
  }
}

/** Early lists have `url` instead of `xmlUrl`; the other types are links and further lists, not feeds. */
function addressOf(attributes: ReadonlyMap<string, string>): string | null {
  const isFeed = /^(rss|atom|feed)$/i.test(attributes.get("type") ?? "");
  return isFeed ? attributes.get("url") || null : null;
}

function languageOf(label: string | undefined): string | null {
  const code = /^([a-z]{2})\b/i.exec(label ?? "")?.[1]?.toLowerCase();
  return code === undefined || code === "un" ? null : code;
}

/** Feeds as OPML 2.0: one folder per first tag, all tags as categories. User and password stay out. */
export function writeOpml(
  feeds: readonly {
    readonly url: string;
    readonly name: string | null;
    readonly tags: readonly string[];
    readonly language?: string | null;
  }[],
): string {
  const folders = Map.groupBy(feeds, (feed) => feed.tags[0] ?? "");
  const lines = [...folders].flatMap(([folder, members]) => {
    const outlines = members.map((feed) => outlineOf(feed));
    if (folder === "") return outlines.map((outline) => `    ${outline}`);
    const open = `    <outline text="${escapeXml(folder)}">`;
    return [open, ...outlines.map((outline) => `      ${outline}`), "    </outline>"];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<opml version="2.0">',
    "  <head><title>Feeds</title></head>",
    "  <body>",
    ...lines,
    "  </body>",
    "</opml>",
    "",
  ].join("\n");
}

function outlineOf(feed: Parameters<typeof writeOpml>[0][number]): string {
  const url = new URL(feed.url);
  url.username = "";
  url.password = "";
  const attributes: [string, string][] = [
    ["type", "rss"],
    ["text", feed.name ?? url.hostname],
    ["xmlUrl", url.href],
  ];
  if (feed.language) attributes.push(["language", feed.language]);
  // A slash would read as a path and a comma as the next category.
  const categories = feed.tags.map((tag) => tag.replace(/[/,]/g, " "));
  if (categories.length > 0) attributes.push(["category", categories.join(",")]);
  return `<outline ${attributes.map(([key, value]) => `${key}="${escapeXml(value)}"`).join(" ")}/>`;
}

function escapeXml(text: string): string {
  return text
    .replace(CONTROLS, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** What XML 1.0 cannot hold, and what an attribute cannot keep. */
const CONTROLS = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;
