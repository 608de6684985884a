import { wordsOf } from "./analyse.ts";
import type { GroupAtoms } from "./group-atoms.ts";
import { labelOf } from "./labels.ts";
import type { Lexicon, Pattern } from "./lexicon.ts";
import type { Query, QueryField } from "./query-tree.ts";
import { type Rarity, rarityNote } from "./rarity.ts";

/** A query whose words are atoms. */
export type Plan =
  | {
      readonly kind: "atom";
      readonly atom: number;
      readonly label: string;
      readonly field: QueryField;
    }
  | { readonly kind: "any"; readonly of: readonly Weighted[] }
  | {
      readonly kind: "near";
      readonly left: Plan;
      readonly right: Plan;
      readonly words: number;
      readonly ordered: boolean;
      readonly label: string;
    }
  | FramePlan
  | {
      readonly kind: "all";
      /** Needed; their shares sum to 1. */
      readonly of: readonly Weighted[];
      readonly none: readonly Plan[];
      /** Not needed: points when there. */
      readonly extras: readonly {
        readonly plan: Plan;
        readonly points: number;
        readonly label: string;
      }[];
    };

export type FramePlan = {
  readonly kind: "frame";
  readonly who: Plan;
  readonly not: Plan | null;
  readonly does: Plan;
  readonly what: Plan | null;
  readonly where: Plan | null;
  readonly label: string;
};

/** A plan and what it counts among its neighbours: in `all` its part of 1, in `any` its part of the best. */
export type Weighted = { readonly plan: Plan; readonly share: number };

/** What plans are made of; shared by all topics. */
export type Material = {
  readonly lexicon: Lexicon;
  /** Knows every group of the query. */
  readonly groups: GroupAtoms;
  readonly rarity: Rarity;
};

/** Turns a query into a plan. */
export function planOf(query: Query, material: Material): Plan {
  switch (query.kind) {
    case "word":
    case "phrase":
      return atomPlan(material.lexicon.atomOf(patternsOf(query)), query, material);
    case "group":
      return atomPlan(material.groups.atomOf(query.name), query, material);
    case "any":
      return anyOf(query, material);
    case "near":
      return nearOf(query, material);
    case "frame":
      return frameOf(query, material);
    case "all":
      return allOf(query, material);
  }
}

function atomPlan(
  atom: number,
  query: Query & { field: QueryField },
  { groups, rarity }: Material,
): Plan {
  const label = `${labelOf(query, groups)}${rarityNote(rarity.factorOf(query))}`;
  return { kind: "atom", atom, label, field: query.field };
}

function anyOf(query: Query & { kind: "any" }, material: Material): Plan {
  const best = Math.max(...query.of.map(factorOf));
  const of = query.of.map((one) => ({
    plan: planOf(one, material),
    // What is rare cannot be more than an alternative that is certain; what is common is less.
    share: (factorOf(one) / best) * Math.min(1, material.rarity.factorOf(one)),
  }));
  return { kind: "any", of };
}

function nearOf(query: Query & { kind: "near" }, material: Material): Plan {
  const [first, second] = query.of;
  if (first === undefined || second === undefined) throw new Error("NEAR without two operands");
  const left = planOf(first, material);
  const right = planOf(second, material);
  const { words, ordered } = query;
  return { kind: "near", left, right, words, ordered, label: labelOf(query, material.groups) };
}

function frameOf(query: Query & { kind: "frame" }, material: Material): Plan {
  const slot = (one: Query | null): Plan | null => (one === null ? null : planOf(one, material));
  return {
    kind: "frame",
    who: planOf(query.who, material),
    does: planOf(query.does, material),
    what: slot(query.what),
    where: slot(query.where),
    not: slot(query.not),
    label: labelOf(query, material.groups),
  };
}

function allOf(query: Query & { kind: "all" }, material: Material): Plan {
  const required = query.of.filter((one) => one.weight?.kind !== "points");
  const weightOf = (one: Query): number => factorOf(one) * material.rarity.factorOf(one);
  const sum = required.reduce((total, one) => total + weightOf(one), 0);
  const of = required.map((one) => ({
    plan: planOf(one, material),
    // A part that stands alone beside bonuses is worth what its weight says.
    share: required.length === 1 ? Math.min(1, factorOf(one)) : weightOf(one) / sum,
  }));
  return {
    kind: "all",
    of,
    none: query.none.map((one) => planOf(one, material)),
    extras: query.of.flatMap((one) => {
      if (one.weight?.kind !== "points") return [];
      const plan = planOf({ ...one, weight: null }, material);
      const factor = material.rarity.factorOf(one);
      const label = `${labelOf(one, material.groups)}${rarityNote(factor)}`;
      return [{ plan, points: one.weight.points * factor, label }];
    }),
  };
}

/** Points inside OR have no meaning of their own; the alternative counts like its neighbours. */
function factorOf(query: Query): number {
  return query.weight?.kind === "share" ? query.weight.factor : 1;
}

/** The words of a query that is one word or phrase. */
export function patternsOf(query: Query & { kind: "word" | "phrase" }): Pattern[] {
  if (query.kind === "phrase") {
    return wordsOf(query.text).map((word) => ({ word, mode: "exact", language: null }));
  }
  const [word = query.text] = wordsOf(query.text);
  return [{ word, mode: query.mode, language: null }];
}
