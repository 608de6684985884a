import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compileTopics, type TopicMatcher } from "../../src/topics/matcher.ts";
import type { Topic } from "../../src/topics/topic.ts";
import { SyntheticNews } from "./synthetic-news.ts";

const SIZES = [1, 100, 1_000, 10_000, 100_000];
const ARTICLE_WORDS = 500;
const ARTICLES = 400;
const STEMS = 30_000;
/** The fastest of so many rounds counts, each at least so long: what else the machine does only ever adds. */
const ROUNDS = 10;
const ROUND_MS = 250;
/** The sizes whose speeds are set against one another. */
const FEW = 1_000;
const MANY = 100_000;
/** Larger sets of compiled expressions exhaust the memory of the process. */
const EXPRESSIONS_MAX = 10_000;

type Article = { readonly title: string; readonly text: string };
type Row = {
  readonly rules: string;
  readonly topics: number;
  readonly articlesPerSecond: number;
  readonly matchesPerArticle: number;
  readonly indexMegabytes: number;
  readonly compileMs: number;
};

/** Articles a second against stored topics, beside a loop of compiled expressions and one of `includes`. */
export async function run(args: string[]): Promise<unknown> {
  const sizes = args.length > 0 ? args.map(Number) : SIZES;
  const { rows, timesSlower } = measureAnalyst(sizes);
  for (const row of rows) print(row);
  if (timesSlower !== null) {
    process.stdout.write(
      `analyst's topics: ${MANY} are ${timesSlower.toFixed(2)} times slower than ${FEW} (median of rounds in turn)\n`,
    );
  }
  for (const size of sizes) {
    for (const row of measureLiterals(size)) {
      rows.push(row);
      print(row);
    }
  }
  const agreement = compareRules();
  process.stdout.write(
    `same rules: ${agreement.pairs} pairs of topic and article, ${agreement.matches} matches, ${agreement.differences} differences from compiled expressions\n`,
  );
  return { rows, timesSlower, agreement };
}

function print(row: Row): void {
  const { rules, topics, articlesPerSecond, matchesPerArticle, indexMegabytes, compileMs } = row;
  process.stdout.write(
    `${rules.padEnd(22)} ${String(topics).padStart(7)} topics ${articlesPerSecond.toFixed(1).padStart(9)} articles/s ` +
      `${matchesPerArticle.toFixed(2).padStart(8)} matches/article ${indexMegabytes.toFixed(1).padStart(7)} MB ${compileMs.toFixed(0).padStart(6)} ms to compile\n`,
  );
}

function topicsOf(queries: readonly string[]): Topic[] {
  return queries.map((query, index) => ({
    id: `t${index}`,
    name: `Topic ${index}`,
    about: "",
    query,
    threshold: 60,
    where: null,
  }));
}

function articlesOf(news: SyntheticNews): Article[] {
  return Array.from({ length: ARTICLES }, () => news.article(ARTICLE_WORDS));
}

/**
 * All sizes in turn, round after round, so that a machine that is busy with something else slows all of them.
 * `timesSlower`: many topics than few; null where not both are measured.
 */
function measureAnalyst(sizes: readonly number[]): { rows: Row[]; timesSlower: number | null } {
  const measured = sizes.map((size) => {
    const news = new SyntheticNews(1, STEMS);
    const articles = articlesOf(news);
    const topics = topicsOf(Array.from({ length: size }, () => news.topicQuery()));
    const { matcher, ...costs } = compiled(topics);
    const match = (article: Article): number => countMatches(matcher, article);
    for (const article of articles) match(article);
    const rounds: Round[] = [];
    return { size, articles, match, costs, rounds };
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { articles, match, rounds } of measured) rounds.push(roundOf(articles, 0, match));
  }
  const rows = measured.map(({ size, costs, rounds }) => {
    return { rules: "analyst's topics", topics: size, ...fastestOf(rounds), ...costs };
  });
  const roundsOf = (wanted: number): readonly Round[] =>
    measured.find(({ size }) => size === wanted)?.rounds ?? [];
  const many = roundsOf(MANY).map(speedOf);
  const ratios = roundsOf(FEW).map((round, index) => speedOf(round) / (many[index] ?? Number.NaN));
  const sorted = ratios.filter(Number.isFinite).sort((left, right) => left - right);
  return { rows, timesSlower: sorted[Math.floor(sorted.length / 2)] ?? null };
}

function measureMatcher(
  topics: readonly Topic[],
  articles: readonly Article[],
): Omit<Row, "rules" | "topics"> {
  const { matcher, ...costs } = compiled(topics);
  return { ...rate(articles, (article) => countMatches(matcher, article)), ...costs };
}

function compiled(
  topics: readonly Topic[],
): { matcher: TopicMatcher } & Pick<Row, "indexMegabytes" | "compileMs"> {
  const before = usedMegabytes();
  const from = performance.now();
  const { matcher } = compileTopics(topics, []);
  const compileMs = performance.now() - from;
  return { matcher, compileMs, indexMegabytes: usedMegabytes() - before };
}

function countMatches(matcher: TopicMatcher, { title, text }: Article): number {
  return matcher.match({ title, text, source: null, language: "en" }).length;
}

/** Goes through the articles once to warm up, then round after round. */
function rate(
  articles: readonly Article[],
  match: (article: Article) => number,
  warm = articles.length,
): Pick<Row, "articlesPerSecond" | "matchesPerArticle"> {
  for (const article of articles.slice(0, warm)) match(article);
  const rounds: Round[] = [];
  for (let from = 0; rounds.length < ROUNDS; from += rounds.at(-1)?.count ?? 0) {
    rounds.push(roundOf(articles, from, match));
  }
  return fastestOf(rounds);
}

function fastestOf(rounds: readonly Round[]): Pick<Row, "articlesPerSecond" | "matchesPerArticle"> {
  const articlesPerSecond = Math.max(...rounds.map(speedOf));
  const count = rounds.reduce((sum, round) => sum + round.count, 0);
  const matches = rounds.reduce((sum, round) => sum + round.matches, 0);
  return { articlesPerSecond, matchesPerArticle: matches / count };
}

type Round = { readonly count: number; readonly matches: number; readonly microseconds: number };

/** Matches one article after the other for a while. CPU time, not the clock's. */
function roundOf(
  articles: readonly Article[],
  from: number,
  match: (article: Article) => number,
): Round {
  const begun = process.cpuUsage();
  let matches = 0;
  for (let count = 1; ; count += 1) {
    const article = articles[(from + count) % articles.length];
    if (article !== undefined) matches += match(article);
    const { user, system } = process.cpuUsage(begun);
    const microseconds = user + system;
    if (microseconds >= ROUND_MS * 1_000) return { count, matches, microseconds };
  }
}

function speedOf({ count, microseconds }: Round): number {
  return (count * 1_000_000) / microseconds;
}

/** The same lists of words and phrases by three methods. */
function measureLiterals(size: number): Row[] {
  const news = new SyntheticNews(2, STEMS);
  const articles = articlesOf(news);
  const lists = Array.from({ length: size }, () => news.literals());
  const rows: Row[] = [
    {
      rules: "lists, Sitrep",
      topics: size,
      ...measureMatcher(topicsOf(lists.map(literalQuery)), articles),
    },
  ];
  if (size <= EXPRESSIONS_MAX) {
    const before = usedMegabytes();
    const from = performance.now();
    const expressions = lists.map(expressionOf);
    const compileMs = performance.now() - from;
    const speed = rate(
      articles,
      (article) => expressions.filter((one) => one.test(textOf(article))).length,
      1,
    );
    rows.push({
      rules: "lists, expressions",
      topics: size,
      ...speed,
      indexMegabytes: usedMegabytes() - before,
      compileMs,
    });
  }
  const speed = rate(
    articles,
    (article) => {
      const text = textOf(article).toLowerCase();
      return lists.filter((list) => list.some((one) => text.includes(one))).length;
    },
    1,
  );
  rows.push({ rules: "lists, includes", topics: size, ...speed, indexMegabytes: 0, compileMs: 0 });
  return rows;
}

function literalQuery(list: readonly string[]): string {
  return list.map((one) => (one.includes(" ") ? `"${one}"` : `=${one}`)).join(" OR ");
}

function expressionOf(list: readonly string[]): RegExp {
  return new RegExp(`\\b(?:${list.join("|")})\\b`, "i");
}

/** Title and text apart, so that no phrase reaches from one into the other. */
function textOf({ title, text }: Article): string {
  return `${title}\n;\n${text}`;
}

/** Where the rules coincide, every answer is compared. */
function compareRules(): { pairs: number; matches: number; differences: number } {
  const news = new SyntheticNews(3, 5_000);
  const articles = articlesOf(news).slice(0, 50);
  const lists = Array.from({ length: 1_000 }, () => news.literals());
  const { matcher } = compileTopics(topicsOf(lists.map(literalQuery)), []);
  let matches = 0;
  let differences = 0;
  for (const article of articles) {
    const found = new Set(
      matcher.match({ ...article, source: null, language: "en" }).map(({ topicId }) => topicId),
    );
    for (const [index, list] of lists.entries()) {
      // A phrase of the tokeniser does not care for a full stop between its words; the expression would.
      const text = textOf(article).replaceAll(".", "");
      const expected = expressionOf(list).test(text);
      if (expected) matches += 1;
      if (expected !== found.has(`t${index}`)) differences += 1;
    }
  }
  return { pairs: articles.length * lists.length, matches, differences };
}

/** Heap and buffers after a collection. */
function usedMegabytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_000_000;
}

/** Collects what nobody holds any more; a flag that npm does not pass on, so it is set here. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const collector: unknown = runInNewContext("gc");
  if (typeof collector === "function") collector();
}
