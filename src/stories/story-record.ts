import type { Instant } from "../feeds/item.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** A term of the items in the index, and where it occurs. */
export type Term = {
  readonly text: string;
  /** Stories that have the term, with what they have of it. */
  readonly stories: Map<StoryRecord, TermUse>;
  /** Sum of {@link massOf} over the stories, for titles. */
  titleMass: number;
};

/** What one story has of a term. */
export type TermUse = {
  /** Items with the term in their title. */
  titles: number;
  /** Sum of its weights in the items. */
  weight: number;
};

/** An item in the index. */
export type Member = {
  readonly id: string;
  readonly at: Instant;
  readonly title: readonly Term[];
  readonly terms: readonly Term[];
  /** In parallel with `terms`. */
  readonly weights: Uint16Array;
  readonly hasText: boolean;
  readonly days: ReadonlySet<number>;
  readonly fingerprint: Fingerprint;
  story: StoryRecord;
};

/** A story in the index. */
export type StoryRecord = {
  readonly id: string;
  /** In the order in which they were added. */
  readonly members: Set<Member>;
  readonly uses: Map<Term, TermUse>;
  /** Items that have a text. */
  texts: number;
  /** Terms of all items together, each item's counted apart. */
  termsTotal: number;
  /** Days of the week that its items name, with the number of items. */
  readonly days: Map<number, number>;
  firstAt: Instant;
  lastAt: Instant;
};

/** An empty story. */
export function openStory(id: string): StoryRecord {
  return {
    id,
    members: new Set(),
    uses: new Map(),
    texts: 0,
    termsTotal: 0,
    days: new Map(),
    firstAt: "",
    lastAt: "",
  };
}

/** Puts an item into a story. All sums are whole numbers, so that {@link removeMember} undoes it exactly. */
export function putMember(story: StoryRecord, member: Member): void {
  story.members.add(member);
  member.story = story;
  if (member.hasText) story.texts += 1;
  story.termsTotal += member.terms.length;
  if (story.firstAt === "" || member.at < story.firstAt) story.firstAt = member.at;
  if (member.at > story.lastAt) story.lastAt = member.at;
  member.terms.forEach((term, index) => {
    useOf(story, term).weight += member.weights[index] ?? 0;
  });
  for (const term of member.title) countTitle(story, term, 1);
  for (const day of member.days) story.days.set(day, (story.days.get(day) ?? 0) + 1);
}

/** Takes an item out of its story. */
export function removeMember(member: Member): void {
  const { story } = member;
  story.members.delete(member);
  if (member.hasText) story.texts -= 1;
  story.termsTotal -= member.terms.length;
  member.terms.forEach((term, index) => {
    useOf(story, term).weight -= member.weights[index] ?? 0;
  });
  for (const term of member.title) countTitle(story, term, -1);
  for (const term of [...member.terms, ...member.title]) forgetUnused(story, term);
  for (const day of member.days) {
    const left = (story.days.get(day) ?? 0) - 1;
    if (left > 0) story.days.set(day, left);
    else story.days.delete(day);
  }
  if (member.at === story.firstAt || member.at === story.lastAt) findSpan(story);
}

function findSpan(story: StoryRecord): void {
  story.firstAt = "";
  story.lastAt = "";
  for (const { at } of story.members) {
    if (story.firstAt === "" || at < story.firstAt) story.firstAt = at;
    if (at > story.lastAt) story.lastAt = at;
  }
}

/**
 * What a story weighs among the stories that share a title's word. Less than its items, else the largest
 * story would draw everything. A whole number.
 */
export function massOf(titles: number): number {
  return Math.round(MASS_UNIT * titles ** MASS_EXPONENT);
}

/** {@link massOf} of one item. */
export const MASS_UNIT = 1000;
const MASS_EXPONENT = 0.7;

function countTitle(story: StoryRecord, term: Term, by: 1 | -1): void {
  const use = useOf(story, term);
  term.titleMass += massOf(use.titles + by) - massOf(use.titles);
  use.titles += by;
}

function useOf(story: StoryRecord, term: Term): TermUse {
  const known = story.uses.get(term);
  if (known !== undefined) return known;
  const use: TermUse = { titles: 0, weight: 0 };
  story.uses.set(term, use);
  term.stories.set(story, use);
  return use;
}

function forgetUnused(story: StoryRecord, term: Term): void {
  const use = story.uses.get(term);
  if (use === undefined || use.titles > 0 || use.weight > 0) return;
  story.uses.delete(term);
  term.stories.delete(story);
}
