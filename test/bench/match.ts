import { compileTopics, type TopicMatcher } from "../../src/topics/matcher.ts";
import type { Topic } from "../../src/topics/topic.ts";
import { SyntheticNews } from "./synthetic-news.ts";

const SIZES = [1, 100, 1_000, 10_000, 100_000];
const ARTICLE_WORDS = 500;
const ARTICLES = 400;
const STEMS = 30_000;
/** A measurement goes on at least so long. */
const MEASURE_MS = 2_000;
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
  const rows: Row[] = [];
  for (const size of sizes) {
    rows.push(measureAnalyst(size));
    print(rows.at(-1));
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
  return { rows, agreement };
}

function print(row: Row | undefined): void {
  if (row === undefined) return;
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

function measureAnalyst(size: number): Row {
  const news = new SyntheticNews(1, STEMS);
  const articles = articlesOf(news);
  const topics = topicsOf(Array.from({ length: size }, () => news.topicQuery()));
  return { rules: "analyst's topics", topics: size, ...measureMatcher(topics, articles) };
}

function measureMatcher(
  topics: readonly Topic[],
  articles: readonly Article[],
): Omit<Row, "rules" | "topics"> {
  const before = usedMegabytes();
  const from = performance.now();
  const { matcher } = compileTopics(topics, []);
  const compileMs = performance.now() - from;
  const indexMegabytes = usedMegabytes() - before;
  return {
    ...rate(articles, (article) => countMatches(matcher, article)),
    indexMegabytes,
    compileMs,
  };
}

function countMatches(matcher: TopicMatcher, { title, text }: Article): number {
  return matcher.match({ title, text, source: null, language: "en" }).length;
}

/** Goes through the articles once to warm up, then as often as the time allows. CPU time, not the clock's. */
function rate(
  articles: readonly Article[],
  match: (article: Article) => number,
  warm = articles.length,
): { articlesPerSecond: number; matchesPerArticle: number } {
  for (const article of articles.slice(0, warm)) match(article);
  const from = process.cpuUsage();
  let count = 0;
  let matches = 0;
  for (;;) {
    const article = articles[count % articles.length];
    if (article === undefined) break;
    matches += match(article);
    count += 1;
    const { user, system } = process.cpuUsage(from);
    if ((user + system) / 1_000 >= MEASURE_MS) {
      return {
        articlesPerSecond: (count * 1_000_000) / (user + system),
        matchesPerArticle: matches / count,
      };
    }
  }
  return { articlesPerSecond: 0, matchesPerArticle: 0 };
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

/** Heap and buffers after a collection, where node was started with --expose-gc. */
function usedMegabytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_000_000;
}
