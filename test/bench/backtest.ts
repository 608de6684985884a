import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backtest } from "../../src/commands/backtest.ts";
import { readTopicFolder } from "../../src/config-files.ts";
import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { archiveTerms } from "../../src/topics/analyse.ts";
import { compileTopics } from "../../src/topics/matcher.ts";
import { topicNarrowing } from "../../src/topics/narrowing.ts";
import { at, newItem, plan } from "../contract/store-samples.ts";
import { ROOT } from "../support/rules.ts";
import { SyntheticNews } from "./synthetic-news.ts";

const ITEMS = 100_000;
const ITEMS_EACH = 500;
/** A headline and a paragraph, as most feeds carry them. */
const WORDS = 60;
/** One in so many items is about a topic. */
const ABOUT_EVERY = 100;
const ABOUT = [
  "Russia sends two hundred soldiers to a base in Mali, officials said.",
  "Venezuela's government and the opposition meet for talks in Mexico City.",
] as const;

/** Prints how long a backtest of a shipped topic takes over an archive on the disk. */
export async function run([size = String(ITEMS)]: string[]): Promise<object> {
  const total = Number(size);
  const folder = mkdtempSync(join(tmpdir(), "sitrep-bench-"));
  const ledger = await openSqliteLedger({ folder, exclusive: true });
  const news = new SyntheticNews(5, 20_000);
  for (let done = 0; done < total; done += ITEMS_EACH) {
    const items = Array.from({ length: ITEMS_EACH }, (_, index) => {
      const number = done + index;
      const { title, text } = news.article(WORDS);
      const about = number % ABOUT_EVERY === 0 ? (ABOUT[(number / ABOUT_EVERY) % 2] ?? "") : "";
      const body = `${about} ${text}`.trim();
      const terms = archiveTerms(title, body, "en");
      return newItem(`g${number}`, {
        storyId: `s${number}`,
        item: { title, text: body, language: "en" },
        ...terms,
        matches: [],
      });
    });
    await ledger.ingest(
      plan({ feedId: `f${(done / ITEMS_EACH) % 100}`, seenAt: at(done / 100), items }),
    );
  }
  const { topics, groups } = readTopicFolder(join(ROOT, "config", "topics"), (file) => file);
  const { matcher } = compileTopics(topics, groups);
  const ports = {
    timezone: "UTC",
    archive: ledger,
    own: ledger,
    topics: {
      list: () => topics,
      narrowing: (query: string) => topicNarrowing(query, groups),
      matchOne: matcher.matchOne.bind(matcher),
    },
  };
  const rows = [];
  for (const { id } of topics) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const found = await backtest(ports, id, { since: at(-1), until: at(total), tenant: "web" });
    const { user, system } = process.cpuUsage(cpu);
    rows.push({
      topic: id,
      looked: found?.looked,
      matched: found?.matched,
      seconds: Math.round(performance.now() - started) / 1000,
      cpuSeconds: Math.round((user + system) / 1e3) / 1e3,
    });
  }
  await ledger.close();
  rmSync(folder, { recursive: true });
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  return { items: total, rows };
}
