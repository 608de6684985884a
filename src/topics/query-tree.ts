import type { MatchField } from "./topic.ts";

/** A place in the text of a query; both 1-based. */
export type QueryPlace = { readonly line: number; readonly column: number };

/** What is wrong with a query, where, and how to mend it. */
export type QueryFault = QueryPlace & { readonly what: string; readonly remedy: string };

/** Part of a document to look in; "top": title and lead; null: title, lead and body. */
export type QueryField = MatchField | "top" | null;

/** A word as it is looked for. */
export type WordMode = "inflected" | "exact" | "prefix";

/**
 * `^2`: counts twice as much as its neighbours. `^+10` and `^-20`: not needed, and gives or takes so many
 * points when it is there.
 */
export type Weight =
  | { readonly kind: "share"; readonly factor: number }
  | { readonly kind: "points"; readonly points: number };

/** Something that stands at a place in a text and that NEAR and the frame can join. */
export type SpanQuery =
  | {
      readonly kind: "word";
      readonly text: string;
      readonly mode: WordMode;
      readonly field: QueryField;
      readonly weight: Weight | null;
      readonly at: QueryPlace;
    }
  | {
      readonly kind: "phrase";
      /** As typed, without the quotes; at least two words. */
      readonly text: string;
      readonly field: QueryField;
      readonly weight: Weight | null;
      readonly at: QueryPlace;
    }
  | {
      readonly kind: "group";
      readonly name: string;
      readonly field: QueryField;
      readonly weight: Weight | null;
      readonly at: QueryPlace;
    }
  | {
      readonly kind: "any";
      readonly of: readonly Query[];
      readonly weight: Weight | null;
      readonly at: QueryPlace;
    }
  | {
      readonly kind: "near";
      /** Span queries only. */
      readonly of: readonly Query[];
      /** Words from the end of one to the beginning of the next, at most. */
      readonly words: number;
      readonly ordered: boolean;
      readonly weight: Weight | null;
      readonly at: QueryPlace;
    };

/** Who does what to whom, where, in one sentence. Slots are span queries; what is null was not asked for. */
export type FrameQuery = {
  readonly kind: "frame";
  readonly who: Query;
  /** Others who may do it instead: then it is not our news. */
  readonly not: Query | null;
  readonly does: Query;
  readonly what: Query | null;
  readonly where: Query | null;
  readonly weight: Weight | null;
  readonly at: QueryPlace;
};

/** A query as it was understood. */
export type Query =
  | SpanQuery
  | FrameQuery
  | {
      readonly kind: "all";
      readonly of: readonly Query[];
      /** Nothing matches where one of these does. */
      readonly none: readonly Query[];
      readonly weight: Weight | null;
      readonly at: QueryPlace;
    };

/** The names of the groups that a query refers to, each with its first place. */
export function groupsIn(query: Query): Map<string, QueryPlace> {
  const found = new Map<string, QueryPlace>();
  const visit = (one: Query | null): void => {
    if (one === null) return;
    if (one.kind === "group" && !found.has(one.name)) found.set(one.name, one.at);
    for (const child of childrenOf(one)) visit(child);
  };
  visit(query);
  return found;
}

/** The queries directly inside a query. */
export function childrenOf(query: Query): readonly Query[] {
  switch (query.kind) {
    case "word":
    case "phrase":
    case "group":
      return [];
    case "any":
    case "near":
      return query.of;
    case "all":
      return [...query.of, ...query.none];
    case "frame":
      return [query.who, query.not, query.does, query.what, query.where].filter(
        (one) => one !== null,
      );
  }
}

/** Whether a query stands at places in the text, so that NEAR and the frame can use it. */
export function isSpan(query: Query): boolean {
  if (query.kind === "any") return query.of.every(isSpan);
  return query.kind !== "all" && query.kind !== "frame";
}
