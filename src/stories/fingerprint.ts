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
  /** A power of two; grows with the text. */
  readonly step: number;
};

/** A fingerprint that still knows where in the text its shingles begin, counted in words. */
export type LocatedFingerprint = Fingerprint & { readonly positions: readonly number[] };

/** How much of two texts is the same, each from 0 to 1. */
export type Overlap = {
  /** Shared shingles among all of both. */
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
  let step = 1;
  while (hashes.length > HASHES_MAX) {
    step *= 2;
    hashes = thin(hashes, step);
  }
  return { hashes, step, positions: hashes.map((hash) => places.get(hash) ?? 0) };
}

/** Words of a text that are its own: from `begin` up to, but without, `end`. */
export type OwnWords = { readonly begin: number; readonly end: number };

/** Fewest hashes in a row, and words that they span, that two texts must begin or end with to share a frame. */
const FRAME_HASHES_MIN = 3;
const FRAME_WORDS_MIN = 12;

/**
 * What is left of a text of so many words without what it shares with another at its very beginning or end:
 * outlets put the same masthead above and the same appeal below whatever they print.
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
  const known = new Set(thin(other.hashes, step));
  const own = new Set(places.map(({ hash }) => hash));
  const others = [...known];
  const firstOwn = places.findIndex(({ hash }) => !known.has(hash));
  const lastOwn = places.findLastIndex(({ hash }) => !known.has(hash));
  if (firstOwn === -1) return { begin: 0, end: words };
  const ends = own.has(others.at(-1) ?? -1);
  const begins = own.has(others[0] ?? -1);
  const tail = places[lastOwn + 1]?.at ?? words;
  const head = (places[firstOwn - 1]?.at ?? -SHINGLE_WORDS) + SHINGLE_WORDS;
  const isTail = ends && places.length - 1 - lastOwn >= FRAME_HASHES_MIN;
  const isHead = begins && firstOwn >= FRAME_HASHES_MIN;
  return {
    begin: isHead && head >= FRAME_WORDS_MIN ? head : 0,
    end: isTail && words - tail >= FRAME_WORDS_MIN ? tail : words,
  };
}

/** Compares two texts by their fingerprints; `ignore` says which hashes are boilerplate. */
export function overlapOf(
  a: Fingerprint,
  b: Fingerprint,
  ignore: (hash: number) => boolean,
): Overlap {
  const step = Math.max(a.step, b.step);
  const first = thin(a.hashes, step).filter((hash) => !ignore(hash));
  const second = thin(b.hashes, step).filter((hash) => !ignore(hash));
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
