import { wordsOf } from "./analyse.ts";
import { labelOf } from "./labels.ts";
import type { Lexicon, Pattern } from "./lexicon.ts";
import type { Needed, Presence } from "./presence.ts";
import type { Query, QueryField } from "./query-tree.ts";

/** A query whose words are atoms. */
export type Plan =
  | {
      readonly kind: "atom";
      readonly atom: number;
      readonly label: string;
      readonly field: QueryField;
      readonly needed: Needed;
    }
  | { readonly kind: "any"; readonly of: readonly Weighted[]; readonly needed: Needed }
  | {
      readonly kind: "near";
      readonly left: Plan;
      readonly right: Plan;
      readonly words: number;
      readonly ordered: boolean;
      readonly label: string;
      readonly needed: Needed;
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
      readonly needed: Needed;
    };

export type FramePlan = {
  readonly kind: "frame";
  readonly who: Plan;
  readonly not: Plan | null;
  readonly does: Plan;
  readonly what: Plan | null;
  readonly where: Plan | null;
  readonly label: string;
  readonly needed: Needed;
};

/** A plan and what it counts among its neighbours: in `all` its part of 1, in `any` its part of the best. */
export type Weighted = { readonly plan: Plan; readonly share: number };

/** What plans are made of; shared by all topics. */
export type Material = {
  readonly lexicon: Lexicon;
  readonly presence: Presence;
  /** Plans of single atoms by what they are: topics that look for the same word share its plan. */
  readonly atoms: Map<string, Weighted>;
  /** Knows every group of the query. */
  readonly groupAtom: (name: string) => number;
};

/** Turns a query into a plan. */
export function planOf(query: Query, material: Material): Plan {
  switch (query.kind) {
    case "word":
    case "phrase":
      return atomPlan(material.lexicon.atomOf(patternsOf(query)), query, material).plan;
    case "group":
      return atomPlan(material.groupAtom(query.name), query, material).plan;
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
  { atoms }: Material,
): Weighted {
  const label = labelOf(query);
  const key = atomKey(atom, query.field, label);
  const known = atoms.get(key);
  if (known !== undefined) return known;
  const { field } = query;
  const made: Weighted = { plan: { kind: "atom", atom, label, field, needed: atom }, share: 1 };
  atoms.set(key, made);
  return made;
}

function atomKey(atom: number, field: QueryField, label: string): string {
  return `${atom} ${field ?? ""} ${label}`;
}

/** A plan with its share; that of an atom which counts in full is shared like the atom's plan. */
function weighted(plan: Plan, share: number, { atoms }: Material): Weighted {
  const whole = plan.kind === "atom" && share === 1;
  const known = whole ? atoms.get(atomKey(plan.atom, plan.field, plan.label)) : undefined;
  return known ?? { plan, share };
}

function anyOf(query: Query & { kind: "any" }, material: Material): Plan {
  const best = Math.max(...query.of.map(factorOf));
  const of = query.of.map((one) => weighted(planOf(one, material), factorOf(one) / best, material));
  return { kind: "any", of, needed: material.presence.any(of.map(({ plan }) => plan.needed)) };
}

function nearOf(query: Query & { kind: "near" }, material: Material): Plan {
  const [first, second] = query.of;
  if (first === undefined || second === undefined) throw new Error("NEAR without two operands");
  const left = planOf(first, material);
  const right = planOf(second, material);
  const { words, ordered } = query;
  const needed = material.presence.all([left.needed, right.needed]);
  return { kind: "near", left, right, words, ordered, label: labelOf(query), needed };
}

function frameOf(query: Query & { kind: "frame" }, material: Material): Plan {
  const slot = (one: Query | null): Plan | null => (one === null ? null : planOf(one, material));
  const who = planOf(query.who, material);
  const does = planOf(query.does, material);
  const what = slot(query.what);
  const where = slot(query.where);
  const needed = [who, does, what, where].flatMap((one) => (one === null ? [] : [one.needed]));
  return {
    kind: "frame",
    who,
    not: slot(query.not),
    does,
    what,
    where,
    label: labelOf(query),
    needed: material.presence.all(needed),
  };
}

function allOf(query: Query & { kind: "all" }, material: Material): Plan {
  const required = query.of.filter((one) => one.weight?.kind !== "points");
  const sum = required.reduce((total, one) => total + factorOf(one), 0);
  const of = required.map((one) => ({
    plan: planOf(one, material),
    // A part that stands alone beside bonuses is worth what its weight says.
    share: required.length === 1 ? Math.min(1, factorOf(one)) : factorOf(one) / sum,
  }));
  return {
    kind: "all",
    of,
    none: query.none.map((one) => planOf(one, material)),
    extras: query.of.flatMap((one) => {
      if (one.weight?.kind !== "points") return [];
      const plan = planOf({ ...one, weight: null }, material);
      return [{ plan, points: one.weight.points, label: labelOf(one) }];
    }),
    needed: material.presence.all(of.map(({ plan }) => plan.needed)),
  };
}

/** Points inside OR have no meaning of their own; the alternative counts like its neighbours. */
function factorOf(query: Query): number {
  return query.weight?.kind === "share" ? query.weight.factor : 1;
}

function patternsOf(query: Query & { kind: "word" | "phrase" }): Pattern[] {
  if (query.kind === "phrase") {
    return wordsOf(query.text).map((word) => ({ word, mode: "exact", language: null }));
  }
  const [word = query.text] = wordsOf(query.text);
  return [{ word, mode: query.mode, language: null }];
}

/**
 * Sets of atoms, of each of which a matching document has at least one: what can be checked before anything else.
 * Empty: nothing can be said.
 */
export function requirementsOf(plan: Plan): readonly (readonly number[])[] {
  switch (plan.kind) {
    case "atom":
      return [[plan.atom]];
    case "any": {
      const union = new Set<number>();
      for (const { plan: one } of plan.of) {
        const smallest = requirementsOf(one).reduce<readonly number[] | null>(
          (best, set) => (best === null || set.length < best.length ? set : best),
          null,
        );
        if (smallest === null) return [];
        for (const atom of smallest) union.add(atom);
      }
      return [[...union]];
    }
    case "near":
      return [...requirementsOf(plan.left), ...requirementsOf(plan.right)];
    case "frame":
      return [plan.who, plan.does, plan.what, plan.where].flatMap((one) =>
        one === null ? [] : requirementsOf(one),
      );
    case "all":
      return plan.of.flatMap(({ plan: one }) => requirementsOf(one));
  }
}
