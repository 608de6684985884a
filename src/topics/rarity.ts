import type { Query } from "./query-tree.ts";

/** How rare what a query names is in the archive. */
export type Rarity = {
  /** From 0.8, common, to 1.25, rare; 1 for what was not counted. */
  factorOf(query: Query): number;
};

/** Without an archive, or with one too small to tell, everything weighs alike, so that scores can be repeated. */
export const EVEN: Rarity = { factorOf: () => 1 };

const RARE = " (rare in the archive)";
const COMMON = " (common in the archive)";
/** How far a factor is from 1 before people are told. */
const TOLD_FROM = 0.1;

/** What reasons say of a factor, to stand after the name of what was found. */
export function rarityNote(factor: number): string {
  if (factor >= 1 + TOLD_FROM) return RARE;
  return factor <= 1 - TOLD_FROM ? COMMON : "";
}

/** The name of a concept without what is said of its rarity, which changes with the archive. */
export function withoutRarity(concept: string): string {
  const note = [RARE, COMMON].find((one) => concept.endsWith(one)) ?? "";
  return concept.slice(0, concept.length - note.length);
}
