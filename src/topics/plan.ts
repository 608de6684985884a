import { wordsOf } from "./analyse.ts";
import type { Lexicon, Pattern } from "./lexicon.ts";
import type { Query, QueryField } from "./query-tree.ts";

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
};

/** A plan and what it counts among its neighbours: in `all` its part of 1, in `any` its part of the best. */
export type Weighted = { readonly plan: Plan; readonly share: number };

/** Turns a query into a plan; `groupAtom` knows every group of the query. */
export function planOf(query: Query, lexicon: Lexicon, groupAtom: (name: string) => number): Plan {
  const plan = (one: Query): Plan => planOf(one, lexicon, groupAtom);
  switch (query.kind) {
    case "word":
    case "phrase": {
      const atom = lexicon.atomOf(patternsOf(query));
      const label = query.kind === "phrase" ? `"${query.text}"` : query.text;
      return { kind: "atom", atom, label, field: query.field };
    }
    case "group":
      return {
        kind: "atom",
        atom: groupAtom(query.name),
        label: `@${query.name}`,
        field: query.field,
      };
    case "any": {
      const best = Math.max(...query.of.map(factorOf));
      return {
        kind: "any",
        of: query.of.map((one) => ({ plan: plan(one), share: factorOf(one) / best })),
      };
    }
    case "near": {
      const [left, right] = query.of;
      if (left === undefined || right === undefined) throw new Error("NEAR without two operands");
      const { words, ordered } = query;
      return {
        kind: "near",
        left: plan(left),
        right: plan(right),
        words,
        ordered,
        label: labelOf(query),
      };
    }
    case "frame": {
      const { who, not, does, what, where } = query;
      const slot = (one: Query | null): Plan | null => (one === null ? null : plan(one));
      return {
        kind: "frame",
        who: plan(who),
        not: slot(not),
        does: plan(does),
        what: slot(what),
        where: slot(where),
      };
    }
    case "all":
      return allOf(query.of, query.none, plan);
  }
}

function allOf(of: readonly Query[], none: readonly Query[], plan: (query: Query) => Plan): Plan {
  const needed = of.filter((one) => one.weight?.kind !== "points");
  const sum = needed.reduce((total, one) => total + factorOf(one), 0);
  return {
    kind: "all",
    // A part that stands alone beside bonuses is worth what its weight says.
    of: needed.map((one) => ({
      plan: plan(one),
      share: needed.length === 1 ? Math.min(1, factorOf(one)) : factorOf(one) / sum,
    })),
    none: none.map(plan),
    extras: of.flatMap((one) =>
      one.weight?.kind === "points"
        ? [{ plan: plan({ ...one, weight: null }), points: one.weight.points, label: labelOf(one) }]
        : [],
    ),
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

/** A short form of a query, for reasons. */
export function labelOf(query: Query): string {
  switch (query.kind) {
    case "word":
      return query.mode === "prefix" ? `${query.text}*` : query.text;
    case "phrase":
      return `"${query.text}"`;
    case "group":
      return `@${query.name}`;
    case "any":
      return query.of.length > 3
        ? `${query.of.slice(0, 2).map(labelOf).join(" or ")} or …`
        : query.of.map(labelOf).join(" or ");
    case "near":
      return query.of.map(labelOf).join(query.ordered ? " before " : " near ");
    case "all":
      return query.of.map(labelOf).join(" and ");
    case "frame":
      return [query.who, query.does, query.what, query.where]
        .flatMap((one) => (one === null ? [] : [labelOf(one)]))
        .join(" ");
  }
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
