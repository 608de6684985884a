import { headlineOf, outletOf } from "../feeds/item.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { documentOf } from "../topics/document.ts";
import type { Reason } from "../topics/topic.ts";
import { answer, choice, facts, failed, heading, notice, plain } from "./answers.ts";
import type { Call, Command } from "./command.ts";
import { feedName, healthText, hostOf } from "./feed-health.ts";
import { WEB_ADDRESS } from "./line.ts";
import { muteFilter, muteText } from "./muted.ts";
import { anyTopicOption } from "./option-specs.ts";
import type { Mute } from "./own.ts";
import type { CommandPorts, DeliveryTrace, StoryDetail } from "./ports.ts";
import type { Block, Reply } from "./reply.ts";
import { resolveStory } from "./resolve.ts";
import { UNKNOWN_STORY } from "./story.ts";
import { verdictOf } from "./verdict.ts";
import { agoText, countText, scoreText, timeText } from "./words.ts";

export const whyCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "why",
    about: "Why something was posted, or was not, stage by stage",
    level: "viewer",
    options: [
      {
        name: "url",
        kind: "story",
        about: "An item's address, a story's id or a link to a post",
        required: true,
        aliases: ["message", "story"],
      },
      anyTopicOption,
    ],
  },
  async run(call) {
    const { ports, caller } = call;
    const text = call.options.required("url");
    const pointed = await resolveStory(text, ports, caller.tenant);
    const detail = pointed === null ? null : await ports.archive.story(pointed.storyId);
    if (detail === null)
      return WEB_ADDRESS.test(text) ? neverSeen(call, text) : failed(UNKNOWN_STORY);
    const item = pointed?.item ?? originalItem(detail);
    if (item === null) return failed(UNKNOWN_STORY);
    const whole = pointed?.item == null;
    return explain(call, { detail, item, whole });
  },
};

/** The item that opened the story stands for it. */
function originalItem({ items }: StoryDetail): ArchivedItem | null {
  return items.find(({ duplicateOf }) => duplicateOf === null) ?? items[0] ?? null;
}

/** Nothing is stored under the address: all that can be said is which feed should have brought it. */
async function neverSeen({ ports, now }: Call, url: string): Promise<Reply> {
  const host = hostOf(url);
  const feeds = await ports.archive.feeds();
  const near = feeds.filter((feed) => {
    const own = hostOf(feed.url);
    return own === host || own.endsWith(`.${host}`) || host.endsWith(`.${own}`);
  });
  const blocks: Block[] = [
    heading("Why not"),
    notice("info", "Not seen: no feed that is read here has brought this address."),
  ];
  if (near.length === 0) blocks.push(plain(`No feed of ${host} is read. An admin can add one.`));
  else {
    blocks.push(
      plain(`Feeds of ${host}; an item they no longer list, or never listed, is not seen:`),
      {
        kind: "table",
        columns: ["Feed", "How it does"],
        rows: near.slice(0, FEEDS_MAX).map((feed) => [feedName(feed), healthText(feed, now)]),
      },
    );
  }
  return answer(blocks);
}

const FEEDS_MAX = 10;

/** What is asked about: one item, or with `whole` all items of its story. */
type Subject = {
  readonly detail: StoryDetail;
  readonly item: ArchivedItem;
  readonly whole: boolean;
};

async function explain(call: Call, subject: Subject): Promise<Reply> {
  const { ports, caller, now } = call;
  const { detail, item } = subject;
  const { story } = detail;
  const [feeds, deliveries] = await Promise.all([
    ports.archive.feeds(),
    ports.archive.deliveriesOfStory(story.id, caller.tenant),
  ]);
  const feed = feeds.find(({ id }) => id === item.feedId);
  const feedText =
    feed === undefined ? "no longer read" : `${feedName(feed)}: ${healthText(feed, now)}`;
  const topicBlocks = await topicStages(call, subject, deliveries);
  return answer(
    [
      heading(headlineOf(item)),
      facts(
        ["Feed", feedText],
        ["Stored", `${timeText(item.seenAt, ports.timezone)} (${agoText(item.seenAt, now)})`],
        ["Edited", item.editedAt === null ? "no" : `yes, ${agoText(item.editedAt, now)}`],
        ["Baseline", item.baseline ? "yes: it came with its feed's first reading" : "no"],
        ["Outlet", outletOf(item)],
        ["Language", item.language ?? "unknown"],
        ["Story", storyText(detail)],
        ["Copy of", await copyText(ports, item)],
      ),
      ...topicBlocks,
    ],
    { choices: [choice("Story", `/sitrep story ${story.id}`)] },
  );
}

function storyText({ story }: StoryDetail): string {
  const outlets = countText(story.outlets.length, "outlet");
  return `${story.id}, ${countText(story.items, "item")} from ${outlets}, first ${story.firstReporter}`;
}

async function copyText(ports: CommandPorts, item: ArchivedItem): Promise<string> {
  if (item.duplicateOf === null) return "none: it is told in its own words";
  const original = await ports.archive.item(item.duplicateOf);
  if (original === null) return "an item that is no longer kept";
  return `“${headlineOf(original)}” (${outletOf(original)}), nearly word for word`;
}

type Scored = {
  readonly topicId: string;
  readonly name: string;
  readonly score: number;
  readonly threshold: number;
  readonly reasons: readonly Reason[];
};

async function scoresOf(call: Call, subject: Subject): Promise<readonly Scored[]> {
  const { ports, options } = call;
  const { detail, item, whole } = subject;
  const asked = options.text("topic");
  const matches = whole ? detail.matches : await ports.archive.matchesOf(item.id);
  const stored = new Map(matches.map((match) => [match.topicId, match]));
  return ports.topics
    .list()
    .filter(({ id }) => asked === null || id === asked)
    .map(({ id, name, threshold }) => {
      // An item that was stored before its topic was changed or made has no match of it.
      const match = stored.get(id) ?? ports.topics.explain(id, documentOf(item));
      return {
        topicId: id,
        name,
        threshold,
        score: match?.score ?? 0,
        reasons: match?.reasons ?? [],
      };
    })
    .sort((a, b) => b.score - a.score);
}

/** What holds the subject back where a subscription would tell it; null: nothing. */
function mutedBy(
  mutes: readonly Mute[],
  place: { readonly channel: string; readonly topicId: string },
  { detail, item, whole }: Subject,
): string | null {
  const filter = muteFilter(mutes, place);
  const document = documentOf(item);
  const { url, storyId } = item;
  const mute = whole
    ? filter.ofStory(detail.story, document)
    : filter.ofItem({ outlet: outletOf(item), url, storyId, document });
  return mute === null ? null : `${muteText(mute, place)} (${mute.id}, by ${mute.by})`;
}

async function topicStages(
  call: Call,
  subject: Subject,
  deliveries: readonly DeliveryTrace[],
): Promise<readonly Block[]> {
  const { ports, caller, now } = call;
  const { detail, item, whole } = subject;
  const mutes = await ports.own.mutes(caller.tenant, now);
  const scores = await scoresOf(call, subject);
  if (scores.length === 0) return [notice("info", "There are no topics yet.")];
  const held = (await ports.archive.subscriptions(caller.tenant)).filter(
    ({ subscription }) => subscription.tenant === caller.tenant,
  );
  const told = {
    seenAt: whole ? detail.story.lastSeenAt : item.seenAt,
    languages: whole ? detail.story.languages : item.language === null ? [] : [item.language],
    baseline: whole ? detail.items.every(({ baseline }) => baseline) : item.baseline,
    deliveries,
    now,
  };
  return scores.flatMap((scored) => {
    const { score, threshold, name } = scored;
    const verdict = score >= threshold ? "a match" : "no match";
    const rows = held
      .filter(({ subscription }) => subscription.topicId === scored.topicId)
      .map(({ subscription, state }) => [
        subscription.id,
        subscription.channel,
        subscription.mode,
        verdictOf(subscription, state, {
          ...told,
          score,
          threshold,
          muted: mutedBy(mutes, subscription, subject),
        }),
      ]);
    return [
      heading(name),
      plain(`Score ${scoreText(score)}, threshold ${scoreText(threshold)}: ${verdict}.`),
      scored.reasons.length > 0
        ? ({ kind: "reasons", reasons: scored.reasons } as const)
        : plain("Nothing that the topic asks for was found in it."),
      rows.length > 0
        ? ({
            kind: "table",
            columns: ["Subscription", "Channel", "Mode", "What became of it"],
            rows,
          } as const)
        : plain("Nobody here subscribes to this topic."),
    ];
  });
}
