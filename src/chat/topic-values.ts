import type { Caller, Commander, Invocation } from "../commands/spec.ts";

/** What the answer says for a text that there is none of. */
const UNTOLD = "not told";

/**
 * What a topic is now, by the names of the options that change it; null when it is not for this caller to change,
 * as one that a file declares is for nobody.
 */
export async function topicValues(
  commander: Commander,
  topicId: string,
  caller: Caller,
): Promise<Readonly<Record<string, string>> | null> {
  const edit: Invocation = {
    root: "sitrep-admin",
    group: "topic",
    name: "edit",
    options: { topic: topicId },
  };
  const { blocks, failed } = await commander.run(edit, caller);
  if (failed === true) return null;
  const values: Record<string, string> = {};
  for (const block of blocks) {
    if (block.kind === "heading") values["name"] ??= block.text;
    if (block.kind === "line") values["query"] ??= block.text;
    if (block.kind !== "facts") continue;
    for (const [label, value] of block.facts) {
      if (value !== UNTOLD) values[label.toLowerCase()] ??= value;
    }
  }
  return values;
}
