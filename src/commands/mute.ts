import { parseDuration } from "../feeds/duration.ts";
import { compileSearch } from "../topics/archive-query.ts";
import { answer, CHOICES_MAX, choice, failed, heading, notice, plain } from "./answers.ts";
import { type Call, type Command, entryOf } from "./command.ts";
import { hostOf } from "./feed-health.ts";
import { formatLine } from "./line.ts";
import { muteText, termQuery } from "./muted.ts";
import { anyTopicOption } from "./option-specs.ts";
import { MUTE_KINDS, type Mute, type MuteKind } from "./own.ts";
import type { Reply } from "./reply.ts";
import { resolveStory } from "./resolve.ts";
import { UNKNOWN_STORY } from "./story.ts";
import { timeText } from "./words.ts";

const SCOPES = ["all", "channel", "topic"] as const;
/** More would be read by nobody; a topic's query says such things better. */
const MUTES_MAX = 200;
const TERM_CHARS_MAX = 100;

export const muteCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "mute",
    about: "Hear no more of an outlet, a term, a story or a site; list shows all, undo ends one",
    level: "editor",
    options: [
      {
        name: "kind",
        kind: "choice",
        about: "What to mute; list without it",
        required: false,
        choices: [...MUTE_KINDS, "list", "undo"],
      },
      {
        name: "value",
        kind: "text",
        about:
          "The outlet's name, the words, the story's id or address, the site; for undo the mute's id",
        required: false,
      },
      {
        name: "for",
        kind: "duration",
        about: "For how long: 1h, 7d …; until it is undone without it",
        required: false,
      },
      {
        name: "scope",
        kind: "choice",
        about: "Everywhere here, this channel only, or one topic only",
        required: false,
        choices: SCOPES,
      },
      { ...anyTopicOption, about: "The topic, for scope=topic" },
    ],
  },
  async run(call) {
    const { options, ports, caller, now } = call;
    const kind = options.text("kind") ?? "list";
    const value = options.text("value");
    const held = await ports.own.mutes(caller.tenant, now);
    if (kind === "list") return list(call, held);
    if (value === null) return missingValue(call, kind, held);
    if (kind === "undo") return undo(call, held, value);
    const what = MUTE_KINDS.find((known) => known === kind);
    return what === undefined ? list(call, held) : add(call, held, what, value);
  },
};

function list({ caller }: Call, held: readonly Mute[]): Reply {
  if (held.length === 0) return answer([notice("info", "Nothing is muted here.")]);
  return answer(
    [
      heading("Muted"),
      {
        kind: "table",
        columns: ["Id", "What", "By"],
        rows: held.map((mute) => [mute.id, muteText(mute, caller), mute.by]),
      },
    ],
    {
      choices: held
        .slice(0, CHOICES_MAX)
        .map(({ id, value }) => choice(`Undo ${value}`.slice(0, 75), `/sitrep mute undo ${id}`)),
    },
  );
}

function missingValue(call: Call, kind: string, held: readonly Mute[]): Reply {
  if (kind === "undo") return list(call, held);
  return failed(`What ${kind}? For example: ${EXAMPLES[kind] ?? ""}`);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  source: '/sitrep mute source "Coast Daily" for=7d',
  term: '/sitrep mute term "football cup" scope=channel',
  story: "/sitrep mute story s0123456789",
  domain: "/sitrep mute domain example.org",
};

async function add(
  call: Call,
  held: readonly Mute[],
  kind: MuteKind,
  text: string,
): Promise<Reply> {
  const { ports, caller, now, options } = call;
  const read = await muteValueOf(call, kind, text);
  if ("fault" in read) return failed(read.fault);
  const scope = options.text("scope") ?? (options.text("topic") === null ? "all" : "topic");
  const topicId = options.text("topic");
  if (scope === "topic" && topicId === null) {
    return failed(
      "scope=topic needs topic=….",
      ports.topics
        .list()
        .slice(0, CHOICES_MAX)
        .map(({ id }) => choice(id, formatLine(call.spec, { ...options.given, topic: id }))),
    );
  }
  const forMs = parseDuration(options.text("for") ?? "");
  const until = forMs === null ? null : new Date(Date.parse(now) + forMs).toISOString();
  const wish = {
    kind,
    value: read.value,
    channel: scope === "channel" ? caller.channel : null,
    topicId: scope === "topic" ? topicId : null,
  };
  const same = held.find((mute) => isSame(mute, wish));
  if (same === undefined && held.length >= MUTES_MAX) {
    return failed(`No more than ${MUTES_MAX} mutes: undo one, or say it in a topic's query.`);
  }
  const id = same?.id ?? freeId(call, held);
  const mute: Mute = { ...wish, id, tenant: caller.tenant, until, by: caller.user, at: now };
  await ports.own.saveMute(
    mute,
    entryOf(call, `muted ${muteText(mute, { channel: null })} (${id})`),
  );
  const end = until === null ? "until it is undone" : `until ${timeText(until, ports.timezone)}`;
  return answer(
    [
      notice("good", `Muted ${muteText({ ...mute, until: null }, caller)}, ${end}.`),
      plain("It is left out of alerts, digests and answers; why still tells of it."),
    ],
    { choices: [choice("Undo", `/sitrep mute undo ${id}`)] },
  );
}

type Wish = Pick<Mute, "kind" | "value" | "channel" | "topicId">;

function isSame(mute: Mute, wish: Wish): boolean {
  return (
    mute.kind === wish.kind &&
    mute.value.toLowerCase() === wish.value.toLowerCase() &&
    mute.channel === wish.channel &&
    mute.topicId === wish.topicId
  );
}

function freeId({ ports }: Call, held: readonly Mute[]): string {
  for (let tries = 0; tries < 100; tries += 1) {
    const id = `m${ports.newId().slice(0, 6)}`;
    if (!held.some((mute) => mute.id === id)) return id;
  }
  throw new Error("no free mute id in 100 tries");
}

async function muteValueOf(
  { ports, caller }: Call,
  kind: MuteKind,
  text: string,
): Promise<{ readonly value: string } | { readonly fault: string }> {
  switch (kind) {
    case "source":
      return { value: text };
    case "term": {
      if (text.length > TERM_CHARS_MAX)
        return { fault: `value: longer than ${TERM_CHARS_MAX} characters.` };
      const { fault } = compileSearch(termQuery(text));
      return fault === null ? { value: text } : { fault: `value: no words to look for: ${fault}` };
    }
    case "story": {
      const pointed = await resolveStory(text, ports, caller.tenant);
      const detail = pointed === null ? null : await ports.archive.story(pointed.storyId);
      return detail === null ? { fault: UNKNOWN_STORY } : { value: detail.story.id };
    }
    case "domain": {
      const host = hostOf(/^https?:/i.test(text) ? text : `https://${text}`).toLowerCase();
      const isHost = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(host);
      return isHost ? { value: host } : { fault: "value: a site such as example.org is needed." };
    }
  }
}

async function undo(call: Call, held: readonly Mute[], text: string): Promise<Reply> {
  const { ports } = call;
  const wanted = text.toLowerCase();
  const mute =
    held.find(({ id }) => id === wanted) ??
    held.find(({ value }) => value.toLowerCase() === wanted);
  if (mute === undefined) return failed("Nothing of that id or value is muted here.");
  const name = muteText({ ...mute, until: null }, call.caller);
  await ports.own.removeMute(mute.id, entryOf(call, `ended the mute of ${name} (${mute.id})`));
  return answer([notice("good", `No longer muted: ${name}.`)]);
}
