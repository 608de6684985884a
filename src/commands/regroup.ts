import type { ArchivedItem } from "../stories/story.ts";
import { storyIdApart } from "../stories/story-index.ts";
import { archiveTerms } from "../topics/analyse.ts";
import { documentOf } from "../topics/document.ts";
import { answer, CHOICES_MAX, choice, failed, notice, plain } from "./answers.ts";
import { bareCard } from "./cards.ts";
import { type Call, entryOf } from "./command.ts";
import { mayUse } from "./help.ts";
import { formatLine } from "./line.ts";
import type { KeptVerdict, Regrouping } from "./own.ts";
import type { StoryDetail } from "./ports.ts";
import type { Choice, Reply } from "./reply.ts";
import { resolveStory } from "./resolve.ts";
import { UNKNOWN_STORY } from "./story.ts";

/** What a verdict is about: the item that speaks for the story in that topic. */
export type Subject = {
  readonly topicId: string;
  readonly topicName: string;
  readonly item: ArchivedItem;
  /** Whether the person pointed at the item itself, and not at its story. */
  readonly isPointedAt: boolean;
  readonly detail: StoryDetail;
};

/** Among how many stories, and of how many days, the one that is told again is looked for. */
const CANDIDATES_MAX = 200;
const CANDIDATE_DAYS = 14;
const DAY_MS = 86_400_000;

/** A story is another one told again: they become one. */
export async function judgeDuplicate(call: Call, subject: Subject): Promise<Reply> {
  const { ports, caller, options } = call;
  const of = options.text("of");
  if (of === null) return askWhich(call, subject);
  const pointed = await resolveStory(of, ports, caller.tenant);
  const other = pointed === null ? null : await ports.archive.story(pointed.storyId);
  if (other === null) return failed(UNKNOWN_STORY);
  const { story } = subject.detail;
  if (other.story.id === story.id) return failed("That is the same story already.");
  return settle(call, subject, "duplicate", {
    change: { kind: "join", storyId: story.id, intoId: other.story.id },
    what: `joined ${story.id} into ${other.story.id}`,
    told: `${story.id} is now part of ${other.story.id}, “${other.story.headline}”.`,
    undoAt: other.story.id,
  });
}

/** An item tells something else than its story: it becomes a story of its own. */
export async function judgeWrongStory(call: Call, subject: Subject): Promise<Reply> {
  const { story, items } = subject.detail;
  if (items.length < 2) {
    return answer([notice("info", "This story has only one item: there is nothing to take out.")]);
  }
  if (!subject.isPointedAt) return askItem(call, subject);
  const intoId = storyIdApart(subject.item.id);
  return settle(call, subject, "wrong-story", {
    change: { kind: "split", storyId: story.id, itemId: subject.item.id, intoId },
    what: `took an item out of ${story.id}, as ${intoId}`,
    told: `It is now a story of its own, ${intoId}, and stays one.`,
    undoAt: intoId,
  });
}

type Change = {
  readonly change: Regrouping;
  /** For the audit. */
  readonly what: string;
  /** For the person. */
  readonly told: string;
  /** The story from which it can be taken back. */
  readonly undoAt: string;
};

/** Stories are everybody's: who looks after all tenants changes them, what others say is kept for those. */
async function settle(
  call: Call,
  { topicId, item, detail }: Subject,
  verdict: "duplicate" | "wrong-story",
  { change, what, told, undoAt }: Change,
): Promise<Reply> {
  const { ports, caller, now, spec } = call;
  const isHeard = ports.feedback === "open" || mayUse(caller.level, "editor");
  const isDone = isHeard && (ports.changesStories || caller.isOperator === true);
  const kept: KeptVerdict = {
    tenant: caller.tenant,
    topicId,
    storyId: detail.story.id,
    itemId: item.id,
    verdict,
    relevant: false,
    by: caller.user,
    at: now,
    terms: [],
    appliedAt: isDone ? now : null,
  };
  const undo = (message: string): Choice =>
    choice("Undo", formatLine(spec, { message, verdict: "undo", topic: topicId }));
  if (!isDone) {
    await ports.own.saveVerdict(kept, entryOf(call, `judged ${detail.story.id} ${verdict}`));
    const who = isHeard
      ? "Stories are shared by all who use this Sitrep: whoever runs it makes the change, on the page or as one of its admins."
      : "Nothing changes until an editor gives the same verdict.";
    return answer([notice("good", "Noted."), plain(who)], { choices: [undo(detail.story.id)] });
  }
  if (!(await ports.own.regroup(change, kept, entryOf(call, what)))) {
    return failed("The story has changed meanwhile. Look at it again, then say it once more.");
  }
  return answer([notice("good", told)], {
    choices: [choice("Show", `/sitrep story ${undoAt}`), undo(undoAt)],
  });
}

/** Which of the topic's stories is told again, those first that say it in the same words. */
async function askWhich(call: Call, { topicId, item, detail }: Subject): Promise<Reply> {
  const { ports, now, options, spec } = call;
  const since = new Date(Date.parse(now) - CANDIDATE_DAYS * DAY_MS).toISOString();
  const query = { minScore: 0, language: null, baseline: true, limit: CANDIDATES_MAX };
  const found = await ports.archive.topicStories({ ...query, topicId, since, until: now });
  const { title, text, language } = documentOf(item);
  const own = stemsOf(title, text, language);
  const near = found
    .filter(({ story }) => story.id !== detail.story.id)
    .map(({ story }) => ({ story, shared: sharedOf(own, story.headline, story.languages) }))
    .sort((a, b) => b.shared - a.shared)
    .slice(0, CHOICES_MAX / 2);
  const line = (of: string): string =>
    formatLine(spec, { ...options.given, verdict: "duplicate", topic: topicId, of });
  if (near.length === 0) {
    return failed(`There is no other story in this topic. Name it: ${line("STORY")}`);
  }
  return answer(
    [
      plain("Which story does it tell again?"),
      ...near.map(({ story }) => ({ kind: "story" as const, card: bareCard(story) })),
    ],
    { choices: near.map(({ story }) => choice(`Same as ${story.id}`, line(story.id))) },
  );
}

/** Which of the items does not belong. */
function askItem({ options, spec }: Call, { topicId, detail }: Subject): Reply {
  const linked = detail.items.flatMap(({ url, title }) => (url === null ? [] : [{ url, title }]));
  const shown = linked.slice(-CHOICES_MAX);
  if (shown.length === 0) return failed("None of its items has an address to name it by.");
  return answer(
    [
      plain("Which item is not of this story?"),
      ...shown.map(({ title, url }, place) => plain(`${place + 1}. ${title ?? url}`)),
    ],
    {
      choices: shown.map(({ url }, place) =>
        choice(
          `Item ${place + 1}`,
          formatLine(spec, {
            ...options.given,
            message: url,
            verdict: "wrong-story",
            topic: topicId,
          }),
        ),
      ),
    },
  );
}

function stemsOf(title: string, text: string, language: string | null): ReadonlySet<string> {
  return new Set(archiveTerms(title, text, language).stems.split(" "));
}

/** What share of a headline's words the item has. */
function sharedOf(
  own: ReadonlySet<string>,
  headline: string,
  languages: readonly string[],
): number {
  const stems = [...stemsOf(headline, "", languages[0] ?? null)];
  return stems.filter((stem) => own.has(stem)).length / Math.max(1, stems.length);
}
