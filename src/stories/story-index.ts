import { createHash } from "node:crypto";
import type { Instant } from "../feeds/item.ts";
import { type Copies, createCopies } from "./copies.ts";
import {
  areOneStory,
  gapDays,
  likeness,
  type Probe,
  type Rarity,
  rarityAmong,
  witness,
} from "./likeness.ts";
import {
  type Assignment,
  type Regrouped,
  STORY_WINDOW_DAYS,
  type StoryItem,
  type StoryMerge,
} from "./story.ts";
import {
  type Member,
  openStory,
  putMember,
  removeMember,
  type StoryRecord,
} from "./story-record.ts";
import { createTerms, type Terms } from "./terms.ts";
import { type Traits, traitsOf } from "./traits.ts";

/**
 * The stories of the last days, and where a new item belongs. Restored by adding the known items again,
 * oldest first. Decides the same for the same items in the same order.
 */
export type StoryIndex = {
  /** Says where an item belongs; changes nothing. */
  decide(item: StoryItem): Assignment;
  /** Puts an item into a story, which begins with it if it is new. An item that is in already is replaced. */
  add(item: StoryItem, storyId: string): void;
  /** Carries out a merge that {@link Assignment.merges} named. */
  merge(merge: StoryMerge): void;
  /** Puts items where people said that they belong; the pairs that stay two take the place of those before. */
  regroup(regrouped: Regrouped): void;
  /** The story that this one went on as after the merges; itself when it was not merged. */
  finalStory(storyId: string): string;
  /** Forgets items from before then, and the stories that have no others. */
  dropBefore(at: Instant): void;
};

/** Stories that are looked at closely for one item at most. */
const CANDIDATES_MAX = 16;

/** A story this much like the item may be one with the story that the item joins. */
const MERGE_LIKENESS_MIN = 0.5;

/** Stories checked for a merge at most, for one item. */
const MERGE_CHECKS_MAX = 4;

/** An empty index. */
export function createStoryIndex(): StoryIndex {
  const stories = new Map<string, StoryRecord>();
  const members = new Map<string, Member>();
  const merged = new Map<string, string>();
  const copies = createCopies();
  const terms = createTerms();
  let apart: Regrouped["apart"] = [];
  /** What was read of the item of the last decision, which mostly is added next; null once anything changed. */
  let decided: { readonly item: StoryItem; readonly traits: Traits } | null = null;

  const readTraits = (item: StoryItem): Traits =>
    decided?.item === item ? decided.traits : traitsOf(item, copies.ownWordsOf);
  const take = (member: Member): void => {
    decided = null;
    members.delete(member.id);
    copies.remove(member);
    removeMember(member);
    terms.release(member);
    if (member.story.members.size === 0) stories.delete(member.story.id);
  };
  const finalStory = (storyId: string): string => {
    const next = merged.get(storyId);
    return next === undefined ? storyId : finalStory(next);
  };
  const areApart = (one: string, other: string): boolean =>
    apart.some((pair) => {
      const [left, right] = pair.map(finalStory);
      return (left === one && right === other) || (left === other && right === one);
    });
  const add = (item: StoryItem, storyId: string): void => {
    const known = members.get(item.id);
    if (known !== undefined) take(known);
    const id = finalStory(storyId);
    const story = stories.get(id) ?? openStory(id);
    stories.set(id, story);
    const member = terms.member(item, readTraits(item), story);
    decided = null;
    putMember(story, member);
    members.set(item.id, member);
    copies.add(member);
  };
  return {
    decide(item) {
      const traits = readTraits(item);
      decided = { item, traits };
      return decide(item, traits, { stories, copies, terms, areApart });
    },
    add,
    regroup(regrouped) {
      apart = regrouped.apart;
      for (const { item, storyId } of regrouped.items) {
        // A story that had ended in another is itself again.
        merged.delete(storyId);
        add(item, storyId);
      }
    },
    merge({ from, into }) {
      const source = stories.get(finalStory(from));
      const target = stories.get(finalStory(into));
      if (source === undefined || target === undefined || source === target) return;
      for (const member of [...source.members]) {
        removeMember(member);
        putMember(target, member);
      }
      stories.delete(source.id);
      merged.set(source.id, target.id);
    },
    finalStory,
    dropBefore(at) {
      for (const member of [...members.values()]) if (member.at < at) take(member);
    },
  };
}

/** The id of the story that an item opens: `s` + 10 of [0-9a-z]. */
export function storyIdOf(itemId: string): string {
  const hex = createHash("sha256").update(itemId).digest("hex");
  return `s${BigInt(`0x${hex}`).toString(36).padStart(50, "0").slice(-10)}`;
}

/** The id of the story that an item begins when a person takes it out of the one that it was in. */
export function storyIdApart(itemId: string): string {
  return storyIdOf(`${itemId} apart`);
}

type Known = {
  readonly stories: ReadonlyMap<string, StoryRecord>;
  readonly copies: Copies;
  readonly terms: Terms;
  /** Whether people said that two stories are two. */
  areApart(one: string, other: string): boolean;
};

function decide(
  item: StoryItem,
  traits: Traits,
  { stories, copies, terms, areApart }: Known,
): Assignment {
  const original = copies.originalOf(traits.fingerprint);
  if (original !== null && original.id !== item.id) {
    return {
      storyId: original.story.id,
      opens: false,
      duplicateOf: original.id,
      because: "it repeats an item of the story almost word for word",
      merges: [],
    };
  }
  const rarity = rarityAmong(stories.size);
  const probe = terms.probe(item, traits, rarity);
  const ranked = rank(probe, terms.propose(probe, rarity, CANDIDATES_MAX), rarity);
  const best = ranked[0];
  if (best === undefined || best.likeness < 1) {
    const because = best === undefined ? NOTHING_LIKE_IT : nearest(best);
    return { storyId: storyIdOf(item.id), opens: true, duplicateOf: null, because, merges: [] };
  }
  return {
    storyId: best.story.id,
    opens: false,
    duplicateOf: null,
    because: `it shares ${sharedWords(probe, traits, best.story, rarity)} with the story`,
    merges: mergesWith(best.story, ranked.slice(1), rarity, areApart),
  };
}

const NOTHING_LIKE_IT = `nothing in the ${STORY_WINDOW_DAYS} days around it is like it`;

type Ranked = { readonly story: StoryRecord; readonly likeness: number };

function nearest({ likeness: value }: Ranked): string {
  return `the story nearest to it has only ${Math.round(value * 100)} % of the likeness that it takes`;
}

function rank(probe: Probe, candidates: readonly StoryRecord[], rarity: Rarity): Ranked[] {
  return candidates
    .filter((story) => gapDays(probe.at, story) <= STORY_WINDOW_DAYS)
    .map((story) => ({ story, likeness: likeness(probe, story, rarity) }))
    .sort((a, b) => b.likeness - a.likeness || byBeginning(a.story, b.story));
}

function byBeginning(a: StoryRecord, b: StoryRecord): number {
  if (a.firstAt !== b.firstAt) return a.firstAt < b.firstAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function mergesWith(
  story: StoryRecord,
  others: readonly Ranked[],
  rarity: Rarity,
  areApart: Known["areApart"],
): StoryMerge[] {
  const parts: StoryRecord[] = [story];
  for (const other of others.slice(0, MERGE_CHECKS_MAX)) {
    if (other.likeness < MERGE_LIKENESS_MIN) continue;
    if (parts.some(({ id }) => areApart(id, other.story.id))) continue;
    if (areOneStory(story, other.story, rarity)) parts.push(other.story);
  }
  const [into, ...rest] = parts.sort(byBeginning);
  return into === undefined ? [] : rest.map(({ id }) => ({ from: id, into: into.id }));
}

/** The words that speak most for the story, as the item writes them. */
function sharedWords(probe: Probe, traits: Traits, story: StoryRecord, rarity: Rarity): string {
  const byText = probe.hasText && story.texts > 0;
  const candidates = byText ? [...probe.terms.keys()] : probe.title;
  const words = candidates
    .map((term) => {
      const use = story.uses.get(term)?.weight ?? 0;
      const weight = (probe.terms.get(term) ?? 0) * use * rarity(term.stories.size) ** 2;
      return { text: term.text, value: byText ? weight : witness(term, story) };
    })
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (a.text < b.text ? -1 : 1))
    .slice(0, 3)
    .map(({ text }) => `“${traits.written.get(text) ?? text}”`);
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");
}
