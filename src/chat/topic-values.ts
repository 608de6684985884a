import type { Caller, Commander, Invocation } from "../commands/spec.ts";

const LIST: Invocation = { root: "sitrep-admin", group: "topic", name: "list", options: {} };

/** What a topic is now, by the names of the options that change it; empty when the caller may not see it. */
export async function topicValues(
  commander: Commander,
  topicId: string | undefined,
  caller: Caller,
): Promise<Readonly<Record<string, string>>> {
  if (topicId === undefined) return {};
  const { blocks } = await commander.run(LIST, caller);
  for (const block of blocks) {
    if (block.kind !== "table") continue;
    const row = block.rows.find(([id]) => id === topicId);
    if (row === undefined) continue;
    return Object.fromEntries(
      block.columns.map((column, index) => [column.toLowerCase(), row[index] ?? ""]),
    );
  }
  return {};
}
