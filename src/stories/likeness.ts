import type { Instant } from "../feeds/item.ts";
import { tellOtherDays } from "./event-days.ts";
import { MASS_UNIT, massOf, type StoryRecord, type Term } from "./story-record.ts";

/** An item as it is compared: its terms that the index knows. */
export type Probe = {
  readonly at: Instant;
  readonly title: readonly Term[];
  /** With their weights in the item. */
  readonly terms: ReadonlyMap<Term, number>;
  /** Terms of the item, known or not. */
  readonly termsTotal: number;
  /** Length of the whole item as a vector of weight × rarity, unknown terms included. */
  readonly length: number;
  readonly hasText: boolean;
  readonly days: ReadonlySet<number>;
};

/** How rare a term is: a function of the number of stories that have it. */
export type Rarity = (stories: number) => number;

/**
 * Rarity counts stories, not items: the word that names an event is in each of its many reports and still
 * belongs to one story. Until the index has seen much, every word counts as fairly rare.
 */
export function rarityAmong(storiesTotal: number): Rarity {
  return (stories) => Math.log((storiesTotal + STORIES_SUPPOSED) / (stories + 0.5));
}

const STORIES_SUPPOSED = 50;

/**
 * How well an item fits a story; 1 is just enough to belong to it. Items with a text are compared by their
 * whole text, headlines by the words that tell the story's titles from all others.
 */
export function likeness(probe: Probe, story: StoryRecord, rarity: Rarity): number {
  const byText = probe.hasText && story.texts > 0;
  const raw = byText
    ? textLikeness(probe, story, rarity) / textThreshold(probe, story)
    : titleEvidence(probe.title, story) / TITLE_THRESHOLD;
  const otherDay = tellOtherDays(probe.days, new Set(story.days.keys()));
  return raw * fading(gapDays(probe.at, story)) * (otherDay ? OTHER_DAY_FACTOR : 1);
}

/** Evidence of this size or more makes a headline part of a story. */
const TITLE_THRESHOLD = 0.4;

/** Likeness of reports that name days of the week too far apart for one event. */
const OTHER_DAY_FACTOR = 0.4;

/** Days after which a story that nobody adds to is half as likely to be meant. */
const HALF_LIFE_DAYS = 14;

/** Days between an item and the nearest item of a story that spans from its first to its last. */
export function gapDays(at: Instant, story: StoryRecord): number {
  if (at >= story.firstAt && at <= story.lastAt) return 0;
  const nearest = at < story.firstAt ? story.firstAt : story.lastAt;
  return Math.abs(Date.parse(at) - Date.parse(nearest)) / DAY_MS;
}

const DAY_MS = 86_400_000;

function fading(days: number): number {
  return 0.5 ** (days / HALF_LIFE_DAYS);
}

/**
 * How sure the words of a title make it that this story is meant: for each word, the part of all its uses that
 * is this story's, times how regularly the story uses it; words count as independent witnesses.
 */
export function titleEvidence(title: readonly Term[], story: StoryRecord): number {
  let doubt = 1;
  for (const term of title) doubt *= 1 - witness(term, story);
  return 1 - doubt;
}

/** What one word of a title says for a story, from 0 to 1. */
export function witness(term: Term, story: StoryRecord): number {
  const titles = story.uses.get(term)?.titles ?? 0;
  if (titles === 0) return 0;
  const share = massOf(titles) / (term.titleMass + UNSEEN_MASS);
  return share * Math.sqrt(titles / story.members.size);
}

/** Uses of a word that were not seen, but have to be reckoned with: one shared word is no evidence. */
const UNSEEN_MASS = 2.5 * MASS_UNIT;

/** Cosine between an item and the sum of a story's items, terms weighed by their rarity. */
function textLikeness(probe: Probe, story: StoryRecord, rarity: Rarity): number {
  let product = 0;
  for (const [term, weight] of probe.terms) {
    const use = story.uses.get(term);
    if (use !== undefined) product += weight * use.weight * rarity(term.stories.size) ** 2;
  }
  if (product === 0) return 0;
  return product / (probe.length * lengthOf(story, rarity));
}

function lengthOf(story: StoryRecord, rarity: Rarity): number {
  let sum = 0;
  for (const [term, { weight }] of story.uses) {
    sum += (weight * rarity(term.stories.size)) ** 2;
  }
  return Math.sqrt(sum);
}

/** Short texts resemble one another by chance: they have to be more alike than long ones. */
function textThreshold(probe: Probe, story: StoryRecord): number {
  const terms = Math.min(probe.termsTotal, story.termsTotal / story.members.size);
  const place = Math.log(terms / SHORT_TERMS) / Math.log(LONG_TERMS / SHORT_TERMS);
  return SHORT_THRESHOLD + (LONG_THRESHOLD - SHORT_THRESHOLD) * Math.min(1, Math.max(0, place));
}

const SHORT_TERMS = 24;
const LONG_TERMS = 100;
const SHORT_THRESHOLD = 0.3;
const LONG_THRESHOLD = 0.2;

/** Whether two stories are one: their regular words are the same, and they tell of the same days. */
export function areOneStory(a: StoryRecord, b: StoryRecord, rarity: Rarity): boolean {
  if (tellOtherDays(new Set(a.days.keys()), new Set(b.days.keys()))) return false;
  const byText = a.texts > 0 && b.texts > 0;
  const first = regularTerms(a, byText);
  const second = regularTerms(b, byText);
  let product = 0;
  let firstSquares = 0;
  let secondSquares = 0;
  for (const [term, value] of first) {
    const rare = rarity(term.stories.size) ** 2;
    firstSquares += value * value * rare;
    product += value * (second.get(term) ?? 0) * rare;
  }
  for (const [term, value] of second) {
    secondSquares += value * value * rarity(term.stories.size) ** 2;
  }
  const cosine = product / (Math.sqrt(firstSquares * secondSquares) || 1);
  return cosine >= (byText ? MERGE_TEXT_COSINE : MERGE_TITLE_COSINE);
}

const MERGE_TEXT_COSINE = 0.45;
const MERGE_TITLE_COSINE = 0.35;

/** Most terms by which two stories are compared. */
const REGULAR_TERMS_MAX = 40;

function regularTerms(story: StoryRecord, byText: boolean): Map<Term, number> {
  const values = [...story.uses]
    .map(([term, use]) => [term, byText ? use.weight : use.titles] as const)
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1] || (a[0].text < b[0].text ? -1 : 1));
  return new Map(byText ? values : values.slice(0, REGULAR_TERMS_MAX));
}
