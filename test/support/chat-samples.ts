import type { Block, Reply, StoryCard } from "../../src/commands/reply.ts";
import type { Caller, Commander, CommandSpec, Invocation } from "../../src/commands/spec.ts";
import type { Delivery } from "../../src/delivery/delivery.ts";
import type { Log } from "../../src/log.ts";

/** A story card with everything filled in. */
export function sampleCard(fields: Partial<StoryCard> = {}): StoryCard {
  return {
    storyId: "s0123456789",
    headline: "Talks resume in Oslo",
    url: "https://news.example/talks",
    gist: "Both sides returned to the table on Monday.",
    outlets: [
      { name: "Reuters", url: null },
      { name: "Example Daily", url: null },
    ],
    firstReporter: "Reuters",
    items: 3,
    score: 87.4,
    reason: { concept: "talks", field: "title", quote: "Talks resume", points: 40 },
    language: "en",
    publishedAt: null,
    firstSeenAt: "2026-03-01T08:00:00.000Z",
    update: false,
    ...fields,
  };
}

/** A digest of so many stories. */
export function sampleDigest(stories: number): Reply {
  return {
    blocks: [
      { kind: "heading", text: "Venezuela talks" },
      ...Array.from({ length: stories }, (_, index) => ({
        kind: "story" as const,
        card: sampleCard({
          storyId: `s${String(index).padStart(10, "0")}`,
          headline: `Story number ${index + 1}`,
          url: `https://news.example/${index + 1}`,
        }),
      })),
    ],
    ephemeral: false,
  };
}

/** A delivery whose key is made of the given letters. */
export function sampleDelivery(fields: Partial<Delivery> & { readonly channel: string }): Delivery {
  const at = new Date().toISOString();
  return {
    key: "sample0key0sample0key0",
    tenant: "web",
    kind: "digest",
    subscriptionId: "u000001",
    topicId: "venezuela-talks",
    storyIds: [],
    reply: sampleDigest(3),
    mention: null,
    createdAt: at,
    dueAt: at,
    attempts: 1,
    attemptAt: at,
    ...fields,
  };
}

const nowSpec: CommandSpec = {
  root: "sitrep",
  group: null,
  name: "now",
  about: "What is known now",
  level: "viewer",
  options: [
    { name: "topic", kind: "topic", about: "Which topic", required: true },
    { name: "since", kind: "duration", about: "How far back", required: false },
    { name: "share", kind: "flag", about: "Show it to all", required: false },
  ],
};
const whySpec: CommandSpec = {
  ...nowSpec,
  name: "why",
  about: "Why something was posted",
  options: [{ name: "url", kind: "story", about: "Which", required: true }],
};
const addSpec: CommandSpec = {
  root: "sitrep-admin",
  group: "source",
  name: "add",
  about: "Adds a source",
  level: "admin",
  options: [{ name: "address", kind: "text", about: "Its address", required: true }],
};

/** What a commander was asked, and by whom. */
export type Heard = { readonly what: Invocation | string; readonly caller: Caller };

/** A small commander that answers every question with a digest of two stories and remembers who asked. */
export function sampleCommander(): { readonly commander: Commander; readonly heard: Heard[] } {
  const heard: Heard[] = [];
  const commander: Commander = {
    specs: [nowSpec, whySpec, addSpec],
    run(what, caller) {
      heard.push({ what, caller });
      if (what.options["topic"] === "broken") return Promise.reject(new Error("a bug"));
      const file: Block = {
        kind: "file",
        name: "a b.csv",
        mediaType: "text/csv",
        content: "a,b\n1,2\n",
      };
      const digest = sampleDigest(2);
      return Promise.resolve({
        blocks: what.options["topic"] === "file" ? [...digest.blocks, file] : digest.blocks,
        ephemeral: what.options["share"] !== "true" || what.options["topic"] === "secret",
      });
    },
    runLine(what, caller) {
      heard.push({ what, caller });
      return Promise.resolve({
        blocks: [{ kind: "notice", tone: "info", text: `heard: ${what}` }],
        ephemeral: true,
      });
    },
    suggest(_spec, _option, partial) {
      const all = [{ label: "Venezuela talks", value: "venezuela-talks" }];
      return Promise.resolve(all.filter(({ value }) => value.startsWith(partial)));
    },
  };
  return { commander, heard };
}

/** A log that keeps its lines, to be searched for what must not be there. */
export function keptLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (fields: object, text: string): void => {
      lines.push(`${level} ${text} ${JSON.stringify(fields)}`);
    };
  return {
    lines,
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
  };
}

/** Something remembered for as long as the test lasts. */
export function keptInMemory(): {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
} {
  const values = new Map<string, string>();
  return {
    get: (name) => Promise.resolve(values.get(name) ?? null),
    set(name, value) {
      values.set(name, value);
      return Promise.resolve();
    },
  };
}

/** What was seen, for as long as the test lasts. */
export function seenInMemory(): { firstSight(id: string): Promise<boolean> } {
  const seen = new Set<string>();
  return {
    firstSight(id) {
      const isNew = !seen.has(id);
      seen.add(id);
      return Promise.resolve(isNew);
    },
  };
}
