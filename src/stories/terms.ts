import type { Fingerprint } from "./fingerprint.ts";
import type { Probe, Rarity } from "./likeness.ts";
import type { StoryItem } from "./story.ts";
import type { Member, StoryRecord, Term } from "./story-record.ts";
import type { Traits } from "./traits.ts";

/** The terms of all items in the index, and the stories that they propose. */
export type Terms = {
  /** An item's place in the index; its terms are kept until {@link Terms.release}. */
  member(item: StoryItem, traits: Traits, story: StoryRecord): Member;
  /** Forgets terms that no story has any more. */
  release(member: Member): void;
  /** An item as it is compared; keeps nothing. */
  probe(item: StoryItem, traits: Traits, rarity: Rarity): Probe;
  /** The stories that share the most with an item, best first. The work does not grow with the index. */
  propose(probe: Probe, rarity: Rarity, storiesMax: number): StoryRecord[];
};

/** Stories that are visited for one item at most. */
const VISITS_MAX = 4000;

/** No terms yet. */
export function createTerms(): Terms {
  const terms = new Map<string, Term>();
  const keep = (text: string): Term => {
    const known = terms.get(text);
    if (known !== undefined) return known;
    const term: Term = { text, stories: new Map(), titleMass: 0 };
    terms.set(text, term);
    return term;
  };
  return {
    member: (item, traits, story) => ({
      id: item.id,
      at: item.at,
      title: traits.title.map(keep),
      terms: [...traits.terms.keys()].map(keep),
      weights: Uint16Array.from(traits.terms.values()),
      hasText: traits.hasText,
      days: traits.days,
      fingerprint: withoutPlaces(traits.fingerprint),
      story,
    }),
    release(member) {
      for (const term of [...member.terms, ...member.title]) {
        if (term.stories.size === 0) terms.delete(term.text);
      }
    },
    probe: (item, traits, rarity) => {
      const known = new Map<Term, number>();
      let squares = 0;
      for (const [text, weight] of traits.terms) {
        const term = terms.get(text);
        if (term !== undefined) known.set(term, weight);
        squares += (weight * rarity(term?.stories.size ?? 0)) ** 2;
      }
      return {
        at: item.at,
        title: traits.title.flatMap((text) => terms.get(text) ?? []),
        terms: known,
        termsTotal: traits.terms.size,
        length: Math.sqrt(squares),
        hasText: traits.hasText,
        days: traits.days,
      };
    },
    propose,
  };
}

/** Places are of use only while an item is read. */
function withoutPlaces({ hashes, lead, step }: Fingerprint): Fingerprint {
  return { hashes, lead, step };
}

function propose(probe: Probe, rarity: Rarity, storiesMax: number): StoryRecord[] {
  const votes = new Map<StoryRecord, number>();
  const rarestFirst = [...new Set([...probe.title, ...probe.terms.keys()])].sort(
    (a, b) => a.stories.size - b.stories.size || (a.text < b.text ? -1 : 1),
  );
  let visits = 0;
  for (const term of rarestFirst) {
    visits += term.stories.size;
    if (visits > VISITS_MAX) break;
    const rare = rarity(term.stories.size) ** 2 * (probe.terms.get(term) ?? 1);
    for (const [story, use] of term.stories) {
      const share = (use.weight || use.titles) / story.members.size;
      votes.set(story, (votes.get(story) ?? 0) + rare * share);
    }
  }
  return [...votes]
    .sort((a, b) => b[1] - a[1] || (a[0].id < b[0].id ? -1 : 1))
    .slice(0, storiesMax)
    .map(([story]) => story);
}
