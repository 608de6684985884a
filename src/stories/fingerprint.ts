import type { Word } from "./words.ts";

/** Words in a row that make one shingle. */
const SHINGLE_WORDS = 3;

/** Most hashes that a fingerprint keeps. 32 to 64 of a long text tell its likeness to ± 0.1. */
const HASHES_MAX = 64;

/**
 * A sample of a text's shingles, in the order of the text. Two samples of one passage hold the same hashes,
 * however long the texts around it are: a hash is kept when it is divisible by `step`.
 */
export type Fingerprint = {
  readonly hashes: readonly number[];
  /** All shingles of the beginning: what a feed shows of a long report is rarely more. */
  readonly lead: readonly number[];
  /** A power of two; grows with the text. */
  readonly step: number;
};

/** Shingles of {@link Fingerprint.lead}. */
const LEAD_SHINGLES = 40;

/** A fingerprint that still knows where in the text its shingles begin, counted in words. */
export type LocatedFingerprint = Fingerprint & { readonly positions: readonly number[] };

/** How much of two texts is the same, each from 0 to 1. */
export type Overlap = {
  /** Shared shingles among all of both; their beginnings weigh more. */
  readonly jaccard: number;
  /** Share of the shorter text that is in the longer one. */
  readonly containment: number;
  /** The same for the first quarter of the shorter text. */
  readonly beginning: number;
  /** Hashes of the shorter text that were compared: how far the other figures can be trusted. */
  readonly compared: number;
};

/** The fingerprint of a text; no hashes when it has fewer words than a shingle. */
export function fingerprintOf(words: readonly Word[]): LocatedFingerprint {
  const places = new Map<number, number>();
  for (let index = 0; index + SHINGLE_WORDS <= words.length; index += 1) {
    const hash = hashOf(words, index);
    if (!places.has(hash)) places.set(hash, index);
  }
  let hashes = [...places.keys()];
  const lead = hashes.slice(0, LEAD_SHINGLES);
  let step = 1;
  while (hashes.length > HASHES_MAX) {
    step *= 2;
    hashes = thin(hashes, step);
  }
  return { hashes, lead, step, positions: hashes.map((hash) => places.get(hash) ?? 0) };
}

/** Words of a text that are its own: from `begin` up to, but without, `end`. */
export type OwnWords = { readonly begin: number; readonly end: number };

/** Fewest hashes and words of a passage that two texts begin or end with to count as their frame. */
const FRAME_HASHES_MIN = 3;
const FRAME_WORDS_MIN = 12;

/** Words and hashes that may stand outside of a frame: a button, a date, a counter. */
const MARGIN_WORDS = 24;
const MARGIN_HASHES = 4;

/**
 * What is left of a text of so many words without what it shares with another at its beginning or end: outlets put
 * the same masthead above and the same appeal below whatever they print.
 */
export function withoutFrame(
  text: LocatedFingerprint,
  words: number,
  other: Fingerprint,
): OwnWords {
  const step = Math.max(text.step, other.step);
  const places = text.hashes.flatMap((hash, index) =>
    hash % step === 0 ? [{ hash, at: text.positions[index] ?? 0 }] : [],
  );
  const others = thin(other.hashes, step);
  const head = frameFrom(places, others);
  const tail = frameFrom(places.toReversed(), others.toReversed());
  const headEnd = (head?.inner ?? 0) + SHINGLE_WORDS;
  const hasHead = head !== null && head.outer <= MARGIN_WORDS && headEnd >= FRAME_WORDS_MIN;
  const hasTail =
    tail !== null && words - tail.outer <= MARGIN_WORDS && words - tail.inner >= FRAME_WORDS_MIN;
  return { begin: hasHead ? headEnd : 0, end: hasTail ? tail.inner : words };
}

type Place = { readonly hash: number; readonly at: number };

/** Where the passage that two texts share nearest to their first hashes lies; null when they share none there. */
function frameFrom(
  places: readonly Place[],
  others: readonly number[],
): { readonly outer: number; readonly inner: number } | null {
  const known = new Set(others);
  const margin = new Set(others.slice(0, MARGIN_HASHES));
  const first = places.findIndex(({ hash }) => margin.has(hash));
  const outer = places[first];
  if (outer === undefined) return null;
  let inner = outer;
  let hashes = 0;
  let missed = 0;
  for (const place of places.slice(first)) {
    missed = known.has(place.hash) ? 0 : missed + 1;
    if (missed > 1) break;
    if (missed === 1) continue;
    hashes += 1;
    inner = place;
  }
  return hashes >= FRAME_HASHES_MIN ? { outer: outer.at, inner: inner.at } : null;
}

/** Compares two texts by their fingerprints; `ignore` says which hashes are boilerplate. */
export function overlapOf(
  a: Fingerprint,
  b: Fingerprint,
  ignore: (hash: number) => boolean,
): Overlap {
  const step = Math.max(a.step, b.step);
  const first = sampleOf(a, step).filter((hash) => !ignore(hash));
  const second = sampleOf(b, step).filter((hash) => !ignore(hash));
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  const known = new Set(long);
  const quarter = Math.ceil(short.length / 4);
  const early = short.slice(0, quarter).filter((hash) => known.has(hash)).length;
  const shared = early + short.slice(quarter).filter((hash) => known.has(hash)).length;
  return {
    jaccard: ratio(shared, short.length + long.length - shared),
    containment: ratio(shared, short.length),
    beginning: ratio(early, quarter),
    compared: short.length,
  };
}

/** The lead, then what a step keeps of the rest. */
function sampleOf({ lead, hashes }: Fingerprint, step: number): number[] {
  return [...new Set([...lead, ...thin(hashes, step)])];
}

/** All hashes by which a text can be found. */
export function hashesOf({ lead, hashes }: Fingerprint): number[] {
  return [...new Set([...lead, ...hashes])];
}

function thin(hashes: readonly number[], step: number): number[] {
  return hashes.filter((hash) => hash % step === 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** FNV-1a over the words of one shingle, mixed once more so that the low bits are even. */
function hashOf(words: readonly Word[], start: number): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < start + SHINGLE_WORDS; index += 1) {
    const text = words[index]?.text ?? "";
    for (let at = 0; at < text.length; at += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    hash = Math.imul(hash ^ 0x20, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
