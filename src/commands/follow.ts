import type { Story } from "../stories/story.ts";
import { answer, choice, failed, heading, notice, plain } from "./answers.ts";
import { bareCard } from "./cards.ts";
import { type Call, type Command, entryOf } from "./command.ts";
import type { Follow } from "./own.ts";
import type { Reply } from "./reply.ts";
import { resolveStory } from "./resolve.ts";
import { UNKNOWN_STORY } from "./story.ts";
import { agoText, countText, DAY_MS, spanText, timeText } from "./words.ts";

const UNTIL_MS = 7 * DAY_MS;
const UNTIL_MS_MAX = 90 * DAY_MS;
const FOLLOWS_MAX = 50;

export const followCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "follow",
    about: "Hear of a story in private when it grows; without one, what you follow",
    level: "viewer",
    options: [
      {
        name: "story",
        kind: "story",
        about: "A story's id, an item's address or a link to a post",
        required: false,
        aliases: ["url", "message"],
      },
      {
        name: "until",
        kind: "duration",
        about: "For how long: 24h, 7d …; 7 days without it",
        required: false,
        aliases: ["for"],
      },
      { name: "undo", kind: "flag", about: "Follow it no more", required: false },
    ],
  },
  async run(call) {
    const { options, ports, caller, now } = call;
    const held = await ports.own.follows(caller.tenant, caller.user, now);
    const text = options.text("story");
    if (text === null) return list(call, held);
    const pointed = await resolveStory(text, ports, caller.tenant);
    const detail = pointed === null ? null : await ports.archive.story(pointed.storyId);
    if (detail === null) return failed(UNKNOWN_STORY);
    const { story } = detail;
    if (options.flag("undo")) return undo(call, story);
    const untilMs = options.durationMs("until") ?? UNTIL_MS;
    if (untilMs > UNTIL_MS_MAX) return failed(`until: at most ${spanText(UNTIL_MS_MAX)}.`);
    if (held.length >= FOLLOWS_MAX && !held.some(({ storyId }) => storyId === story.id)) {
      return failed(`You follow ${FOLLOWS_MAX} stories already; leave one first.`);
    }
    const until = new Date(Date.parse(now) + untilMs).toISOString();
    const follow: Follow = {
      tenant: caller.tenant,
      user: caller.user,
      storyId: story.id,
      channel: caller.channel,
      until,
      items: story.items,
      toldAt: now,
    };
    await ports.own.saveFollow(follow, entryOf(call, `follows ${story.id} until ${until}`));
    return answer(
      [
        notice(
          "good",
          `You follow “${story.headline}” until ${timeText(until, ports.timezone)}. When it grows you hear of it in private, at most once an hour.`,
        ),
      ],
      { choices: [choice("Leave it", `/sitrep follow ${story.id} undo=yes`)] },
    );
  },
};

async function list({ ports, now }: Call, held: readonly Follow[]): Promise<Reply> {
  if (held.length === 0) {
    return answer([notice("info", "You follow no story. /sitrep follow STORY begins.")]);
  }
  const stories = await Promise.all(held.map(({ storyId }) => ports.archive.story(storyId)));
  const rows = held.map(({ storyId, until }, index) => [
    storyId,
    stories[index]?.story.headline ?? "no longer kept",
    agoText(until, now),
  ]);
  return answer([
    heading("Followed"),
    { kind: "table", columns: ["Story", "Headline", "Ends"], rows },
  ]);
}

async function undo(call: Call, story: Story): Promise<Reply> {
  const entry = entryOf(call, `follows ${story.id} no more`);
  return (await call.ports.own.removeFollow(story.id, entry))
    ? answer([notice("good", `You follow “${story.headline}” no more.`)])
    : answer([notice("info", "You do not follow it.")]);
}

/** What a follower is told when a story has grown. */
export function growthReply(story: Story, follow: Follow, publicUrl: string | null): Reply {
  const more = countText(story.items - follow.items, "new item");
  return {
    blocks: [
      plain(`A story that you follow has ${more}.`),
      { kind: "story", card: { ...bareCard(story), update: true } },
      ...(publicUrl === null ? [] : [plain(`${publicUrl}/stories/${story.id}`)]),
    ],
    ephemeral: false,
    choices: [choice("Leave it", `/sitrep follow ${story.id} undo=yes`)],
  };
}
