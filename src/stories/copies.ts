import {
  type Fingerprint,
  hashesOf,
  type LocatedFingerprint,
  type Overlap,
  type OwnWords,
  overlapOf,
  withoutFrame,
} from "./fingerprint.ts";
import type { Member, StoryRecord } from "./story-record.ts";

/** Finds the items that a text copies, by the passages that they share. */
export type Copies = {
  add(member: Member): void;
  remove(member: Member): void;
  /** The first added of the items that the text copies; null when it is no copy. */
  originalOf(fingerprint: Fingerprint): Member | null;
  /** The part of a text of so many words that is not the frame of other texts too. */
  ownWordsOf(fingerprint: LocatedFingerprint, words: number): OwnWords;
};

/** Items that are compared with one text at most: those that share the most of it. */
const COMPARED_MAX = 12;

/** Items remembered per passage; one that more items have is recognised as boilerplate long before. */
const HOLDERS_MAX = 64;

/** A passage in so many different stories is a masthead, an appeal or a footer and says nothing. */
const BOILERPLATE_STORIES = 4;

/** An empty index of passages. */
export function createCopies(): Copies {
  const holders = new Map<number, Member[]>();
  const isBoilerplate = (hash: number): boolean => {
    const members = holders.get(hash);
    if (members === undefined || members.length < BOILERPLATE_STORIES) return false;
    const stories = new Set<StoryRecord>();
    for (const { story } of members) stories.add(story);
    return stories.size >= BOILERPLATE_STORIES;
  };
  const likest = (fingerprint: Fingerprint): Member[] => {
    const shared = new Map<Member, number>();
    for (const hash of hashesOf(fingerprint)) {
      for (const member of holders.get(hash) ?? []) {
        shared.set(member, (shared.get(member) ?? 0) + 1);
      }
    }
    // A stable sort of a map in order of addition: among equals the first added comes first.
    const candidates = [...shared].sort((a, b) => b[1] - a[1]).slice(0, COMPARED_MAX);
    return candidates.map(([member]) => member);
  };
  return {
    add(member) {
      for (const hash of hashesOf(member.fingerprint)) {
        const known = holders.get(hash);
        if (known === undefined) holders.set(hash, [member]);
        else if (known.length < HOLDERS_MAX) known.push(member);
      }
    },
    remove(member) {
      for (const hash of hashesOf(member.fingerprint)) {
        const rest = holders.get(hash)?.filter((holder) => holder !== member) ?? [];
        if (rest.length === 0) holders.delete(hash);
        else holders.set(hash, rest);
      }
    },
    originalOf: (fingerprint) =>
      likest(fingerprint)
        .filter((member) => isCopy(overlapOf(fingerprint, member.fingerprint, isBoilerplate)))
        .reduce<Member | null>(earlier, null),
    ownWordsOf(fingerprint, words) {
      let own = { begin: 0, end: words };
      for (const { fingerprint: other } of likest(fingerprint)) {
        if (isCopy(overlapOf(fingerprint, other, () => false))) continue;
        const { begin, end } = withoutFrame(fingerprint, words, other);
        own = { begin: Math.max(own.begin, begin), end: Math.min(own.end, end) };
      }
      return own.begin < own.end ? own : { begin: 0, end: words };
    },
  };
}

function earlier(a: Member | null, b: Member): Member {
  if (a === null || b.at < a.at || (b.at === a.at && b.id < a.id)) return b;
  return a;
}

/**
 * A copy is most of the other text, or a longer text's passage; either way from its beginning, since what
 * articles of one outlet share without being copies stands at the end.
 */
function isCopy({ jaccard, containment, beginning, compared }: Overlap): boolean {
  if (beginning < BEGINNING_MIN) return false;
  if (compared < FEW_HASHES) return jaccard >= FEW_JACCARD_MIN && compared >= HASHES_MIN;
  return jaccard >= JACCARD_MIN || (containment >= CONTAINMENT_MIN && compared >= PASSAGE_HASHES);
}

const BEGINNING_MIN = 0.4;
const JACCARD_MIN = 0.5;
const CONTAINMENT_MIN = 0.85;
/** Fewest hashes by which a passage counts as taken from a longer text. */
const PASSAGE_HASHES = 24;
/** Headlines and other short texts have to be almost the same. */
const FEW_HASHES = 16;
const FEW_JACCARD_MIN = 0.7;
/** A text of fewer words than this and two more is too common to be a copy: "Weather forecast for Friday". */
const HASHES_MIN = 3;
