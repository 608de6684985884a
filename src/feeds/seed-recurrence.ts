import { blocksOf } from "./seed-blocks.ts";

/** Two pages that share so much of their lines are one article in two places, and share it rightly. */
const COPY_SHARE_MIN = 0.4;

/** Pages looked at for one line: it recurs, or it does not, long before the corpus is through. */
const PAGES_PER_LINE_MAX = 6;

/** The lines of a page, each once. */
export function linesOf(page: string): ReadonlySet<string> {
  return new Set(blocksOf(page.replace(/\r\n?/g, "\n")).map(({ text }) => text));
}

/**
 * Lines that stand in several pages which are otherwise different: mastheads, appeals, footers of one outlet.
 * Lines that only copies of one article share are not among them.
 */
export function recurringLines(pages: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const holders = new Map<string, number[]>();
  for (const [page, lines] of pages.entries()) {
    for (const line of lines) {
      const known = holders.get(line);
      if (known === undefined) holders.set(line, [page]);
      else if (known.length < PAGES_PER_LINE_MAX) known.push(page);
    }
  }
  const areCopies = (first: number, second: number): boolean => {
    const a = pages[first] ?? new Set<string>();
    const b = pages[second] ?? new Set<string>();
    const length = (lines: Iterable<string>): number =>
      [...lines].reduce((sum, line) => sum + line.length, 0);
    const shared = length([...a].filter((line) => b.has(line)));
    return shared >= COPY_SHARE_MIN * Math.min(length(a), length(b));
  };
  const recurring = new Set<string>();
  for (const [line, held] of holders) {
    const [first, ...others] = held;
    if (first !== undefined && others.some((other) => !areCopies(first, other)))
      recurring.add(line);
  }
  return recurring;
}
