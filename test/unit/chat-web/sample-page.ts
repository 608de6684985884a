import type { WebOptions, WebPost } from "../../../src/chat/web/ports.ts";
import type { Reply, StoryCard } from "../../../src/commands/reply.ts";
import type { Caller, Commander, CommandSpec, Invocation } from "../../../src/commands/spec.ts";
import type { TopicStory } from "../../../src/digests/digest.ts";
import type { Log } from "../../../src/log.ts";

/** A story of the sample topic. */
export function sampleCard(changes: Partial<StoryCard> = {}): StoryCard {
  return {
    storyId: "s0000000001",
    headline: "Mediators return to Caracas as both sides agree on an agenda",
    url: "https://herald.example/world/mediators-return",
    gist: "Envoys met delegates of the government and of the opposition for three hours and agreed to speak about the election calendar first.",
    outlets: [
      { name: "The Herald", url: "https://herald.example/world/mediators-return" },
      { name: "Agencia Sur", url: "https://sur.example/dialogo" },
      { name: "wire.example", url: "https://www.wire.example/a/1" },
    ],
    firstReporter: "Agencia Sur",
    items: 4,
    score: 91.4,
    reason: {
      concept: "negotiation",
      field: "title",
      quote: "Mediators return to Caracas",
      points: 38,
    },
    language: "en",
    publishedAt: "2026-11-20T14:05:00.000Z",
    firstSeenAt: "2026-11-20T14:20:00.000Z",
    update: false,
    ...changes,
  };
}

/** A digest with a strong, a middling and a weak story, one of them in another script and one without a link. */
export function sampleDigest(): Reply {
  return {
    blocks: [
      { kind: "heading", text: "Venezuela talks: 4 stories" },
      { kind: "text", text: "19 November, 08:00 to 20 November, 08:00 UTC" },
      { kind: "story", card: sampleCard() },
      {
        kind: "story",
        card: sampleCard({
          storyId: "s0000000002",
          headline: "Noruega confirma una segunda ronda en Barbados antes de fin de mes",
          url: "https://sur.example/barbados",
          gist: "El ministerio informó que las delegaciones viajarán el lunes.",
          outlets: [{ name: "Agencia Sur", url: "https://sur.example/barbados" }],
          items: 1,
          score: 74,
          reason: {
            concept: "mediators",
            field: "lead",
            quote: "el ministerio noruego",
            points: 22.5,
          },
          language: "es",
          update: true,
        }),
      },
      {
        kind: "story",
        card: sampleCard({
          storyId: "s0000000003",
          headline: "Москва предложила площадку для переговоров по Венесуэле",
          url: "https://vest.example/peregovory",
          gist: null,
          outlets: [{ name: "Вести дня", url: "https://vest.example/peregovory" }],
          firstReporter: "Вести дня",
          items: 1,
          score: 61.2,
          reason: {
            concept: "talks",
            field: "title",
            quote: "площадку для переговоров",
            points: 19,
          },
          language: "ru",
          publishedAt: null,
        }),
      },
      {
        kind: "story",
        card: sampleCard({
          storyId: "s0000000004",
          headline: "Oil exports steady while delegations wait",
          url: null,
          gist: "Shipments in October were little changed from the month before.",
          outlets: [{ name: "Market Desk", url: null }],
          firstReporter: "Market Desk",
          items: 1,
          score: 43,
          reason: null,
        }),
      },
    ],
    ephemeral: false,
    choices: [
      {
        label: "Show all of today",
        command: "/sitrep now venezuela-talks since=24h",
        tone: "plain",
      },
    ],
  };
}

/** A post of web:main that tells one story. */
export function samplePost(number: number, headline: string, channel = "web:main"): WebPost {
  return {
    number,
    key: `key-${number}`,
    channel,
    at: `2026-11-20T15:${String(number % 60).padStart(2, "0")}:00.000Z`,
    delivery: {
      topicId: "venezuela-talks",
      reply: {
        blocks: [
          { kind: "heading", text: "Venezuela talks" },
          { kind: "story", card: sampleCard({ storyId: "s0000000009", headline }) },
        ],
        ephemeral: false,
      },
    },
  };
}

const spec = (
  name: string,
  about: string,
  options: CommandSpec["options"] = [],
  group: string | null = null,
): CommandSpec => ({
  root: group === null ? "sitrep" : "sitrep-admin",
  group,
  name,
  about,
  level: group === null ? "viewer" : "admin",
  options,
});

const topicOption = {
  name: "topic",
  kind: "topic",
  about: "Which topic",
  required: false,
} as const;
const SPECS: readonly CommandSpec[] = [
  spec("now", "What is known now", [topicOption]),
  spec("topics", "What is tracked here"),
  spec("search", "Search the archive", [
    { name: "query", kind: "rest", about: "Words", required: true },
    topicOption,
  ]),
  spec("story", "One story with its timeline", [
    { name: "story", kind: "story", about: "Which story", required: true },
  ]),
  spec("why", "Why something was posted or not", [
    { name: "message", kind: "story", about: "Which story", required: true },
    topicOption,
  ]),
  spec("feedback", "Say whether a story fits", [
    { name: "message", kind: "story", about: "Which story", required: true },
  ]),
  spec("mute", "Hear no more of something"),
  spec("status", "How Sitrep is doing"),
  spec("help", "All commands"),
  spec("list", "All feeds", [], "source"),
];

const answer = (blocks: Reply["blocks"], more: Partial<Reply> = {}): Reply => ({
  blocks,
  ephemeral: true,
  ...more,
});

const refuse = (text: string): Reply =>
  answer([{ kind: "notice", tone: "error", text }], { failed: true });

const ANSWERS: Readonly<
  Record<string, (options: Readonly<Record<string, string>>, caller: Caller) => Reply>
> = {
  now: ({ topic }) =>
    topic === undefined || topic === "venezuela-talks"
      ? answer([
          { kind: "heading", text: "Venezuela talks now" },
          { kind: "story", card: sampleCard() },
        ])
      : refuse(`There is no topic ${topic}`),
  topics: () =>
    answer([
      { kind: "heading", text: "Topics" },
      {
        kind: "table",
        columns: ["Topic", "Name", "Threshold", "Stories in 24 h", "Next digest"],
        rows: [
          ["venezuela-talks", "Venezuela talks", "60", "4", "2026-11-21T08:00:00.000Z"],
          ["russian-deployments", "Russian deployments", "55", "12", "2026-11-21T08:00:00.000Z"],
        ],
      },
    ]),
  search: ({ query }) =>
    query === "("
      ? refuse("Line 1, column 1: a parenthesis is not closed")
      : answer([{ kind: "text", text: `Found for ${query}` }]),
  story: ({ story }) =>
    answer(
      [
        { kind: "heading", text: sampleCard().headline },
        {
          kind: "story",
          card: sampleCard({ storyId: story ?? "", score: null, reason: null, gist: null }),
        },
        {
          kind: "facts",
          facts: [
            ["Story", story ?? ""],
            ["First reported by", "Agencia Sur"],
            ["Languages", "es, en"],
          ],
        },
        { kind: "heading", text: "Timeline" },
        {
          kind: "timeline",
          entries: [
            {
              at: "2026-11-20T13:58:00.000Z",
              outlet: "Agencia Sur",
              title: "Vuelven los mediadores",
              url: "https://sur.example/dialogo",
              note: "first",
            },
            {
              at: "2026-11-20T14:20:00.000Z",
              outlet: "The Herald",
              title: sampleCard().headline,
              url: "https://herald.example/world/mediators-return",
              note: null,
            },
            {
              at: "2026-11-20T16:01:00.000Z",
              outlet: "wire.example",
              title: "Mediators back in Caracas",
              url: "https://www.wire.example/a/1",
              note: "copy of The Herald",
            },
          ],
        },
      ],
      { choices: [{ label: "Why", command: `/sitrep why ${story}`, tone: "plain" }] },
    ),
  why: () =>
    answer([
      { kind: "heading", text: "Why this was posted" },
      {
        kind: "reasons",
        reasons: [
          {
            concept: "negotiation",
            field: "title",
            quote: "Mediators return to Caracas",
            points: 38,
          },
          {
            concept: "parties",
            field: "lead",
            quote: "the government and of the opposition",
            points: 31.5,
          },
          { concept: "sport", field: "body", quote: "the cup final", points: -6 },
        ],
      },
    ]),
  feedback: () => answer([{ kind: "notice", tone: "good", text: "Noted." }]),
  mute: () => answer([{ kind: "notice", tone: "warning", text: "Nothing was muted." }]),
  status: () =>
    answer([
      { kind: "heading", text: "Status" },
      {
        kind: "facts",
        facts: [
          ["Items", "1,204"],
          ["Feeds", "31 fine, 2 failing"],
        ],
      },
    ]),
  help: () =>
    answer([
      { kind: "text", text: "now, topics, search" },
      { kind: "line", text: "/sitrep now venezuela-talks" },
    ]),
  list: (_, caller) =>
    caller.level === "admin"
      ? answer([{ kind: "table", columns: ["Feed", "State"], rows: [["The Herald", "fine"]] }])
      : refuse("This needs an admin"),
  boom: () => {
    throw new Error("a bug");
  },
};

/** Commands that answer from what stands here. */
function sampleCommander(): Commander {
  const run = async ({ name, options }: Invocation, caller: Caller): Promise<Reply> =>
    ANSWERS[name]?.(options, caller) ?? refuse(`There is no command ${name}`);
  return {
    specs: SPECS,
    run,
    runLine: (line, caller) => {
      const words = line.replace(/^\/?sitrep(-admin)?\s*/, "").split(/\s+/);
      const [name = "", first = ""] = words[0] === "source" ? words.slice(1) : words;
      const key = name === "now" ? "topic" : name === "story" ? "story" : "query";
      const options: Record<string, string> = first === "" ? {} : { [key]: first };
      return run(
        { root: "sitrep", group: null, name: name === "" ? "help" : name, options },
        caller,
      );
    },
    suggest: async (_, option, partial) =>
      option === "topic"
        ? [
            { label: "Venezuela talks", value: "venezuela-talks" },
            { label: "Russian deployments", value: "russian-deployments" },
          ].filter(({ value }) => value.startsWith(partial))
        : [],
  };
}

/** A story as a topic's feed gets it. */
export function sampleStory(changes: Partial<TopicStory["story"]> = {}): TopicStory {
  const card = sampleCard();
  return {
    story: {
      id: card.storyId,
      headline: card.headline,
      url: card.url,
      outlets: card.outlets,
      firstReporter: card.firstReporter,
      items: card.items,
      languages: ["en", "es"],
      publishedAt: card.publishedAt,
      firstSeenAt: card.firstSeenAt,
      lastSeenAt: "2026-11-20T16:01:00.000Z",
      ...changes,
    },
    score: 91.4,
    reasons: [],
    gist: card.gist,
    itemsNew: 1,
    update: false,
  };
}

/** A page over posts in memory. `add` posts one more; the page hears of it only through `announce`. */
export function samplePage(changes: Partial<WebOptions> = {}): {
  readonly options: WebOptions;
  readonly logged: string[];
  add(post: WebPost): void;
  /** Makes a post show something else; the page hears of it only through `announceEdit`. */
  edit(post: WebPost): void;
} {
  const posts: WebPost[] = [
    {
      number: 3,
      key: "key-3",
      channel: "web:main",
      at: "2026-11-20T08:00:04.000Z",
      delivery: { reply: sampleDigest(), topicId: "venezuela-talks" },
    },
  ];
  const logged: string[] = [];
  const note = (fields: object, text: string): void => {
    logged.push(`${text} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const options: WebOptions = {
    posts: {
      posts: async (channel, after, limit) =>
        posts.filter((post) => post.channel === channel && post.number > after).slice(0, limit),
      newestPosts: async (channel, limit) =>
        posts
          .filter((post) => post.channel === channel)
          .reverse()
          .slice(0, limit),
    },
    commander: sampleCommander(),
    channels: ["main", "desk"],
    token: null,
    loopback: true,
    publicUrl: null,
    ready: async () => ({ ok: true, problems: [] }),
    metrics: async () => "sitrep_items_total 3\n",
    topicFeed: async (topicId) =>
      topicId === "venezuela-talks"
        ? { topicId, name: "Venezuela talks", about: "Talks & mediation", stories: [sampleStory()] }
        : null,
    resolveStory: async (storyId) =>
      storyId === "s000000000z" ? "s0000000001" : storyId === "s0000000001" ? storyId : null,
    now: () => Date.parse("2026-11-20T17:00:00.000Z"),
    log,
    ...changes,
  };
  const edit = (post: WebPost): void => {
    posts.splice(
      posts.findIndex(({ key }) => key === post.key),
      1,
      post,
    );
  };
  return { options, logged, add: (post) => posts.push(post), edit };
}
