import type { ArchivedItem } from "../stories/story.ts";
import { documentOf } from "../topics/document.ts";
import {
  applyFeedback,
  type FeedbackChange,
  feedbackTerms,
  undoFeedback,
} from "../topics/feedback.ts";
import { answer, choice, failed, notice, plain } from "./answers.ts";
import { type Call, type Command, entryOf } from "./command.ts";
import { mayUse } from "./help.ts";
import { formatLine } from "./line.ts";
import { anyTopicOption } from "./option-specs.ts";
import { type KeptVerdict, VERDICTS } from "./own.ts";
import type { StoryDetail } from "./ports.ts";
import { judgeDuplicate, judgeWrongStory, type Subject } from "./regroup.ts";
import type { Block, Reply } from "./reply.ts";
import { resolveStory } from "./resolve.ts";
import { UNKNOWN_STORY } from "./story.ts";
import { movesWeights } from "./weighed.ts";

export const feedbackCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "feedback",
    about:
      "Say whether a story belongs to a topic, is told twice or is mixed up; undo takes it back",
    level: "viewer",
    options: [
      {
        name: "message",
        kind: "story",
        about: "A story's id, an item's address or a link to a post",
        required: true,
        aliases: ["story", "url"],
      },
      {
        name: "verdict",
        kind: "choice",
        about: "What you think of it",
        required: true,
        choices: [...VERDICTS, "undo"],
      },
      { ...anyTopicOption, about: "For which topic; the one it fits best without it" },
      {
        name: "of",
        kind: "story",
        about: "For duplicate: the story that it tells again",
        required: false,
      },
    ],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const pointed = await resolveStory(options.required("message"), ports, caller.tenant);
    const detail = pointed === null ? null : await ports.archive.story(pointed.storyId);
    if (detail === null) return failed(UNKNOWN_STORY);
    const subject = subjectOf(call, detail, pointed?.item ?? null);
    if (subject === null) return failed("There is no topic that this story could belong to.");
    const verdict = VERDICTS.find((known) => known === options.text("verdict"));
    switch (verdict) {
      case undefined:
        return undo(call, subject);
      case "duplicate":
        return judgeDuplicate(call, subject);
      case "wrong-story":
        return judgeWrongStory(call, subject);
      case "relevant":
      case "irrelevant":
        return judge(call, subject, verdict);
    }
  },
};

function subjectOf(call: Call, detail: StoryDetail, asked: ArchivedItem | null): Subject | null {
  const topics = call.ports.topics.list();
  const wanted = call.options.text("topic");
  const best = detail.matches.find(({ topicId }) => wanted === null || topicId === wanted);
  const topicId = wanted ?? best?.topicId;
  const topic = topics.find(({ id }) => id === topicId);
  const item =
    asked ?? detail.items.find(({ id }) => id === best?.itemId) ?? detail.items[0] ?? null;
  if (topic === undefined || item === null) return null;
  const isPointedAt = asked !== null;
  return { topicId: topic.id, topicName: topic.name, item, isPointedAt, detail };
}

async function judge(
  call: Call,
  subject: Subject,
  verdict: "relevant" | "irrelevant",
): Promise<Reply> {
  const { ports, caller, now } = call;
  const { topicId, topicName, item, detail } = subject;
  const isApplied = ports.feedback === "open" || mayUse(caller.level, "editor");
  const document = documentOf(item);
  const kept: KeptVerdict = {
    tenant: caller.tenant,
    topicId,
    storyId: detail.story.id,
    itemId: item.id,
    verdict,
    relevant: verdict === "relevant",
    by: caller.user,
    at: now,
    terms: feedbackTerms(document, ports.topics.explain(topicId, document)?.reasons ?? []),
    appliedAt: isApplied ? now : null,
  };
  const before = await ports.own.verdicts(caller.tenant, topicId);
  const { changes } = applyFeedback(feedbackOf(topicId, before), kept);
  const what = `judged ${detail.story.id} ${verdict} for ${topicId}${isApplied ? "" : ", to be applied by an editor"}`;
  await ports.own.saveVerdict(kept, entryOf(call, what));
  return answer(
    [notice("good", `Noted: ${verdict} for ${topicName}.`), ...consequence(isApplied, changes)],
    { choices: [undoChoice(call, subject)] },
  );
}

/** Applied verdicts as the arithmetic takes them. */
export function feedbackOf(
  topicId: string,
  verdicts: readonly KeptVerdict[],
): { topicId: string; judgements: readonly KeptVerdict[] } {
  return {
    topicId,
    judgements: verdicts.filter((one) => one.appliedAt !== null && movesWeights(one)),
  };
}

function consequence(isApplied: boolean, changes: readonly FeedbackChange[]): readonly Block[] {
  if (!isApplied) {
    const would = changes.length === 0 ? "" : ` It would move: ${changesText(changes)}.`;
    return [plain(`Nothing changes until an editor applies it: topic tune.${would}`)];
  }
  if (changes.length === 0) {
    return [
      plain(
        "No weight moved yet: words count once both relevant and irrelevant stories with them were judged.",
      ),
    ];
  }
  return [plain(`Weights moved: ${changesText(changes)}.`)];
}

const CHANGES_SHOWN_MAX = 8;

/** `talks 0 → +1.4, oil -2 → -2.6 and 3 more`, those that moved most first. */
export function changesText(changes: readonly FeedbackChange[]): string {
  const ordered = [...changes].sort(
    (a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before),
  );
  const shown = ordered
    .slice(0, CHANGES_SHOWN_MAX)
    .map(({ term, before, after }) => `${term} ${pointsText(before)} → ${pointsText(after)}`);
  const more = ordered.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** With its sign. */
export function pointsText(points: number): string {
  return points > 0 ? `+${points}` : String(points);
}

async function undo(call: Call, { topicId, topicName, item, detail }: Subject): Promise<Reply> {
  const { ports, caller } = call;
  const before = await ports.own.verdicts(caller.tenant, topicId);
  const mine = before.filter(
    ({ by, storyId }) => by === caller.user && storyId === detail.story.id,
  );
  const own = mine.find(({ itemId }) => itemId === item.id) ?? mine.at(-1);
  if (own === undefined) return answer([notice("info", "You have given no verdict on it.")]);
  const { changes } = undoFeedback(feedbackOf(topicId, before), own.itemId, caller.user);
  const entry = entryOf(call, `took back the verdict on ${detail.story.id} for ${topicId}`);
  await ports.own.removeVerdict(topicId, own.itemId, entry);
  return answer([
    notice("good", `Taken back: your verdict for ${topicName}.`),
    ...(changes.length > 0 ? [plain(`Weights moved back: ${changesText(changes)}.`)] : []),
  ]);
}

function undoChoice({ spec }: Call, { topicId, detail }: Subject): ReturnType<typeof choice> {
  const given = { message: detail.story.id, verdict: "undo", topic: topicId };
  return choice("Undo", formatLine(spec, given));
}
