import { redactUrl } from "../../feeds/redact.ts";
import { answer, choice, facts, failed, heading, notice } from "../answers.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import { confirmReply } from "../confirm.ts";
import { feedName, healthText, type PolledFeed } from "../feed-health.ts";
import type { Reply } from "../reply.ts";
import { resolveFeed } from "../resolve.ts";
import { sourceOption } from "./source.ts";

export const sourceRemoveCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "remove",
    about: "Read a source no more; what it brought stays",
    level: "admin",
    confirms: true,
    options: [sourceOption],
  },
  async run(call) {
    const { ports, options, now } = call;
    const resolved = await resolveFeed(call, options.required("source"));
    if ("reply" in resolved) return resolved.reply;
    const feed = resolved.found;
    const refusal = notOwn(call, feed, "remove");
    if (refusal !== null) return refusal;
    if (!options.confirmed) {
      const byId = { ...call, options: { ...options, given: { source: feed.id } } };
      return confirmReply(
        byId,
        [
          heading(`Remove ${feedName(feed)}`),
          facts(
            ["Id", feed.id],
            ["Address", redactUrl(feed.url)],
            ["State", healthText(feed, now)],
          ),
        ],
        "Remove",
        "danger",
      );
    }
    const entry = entryOf(call, `removed source ${feed.id} (${redactUrl(feed.url)})`);
    return (await ports.archive.removeFeed(feed.id, entry))
      ? answer([notice("good", `${feedName(feed)} is read no more; its items stay.`)])
      : failed(`${feedName(feed)} cannot be removed by a command.`);
  },
};

export const sourcePauseCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "pause",
    about: "Let a source rest, or read it again",
    level: "admin",
    options: [
      sourceOption,
      {
        name: "action",
        kind: "choice",
        about: "pause without it",
        required: false,
        choices: ["pause", "resume"],
      },
    ],
  },
  async run(call) {
    const { ports, options } = call;
    const resolved = await resolveFeed(call, options.required("source"));
    if ("reply" in resolved) return resolved.reply;
    const feed = resolved.found;
    const paused = options.text("action") !== "resume";
    const refusal = notOwn(call, feed, paused ? "pause" : "resume");
    if (refusal !== null) return refusal;
    const what = `${paused ? "paused" : "resumed"} source ${feed.id} (${redactUrl(feed.url)})`;
    await ports.archive.pauseFeed(feed.id, paused, entryOf(call, what));
    const back = paused ? "resume" : "pause";
    return answer(
      [
        notice(
          "good",
          paused
            ? `${feedName(feed)} rests: it is not read until it is resumed.`
            : `${feedName(feed)} is read again, from now on.`,
        ),
      ],
      {
        choices: [
          choice(paused ? "Resume" : "Pause", `/sitrep-admin source pause ${feed.id} ${back}`),
        ],
      },
    );
  },
};

/** What a file declares is changed there; what others added is theirs. */
function notOwn({ caller }: Call, feed: PolledFeed, verb: string): Reply | null {
  if (feed.where !== null) {
    const { file, line } = feed.where;
    return failed(`${feedName(feed)} is declared in ${file} line ${line}: ${verb} it there.`);
  }
  if (feed.owners?.some(({ tenant }) => tenant === caller.tenant) === true) return null;
  return failed(`${feedName(feed)} was added by the operator, who alone can ${verb} it.`);
}
