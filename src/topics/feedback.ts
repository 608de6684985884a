import type { Instant } from "../feeds/item.ts";
import { archiveTerms } from "./analyse.ts";
import { withoutRarity } from "./rarity.ts";
import type { Match, MatchDocument, Reason } from "./topic.ts";

/** One person's verdict on one item for one topic of one tenant. */
export type Judgement = {
  readonly itemId: string;
  readonly relevant: boolean;
  /** Whether the topic had matched it; absent: yes, as with everything posted. A verdict that the topic shared teaches little. */
  readonly matched?: boolean;
  /** platform:user */
  readonly by: string;
  readonly at: Instant;
  /** What the item says at its top, and what the topic found in it: see feedbackTerms. */
  readonly terms: readonly string[];
};

/** What a topic learnt from its tenant. The judgements are all there is; everything else follows from them. */
export type Feedback = {
  readonly topicId: string;
  /** Oldest first; one an item and person. */
  readonly judgements: readonly Judgement[];
};

/** By stem or concept (`@strikes`), the points that it gives or takes where it is found in an item. */
export type TermWeights = ReadonlyMap<string, number>;

/** A weight as people read it. */
export type WeightInWords = {
  /** A word of the items that were judged, or a concept as reasons call it, followed by "(concept)". */
  readonly term: string;
  readonly points: number;
};

/** What one judgement changed, for people. */
export type FeedbackChange = {
  /** As in WeightInWords. */
  readonly term: string;
  readonly before: number;
  readonly after: number;
};

/** Terms that an editor may want in the query. */
export type Suggestions = {
  readonly add: readonly string[];
  readonly exclude: readonly string[];
};

/** Most that one word or concept, and all of an item together, give or take. A query that is right stays right. */
export const TERM_POINTS_MAX = 8;
export const FEEDBACK_POINTS_MAX = 25;
/** Points for a term that is e times as likely in one kind as in the other. */
const POINTS_PER_NAT = 1;
/** How much doubt each term starts with: judgements of either kind that it is taken to have seen already. */
const PRIOR_JUDGEMENTS = 4;
/** Judgements in which a term has to occur before it counts. */
const OCCURRENCES_MIN = 2;
/** Terms that count at a time, the strongest. */
const TERMS_MAX = 300;
/** Words from the top of a text that are looked at. */
const TOP_CHARS = 400;
const TERM_CHARS_MIN = 4;

/** Stands between a stem and the word it was read from: `mediat/mediates`. No word holds it. */
const STEM_END = "/";
/** Before a concept. No word holds it. */
const CONCEPT = "@";

/**
 * The distinct stems of an item's title and beginning, each with the word that people read, and the concepts that the
 * topic found in it; short words say nothing.
 */
export function feedbackTerms(document: MatchDocument, reasons: readonly Reason[]): string[] {
  const words = [...topWords(document)].map(([stem, word]) =>
    word === stem ? stem : `${stem}${STEM_END}${word}`,
  );
  return [...words, ...conceptsOf(reasons)].sort();
}

function conceptsOf(reasons: readonly Reason[]): string[] {
  return [...new Set(reasons.map(({ concept }) => `${CONCEPT}${withoutRarity(concept)}`))];
}

/** By stem the shortest word of it. */
function topWords({ title, text, language }: MatchDocument): Map<string, string> {
  const { words, stems } = archiveTerms(title, text.slice(0, TOP_CHARS), language);
  const read = words.split(" ");
  const found = new Map<string, string>();
  for (const [index, stem] of stems.split(" ").entries()) {
    const word = read[index] ?? stem;
    const known = found.get(stem);
    if (stem.length < TERM_CHARS_MIN) continue;
    if (known === undefined || word.length < known.length) found.set(stem, word);
  }
  return found;
}

function stemOfTerm(term: string): string {
  const end = term.startsWith(CONCEPT) ? -1 : term.indexOf(STEM_END);
  return end < 0 ? term : term.slice(0, end);
}

/** The weights as people read them, strongest first. */
export function weightsInWords(feedback: Feedback): WeightInWords[] {
  const wordOf = wordsOfStems(feedback);
  return [...termWeights(feedback)].map(([term, points]) => ({
    term: wordOf(term),
    points,
  }));
}

/** By stem the word that judged items used most, the shorter of two used alike; a concept by its name. */
function wordsOfStems({ judgements }: Feedback): (stem: string) => string {
  const uses = new Map<string, Map<string, number>>();
  for (const term of judgements.flatMap(({ terms }) => terms)) {
    const stem = stemOfTerm(term);
    const word = term === stem ? stem : term.slice(stem.length + 1);
    const counts = uses.get(stem) ?? new Map<string, number>();
    uses.set(stem, counts.set(word, (counts.get(word) ?? 0) + 1));
  }
  return (stem) => {
    if (stem.startsWith(CONCEPT)) return `${stem.slice(CONCEPT.length)} (concept)`;
    const [most] = [...(uses.get(stem) ?? [])].sort(
      ([left, leftUses], [right, rightUses]) =>
        rightUses - leftUses || left.length - right.length || (left < right ? -1 : 1),
    );
    return most?.[0] ?? stem;
  };
}

/** Adds a verdict; the same person's earlier one on that item is replaced. Says which weights moved. */
export function applyFeedback(
  feedback: Feedback,
  judgement: Judgement,
): { feedback: Feedback; changes: readonly FeedbackChange[] } {
  const others = feedback.judgements.filter(
    ({ itemId, by }) => itemId !== judgement.itemId || by !== judgement.by,
  );
  return changed(feedback, { ...feedback, judgements: [...others, judgement] });
}

/** Takes a person's verdict on an item back; nothing changes when there is none. */
export function undoFeedback(
  feedback: Feedback,
  itemId: string,
  by: string,
): { feedback: Feedback; changes: readonly FeedbackChange[] } {
  const judgements = feedback.judgements.filter((one) => one.itemId !== itemId || one.by !== by);
  return changed(feedback, { ...feedback, judgements });
}

function changed(
  before: Feedback,
  after: Feedback,
): { feedback: Feedback; changes: readonly FeedbackChange[] } {
  const old = termWeights(before);
  const now = termWeights(after);
  const stems = [...new Set([...old.keys(), ...now.keys()])].sort();
  const wordOf = wordsOfStems({
    ...before,
    judgements: [...after.judgements, ...before.judgements],
  });
  const changes = stems
    .map((stem) => ({
      term: wordOf(stem),
      before: old.get(stem) ?? 0,
      after: now.get(stem) ?? 0,
    }))
    .filter((one) => one.before !== one.after);
  return { feedback: after, changes };
}

/** The weights that follow from the judgements, each within ±TERM_POINTS_MAX. None before both kinds were judged. */
export function termWeights({ judgements }: Feedback): TermWeights {
  const relevant = judgements.filter((one) => one.relevant);
  const irrelevant = judgements.filter((one) => !one.relevant);
  if (relevant.length === 0 || irrelevant.length === 0) return new Map();
  const trust = trustOf(judgements);
  const inRelevant = countTerms(relevant);
  const inIrrelevant = countTerms(irrelevant);
  const weights: [string, number][] = [];
  for (const term of new Set([...inRelevant.keys(), ...inIrrelevant.keys()])) {
    const good = inRelevant.get(term) ?? 0;
    const bad = inIrrelevant.get(term) ?? 0;
    if (good + bad < OCCURRENCES_MIN) continue;
    const likelier = logOdds(good, relevant.length) - logOdds(bad, irrelevant.length);
    const points = Math.max(
      -TERM_POINTS_MAX,
      Math.min(TERM_POINTS_MAX, POINTS_PER_NAT * trust * likelier),
    );
    const rounded = Math.round(points * 10) / 10;
    if (rounded !== 0) weights.push([term, rounded]);
  }
  weights.sort(
    (left, right) => Math.abs(right[1]) - Math.abs(left[1]) || (left[0] < right[0] ? -1 : 1),
  );
  return new Map(weights.slice(0, TERMS_MAX));
}

/** From 0 to 1: the more often a topic was wrong, the further its weights move. One that is right stays as it is. */
function trustOf(judgements: readonly Judgement[]): number {
  const wrong = judgements.filter(({ relevant, matched = true }) => relevant !== matched).length;
  return Math.min(1, (2 * wrong) / judgements.length);
}

function countTerms(judgements: readonly Judgement[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { terms } of judgements) {
    for (const stem of new Set(terms.map(stemOfTerm))) {
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    }
  }
  return counts;
}

function logOdds(count: number, of: number): number {
  const share = (count + PRIOR_JUDGEMENTS / 2) / (of + PRIOR_JUDGEMENTS);
  return Math.log(share / (1 - share));
}

/** What is left of a match, however often it was found irrelevant: feedback lowers an item but never hides it. */
const SCORE_MIN = 1;
/** Points by which the best scores make room, so that feedback can still tell them apart. */
const HEADROOM = 15;

/** Draws a score above the threshold towards it; which side of it an item is on does not change. */
function roomOf(score: number, threshold: number): number {
  if (score <= threshold || threshold >= 100 - HEADROOM) return 0;
  return (-HEADROOM * (score - threshold)) / (100 - threshold);
}

/** A match as the tenant's feedback sees it: further reasons, and a score that they moved. */
export function reweigh(
  match: Match,
  document: MatchDocument,
  weights: TermWeights,
  threshold: number,
): Match {
  if (match.score === 0 || weights.size === 0) return match;
  const concepts = conceptsOf(match.reasons).map(
    (key) => [key, key.slice(CONCEPT.length)] as const,
  );
  const found = [...topWords(document), ...concepts].flatMap(([key, term]) => {
    const points = weights.get(key);
    return points === undefined ? [] : [{ term, points }];
  });
  const room = roomOf(match.score, threshold);
  const sum = found.reduce((total, { points }) => total + points, 0);
  const bounded = Math.max(-FEEDBACK_POINTS_MAX, Math.min(FEEDBACK_POINTS_MAX, sum));
  const moved = Math.max(bounded, SCORE_MIN - match.score - room);
  const factor = sum === 0 ? 0 : moved / sum;
  const reasons = found.map(({ term, points }) => reasonOf("feedback", term, points * factor));
  if (room !== 0) reasons.push(reasonOf("room for feedback", "", room));
  const score = Math.min(100, Math.round((match.score + room + moved) * 100) / 100);
  const all = [...match.reasons, ...reasons].sort(
    (left, right) => Math.abs(right.points) - Math.abs(left.points),
  );
  return { ...match, score, matched: score >= threshold, reasons: all };
}

function reasonOf(concept: string, quote: string, points: number): Reason {
  return { concept, field: "title", quote, points: Math.round(points * 100) / 100 };
}

/** How many terms are suggested of each kind. */
const SUGGESTIONS_MAX = 5;
/** Points from which a term is worth a line in the query. */
const SUGGESTION_POINTS_MIN = 1;

/** The words that parted relevant from irrelevant items best and are not in the query yet. */
export function suggestTerms(feedback: Feedback, query: string): Suggestions {
  const typed = new Set(archiveTerms(query, "", null).stems.split(" "));
  const wordOf = wordsOfStems(feedback);
  const fresh = [...termWeights(feedback)].filter(
    ([term]) => !term.startsWith(CONCEPT) && !typed.has(term),
  );
  const pick = (sign: number): string[] =>
    fresh
      .filter(([, points]) => points * sign >= SUGGESTION_POINTS_MIN)
      .slice(0, SUGGESTIONS_MAX)
      .map(([stem]) => wordOf(stem));
  return { add: pick(1), exclude: pick(-1) };
}
