import { suggestTerms, type WeightInWords, weightsInWords } from "../../topics/feedback.ts";
import { answer, choice, failed, heading, notice, plain } from "../answers.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import { changesText, feedbackOf, pointsText } from "../feedback.ts";
import { topicOption } from "../option-specs.ts";
import type { KeptVerdict } from "../own.ts";
import type { Block, Reply } from "../reply.ts";
import { movesWeights } from "../weighed.ts";
import { agoText, countText } from "../words.ts";

const WEIGHTS_SHOWN_MAX = 12;
const NOTES_SHOWN_MAX = 8;

export const topicTuneCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "topic",
    name: "tune",
    about:
      "What verdicts made of a topic here: weights, those that wait, terms to add; apply or revert",
    level: "admin",
    options: [
      topicOption,
      {
        name: "action",
        kind: "choice",
        about: "apply what waits, revert what was applied last; show without it",
        required: false,
        choices: ["show", "apply", "revert"],
      },
    ],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const topicId = options.required("topic");
    const topic = ports.topics.list().find(({ id }) => id === topicId);
    if (topic === undefined) return failed(`There is no topic ${topicId}.`);
    const verdicts = await ports.own.verdicts(caller.tenant, topicId);
    switch (options.text("action")) {
      case "apply":
        return change(call, topicId, verdicts, "apply");
      case "revert":
        return change(call, topicId, verdicts, "revert");
      default:
        return show(call, topic, verdicts);
    }
  },
};

async function change(
  call: Call,
  topicId: string,
  before: readonly KeptVerdict[],
  action: "apply" | "revert",
): Promise<Reply> {
  const { ports, caller } = call;
  const done =
    action === "apply"
      ? await ports.own.applyVerdicts(topicId, entryOf(call, `applied the verdicts on ${topicId}`))
      : await ports.own.revertVerdicts(topicId, entryOf(call, `reverted verdicts on ${topicId}`));
  if (done === 0) {
    return answer([notice("info", action === "apply" ? "No verdict waits." : "None is applied.")]);
  }
  const after = await ports.own.verdicts(caller.tenant, topicId);
  const changes = changesBetween(topicId, before, after);
  const other = action === "apply" ? "revert" : "apply";
  return answer(
    [
      notice(
        "good",
        `${countText(done, "verdict")} ${action === "apply" ? "applied" : "no longer applied"}.`,
      ),
      plain(changes === "" ? "No weight moved." : `Weights moved: ${changes}.`),
    ],
    {
      choices: [
        choice(
          other === "revert" ? "Revert" : "Apply again",
          `/sitrep-admin topic tune ${topicId} ${other}`,
        ),
      ],
    },
  );
}

function changesBetween(
  topicId: string,
  before: readonly KeptVerdict[],
  after: readonly KeptVerdict[],
): string {
  const pointsOf = (verdicts: readonly KeptVerdict[]): Map<string, number> =>
    new Map(
      weightsInWords(feedbackOf(topicId, verdicts)).map(({ term, points }) => [term, points]),
    );
  const old = pointsOf(before);
  const now = pointsOf(after);
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .map((term) => ({ term, before: old.get(term) ?? 0, after: now.get(term) ?? 0 }))
    .filter((one) => one.before !== one.after);
  return changesText(changes);
}

function show(
  { now }: Call,
  topic: { readonly id: string; readonly name: string; readonly query: string },
  verdicts: readonly KeptVerdict[],
): Reply {
  const feedback = feedbackOf(topic.id, verdicts);
  const weights = weightsInWords(feedback);
  const applied = verdicts.filter((one) => one.appliedAt !== null && movesWeights(one));
  const waiting = verdicts.filter((one) => one.appliedAt === null && movesWeights(one));
  const notes = verdicts.filter((one) => !movesWeights(one)).toReversed();
  const { add, exclude } = suggestTerms(feedback, topic.query);
  return answer(
    [
      heading(`${topic.name}: feedback`),
      plain(
        `${countText(feedback.judgements.length, "verdict")} applied, ${waiting.length} waiting. They hold for this team only.`,
      ),
      ...weightsBlocks(weights),
      ...(add.length > 0 ? [plain(`Worth adding to the query: ${add.join(", ")}`)] : []),
      ...(exclude.length > 0 ? [plain(`Worth excluding: ${exclude.join(", ")}`)] : []),
      ...(waiting.length > 0 ? [verdictsTable("Waiting", waiting, now)] : []),
      ...(applied.length > 0 ? [verdictsTable("Applied", applied.toReversed(), now)] : []),
      ...(notes.length > 0 ? [verdictsTable("Of stories", notes, now)] : []),
    ],
    {
      choices: [
        ...(waiting.length > 0
          ? [choice("Apply", `/sitrep-admin topic tune ${topic.id} apply`, "primary")]
          : []),
        ...(feedback.judgements.length > 0
          ? [choice("Revert the last", `/sitrep-admin topic tune ${topic.id} revert`)]
          : []),
      ],
    },
  );
}

function weightsBlocks(weights: readonly WeightInWords[]): readonly Block[] {
  if (weights.length === 0) {
    return [
      notice(
        "info",
        "No weights yet: words and concepts count once both relevant and irrelevant stories with them were judged.",
      ),
    ];
  }
  const more = weights.length - WEIGHTS_SHOWN_MAX;
  return [
    {
      kind: "table",
      columns: ["Word or concept", "Points"],
      rows: weights
        .slice(0, WEIGHTS_SHOWN_MAX)
        .map(({ term, points }) => [term, pointsText(points)]),
    },
    ...(more > 0 ? [plain(`and ${more} more`)] : []),
  ];
}

function verdictsTable(title: string, verdicts: readonly KeptVerdict[], now: string): Block {
  return {
    kind: "table",
    columns: [title, "Verdict", "By", "When"],
    rows: verdicts
      .slice(0, NOTES_SHOWN_MAX)
      .map(({ storyId, verdict, by, at }) => [storyId, verdict, by, agoText(at, now)]),
  };
}
