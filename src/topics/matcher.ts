import { type Steps, toEnd } from "../feeds/steps.ts";
import type { Fault } from "../feeds/yaml.ts";
import { addCues, type Cues } from "./cues.ts";
import { DocumentReading } from "./document-reading.ts";
import { Evaluator } from "./evaluate.ts";
import type { Part } from "./evidence.ts";
import { GroupAtoms, unknownGroups } from "./group-atoms.ts";
import { Lexicon } from "./lexicon.ts";
import { planOf } from "./plan.ts";
import { type Node, Program } from "./program.ts";
import { parseQuery } from "./query.ts";
import { groupsIn } from "./query-tree.ts";
import { quoteOf } from "./quote.ts";
import { EVEN, type Rarity } from "./rarity.ts";
import type { Match, MatchDocument, Reason, Topic } from "./topic.ts";
import { type ConceptGroup, checkGroups } from "./topic-file.ts";
import { TopicIndex } from "./topic-index.ts";

/** All topics at once. */
export type TopicMatcher = {
  /** What takes long when a language or a long text comes for the first time; a match takes little after it. */
  meeting(document: MatchDocument): Steps<void>;
  /** Matches with a score above 0, best first; ties by topic id. */
  match(document: MatchDocument): readonly Match[];
  /** One topic; null when it finds nothing, or when there is no such topic. Says no reasons for nothing, so it is quick. */
  matchOne(topicId: string, document: MatchDocument): Match | null;
  /** One topic, also with score 0 and the reasons for that; null when there is no such topic. */
  explain(topicId: string, document: MatchDocument): Match | null;
};

type Compiled = { readonly topic: Topic; readonly node: Node };

/**
 * Compiles topics into one index. A topic with a fault is left out and its faults are returned. `rarity`: what weighs
 * more because the archive seldom has it; without it everything weighs alike.
 */
export function compileTopics(
  topics: readonly Topic[],
  groups: readonly ConceptGroup[],
  rarity: Rarity = EVEN,
): CompiledTopics {
  return toEnd(compilingTopics(topics, groups, rarity));
}

/** Topics that are ready to be tried, and what is wrong with the others. */
export type CompiledTopics = {
  readonly matcher: TopicMatcher;
  readonly faults: readonly Fault[];
};

/** As compileTopics, a topic at a step: many take a second. */
export function* compilingTopics(
  topics: readonly Topic[],
  groups: readonly ConceptGroup[],
  rarity: Rarity,
): Steps<CompiledTopics> {
  const faults: Fault[] = checkGroups(groups);
  const lexicon = new Lexicon();
  const groupAtoms = new GroupAtoms(groups, lexicon);
  const cues = addCues(lexicon);
  const program = new Program();
  const material = { lexicon, groups: groupAtoms, rarity };
  const compiled: Compiled[] = [];
  for (const topic of topics) {
    yield;
    const { query, faults: found } = parseQuery(topic.query);
    const unknown = query === null ? [] : unknownGroups(query, groupAtoms);
    for (const { line, column, what, remedy } of [...found, ...unknown]) {
      const file = topic.where?.file ?? `topic ${topic.id}`;
      const place = { file, line: (topic.queryLine ?? 1) + line - 1 };
      faults.push({ ...place, what: `query, line ${line}, column ${column}: ${what}`, remedy });
    }
    if (query === null || unknown.length > 0) continue;
    for (const [name] of groupsIn(query)) yield* groupAtoms.findingAtom(name);
    yield;
    compiled.push({ topic, node: program.add(planOf(query, material)) });
  }
  program.seal();
  return { matcher: new Matcher(lexicon, cues, program, compiled), faults };
}

class Matcher implements TopicMatcher {
  readonly #byId: ReadonlyMap<string, Compiled>;
  readonly #program: Program;
  readonly #reading: DocumentReading;
  readonly #evaluator: Evaluator;
  readonly #index: TopicIndex;
  /** By number of the topic. */
  readonly #ids: readonly string[];
  readonly #thresholds: Float64Array;

  constructor(lexicon: Lexicon, cues: Cues, program: Program, compiled: readonly Compiled[]) {
    this.#byId = new Map(compiled.map((one) => [one.topic.id, one]));
    this.#program = program;
    this.#reading = new DocumentReading(lexicon);
    this.#evaluator = new Evaluator(program, this.#reading, cues);
    this.#ids = compiled.map(({ topic }) => topic.id);
    this.#thresholds = Float64Array.from(compiled, ({ topic }) => topic.threshold);
    const nodes = compiled.map(({ node }) => node);
    this.#index = new TopicIndex(nodes, lexicon.atomCount, program);
  }

  meeting(document: MatchDocument): Steps<void> {
    return this.#reading.meeting(document);
  }

  match(document: MatchDocument): readonly Match[] {
    this.#reading.read(document);
    const matches: Match[] = [];
    this.#index.candidates(this.#reading, (number, node) => {
      const quality = this.#evaluator.evaluate(node);
      const score = quality === null ? 0 : scoreOf(quality);
      if (score === 0) return;
      const matched = score >= (this.#thresholds[number] ?? 0);
      matches.push({ topicId: this.#ids[number] ?? "", score, matched, reasons: this.#reasons() });
    });
    return matches.sort(
      (left, right) => right.score - left.score || (left.topicId < right.topicId ? -1 : 1),
    );
  }

  matchOne(topicId: string, document: MatchDocument): Match | null {
    const compiled = this.#byId.get(topicId);
    return compiled === undefined ? null : this.#tried(compiled, document);
  }

  explain(topicId: string, document: MatchDocument): Match | null {
    const compiled = this.#byId.get(topicId);
    if (compiled === undefined) return null;
    const match = this.#tried(compiled, document);
    return match ?? { topicId, score: 0, matched: false, reasons: this.#found(compiled.node) };
  }

  #tried({ topic, node }: Compiled, document: MatchDocument): Match | null {
    this.#reading.read(document);
    const quality = this.#evaluator.evaluate(node);
    if (quality === null) return null;
    const score = scoreOf(quality);
    return {
      topicId: topic.id,
      score,
      matched: score >= topic.threshold,
      reasons: this.#reasons(),
    };
  }

  /** What the last evaluation found, strongest first. */
  #reasons(): Reason[] {
    return this.#evaluator.parts
      .map((part) => reasonOf(part, this.#reading))
      .sort((left, right) => Math.abs(right.points) - Math.abs(left.points));
  }

  /** What was found of a topic that does not match, worth nothing without the rest. */
  #found(node: Node): Reason[] {
    const program = this.#program;
    const reasons = new Map<string, Reason>();
    const visit = (one: Node): void => {
      for (const part of program.partsOf(one)) visit(part);
      const atom = program.atomOf(one);
      if (atom === null) return;
      const [span] = this.#reading.spans(atom.atom, atom.field);
      if (span === undefined) return;
      const part = { ...span, concept: atom.label, share: 0 };
      reasons.set(atom.label, reasonOf(part, this.#reading));
    };
    visit(node);
    return [...reasons.values()];
  }
}

function scoreOf(quality: number): number {
  return Math.max(0, Math.min(100, Math.round(quality * 10_000) / 100));
}

function reasonOf(part: Part, reading: DocumentReading): Reason {
  return {
    concept: part.concept,
    field: reading.fieldOf(part.start),
    quote: quoteOf(part, reading),
    points: Math.round(part.share * 10_000) / 100,
  };
}
