import type { Steps } from "../feeds/steps.ts";
import { DocumentReading } from "./document-reading.ts";
import { GroupAtoms, unknownGroups } from "./group-atoms.ts";
import { Lexicon } from "./lexicon.ts";
import { patternsOf } from "./plan.ts";
import { parseQuery } from "./query.ts";
import type { Query } from "./query-tree.ts";
import { EVEN, type Rarity } from "./rarity.ts";
import type { MatchDocument, Topic } from "./topic.ts";
import type { ConceptGroup } from "./topic-file.ts";

/** Documents below which nothing is said. */
export const SAMPLE_MIN = 500;
const FACTOR_MIN = 0.8;
const FACTOR_MAX = 1.25;
/** What stands in so many of all documents is neither rare nor common. */
const USUAL_SHARE = 0.02;
/** How gently the factor follows: ten times rarer weighs a quarter more. */
const STEEPNESS = 0.1;

/** Counts in how many documents of a sample each word, phrase and group stands that the topics name. */
export function* countingRarity(
  sample: readonly MatchDocument[],
  topics: readonly Pick<Topic, "query">[],
  groups: readonly ConceptGroup[],
): Steps<Rarity> {
  if (sample.length < SAMPLE_MIN) return EVEN;
  const lexicon = new Lexicon();
  const groupAtoms = new GroupAtoms(groups, lexicon);
  const atoms = new Map<string, number>();
  for (const topic of topics) {
    yield;
    const { query } = parseQuery(topic.query);
    if (query === null || unknownGroups(query, groupAtoms).length > 0) continue;
    for (const leaf of leavesOf(query)) {
      const key = keyOf(leaf);
      if (atoms.has(key)) continue;
      yield;
      const atom =
        leaf.kind === "group"
          ? yield* groupAtoms.findingAtom(leaf.name)
          : lexicon.atomOf(patternsOf(leaf));
      atoms.set(key, atom);
    }
  }
  const counts = yield* countingAtoms(sample, lexicon);
  const factors = new Map(
    [...atoms].map(([key, atom]) => [key, factorFor(counts[atom] ?? 0, sample.length)]),
  );
  return { factorOf: (query) => (isLeaf(query) ? (factors.get(keyOf(query)) ?? 1) : 1) };
}

function* countingAtoms(sample: readonly MatchDocument[], lexicon: Lexicon): Steps<Int32Array> {
  const reading = new DocumentReading(lexicon);
  const counts = new Int32Array(lexicon.atomCount);
  for (const document of sample) {
    yield;
    reading.read(document);
    for (const atom of reading.present) counts[atom] = (counts[atom] ?? 0) + 1;
  }
  return counts;
}

function factorFor(documents: number, of: number): number {
  const share = (documents + 1) / (of + 2);
  const factor = (USUAL_SHARE / share) ** STEEPNESS;
  return Math.max(FACTOR_MIN, Math.min(FACTOR_MAX, factor));
}

type Leaf = Extract<Query, { readonly kind: "word" | "phrase" | "group" }>;

function isLeaf(query: Query): query is Leaf {
  return query.kind === "word" || query.kind === "phrase" || query.kind === "group";
}

function leavesOf(query: Query): Leaf[] {
  switch (query.kind) {
    case "word":
    case "phrase":
    case "group":
      return [query];
    case "any":
    case "near":
      return query.of.flatMap(leavesOf);
    case "all":
      return [...query.of, ...query.none].flatMap(leavesOf);
    case "frame":
      return [query.who, query.not, query.does, query.what, query.where].flatMap((one) =>
        one === null ? [] : leavesOf(one),
      );
  }
}

/** What a query names, wherever it is looked for. */
function keyOf(leaf: Leaf): string {
  if (leaf.kind === "group") return `@${leaf.name}`;
  return leaf.kind === "phrase" ? `"${leaf.text}` : `${leaf.mode} ${leaf.text}`;
}
