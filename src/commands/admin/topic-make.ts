import type { Topic } from "../../topics/topic.ts";
import { answer, choice, failed, heading, notice, plain } from "../answers.ts";
import { backtestWith } from "../backtest.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import { confirmReply } from "../confirm.ts";
import { topicOption } from "../option-specs.ts";
import type { CommandPorts } from "../ports.ts";
import type { Block, Reply } from "../reply.ts";
import type { OptionSpec } from "../spec.ts";
import { countText, DAY_MS, instantBefore, scoreText } from "../words.ts";
import { backtestBlocks } from "./topic.ts";

const THRESHOLD = 60;
/** What a save is tried on before it is confirmed. */
const TRIED_MS = 90 * DAY_MS;
/** As many as a team can look after; each costs a little of every item. */
const TOPICS_MAX = 200;
const TOPIC_ID = /^[a-z0-9-]{1,40}$/;
const NAME_CHARS_MAX = 100;
const ABOUT_CHARS_MAX = 300;

const FIELDS: readonly OptionSpec[] = [
  { name: "name", kind: "text", about: "What people call it", required: false },
  { name: "about", kind: "text", about: "One sentence: what it is about", required: false },
  {
    name: "threshold",
    kind: "number",
    about: "Least score of a match, 0 to 100; 60 without it",
    required: false,
    range: { min: 0, max: 100 },
  },
];

const queryOption: OptionSpec = {
  name: "query",
  kind: "rest",
  about: 'Words, "phrases", AND, OR, NOT, prefix*, NEAR/n, @groups',
  required: true,
  multiline: true,
};

export const topicCreateCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "create",
    about: "Make a topic of this team; shows what it would have matched before it is kept",
    level: "admin",
    confirms: true,
    form: true,
    options: [
      {
        name: "id",
        kind: "text",
        about: "A short name for commands: a-z, 0-9 and hyphens",
        required: true,
      },
      queryOption,
      ...FIELDS,
    ],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const id = options.required("id").toLowerCase();
    if (!TOPIC_ID.test(id)) return failed("id: small letters, digits and hyphens, at most 40.");
    const listed = ports.topics.list();
    if (listed.some((topic) => topic.id === id)) {
      return failed(`There is a topic ${id} already.`, [
        choice("Edit it", `/sitrep-admin topic edit ${id}`),
      ]);
    }
    const { topics } = await ports.own.ownCounts(caller.tenant);
    if (topics >= TOPICS_MAX) return failed(`No more than ${TOPICS_MAX} topics: delete one first.`);
    const topic: Topic = {
      id,
      name: options.text("name") ?? nameOfId(id),
      about: options.text("about") ?? "",
      query: options.required("query"),
      threshold: options.number("threshold") ?? THRESHOLD,
      where: null,
    };
    return keepTopic(call, topic, null);
  },
};

function nameOfId(id: string): string {
  const words = id.replaceAll("-", " ").trim();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

export const topicEditCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "edit",
    about: "Change a topic of this team; shows what it would have matched before it is kept",
    level: "admin",
    confirms: true,
    form: true,
    options: [topicOption, { ...queryOption, required: false }, ...FIELDS],
  },
  async run(call) {
    const { options, ports } = call;
    const topicId = options.required("topic");
    if (Object.keys(options.given).length < 2) {
      const listed = ports.topics.list().find(({ id }) => id === topicId);
      return listed === undefined ? failed("There is no such topic.") : shown(listed);
    }
    const resolved = await ownTopic(call, topicId);
    if ("reply" in resolved) return resolved.reply;
    const before = resolved.topic;
    const topic: Topic = {
      ...before,
      name: options.text("name") ?? before.name,
      about: options.text("about") ?? before.about,
      query: options.text("query") ?? before.query,
      threshold: options.number("threshold") ?? before.threshold,
    };
    return keepTopic(call, topic, before);
  },
};

type ListedTopic = ReturnType<CommandPorts["topics"]["list"]>[number];

/** As it is, and how it is changed. */
function shown({ id, name, about, query, threshold, where = null }: ListedTopic): Reply {
  const change =
    where === null
      ? [
          plain("A line such as this one changes it:"),
          { kind: "line", text: `/sitrep-admin topic edit ${id} threshold=65` } as const,
        ]
      : [plain(`It is declared in ${where.file} line ${where.line}, and changed there.`)];
  return answer(
    [
      heading(name),
      {
        kind: "facts",
        facts: [
          ["Id", id],
          ["About", about === "" ? "not told" : about],
          ["Threshold", scoreText(threshold)],
        ],
      },
      { kind: "line", text: query.trim() },
      ...change,
    ],
    {
      choices: [
        where === null
          ? choice("History", `/sitrep-admin topic history ${id}`)
          : choice("Clone", cloneLine(id)),
      ],
    },
  );
}

function cloneLine(topicId: string): string {
  return `/sitrep-admin topic clone ${topicId} ${topicId.slice(0, 35)}-copy`;
}

/** A topic that this tenant made; others are read-only, and can be cloned. */
export async function ownTopic(
  { ports, caller }: Call,
  topicId: string,
): Promise<{ readonly topic: Topic; readonly version: number } | { readonly reply: Reply }> {
  const last = (await ports.own.topicVersions(caller.tenant, topicId)).at(-1);
  if (last !== undefined && !last.deleted) return { topic: last.topic, version: last.version };
  const where = ports.topics.list().find(({ id }) => id === topicId)?.where ?? null;
  const place = where === null ? "a file" : `${where.file} line ${where.line}`;
  const text = `${topicId} is declared in ${place}: change it there, or clone it and change the copy.`;
  return {
    reply: failed(text, [choice("Clone", cloneLine(topicId))]),
  };
}

/** Tries a topic on the archive, and keeps it when that is confirmed. */
export async function keepTopic(call: Call, topic: Topic, before: Topic | null): Promise<Reply> {
  const { ports, options, caller, now } = call;
  const fault = faultOf(topic);
  if (fault !== null) return failed(fault);
  const draft = await ports.topics.draft(topic);
  if ("faults" in draft) {
    return failed(`The topic cannot be read: ${draft.faults.slice(0, 3).join("; ")}`);
  }
  if (!options.confirmed) {
    const since = instantBefore(now, TRIED_MS);
    const scope = { since, until: now, tenant: caller.tenant };
    const tried = await backtestWith(ports, topic, draft.matchOne, scope);
    return confirmReply(
      call,
      [
        heading(before === null ? `New topic ${topic.name}` : `Change ${topic.name}`),
        ...changesBlocks(before, topic),
        ...backtestBlocks(tried, ports.timezone),
      ],
      before === null ? "Create" : "Save",
    );
  }
  const what =
    before === null
      ? `created topic ${topic.id}`
      : `changed topic ${topic.id}: ${changedFields(before, topic).join(", ")}`;
  const version = await ports.own.saveTopic(topic, entryOf(call, what));
  return answer(
    [
      notice(
        "good",
        before === null
          ? `${topic.name} is kept as ${topic.id}. What came in the last 7 days shows in a moment; alerts are for what comes from now on.`
          : `${topic.name} is changed (version ${version}). What came in the last 7 days is matched anew in a moment.`,
      ),
    ],
    {
      choices: [
        choice("Subscribe", `/sitrep subscribe ${topic.id}`),
        choice("History", `/sitrep-admin topic history ${topic.id}`),
      ],
    },
  );
}

function faultOf({ name, about, query }: Topic): string | null {
  if (name.length > NAME_CHARS_MAX) return `name: longer than ${NAME_CHARS_MAX} characters.`;
  if (about.length > ABOUT_CHARS_MAX) return `about: longer than ${ABOUT_CHARS_MAX} characters.`;
  return query.trim() === "" ? "query: say what the topic is to match." : null;
}

function changedFields(before: Topic, after: Topic): readonly string[] {
  const fields = ["name", "about", "query", "threshold"] as const;
  return fields.filter((field) => before[field] !== after[field]);
}

function changesBlocks(before: Topic | null, topic: Topic): readonly Block[] {
  const query: Block = { kind: "line", text: topic.query.trim() };
  if (before === null) return [query, plain(`Threshold ${scoreText(topic.threshold)}`)];
  const fields = changedFields(before, topic);
  if (fields.length === 0) return [notice("info", "That is how it is already.")];
  return [
    plain(`Changes ${countText(fields.length, "field")}: ${fields.join(", ")}`),
    ...(fields.includes("threshold")
      ? [plain(`Threshold ${scoreText(before.threshold)} → ${scoreText(topic.threshold)}`)]
      : []),
    ...(fields.includes("query")
      ? [
          plain("Was:"),
          { kind: "line", text: before.query.trim() } as const,
          plain("Becomes:"),
          query,
        ]
      : []),
  ];
}
