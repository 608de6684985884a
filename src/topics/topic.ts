import type { Where } from "../feeds/feed.ts";

/** What a team tracks, as an analyst wrote it. */
export type Topic = {
  /** [a-z0-9-]{1,40} */
  readonly id: string;
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** The query language of docs/queries.md. */
  readonly query: string;
  /** 0 to 100; a match needs a score of at least this. */
  readonly threshold: number;
  /** Where it is declared; null for a topic made by a command. */
  readonly where: Where | null;
  /** 1-based line of its file on which the query's text begins; absent for a topic made by a command. */
  readonly queryLine?: number;
};

/** The part of a document in which something was found. `lead` is the first paragraph or 60 words. */
export type MatchField = "title" | "lead" | "body" | "source" | "language";

/** One thing that gave or took points. Points of one match add up to its score before rounding and clamping. */
export type Reason = {
  /** What was found: a concept group, a term of the query or a named rule such as "actor before action". */
  readonly concept: string;
  readonly field: MatchField;
  /** The passage, in the text's own words. */
  readonly quote: string;
  readonly points: number;
};

/** How well one document fits one topic. */
export type Match = {
  readonly topicId: string;
  /** 0 to 100, at most two decimals. */
  readonly score: number;
  /** score ≥ the topic's threshold. */
  readonly matched: boolean;
  /** Strongest first. */
  readonly reasons: readonly Reason[];
};

/** What matching looks at. */
export type MatchDocument = {
  readonly title: string;
  readonly text: string;
  readonly source: string | null;
  readonly language: string | null;
};

/**
 * What can be said of an item's archived words without reading it: a superset of what a query finds.
 * The store narrows by it; the query then decides exactly.
 */
export type Narrowing =
  | {
      readonly kind: "word";
      readonly column: "words" | "stems";
      readonly text: string;
      readonly prefix: boolean;
    }
  | { readonly kind: "all"; readonly of: readonly Narrowing[] }
  | { readonly kind: "any"; readonly of: readonly Narrowing[] };
