import { answer, choice, failed, heading, notice, plain } from "../answers.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import { confirmReply } from "../confirm.ts";
import { topicOption } from "../option-specs.ts";
import type { TopicVersion } from "../own.ts";
import type { Reply } from "../reply.ts";
import { agoText, countText, scoreText, timeText } from "../words.ts";
import { keepTopic, ownTopic } from "./topic-make.ts";

const TOPIC_ID = /^[a-z0-9-]{1,40}$/;

export const topicCloneCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "clone",
    about: "Copy a topic under another id, to change the copy",
    level: "admin",
    confirms: true,
    options: [
      topicOption,
      { name: "id", kind: "text", about: "The copy's id: a-z, 0-9 and hyphens", required: true },
      { name: "name", kind: "text", about: "What to call the copy", required: false },
    ],
  },
  async run(call) {
    const { options, ports } = call;
    const topics = ports.topics.list();
    const from = topics.find(({ id }) => id === options.required("topic"));
    if (from === undefined) return failed("There is no such topic.");
    const id = options.required("id").toLowerCase();
    if (!TOPIC_ID.test(id)) return failed("id: small letters, digits and hyphens, at most 40.");
    if (topics.some((topic) => topic.id === id)) return failed(`There is a topic ${id} already.`);
    const { about, query, threshold } = from;
    const name = options.text("name") ?? `${from.name} (copy)`;
    return keepTopic(call, { id, name, about, query, threshold, where: null }, null);
  },
};

export const topicDeleteCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "delete",
    about: "End a topic of this team, with its subscriptions and verdicts",
    level: "admin",
    confirms: true,
    options: [topicOption],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const resolved = await ownTopic(call, options.required("topic"));
    if ("reply" in resolved) return resolved.reply;
    const { id, name } = resolved.topic;
    if (!options.confirmed) {
      const held = (await ports.archive.subscriptions(caller.tenant)).filter(
        ({ subscription }) => subscription.tenant === caller.tenant && subscription.topicId === id,
      );
      const verdicts = await ports.own.verdicts(caller.tenant, id);
      return confirmReply(
        call,
        [
          heading(`Delete ${name}`),
          plain(
            `With it go ${countText(held.length, "subscription")} and ${countText(verdicts.length, "verdict")}. Its history stays, and can bring it back.`,
          ),
        ],
        "Delete",
        "danger",
      );
    }
    return (await ports.own.deleteTopic(id, entryOf(call, `deleted topic ${id}`)))
      ? answer([notice("good", `${name} is deleted.`)], {
          choices: [choice("Bring it back", `/sitrep-admin topic history ${id} restore=1`)],
        })
      : failed(`${id} was deleted by somebody else.`);
  },
};

export const topicHistoryCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "history",
    about: "Versions of a topic of this team; restore brings one back",
    level: "admin",
    confirms: true,
    options: [
      // A deleted topic is listed nowhere, and still has a history.
      { name: "topic", kind: "text", about: "Which topic, also a deleted one", required: true },
      {
        name: "restore",
        kind: "number",
        about: "The version to bring back",
        required: false,
        range: { min: 1, max: 1_000_000 },
      },
    ],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const topicId = options.required("topic").toLowerCase();
    const versions = await ports.own.topicVersions(caller.tenant, topicId);
    if (versions.length === 0) {
      const isListed = ports.topics.list().some(({ id }) => id === topicId);
      return failed(
        isListed
          ? `${topicId} comes from a file: its history is where the file is kept.`
          : `This team never had a topic ${topicId}.`,
      );
    }
    const wanted = options.number("restore");
    return wanted === null ? history(call, topicId, versions) : restore(call, versions, wanted);
  },
};

const SHOWN_MAX = 10;

function history({ ports, now }: Call, topicId: string, versions: readonly TopicVersion[]): Reply {
  const newest = versions.toReversed().slice(0, SHOWN_MAX);
  return answer(
    [
      heading(`${topicId}: history`),
      plain(
        `${countText(versions.length, "version")}, the last ${timeText(newest[0]?.at ?? now, ports.timezone)}`,
      ),
      {
        kind: "table",
        columns: ["Version", "When", "By", "Threshold", "Query"],
        rows: newest.map(({ version, at, by, deleted, topic }) => [
          String(version),
          agoText(at, now),
          by,
          scoreText(topic.threshold),
          deleted ? "deleted" : topic.query.trim().replace(/\s+/g, " "),
        ]),
      },
    ],
    {
      choices: newest
        .filter(({ deleted }, index) => !deleted && index > 0)
        .slice(0, 3)
        .map(({ version }) =>
          choice(
            `Bring back version ${version}`,
            `/sitrep-admin topic history ${topicId} restore=${version}`,
          ),
        ),
    },
  );
}

function restore(
  call: Call,
  versions: readonly TopicVersion[],
  wanted: number,
): Promise<Reply> | Reply {
  const version = versions.find((one) => one.version === wanted);
  const last = versions.at(-1);
  if (version === undefined) {
    return failed(`There is no version ${wanted}; there are 1 to ${versions.length}.`);
  }
  const isGone = last === undefined || last.deleted;
  if (isGone && call.ports.topics.list().some(({ id }) => id === version.topic.id)) {
    return failed(`A file declares ${version.topic.id} now.`);
  }
  return keepTopic(call, version.topic, isGone ? null : last.topic);
}
