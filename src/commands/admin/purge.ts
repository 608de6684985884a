import { answer, failed, heading, notice, plain } from "../answers.ts";
import { type Command, entryOf } from "../command.ts";
import { type OwnCounts, PURGE_SCOPES, type PurgeScope } from "../own.ts";
import { countText } from "../words.ts";

export const purgeCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "purge",
    about: "Remove what this team made, for good; the scope has to be typed twice",
    level: "admin",
    confirms: true,
    options: [
      {
        name: "scope",
        kind: "choice",
        about: "What to remove",
        required: true,
        choices: PURGE_SCOPES,
      },
      { name: "really", kind: "text", about: "The scope once more, typed", required: false },
    ],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const asked = options.required("scope");
    const scope = PURGE_SCOPES.find((known) => known === asked);
    if (scope === undefined) return failed(`scope: one of ${PURGE_SCOPES.join(", ")}.`);
    const counts = await ports.own.ownCounts(caller.tenant);
    const isTyped = options.text("really")?.toLowerCase() === scope;
    if (!options.confirmed || !isTyped) {
      // No button: what cannot be undone is not to happen by a slip.
      return answer([
        heading(`Purge ${scope}`),
        plain(`This removes ${countsText(scope, counts)}. It cannot be undone; the audit stays.`),
        notice("warning", "Nothing has been changed yet. This line, typed, does it:"),
        { kind: "line", text: `/sitrep-admin purge ${scope} really=${scope} confirm=yes` },
      ]);
    }
    const removed = countsText(scope, counts);
    await ports.own.purge(scope, entryOf(call, `purged ${scope}: ${removed}`));
    return answer([notice("good", `Removed: ${removed}.`)]);
  },
};

function countsText(scope: PurgeScope, counts: OwnCounts): string {
  const texts = {
    feedback: countText(counts.feedback, "verdict"),
    mutes: countText(counts.mutes, "mute"),
    follows: countText(counts.follows, "followed story", "followed stories"),
    topics: countText(counts.topics, "topic"),
    subscriptions: countText(counts.subscriptions, "subscription"),
  };
  if (scope !== "everything") return texts[scope];
  return [...Object.values(texts), countText(counts.feeds, "source"), "all settings"].join(", ");
}
