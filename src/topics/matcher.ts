import type { Fault } from "../feeds/yaml.ts";
import { addCues, type Cues } from "./cues.ts";
import { DocumentReading } from "./document-reading.ts";
import { Evaluator } from "./evaluate.ts";
import type { Evidence, Part } from "./evidence.ts";
import { GroupAtoms, unknownGroups } from "./group-atoms.ts";
import { Lexicon } from "./lexicon.ts";
import { type Plan, planOf } from "./plan.ts";
import { Presence } from "./presence.ts";
import { parseQuery } from "./query.ts";
import { quoteOf } from "./quote.ts";
import type { Match, MatchDocument, Reason, Topic } from "./topic.ts";
import { type ConceptGroup, checkGroups } from "./topic-file.ts";
import { TopicIndex } from "./topic-index.ts";

/** All topics at once. */
export type TopicMatcher = {
  /** Matches with a score above 0, best first; ties by topic id. */
  match(document: MatchDocument): readonly Match[];
  /** One topic, also with score 0 and the reasons for that; null when there is no such topic. */
  explain(topicId: string, document: MatchDocument): Match | null;
};

type Compiled = { readonly topic: Topic; readonly plan: Plan };

/** Compiles topics into one index. A topic with a fault is left out and its faults are returned. */
export function compileTopics(
  topics: readonly Topic[],
  groups: readonly ConceptGroup[],
): { matcher: TopicMatcher; faults: readonly Fault[] } {
  const faults: Fault[] = checkGroups(groups);
  const lexicon = new Lexicon();
  const groupAtoms = new GroupAtoms(groups, lexicon);
  const cues = addCues(lexicon);
  const presence = new Presence();
  const material = {
    lexicon,
    presence,
    atoms: new Map(),
    groupAtom: (name: string) => groupAtoms.atomOf(name),
  };
  const compiled: Compiled[] = [];
  for (const topic of topics) {
    const { query, faults: found } = parseQuery(topic.query);
    const unknown = query === null ? [] : unknownGroups(query, groupAtoms);
    for (const { line, column, what, remedy } of [...found, ...unknown]) {
      const file = topic.where?.file ?? `topic ${topic.id}`;
      const place = { file, line: (topic.queryLine ?? 1) + line - 1 };
      faults.push({ ...place, what: `query, line ${line}, column ${column}: ${what}`, remedy });
    }
    if (query === null || unknown.length > 0) continue;
    const plan = planOf(query, material);
    compiled.push({ topic, plan });
  }
  return { matcher: new Matcher(lexicon, cues, presence, compiled), faults };
}

class Matcher implements TopicMatcher {
  readonly #compiled: readonly Compiled[];
  readonly #byId: ReadonlyMap<string, Compiled>;
  readonly #reading: DocumentReading;
  readonly #evaluator: Evaluator;
  readonly #index: TopicIndex;

  constructor(lexicon: Lexicon, cues: Cues, presence: Presence, compiled: readonly Compiled[]) {
    this.#compiled = compiled;
    this.#byId = new Map(compiled.map((one) => [one.topic.id, one]));
    this.#reading = new DocumentReading(lexicon);
    this.#evaluator = new Evaluator(this.#reading, cues, presence);
    this.#index = new TopicIndex(
      compiled.map(({ plan }) => plan),
      lexicon.atomCount,
      presence,
    );
  }

  match(document: MatchDocument): readonly Match[] {
    this.#reading.read(document);
    const matches: Match[] = [];
    this.#index.candidates(this.#reading, (number) => {
      const compiled = this.#compiled[number];
      const evidence = compiled === undefined ? null : this.#evaluator.evaluate(compiled.plan);
      if (compiled === undefined || evidence === null) return;
      const match = matchOf(compiled.topic, evidence, this.#reading);
      if (match.score > 0) matches.push(match);
    });
    return matches.sort(
      (left, right) => right.score - left.score || (left.topicId < right.topicId ? -1 : 1),
    );
  }

  explain(topicId: string, document: MatchDocument): Match | null {
    const compiled = this.#byId.get(topicId);
    if (compiled === undefined) return null;
    this.#reading.read(document);
    const evidence = this.#evaluator.evaluate(compiled.plan);
    if (evidence !== null) return matchOf(compiled.topic, evidence, this.#reading);
    return { topicId, score: 0, matched: false, reasons: this.#found(compiled.plan) };
  }

  /** What was found of a topic that does not match, worth nothing without the rest. */
  #found(plan: Plan): Reason[] {
    const atoms = new Map<string, Reason>();
    const visit = (one: Plan): void => {
      if (one.kind === "atom") {
        const [span] = this.#reading.spans(one.atom, one.field);
        if (span !== undefined) {
          const reason = reasonOf({ ...span, concept: one.label, share: 0 }, this.#reading);
          atoms.set(one.label, reason);
        }
      } else for (const child of plansIn(one)) visit(child);
    };
    visit(plan);
    return [...atoms.values()];
  }
}

function plansIn(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case "atom":
      return [];
    case "any":
      return plan.of.map(({ plan: one }) => one);
    case "near":
      return [plan.left, plan.right];
    case "frame":
      return [plan.who, plan.does, plan.what, plan.where].filter((one) => one !== null);
    case "all":
      return plan.of.map(({ plan: one }) => one);
  }
}

function matchOf(topic: Topic, { quality, parts }: Evidence, reading: DocumentReading): Match {
  const score = Math.max(0, Math.min(100, Math.round(quality * 10_000) / 100));
  const reasons = parts
    .map((part) => reasonOf(part, reading))
    .sort((left, right) => Math.abs(right.points) - Math.abs(left.points));
  return { topicId: topic.id, score, matched: score >= topic.threshold, reasons };
}

function reasonOf(part: Part, reading: DocumentReading): Reason {
  return {
    concept: part.concept,
    field: reading.fieldOf(part.start),
    quote: quoteOf(part, reading),
    points: Math.round(part.share * 10_000) / 100,
  };
}
