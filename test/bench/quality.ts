import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readTopicFolder } from "../../src/config-files.ts";
import { compileSearch } from "../../src/topics/archive-query.ts";
import { compileTopics, type TopicMatcher } from "../../src/topics/matcher.ts";
import type { Match, MatchDocument, Topic } from "../../src/topics/topic.ts";
import type { ConceptGroup } from "../../src/topics/topic-file.ts";
import { ROOT } from "../support/rules.ts";
import {
  type FeedbackGain,
  type FeedbackItem,
  FIRST_TRIES,
  feedbackGain,
  PARTS,
} from "./quality-feedback.ts";
import {
  averagePrecision,
  crossFitted,
  type Judged,
  type Measures,
  measuresAt,
  reliability,
} from "./quality-measures.ts";
import { type StreamFigures, streamFigures, streamLines } from "./quality-stream.ts";

/** A labelled item: by topic id in `topics`, or in `labels` with 0 no, 1 borderline (left out), 2 clear. */
const LINE = z.object({
  title: z.string().nullish(),
  text: z.string().nullish(),
  source: z.string().nullish(),
  language: z.string().nullish(),
  lang: z.string().nullish(),
  topics: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.number()).optional(),
});

/** Short names that labelled sets use for the shipped topics. */
const SHORT: Readonly<Record<string, string>> = {
  "russian-deployments": "deploy",
  "venezuela-talks": "talks",
};

type Labelled = { readonly document: MatchDocument; readonly label: (topicId: string) => number };
type Scored = Judged & { readonly match: Match | null; readonly document: MatchDocument };

type TopicFigures = {
  readonly topic: string;
  readonly all: Measures & { readonly averagePrecision: number };
  readonly languages: Readonly<Record<string, Measures & { readonly averagePrecision: number }>>;
  /** With the threshold, the only thing that is fitted to data, fitted on the other four fifths. */
  readonly thresholdCrossFitted: Measures & { readonly thresholds: number[] };
  readonly reliability: ReturnType<typeof reliability>;
  readonly stream: StreamFigures | null;
  readonly feedback: FeedbackGain | null;
  /** The same for a plain list of words instead of the shipped query. */
  readonly feedbackOfFirstTry: FeedbackGain | null;
  /** The same for teams that want a part of the topic, by what finds the part. */
  readonly feedbackOfParts: Readonly<Record<string, FeedbackGain | null>>;
  readonly errors: readonly string[];
};

/** How well the shipped topics match labelled items: `quality [FILE.jsonl …]`; without files, the fixtures. */
export function run(args: string[]): unknown {
  const files = args.length > 0 ? args : fixtures();
  const items = files.flatMap(readLabelled);
  const { topics, groups } = readTopicFolder(join(ROOT, "config", "topics"), (file) => file);
  const { matcher } = compileTopics(topics, groups);
  print(`the mix: ${items.length} items of ${files.length} files; borderline items are left out`);
  return topics.map((topic) => {
    const figures = figuresOf(topic, matcher, groups, items);
    printTopic(topic, figures);
    return figures;
  });
}

function fixtures(): string[] {
  const folder = join(ROOT, "test", "fixtures", "topics");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(folder, name));
}

function readLabelled(file: string): Labelled[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const read = LINE.parse(JSON.parse(line));
      const document = {
        title: read.title ?? "",
        text: read.text ?? "",
        source: read.source ?? null,
        language: read.language ?? read.lang ?? null,
      };
      const label = (topicId: string): number =>
        read.topics === undefined
          ? (read.labels?.[SHORT[topicId] ?? topicId] ?? 0)
          : read.topics.includes(topicId)
            ? 2
            : 0;
      return { document, label };
    });
}

function figuresOf(
  topic: Topic,
  matcher: TopicMatcher,
  groups: readonly ConceptGroup[],
  items: readonly Labelled[],
): TopicFigures {
  const scored = items
    .filter(({ label }) => label(topic.id) !== 1)
    .map(({ document, label }): Scored => {
      const match = matcher.match(document).find(({ topicId }) => topicId === topic.id) ?? null;
      const line = `${document.title} — ${document.text.slice(0, 120).replace(/\s+/g, " ")}`;
      const language = document.language ?? "?";
      return {
        line,
        language,
        score: match?.score ?? 0,
        relevant: label(topic.id) === 2,
        match,
        document,
      };
    });
  const measured = (some: readonly Scored[]): Measures & { averagePrecision: number } => ({
    ...measuresAt(some, topic.threshold),
    averagePrecision: averagePrecision(some),
  });
  const languages = [...new Set(scored.map(({ language }) => language))].sort();
  const byLanguage = languages.map((one): [string, ReturnType<typeof measured>] => [
    one,
    measured(scored.filter(({ language }) => language === one)),
  ]);
  const judged: FeedbackItem[] = scored.map(({ match, document, relevant }) => ({
    match,
    document,
    relevant,
  }));
  return {
    topic: topic.id,
    all: measured(scored),
    languages: Object.fromEntries(byLanguage),
    thresholdCrossFitted: crossFitted(scored),
    reliability: reliability(scored),
    stream: streamFigures(topic.id, scored, topic.threshold, groups),
    feedback: feedbackGain(judged, topic),
    feedbackOfFirstTry: firstTryGain(scored, topic),
    feedbackOfParts: partGains(judged, topic, groups),
    errors: scored.filter((one) => one.score >= topic.threshold !== one.relevant).map(errorLine),
  };
}

/** Judgements of a topic that is only a list of words. */
function firstTryGain(scored: readonly Scored[], topic: Topic): FeedbackGain | null {
  const query = FIRST_TRIES[topic.id];
  if (query === undefined) return null;
  const first = { ...topic, query };
  const { matcher } = compileTopics([first], []);
  const items = scored.map(({ document, relevant }): FeedbackItem => {
    return { match: matcher.match(document)[0] ?? null, document, relevant };
  });
  return feedbackGain(items, first);
}

function partGains(
  judged: readonly FeedbackItem[],
  topic: Topic,
  groups: readonly ConceptGroup[],
): Record<string, FeedbackGain | null> {
  const gains = (PARTS[topic.id] ?? []).map((part): [string, FeedbackGain | null] => {
    const { search } = compileSearch(part, groups);
    const items = judged.map((item) => ({
      ...item,
      relevant: item.relevant && search !== null && search.matches(item.document) !== null,
    }));
    return [part, feedbackGain(items, topic)];
  });
  return Object.fromEntries(gains);
}

function errorLine({ line, language, score, relevant, match }: Scored): string {
  const reasons = (match?.reasons ?? [])
    .slice(0, 5)
    .map(({ concept, quote, points }) => `${concept} "${quote}" ${points}`);
  const because = reasons.length === 0 ? "nothing found" : reasons.join(", ");
  return `${relevant ? "missed" : "wrong"} ${score} [${language}] ${line} (${because})`;
}

function printTopic(topic: Topic, figures: TopicFigures): void {
  print(`\n${topic.name}, threshold ${topic.threshold}`);
  print(`  ${"all".padEnd(8)} ${describe(figures.all)}`);
  for (const [language, measures] of Object.entries(figures.languages)) {
    print(`  ${language.padEnd(8)} ${describe(measures)}`);
  }
  const { f1, thresholds } = figures.thresholdCrossFitted;
  print(
    `  threshold fitted on four fifths, F1 on the fifth: ${f1.toFixed(3)} (${thresholds.join(", ")})`,
  );
  if (figures.stream !== null) for (const line of streamLines(figures.stream)) print(`  ${line}`);
  print("  of the items with a score from … to …, so many are relevant:");
  for (const { from, items, relevant } of figures.reliability) {
    if (items > 0) print(`    ${from}–${from + 10}: ${relevant} of ${items}`);
  }
  printGain("the shipped query", figures.feedback);
  printGain("a plain list of words", figures.feedbackOfFirstTry);
  for (const [part, gain] of Object.entries(figures.feedbackOfParts)) {
    printGain(`the shipped query by a team that wants only ${part}`, gain);
  }
  print(`  ${figures.errors.length} errors:`);
  for (const error of figures.errors) print(`    ${error}`);
}

function printGain(query: string, gain: FeedbackGain | null): void {
  if (gain === null) return;
  const { before, after, rounds, better, worse } = gain;
  print(
    `  twenty judgements of ${query}, average precision on unseen items: ${before.toFixed(3)} → ${after.toFixed(3)} (better in ${better}, worse in ${worse} of ${rounds} rounds)`,
  );
}

function describe(measures: Measures & { averagePrecision: number }): string {
  const { items, relevant, precision, recall, f1 } = measures;
  const figures = [`P ${precision.toFixed(3)}`, `R ${recall.toFixed(3)}`, `F1 ${f1.toFixed(3)}`];
  return `${figures.join("  ")}  AP ${measures.averagePrecision.toFixed(3)}  (${relevant} relevant of ${items})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
