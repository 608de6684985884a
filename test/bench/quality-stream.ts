import { compileSearch } from "../../src/topics/archive-query.ts";
import type { MatchDocument } from "../../src/topics/topic.ts";
import type { ConceptGroup } from "../../src/topics/topic-file.ts";
import type { Judged } from "./quality-measures.ts";

/** What was counted by hand in random samples of a news stream: items that name the subject, and what of them counts. */
type Counted = {
  /** A search that finds the items that name the subject. */
  readonly names: string;
  readonly items: number;
  readonly relevant: number;
  /** A plain list of words that was tried on the same sample, and how many irrelevant items it found. */
  readonly words: string;
  readonly wordsWrong: number;
};

const STREAMS: Readonly<Record<string, Counted>> = {
  "russian-deployments": {
    names: "@russia",
    items: 195,
    relevant: 2,
    words: "russia* AND (troops OR military OR deploy*)",
    wordsWrong: 55,
  },
  "venezuela-talks": {
    names: "@venezuela",
    items: 75,
    relevant: 3,
    words: "venezuela* AND (talk* OR negotiat* OR dialog*)",
    wordsWrong: 5,
  },
};

/** What a labelled mix says of a natural stream. */
export type StreamFigures = {
  /** Items of the mix that name the subject. */
  readonly relevant: number;
  readonly irrelevant: number;
  /** One in so many items of the stream that name the subject is relevant. */
  readonly oneIn: number;
  /** How many times as often as in the stream the plain list of words is wrong in this mix. */
  readonly hardness: number;
  /** At the topic's threshold, and at the highest that leaves a recall of RECALL_WANTED. */
  readonly at: readonly StreamPoint[];
};

type StreamPoint = {
  readonly threshold: number;
  readonly recall: number;
  /** Matches among the irrelevant items. */
  readonly wrong: number;
  /** With the mix's irrelevant items as they are: it was made to be hard, so this is the least to expect. */
  readonly precision: number;
  /** With wrong matches as rare as the stream makes them for the plain list of words. */
  readonly precisionEased: number;
};

const RECALL_WANTED = 0.7;

type StreamItem = Judged & { readonly document: MatchDocument };

/** Null where nothing was counted for the topic, or the mix has nothing to tell. */
export function streamFigures(
  topicId: string,
  items: readonly StreamItem[],
  threshold: number,
  groups: readonly ConceptGroup[],
): StreamFigures | null {
  const counted = STREAMS[topicId];
  if (counted === undefined) return null;
  const named = finder(counted.names, groups);
  const worded = finder(counted.words, groups);
  const relevant = items.filter((item) => item.relevant);
  const irrelevant = items.filter((item) => !item.relevant && named(item.document));
  if (relevant.length === 0 || irrelevant.length === 0) return null;
  const prevalence = counted.relevant / counted.items;
  const inStream = counted.wordsWrong / (counted.items - counted.relevant);
  const hardness = shareOf(irrelevant, ({ document }) => worded(document)) / inStream;
  const pointAt = (at: number): StreamPoint => {
    const recall = shareOf(relevant, ({ score }) => score >= at);
    const wrong = shareOf(irrelevant, ({ score }) => score >= at);
    const precisionWith = (wrongShare: number): number => {
      const right = prevalence * recall;
      return right === 0 ? 0 : right / (right + (1 - prevalence) * wrongShare);
    };
    return {
      threshold: at,
      recall,
      wrong: Math.round(wrong * irrelevant.length),
      precision: precisionWith(wrong),
      precisionEased: precisionWith(wrong / Math.max(1, hardness)),
    };
  };
  return {
    relevant: relevant.length,
    irrelevant: irrelevant.length,
    oneIn: 1 / prevalence,
    hardness,
    at: [threshold, thresholdFor(relevant)].map(pointAt),
  };
}

/** The highest threshold that leaves the wanted recall. */
function thresholdFor(relevant: readonly Judged[]): number {
  const scores = relevant.map(({ score }) => score).sort((left, right) => right - left);
  return scores[Math.ceil(RECALL_WANTED * scores.length) - 1] ?? 0;
}

function finder(query: string, groups: readonly ConceptGroup[]): (item: MatchDocument) => boolean {
  const { search, fault } = compileSearch(query, groups);
  if (search === null) throw new Error(fault ?? query);
  return (item) => search.matches(item) !== null;
}

function shareOf<T>(items: readonly T[], fits: (item: T) => boolean): number {
  return items.filter(fits).length / items.length;
}

/** Lines for people. */
export function streamLines(figures: StreamFigures): string[] {
  const { relevant, irrelevant, oneIn, hardness, at } = figures;
  const mix = `${irrelevant} irrelevant items that name the subject, the ${relevant} relevant ones weighed to 1 in ${Math.round(oneIn)} as in a random sample`;
  const eased = `if the stream is ${hardness.toFixed(1)} times as easy, as it is for a plain list of words`;
  return [
    `natural stream, estimated from ${mix}:`,
    ...at.map(
      (point) =>
        `  at ${point.threshold}: P ${point.precision.toFixed(3)}  R ${point.recall.toFixed(3)}  (${point.wrong} wrong); P ${point.precisionEased.toFixed(3)} ${eased}`,
    ),
  ];
}
