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

/** How much of two texts is the same, each from 0 to 1. */
export type Overlap = {
  /** Shared shingles among all of both. */
  readonly jaccard: number;
  /** Share of the shorter text that is in the longer one. */
  readonly containment: number;
  /** The same for the first half of the shorter text. */
  readonly beginning: number;
  /** Hashes of the shorter text that were compared: how far the other figures can be trusted. */
  readonly compared: number;
};

/** The fingerprint of a text; no hashes when it has fewer words than a shingle. */
export function fingerprintOf(words: readonly Word[]): Fingerprint {
  const all = new Set<number>();
  for (let index = 0; index + SHINGLE_WORDS <= words.length; index += 1) {
    all.add(hashOf(words, index));
  }
  let hashes = [...all];
  let step = 1;
  while (hashes.length > HASHES_MAX) {
    step *= 2;
    hashes = thin(hashes, step);
  }
  return { hashes, step };
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
  const half = Math.ceil(short.length / 2);
  const early = short.slice(0, half).filter((hash) => known.has(hash)).length;
  const shared = early + short.slice(half).filter((hash) => known.has(hash)).length;
  return {
    jaccard: ratio(shared, short.length + long.length - shared),
    containment: ratio(shared, short.length),
    beginning: ratio(early, half),
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
