import type { TopicStory } from "../digests/digest.ts";
import { answer, failed, heading, notice, plain } from "./answers.ts";
import type { Command } from "./command.ts";
import { digestJson } from "./json.ts";
import { topicOption } from "./option-specs.ts";
import { countText, DAY_MS, instantBefore, periodText, scoreText, spanText } from "./words.ts";

const FORMATS = ["md", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];

/** As many as fit a file that every platform takes. */
const STORIES_MAX = 2_000;

const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  md: "text/markdown",
  csv: "text/csv",
  json: "application/json",
};

export const exportCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "export",
    about: "A topic's stories as a file",
    level: "viewer",
    options: [
      topicOption,
      {
        name: "format",
        kind: "choice",
        about: "Kind of file; md without it",
        required: false,
        choices: FORMATS,
      },
      {
        name: "range",
        kind: "duration",
        about: "How far back: 24h, 7d, 30d …",
        required: false,
        aliases: ["since"],
      },
    ],
  },
  async run({ options, ports, now }) {
    const topicId = options.required("topic");
    const topic = ports.topics.list().find(({ id }) => id === topicId);
    if (topic === undefined) return failed(`There is no topic ${topicId}.`);
    const format = FORMATS.find((known) => known === options.text("format")) ?? "md";
    const rangeMs = options.durationMs("range") ?? 7 * DAY_MS;
    const from = instantBefore(now, rangeMs);
    const stories = await ports.archive.topicStories({
      topicId,
      since: from,
      until: now,
      minScore: topic.threshold,
      language: null,
      baseline: true,
      limit: STORIES_MAX,
    });
    const title = heading(`${topic.name}: export`);
    if (stories.length === 0) {
      return answer([title, notice("info", `Nothing in the last ${spanText(rangeMs)}.`)]);
    }
    const period = periodText(from, now, ports.timezone);
    const digest = { topicId, topicName: topic.name, from, to: now, timezone: ports.timezone };
    const contents: Readonly<Record<Format, () => string>> = {
      md: () => markdown(`${topic.name}, ${period}`, stories),
      csv: () => csv(stories),
      json: () => `${JSON.stringify(digestJson({ ...digest, stories, overflow: 0 }), null, 2)}\n`,
    };
    return answer([
      title,
      plain(`${countText(stories.length, "story", "stories")}, ${period}`),
      {
        kind: "file",
        name: `${topicId}-${now.slice(0, 10)}.${format}`,
        mediaType: MEDIA_TYPES[format],
        content: contents[format](),
      },
    ]);
  },
};

function markdown(title: string, stories: readonly TopicStory[]): string {
  const entries = stories.map(({ story, score, gist }) => {
    const headline = escapeMarkdown(story.headline);
    // In angle brackets an address may hold brackets of its own.
    const linked =
      story.url === null
        ? headline
        : `[${headline}](<${story.url.replace(/[<>\s]/g, encodeURIComponent)}>)`;
    const outlets = story.outlets.map(({ name }) => escapeMarkdown(name)).join(", ");
    return [
      `## ${linked}`,
      ...(gist === null ? [] : ["", escapeMarkdown(gist)]),
      "",
      `First: ${escapeMarkdown(story.firstReporter)}. Outlets: ${outlets}. Score: ${scoreText(score)}. Seen: ${story.firstSeenAt}. Story: ${story.id}`,
    ].join("\n");
  });
  return `${[`# ${escapeMarkdown(title)}`, ...entries].join("\n\n")}\n`;
}

/** On one line, with nothing that Markdown or HTML would take for markup. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]<>#|~!&]/g, "\\$&")
    .replace(/^(\d*)([-+=.)])/, "$1\\$2");
}

const COLUMNS = [
  "id",
  "headline",
  "score",
  "outlets",
  "first_reporter",
  "items",
  "url",
  "published_at",
  "first_seen_at",
] as const;

function csv(stories: readonly TopicStory[]): string {
  const rows = stories.map(({ story, score }) => [
    story.id,
    story.headline,
    String(score),
    story.outlets.map(({ name }) => name).join("; "),
    story.firstReporter,
    String(story.items),
    story.url ?? "",
    story.publishedAt ?? "",
    story.firstSeenAt,
  ]);
  return [COLUMNS, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** RFC 4180; a cell that a spreadsheet would run as a formula gets an apostrophe first. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
