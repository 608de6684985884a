import type { ArchivedItem } from "../stories/story.ts";
import { documentOf } from "../topics/document.ts";
import { FEEDBACK_POINTS_MAX, reweigh, type TermWeights, termWeights } from "../topics/feedback.ts";
import type { Match } from "../topics/topic.ts";
import { type MuteFilter, muteFilter, type Place } from "./muted.ts";
import type { KeptVerdict, Mute } from "./own.ts";
import type { FoundStory } from "./ports.ts";

/** How one tenant reads what is stored for all: its weights of one topic, and its mutes in one place. */
export type Reading = {
  readonly weights: TermWeights;
  readonly mutes: MuteFilter;
};

/** `verdicts` and `mutes`: of the tenant; only what belongs to the topic and the place counts. */
export function readingOf(
  verdicts: readonly KeptVerdict[],
  mutes: readonly Mute[],
  place: Place,
): Reading {
  return { weights: weightsOf(verdicts, place.topicId), mutes: muteFilter(mutes, place) };
}

/** The weights that follow from the applied verdicts on a topic; none without a topic. */
export function weightsOf(verdicts: readonly KeptVerdict[], topicId: string | null): TermWeights {
  const judgements = verdicts.filter(
    (one) => one.topicId === topicId && one.appliedAt !== null && movesWeights(one),
  );
  return topicId === null ? new Map() : termWeights({ topicId, judgements });
}

/** The other verdicts speak of how stories are told, not of the topic. */
export function movesWeights({ verdict }: Pick<KeptVerdict, "verdict">): boolean {
  return verdict === "relevant" || verdict === "irrelevant";
}

/** How far below the wanted score a stored one may lie and still reach it by the tenant's weights. */
export function reachOf({ weights }: Reading): number {
  return weights.size === 0 ? 0 : FEEDBACK_POINTS_MAX;
}

/** Stories as the tenant sees them, best first: scores moved, those below `minScore` and the muted left out. */
export function readStories(
  stories: readonly FoundStory[],
  items: ReadonlyMap<string, ArchivedItem>,
  reading: Reading,
  topic: { readonly id: string; readonly threshold: number },
  minScore: number,
): readonly FoundStory[] {
  if (reading.weights.size === 0 && reading.mutes.size === 0) return stories;
  return stories
    .map((found) => {
      const item = items.get(found.bestItemId ?? "");
      const document = item === undefined ? null : documentOf(item);
      if (reading.mutes.ofStory(found.story, document) !== null) return null;
      if (document === null) return found;
      const stored = {
        topicId: topic.id,
        score: found.score,
        matched: found.score >= topic.threshold,
        reasons: found.reasons,
      };
      const { score, reasons } = reweigh(stored, document, reading.weights, topic.threshold);
      return { ...found, score, reasons };
    })
    .filter((found) => found !== null)
    .filter(({ score }) => score >= minScore)
    .sort((a, b) => b.score - a.score);
}

/** One stored match as the tenant sees it. */
export function readMatch(
  match: Match,
  item: ArchivedItem | null,
  weights: TermWeights,
  threshold: number,
): Match {
  return item === null ? match : reweigh(match, documentOf(item), weights, threshold);
}
