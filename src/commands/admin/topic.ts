import { answer, choice, failed, heading, notice, plain } from "../answers.ts";
import { type Backtest, type BacktestItem, backtest, sparkline } from "../backtest.ts";
import type { Command } from "../command.ts";
import { topicOption } from "../option-specs.ts";
import type { Block } from "../reply.ts";
import { countText, DAY_MS, dayText, instantBefore, scoreText } from "../words.ts";

/** As far as `backtest` on the command line looks by itself. */
const BACKTEST_MS = 90 * DAY_MS;
/** Days that are shown one by one; the bars show all. */
const DAYS_SHOWN_MAX = 14;

export const topicListCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "list",
    about: "Every topic with its threshold and where it comes from",
    level: "admin",
    options: [],
  },
  async run({ ports }) {
    const topics = ports.topics.list();
    if (topics.length === 0) return answer([notice("info", "There are no topics yet.")]);
    return answer(
      [
        heading("Topics"),
        {
          kind: "table",
          columns: ["Topic", "Name", "Threshold", "From"],
          rows: topics.map(({ id, name, threshold, where = null }) => [
            id,
            name,
            scoreText(threshold),
            where === null ? "a command" : where.file.replace(/^.*[/\\]/, ""),
          ]),
        },
        plain("/sitrep-admin topic edit TOPIC shows one with its query."),
      ],
      {
        choices: topics
          .slice(0, 5)
          .map(({ id, name }) => choice(`Backtest ${name}`, `/sitrep-admin topic backtest ${id}`)),
      },
    );
  },
};

export const topicBacktestCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "backtest",
    about: "What a topic would have matched: per day, a sample, near misses",
    level: "admin",
    options: [
      topicOption,
      {
        name: "since",
        kind: "duration",
        about: "How far back: 7d, 30d, 90d …",
        required: false,
        aliases: ["range"],
      },
    ],
  },
  async run({ options, ports, caller, now }) {
    const since = instantBefore(now, options.durationMs("since") ?? BACKTEST_MS);
    const scope = { since, until: now, tenant: caller.tenant };
    const result = await backtest(ports, options.required("topic"), scope);
    if (result === null) return failed("There is no such topic.");
    return answer(backtestBlocks(result, ports.timezone));
  },
};

/** A backtest for people. */
export function backtestBlocks(result: Backtest, timezone: string): readonly Block[] {
  const { looked, matched, stories, days, sample, nearMisses } = result;
  const title = heading(`Backtest of ${result.topic}`);
  if (looked === 0) {
    return [title, notice("info", "The archive has nothing from that time.")];
  }
  const a = countText(matched, "item");
  const b = countText(stories, "story", "stories");
  const firstUsed = days.findIndex(({ items }) => items > 0);
  const span = firstUsed < 0 ? [] : days.slice(firstUsed);
  return [
    title,
    plain(
      `${a} in ${b} of ${countText(looked, "item")} since ${dayText(result.from, timezone)}; threshold ${scoreText(result.threshold)}.`,
    ),
    ...judgedBlocks(result.judged),
    ...(span.length > 0
      ? [
          plain(`From ${span[0]?.day ?? ""}: ${sparkline(span.map(({ items }) => items))}`),
          {
            kind: "table",
            columns: ["Day", "Items"],
            rows: span.slice(-DAYS_SHOWN_MAX).map(({ day, items }) => [day, String(items)]),
          } as const,
        ]
      : []),
    ...itemsTable("Best", sample),
    ...itemsTable("Just below the threshold", nearMisses),
  ];
}

/** How precise verdicts say that the topic is. */
function judgedBlocks({ matched, missed, precision }: Backtest["judged"]): readonly Block[] {
  const judged = matched.relevant + matched.irrelevant;
  const missedText =
    missed.relevant === 0
      ? ""
      : ` ${countText(missed.relevant, "item")} judged relevant would not be matched.`;
  if (precision === null) return missedText === "" ? [] : [plain(missedText.trim())];
  const percent = (share: number): string => String(Math.round(100 * share));
  const { estimate, low, high } = precision;
  return [
    plain(
      `Precision by your verdicts: about ${percent(estimate)} % (${matched.relevant} of ${judged} judged matches are relevant; likely ${percent(low)} to ${percent(high)} %).${missedText}`,
    ),
  ];
}

function itemsTable(title: string, items: readonly BacktestItem[]): readonly Block[] {
  if (items.length === 0) return [];
  return [
    heading(title),
    {
      kind: "table",
      columns: ["Score", "Headline", "Outlet", "Main reason"],
      rows: items.map(({ score, title: headline, outlet, reason }) => [
        scoreText(score),
        headline,
        outlet,
        reason === null ? "" : `${reason.concept}: “${reason.quote}”`,
      ]),
    },
  ];
}
