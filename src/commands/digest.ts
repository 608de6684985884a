import { answer, choice, failed, notice } from "./answers.ts";
import { digestReply } from "./cards.ts";
import { type Call, type Command, entryOf } from "./command.ts";
import { confirmReply } from "./confirm.ts";
import { formatLine } from "./line.ts";
import { topicOption } from "./option-specs.ts";
import type { Archive } from "./ports.ts";
import type { Reply } from "./reply.ts";
import { DAY_MS, instantBefore } from "./words.ts";

export const digestCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "digest",
    about: "Preview a topic's next digest, or send it now; a period is sent once",
    level: "editor",
    confirms: true,
    options: [
      topicOption,
      {
        name: "action",
        kind: "choice",
        about: "preview shows it to you, send posts it to this channel",
        required: false,
        choices: ["preview", "send"],
      },
    ],
  },
  async run(call) {
    const topicId = call.options.required("topic");
    const held = await subscriptionHere(call, topicId);
    if (call.options.text("action") !== "send") return preview(call, topicId, held);
    if (held === null) {
      return failed("This channel has no digest of that topic. Subscribe it first.", [
        choice("Subscribe", `/sitrep subscribe ${topicId} digest`),
      ]);
    }
    if (!call.options.confirmed) {
      const shown = await preview(call, topicId, held);
      return confirmReply(call, shown.blocks, "Send now");
    }
    return send(call, held.subscription.id);
  },
};

type Held = Awaited<ReturnType<Archive["subscriptions"]>>[number];

/** The digest subscription of this channel to a topic. */
async function subscriptionHere({ ports, caller }: Call, topicId: string): Promise<Held | null> {
  const held = await ports.archive.subscriptions(caller.tenant);
  const found = held.find(
    ({ subscription }) =>
      subscription.tenant === caller.tenant &&
      subscription.channel === caller.channel &&
      subscription.topicId === topicId &&
      subscription.mode !== "instant",
  );
  return found ?? null;
}

async function preview(call: Call, topicId: string, held: Held | null): Promise<Reply> {
  const { ports, now } = call;
  const since = held?.state.coveredTo ?? instantBefore(now, DAY_MS);
  const { channel } = call.caller;
  const { minScore = null, language = null } = held?.subscription ?? {};
  const digest = await ports.digests.preview(topicId, since, { minScore, language, channel });
  const layout = held?.subscription.layout ?? "cards";
  const { blocks } = digestReply(digest, { layout, publicUrl: ports.publicUrl });
  const send = formatLine(call.spec, { topic: topicId, action: "send" });
  return answer(blocks, {
    choices: held !== null && digest.stories.length > 0 ? [choice("Send now", send)] : [],
  });
}

async function send(call: Call, subscriptionId: string): Promise<Reply> {
  const { ports } = call;
  const outcome = await ports.digests.sendNow(subscriptionId);
  if (outcome === "planned") {
    await ports.own.noteAudit(entryOf(call, `sent the digest of ${subscriptionId} now`));
  }
  switch (outcome) {
    case "planned":
      return answer([notice("good", "The digest is on its way to this channel.")]);
    case "already":
      return answer([notice("info", "This period's digest was sent already.")]);
    case "empty":
      return answer([notice("info", "There is nothing new to send.")]);
  }
}
