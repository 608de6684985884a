import { eventDays } from "./event-days.ts";
import { fingerprintOf, type LocatedFingerprint, type OwnWords } from "./fingerprint.ts";
import { isStopWord } from "./stop-words.ts";
import type { StoryItem } from "./story.ts";
import { scanWords, type Word } from "./words.ts";

/** How often a title's word counts as if it stood in the text. */
const TITLE_COUNT = 3;

/** Most terms of one item that likeness looks at. */
const TERMS_MAX = 120;

/** A text with fewer words says little beside its title: the title is then part of the fingerprint. */
const TEXT_WORDS_MIN = 20;

/** What grouping reads out of an item. */
export type Traits = {
  /** Terms of the title, each once. */
  readonly title: readonly string[];
  /** Terms of title and text with whole-number weights, heaviest first. */
  readonly terms: ReadonlyMap<string, number>;
  /** Whether there is a text beside the title that is worth comparing. */
  readonly hasText: boolean;
  /** Days of the week named in the beginning. */
  readonly days: ReadonlySet<number>;
  /** Of the whole text; of title and text when the text is short. */
  readonly fingerprint: LocatedFingerprint;
  /** The first word that made a term, as it is written; to show, not to compare. */
  readonly written: ReadonlyMap<string, string>;
};

/** Finds the part of a text that is its own and not its outlet's frame. */
export type FindOwnWords = (fingerprint: LocatedFingerprint, words: number) => OwnWords;

/** Reads an item's traits. Only a text's own words become terms. */
export function traitsOf(item: StoryItem, findOwnWords: FindOwnWords): Traits {
  const title = scanWords(item.title);
  const text = withoutTitle(scanWords(item.text), title);
  const hasText = text.length >= TEXT_WORDS_MIN;
  const compared = hasText ? text : [...title, ...text];
  const fingerprint = fingerprintOf(compared);
  const { begin, end } = findOwnWords(fingerprint, compared.length);
  const own = hasText ? text.slice(begin, end) : text;
  const counts = new Map<string, number>();
  const written = new Map<string, string>();
  countTerms(title, item.title, TITLE_COUNT, counts, written);
  const titleTerms = [...counts.keys()];
  countTerms(own, item.text, 1, counts, written);
  return {
    title: titleTerms,
    terms: weigh(counts),
    hasText: own.length >= TEXT_WORDS_MIN,
    days: eventDays(hasText ? own : compared),
    fingerprint,
    written,
  };
}

function countTerms(
  words: readonly Word[],
  source: string,
  times: number,
  counts: Map<string, number>,
  written: Map<string, string>,
): void {
  for (const word of words) {
    const term = termOf(word.text);
    if (term === null) continue;
    if (!written.has(term)) written.set(term, source.slice(word.start, word.end));
    counts.set(term, (counts.get(term) ?? 0) + times);
  }
}

/** Many pages repeat the headline as the first line of the text. */
function withoutTitle(text: readonly Word[], title: readonly Word[]): readonly Word[] {
  const repeats = title.length > 0 && title.every((word, index) => text[index]?.text === word.text);
  return repeats ? text.slice(title.length) : text;
}

/** Weights of one item, of length 1000 together, so that a long article does not outweigh a short one. */
function weigh(counts: ReadonlyMap<string, number>): Map<string, number> {
  const heaviest = [...counts]
    .map(([term, times]) => [term, 1 + Math.log(times)] as const)
    .sort((a, b) => b[1] - a[1])
    .slice(0, TERMS_MAX);
  const length = Math.sqrt(heaviest.reduce((sum, [, weight]) => sum + weight * weight, 0));
  return new Map(
    heaviest.map(([term, weight]) => [term, Math.max(1, Math.round((weight / length) * 1000))]),
  );
}

/** The form in which words of one stem meet, roughly and in any language; null for a word that tells nothing. */
function termOf(word: string): string | null {
  if (isStopWord(word)) return null;
  if (word.length > CYRILLIC_STEM && CYRILLIC.test(word)) return word.slice(0, CYRILLIC_STEM);
  const plural = word.length > 3 && word.endsWith("s") && !word.endsWith("ss");
  return plural ? word.slice(0, -1) : word;
}

/** Letters that an inflected word of a Slavic language in Cyrillic keeps. */
const CYRILLIC_STEM = 5;
const CYRILLIC = /^\p{Script=Cyrillic}/u;
