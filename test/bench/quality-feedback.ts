import {
  applyFeedback,
  type Feedback,
  feedbackTerms,
  reweigh,
  termWeights,
} from "../../src/topics/feedback.ts";
import type { Match, MatchDocument, Topic } from "../../src/topics/topic.ts";
import { averagePrecision, type Judged } from "./quality-measures.ts";
import { seededRandom } from "./synthetic-news.ts";

/** An item with its match, and whether a person finds it relevant. */
export type FeedbackItem = {
  readonly match: Match | null;
  readonly document: MatchDocument;
  readonly relevant: boolean;
};

/** Mean average precision on unseen items before and after judgements. */
export type FeedbackGain = {
  readonly before: number;
  readonly after: number;
  readonly rounds: number;
  readonly better: number;
  readonly worse: number;
};

const JUDGEMENTS = 20;
const DRAWS = 20;
const FOLDS = 5;
/** People judge what they see: items at least so near the threshold. */
const SEEN_POINTS = 30;

/** What a person would type first: the topics that have most to learn. */
export const FIRST_TRIES: Readonly<Record<string, string>> = {
  "russian-deployments": "(russia OR russian) (troops OR military OR deploy)",
  "venezuela-talks": "(venezuela OR venezuelan) (talks OR negotiate OR dialogue OR deal)",
};

/**
 * Teams that want a part of what a topic finds, as searches: what a person judges relevant is relevant to the topic and
 * found by the search.
 */
export const PARTS: Readonly<Record<string, readonly string[]>> = {
  "russian-deployments": ["top:@belarus", "top:@ukraine", "top:@venezuela-place"],
  "venezuela-talks": ["top:(norway OR barbados OR oslo)", "top:mexico"],
};

/** Judges twenty matched items of four fifths and scores the fifth; null where there are too few. */
export function feedbackGain(items: readonly FeedbackItem[], topic: Topic): FeedbackGain | null {
  const random = seededRandom(7);
  const terms = new Map(
    items.map((item) => [item, feedbackTerms(item.document, item.match?.reasons ?? [])]),
  );
  let before = 0;
  let after = 0;
  let better = 0;
  let worse = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const shuffled = shuffle(items, random);
    for (let fold = 0; fold < FOLDS; fold += 1) {
      const unseen = shuffled.filter((_, index) => index % FOLDS === fold);
      const judged = shuffled
        .filter((item, index) => index % FOLDS !== fold && isSeen(item, topic))
        .slice(0, JUDGEMENTS);
      if (judged.length < JUDGEMENTS) return null;
      const weights = termWeights(learn(judged, terms, topic.id));
      const plain = averagePrecision(
        unseen.map((item) => judgedItem(item, item.match?.score ?? 0)),
      );
      const moved = averagePrecision(
        unseen.map((item) => {
          const { match, document } = item;
          const score =
            match === null ? 0 : reweigh(match, document, weights, topic.threshold).score;
          return judgedItem(item, score);
        }),
      );
      before += plain;
      after += moved;
      if (moved > plain) better += 1;
      if (moved < plain) worse += 1;
    }
  }
  const rounds = DRAWS * FOLDS;
  return { before: before / rounds, after: after / rounds, rounds, better, worse };
}

function isSeen({ match }: FeedbackItem, topic: Topic): boolean {
  return match !== null && match.score >= topic.threshold - SEEN_POINTS;
}

function learn(
  judged: readonly FeedbackItem[],
  terms: ReadonlyMap<FeedbackItem, string[]>,
  topicId: string,
): Feedback {
  let feedback: Feedback = { topicId, judgements: [] };
  for (const [index, item] of judged.entries()) {
    const judgement = {
      itemId: `i${index}`,
      relevant: item.relevant,
      matched: item.match?.matched ?? false,
      by: "web:local",
      at: "2026-01-01T00:00:00.000Z",
      terms: terms.get(item) ?? [],
    };
    feedback = applyFeedback(feedback, judgement).feedback;
  }
  return feedback;
}

function judgedItem({ relevant }: FeedbackItem, score: number): Judged {
  return { line: "", language: "", score, relevant };
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}
