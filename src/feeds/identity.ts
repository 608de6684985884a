import { createHash } from "node:crypto";
import type { Item } from "./item.ts";
import type { Steps } from "./steps.ts";

/** By what an item of a feed may be known already. */
export type ItemIdentity = {
  /** The item's guid; a hash of it when it is too long for a key. */
  readonly guid: string;
  readonly contentHash: string;
  /** Null when the item has no link, or only one to a front page, which says nothing about the item. */
  readonly canonicalUrl: string | null;
};

/** An identity that was seen before, and the item that it belongs to. */
export type KnownIdentity = ItemIdentity & { readonly itemId: string };

/** An item with its id and by what it will be known. */
export type IdentifiedItem = {
  readonly id: string;
  readonly item: Item;
  readonly identity: ItemIdentity;
};

/** What a poll brought, told apart. Items that are known and unchanged are in none. */
export type SortedItems = {
  readonly fresh: readonly IdentifiedItem[];
  /** Known items with a new content; `id` is theirs. */
  readonly edits: readonly IdentifiedItem[];
  /** Further identities of known items. */
  readonly aliases: readonly KnownIdentity[];
};

/** The id of a feed: `f` + 10 of [0-9a-z]. A changed password does not make another feed. */
export function feedIdOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null) parsed.password = "";
  return `f${digest(parsed?.href ?? url, 10)}`;
}

/** The id of an item: `i` + 12 of [0-9a-z]. */
export function itemIdOf(feedId: string, guid: string): string {
  return `i${digest(`${feedId}\n${guid}`, 12)}`;
}

/** `length` characters of [0-9a-z] out of the SHA-256 of a text. */
function digest(text: string, length: number): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return BigInt(`0x${hex}`).toString(36).padStart(50, "0").slice(-length);
}

/**
 * One form for the addresses of one page: https, no `www.`, no user, no default port, no trailing slash, parameters
 * sorted and without those that only count visitors. For comparing, not for visiting. What is no address stays as it is.
 */
export function canonicalUrl(url: string): string {
  if (!URL.canParse(url)) return url.trim();
  const parsed = new URL(url);
  if (parsed.protocol === "http:" && parsed.port === "") parsed.protocol = "https:";
  parsed.username = "";
  parsed.password = "";
  parsed.hostname = parsed.hostname.replace(/^www\.(?=[^.]+\.)/, "").replace(/\.$/, "");
  for (const name of [...parsed.searchParams.keys()]) {
    if (TRACKING.test(name)) parsed.searchParams.delete(name);
  }
  parsed.searchParams.sort();
  // Live blogs tell their entries apart by fragment, so only empty ones and those that count visitors go.
  if (IDLE_FRAGMENT.test(parsed.hash)) parsed.hash = "";
  parsed.pathname = withoutTrailing(parsed.pathname, "/");
  return parsed.href.replace(/[?#]$/, "");
}

const TRACKING =
  /^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|mc_[ce]id|mkt_tok|_hs(enc|mi)|at_(medium|campaign|custom\d|link\w*|format|bbc\w*|ptr\w*)|ns_(campaign|mchannel|source|linkname|fee)|xtor|wt[._](mc|zmc)\w*|cmpid|cmp|ocid|ito|smid|partner|ref_src|ftag|ncid|spm|feature|srnd|traffic_source|maca)$/i;

const IDLE_FRAGMENT = /^#?($|:~:|utm_|xtor|at_|ref=|rss|comments?$|respond$|intcid)/i;

function withoutTrailing(text: string, last: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === last) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** Hash of title and text, blind to white space: two versions of an item are equal when a reader sees no difference. */
export function contentHashOf(item: Pick<Item, "title" | "summary" | "text">): string {
  const content = [item.title, item.summary, item.text].map((part) =>
    (part ?? "").normalize("NFC").replace(/\s+/g, " ").trim(),
  );
  return createHash("sha256").update(content.join("\n")).digest("base64url").slice(0, 22);
}

/** By what an item is known again. */
export function identityOf(
  item: Pick<Item, "guid" | "title" | "summary" | "text" | "url">,
): ItemIdentity {
  return {
    guid: item.guid.length <= GUID_CHARS_MAX ? item.guid : `sha256:${digest(item.guid, 40)}`,
    contentHash: contentHashOf(item),
    canonicalUrl: item.url === null || isFrontPage(item.url) ? null : canonicalUrl(item.url),
  };
}

/** Longest guid that is used as it is; some feeds have had 100 kB. */
const GUID_CHARS_MAX = 400;

function isFrontPage(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, search, hash } = new URL(url);
  return pathname === "/" && search === "" && hash === "";
}

/**
 * Tells what of a document is new, an item at a step: a corpus of ten thousand takes a tenth of a second. `known` are the identities
 * of this feed that share a guid, a content hash or an address with any of the items. Of several items with one guid
 * the first counts. `identify`: by what an item is known again.
 */
export function* sortingOut(
  feedId: string,
  items: readonly Item[],
  known: readonly KnownIdentity[],
  identify: (item: Item) => ItemIdentity,
): Steps<SortedItems> {
  const index = new KnownIndex(known);
  const identified = firstOfEachGuid(items).map((item) => ({ item, identity: identify(item) }));
  const shared = sharedAddresses(identified.map(({ identity }) => identity));
  const fresh: IdentifiedItem[] = [];
  const edits: IdentifiedItem[] = [];
  const aliases: KnownIdentity[] = [];
  const claimed = new Set(
    identified.flatMap(({ identity }) => index.byGuid(identity.guid)?.itemId ?? []),
  );
  for (const { item, identity } of identified) {
    yield;
    const same = index.byGuid(identity.guid);
    if (same !== null) {
      if (!index.hasVersion(identity)) edits.push({ id: same.itemId, item, identity });
      continue;
    }
    const twin = index.twinOf(identity, item, shared);
    if (twin === null) {
      const id = itemIdOf(feedId, item.guid);
      fresh.push({ id, item, identity });
      index.add({ ...identity, itemId: id });
      continue;
    }
    aliases.push({ ...identity, itemId: twin.itemId });
    // Its own guid is still in the document: then that entry is the item, and this one its copy.
    if (twin.contentHash !== identity.contentHash && !claimed.has(twin.itemId)) {
      edits.push({ id: twin.itemId, item, identity });
      claimed.add(twin.itemId);
    }
    index.add({ ...identity, itemId: twin.itemId });
  }
  return { fresh, edits, aliases };
}

function firstOfEachGuid(items: readonly Item[]): readonly Item[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(item.guid) && seen.add(item.guid));
}

/** Addresses that several items of the document have: they name a page, not an item. */
function sharedAddresses(identities: readonly ItemIdentity[]): ReadonlySet<string> {
  const once = new Set<string>();
  const shared = new Set<string>();
  for (const { canonicalUrl: url } of identities) {
    if (url === null) continue;
    if (once.has(url)) shared.add(url);
    once.add(url);
  }
  return shared;
}

class KnownIndex {
  readonly #guids = new Map<string, KnownIdentity>();
  readonly #versions = new Set<string>();
  readonly #contents = new Map<string, KnownIdentity>();
  readonly #addresses = new Map<string, KnownIdentity>();
  /** Addresses of more than one known item. */
  readonly #common = new Set<string>();

  constructor(known: readonly KnownIdentity[]) {
    for (const identity of known) this.add(identity);
  }

  add(identity: KnownIdentity): void {
    this.#guids.set(identity.guid, identity);
    this.#versions.add(`${identity.guid}\n${identity.contentHash}`);
    if (!this.#contents.has(identity.contentHash)) {
      this.#contents.set(identity.contentHash, identity);
    }
    if (identity.canonicalUrl === null) return;
    const there = this.#addresses.get(identity.canonicalUrl);
    if (there === undefined) this.#addresses.set(identity.canonicalUrl, identity);
    else if (there.itemId !== identity.itemId) this.#common.add(identity.canonicalUrl);
  }

  byGuid(guid: string): KnownIdentity | null {
    return this.#guids.get(guid) ?? null;
  }

  hasVersion(identity: ItemIdentity): boolean {
    return this.#versions.has(`${identity.guid}\n${identity.contentHash}`);
  }

  /** The known item that an item under a new guid is. */
  twinOf(
    identity: ItemIdentity,
    item: Pick<Item, "summary" | "text">,
    shared: ReadonlySet<string>,
  ): KnownIdentity | null {
    const url = identity.canonicalUrl;
    if (url !== null && !shared.has(url) && !this.#common.has(url)) {
      const there = this.#addresses.get(url);
      if (there !== undefined) return there;
    }
    const twin = this.#contents.get(identity.contentHash);
    if (twin === undefined) return null;
    // A title alone recurs ("Morning briefing"): under another address it is another item.
    const hasBody = item.summary !== null || item.text !== null;
    return hasBody || url === null || twin.canonicalUrl === url ? twin : null;
  }
}
