import { eventDays } from "./event-days.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import { isStopWord } from "./stop-words.ts";
import type { StoryItem } from "./story.ts";
import { scanWords, type Word } from "./words.ts";

/** How often a title's word counts as if it stood in the text. */
const TITLE_COUNT = 3;

/** Most terms of one item that likeness looks at. */
const TERMS_MAX = 120;

/** A text with fewer words says little beside its title: the title is then part of the fingerprint. */
const TEXT_WORDS_MIN = 20;

/** What grouping reads out of an item. Depends on the item alone. */
export type Traits = {
  /** Terms of the title, each once. */
  readonly title: readonly string[];
  /** Terms of title and text with whole-number weights, heaviest first. */
  readonly terms: ReadonlyMap<string, number>;
  /** Whether there is a text beside the title that is worth comparing. */
  readonly hasText: boolean;
  /** Days of the week named in the beginning. */
  readonly days: ReadonlySet<number>;
  readonly fingerprint: Fingerprint;
  /** The first word that made a term, as it is written; to show, not to compare. */
  readonly written: ReadonlyMap<string, string>;
};

/** Reads an item's traits. */
export function traitsOf(item: StoryItem): Traits {
  const title = scanWords(item.title);
  const text = withoutTitle(scanWords(item.text), title);
  const counts = new Map<string, number>();
  const written = new Map<string, string>();
  const count = (words: readonly Word[], source: string, times: number): void => {
    for (const word of words) {
      const term = termOf(word.text);
      if (term === null) continue;
      if (!written.has(term)) written.set(term, source.slice(word.start, word.end));
      counts.set(term, (counts.get(term) ?? 0) + times);
    }
  };
  count(title, item.title, TITLE_COUNT);
  const titleTerms = [...counts.keys()];
  count(text, item.text, 1);
  const hasText = text.length >= TEXT_WORDS_MIN;
  return {
    title: titleTerms,
    terms: weigh(counts),
    hasText,
    days: eventDays(hasText ? text : [...title, ...text]),
    fingerprint: fingerprintOf(hasText ? text : [...title, ...text]),
    written,
  };
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
