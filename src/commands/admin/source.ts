import { formatDuration } from "../../feeds/duration.ts";
import type { Feed } from "../../feeds/feed.ts";
import { feedIdOf } from "../../feeds/identity.ts";
import { headlineOf, type ParsedFeed } from "../../feeds/item.ts";
import type { FeedTrial } from "../../feeds/reader.ts";
import { redactUrl } from "../../feeds/redact.ts";
import { answer, choice, facts, failed, heading, notice, plain } from "../answers.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import { feedHealth, feedName, hostOf, type PolledFeed } from "../feed-health.ts";
import { formatLine, WEB_ADDRESS } from "../line.ts";
import { pagerChoices } from "../now.ts";
import type { Block, Choice, Reply } from "../reply.ts";
import { resolveFeed } from "../resolve.ts";
import type { OptionSpec } from "../spec.ts";
import { feedSums } from "../status.ts";
import { agoText, countText, timeText } from "../words.ts";

const FEEDS_A_PAGE = 20;
/** Newest items that a test shows. */
const NEWEST = 3;
const TAGS_MAX = 10;

/** Which source; a command may take an address as well. */
export const sourceOption: OptionSpec = {
  name: "source",
  kind: "source",
  about: "A source's id, name or address",
  required: true,
};

export const sourceAddCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "add",
    about: "Read a feed from now on; a page's address will do",
    level: "admin",
    options: [
      {
        name: "url",
        kind: "text",
        about: "Address of a feed, or of a page that has one",
        required: true,
      },
      { name: "name", kind: "text", about: "What to call it", required: false },
      { name: "every", kind: "duration", about: "Shortest interval: 15m, 1h …", required: false },
      { name: "language", kind: "text", about: "Two-letter code: en, es, ru …", required: false },
      { name: "tags", kind: "text", about: "Words, separated by commas", required: false },
    ],
  },
  async run(call) {
    const { options, ports } = call;
    const url = addressOf(options.required("url"));
    if (url === null)
      return failed("url: an address that begins with http:// or https:// is needed.");
    const language = options.text("language")?.toLowerCase() ?? null;
    if (language !== null && !/^[a-z]{2}$/.test(language)) {
      return failed("language: a two-letter code such as en, es or ru.");
    }
    const found = await ports.reader.discover(url);
    const target = found[0]?.url ?? url;
    const known = (await ports.archive.feeds()).find(({ id }) => id === feedIdOf(target));
    if (known !== undefined) return alreadyRead(known);
    const tested = await ports.reader.test(target);
    if (!tested.parsed.ok) return notAFeed(call, url, tested);
    const feed: Feed = {
      id: feedIdOf(target),
      url: target,
      name: options.text("name"),
      tags: tagsOf(options.text("tags")),
      everyMs: options.durationMs("every") ?? ports.pollEveryMs,
      language,
      weight: 1,
      fullText: false,
      where: null,
    };
    const shownUrl = redactUrl(feed.url);
    await ports.archive.addFeed(feed, entryOf(call, `added source ${feed.id} (${shownUrl})`));
    return answer(
      [
        notice(
          "good",
          `Added as ${feed.id}: read every ${formatDuration(feed.everyMs)} from now on.`,
        ),
        plain(
          "Its first reading is its baseline: found by search, in no alert or scheduled digest.",
        ),
        ...testBlocks(call, tested),
      ],
      { choices: otherFeeds(call, found.slice(1)) },
    );
  },
};

/** An address as typed, with https:// where a bare host was given; null when it is none. */
function addressOf(text: string): string | null {
  const full =
    /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d/.test(text) ? text : `https://${text}`;
  return WEB_ADDRESS.test(full) && URL.canParse(full) ? new URL(full).href : null;
}

function tagsOf(text: string | null): readonly string[] {
  const tags = (text ?? "").split(",").map((tag) => tag.trim().toLowerCase().slice(0, 40));
  return [...new Set(tags.filter((tag) => tag !== ""))].slice(0, TAGS_MAX);
}

function alreadyRead(feed: PolledFeed): Reply {
  const place =
    feed.where === null ? "" : `, declared in ${feed.where.file} line ${feed.where.line}`;
  return failed(`${feedName(feed)} is read already (${feed.id}${place}).`);
}

async function isRead({ ports }: Call, url: string): Promise<boolean> {
  return (await ports.archive.feeds()).some(({ id }) => id === feedIdOf(url));
}

/** Other feeds that the page names; an address with a secret stands in no button. */
function otherFeeds(
  call: Call,
  others: readonly { readonly url: string; readonly title: string | null }[],
): readonly Choice[] {
  return others
    .filter(({ url }) => redactUrl(url) === url)
    .slice(0, 3)
    .map(({ url, title }) =>
      choice(`Add ${title ?? url}`.slice(0, 75), formatLine(sourceAddSpec(call), { url })),
    );
}

function sourceAddSpec(call: Call): Call["spec"] {
  const found = call.specs.find(({ group, name }) => group === "source" && name === "add");
  if (found === undefined) throw new Error("source add is not in the table");
  return found;
}

function notAFeed(call: Call, asked: string, tested: FeedTrial): Reply {
  const reasons = problemsOf(tested.parsed);
  const why = reasons.length > 0 ? ` ${reasons.join(" ")}` : "";
  const retry =
    redactUrl(asked) === asked
      ? [choice("Try again", formatLine(call.spec, call.options.given))]
      : [];
  return failed(`No feed could be read at ${redactUrl(asked)}.${why}`, retry);
}

function problemsOf({ problems }: ParsedFeed): readonly string[] {
  return problems.slice(0, 3).map(({ message }) => message);
}

/** What one try of a feed showed. */
function testBlocks({ ports, now }: Call, tested: FeedTrial): readonly Block[] {
  const { parsed } = tested;
  const newest = [...parsed.items]
    .sort((a, b) => ((a.publishedAt ?? "") < (b.publishedAt ?? "") ? 1 : -1))
    .slice(0, NEWEST);
  const dated = parsed.items.filter(({ publishedAt }) => publishedAt !== null).length;
  return [
    heading(parsed.feed.title ?? "Feed without a title"),
    facts(
      ["Address", redactUrl(tested.url)],
      ["Site", parsed.feed.url === null ? null : redactUrl(parsed.feed.url)],
      ["Answer", answerText(tested)],
      ["Characters", tested.charset],
      ["Language", parsed.feed.language],
      [
        "Updated",
        parsed.feed.updatedAt === null ? null : timeText(parsed.feed.updatedAt, ports.timezone),
      ],
      ["Items", `${countText(parsed.items.length, "item")}, ${dated} with a date`],
      [
        "Tells when nothing changed",
        tested.etag !== null || tested.lastModified !== null ? "yes" : "no",
      ],
    ),
    ...(newest.length > 0
      ? [
          {
            kind: "table",
            columns: ["Newest", "Published"],
            rows: newest.map((item) => [
              headlineOf(item),
              item.publishedAt === null ? "no date" : agoText(item.publishedAt, now),
            ]),
          } as const,
        ]
      : []),
    ...parsed.problems.slice(0, 5).map(({ message }) => notice("warning", message)),
  ];
}

function answerText({ status, contentType, bytes, tookMs }: FeedTrial): string {
  const parts = [
    status === null ? "no status" : `status ${status}`,
    contentType,
    bytes === null ? null : countText(bytes, "byte"),
    `${Math.round(tookMs)} ms`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

export const sourceListCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "list",
    about: "Every source with its state",
    level: "admin",
    paged: true,
    options: [
      {
        name: "state",
        kind: "choice",
        about: "Only those in this state",
        required: false,
        choices: ["ok", "new", "late", "failing", "silent", "paused"],
      },
    ],
  },
  async run(call) {
    const { ports, options, now } = call;
    const wanted = options.text("state");
    const feeds = await ports.archive.feeds();
    const shown = feeds
      .filter((feed) => wanted === null || feedHealth(feed, now) === wanted)
      .sort((a, b) => feedName(a).localeCompare(feedName(b), "en"));
    if (shown.length === 0) return answer([notice("info", "There is no such source.")]);
    const pages = Math.ceil(shown.length / FEEDS_A_PAGE);
    const page = Math.min(options.page, pages);
    const part = pages > 1 ? `, page ${page} of ${pages}` : "";
    return answer(
      [
        heading("Sources"),
        plain(`${countText(shown.length, "source")}: ${feedSums(shown, now)}${part}`),
        {
          kind: "table",
          columns: ["Id", "Name", "Site", "State"],
          rows: shown
            .slice((page - 1) * FEEDS_A_PAGE, page * FEEDS_A_PAGE)
            .map((feed) => [feed.id, feedName(feed), hostOf(feed.url), feedHealth(feed, now)]),
        },
        plain("/sitrep-admin health tells why one is not ok; source test ID tells all of one."),
      ],
      { choices: pagerChoices(call, page, pages) },
    );
  },
};

export const sourceTestCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "test",
    about: "One try of a source or an address; stores nothing",
    level: "admin",
    options: [{ ...sourceOption, aliases: ["url"] }],
  },
  async run(call) {
    const { ports, options } = call;
    const text = options.required("source");
    let url = addressOf(text);
    if (!WEB_ADDRESS.test(text)) {
      const resolved = await resolveFeed(call, text);
      if ("found" in resolved) url = resolved.found.url;
      else if (!/[./]/.test(text) || url === null) return resolved.reply;
    }
    if (url === null) return failed("An address, or a source's id or name, is needed.");
    const found = await ports.reader.discover(url);
    const tested = await ports.reader.test(found[0]?.url ?? url);
    if (!tested.parsed.ok) return notAFeed(call, url, tested);
    return answer(testBlocks(call, tested), {
      choices:
        redactUrl(tested.url) === tested.url && !(await isRead(call, tested.url))
          ? [choice("Add", formatLine(sourceAddSpec(call), { url: tested.url }), "primary")]
          : [],
    });
  },
};
