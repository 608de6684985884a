import { groupingTime } from "../feeds/grouping-time.ts";
import type { StoryItem } from "../stories/story.ts";
import { createStoryIndex } from "../stories/story-index.ts";
import { readItemLine } from "./input-line.ts";
import { documentOf } from "./match.ts";
import { type ExitCode, readArgs, readLines, type Terminal } from "./terminal.ts";

/** `stories`: groups items of JSON lines as they arrive; needs no database. */
export async function storiesCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(
    terminal,
    { final: { type: "boolean" } },
    `stories [--final] [FILE|-]
  --final  tells only at the end, after merges
  FILE     a line of JSON an item, as for match`,
  );
  const index = createStoryIndex();
  const rows: { id: string; story: string; duplicateOf: string | null }[] = [];
  let exit: ExitCode = 0;
  let seenAt = "";
  for await (const { line, number } of readLines(terminal, words[0])) {
    const item = readItemLine(line);
    if (typeof item === "string") {
      terminal.talk(`line ${number} ${item}`);
      exit = 1;
      continue;
    }
    if (item.publishedAt !== null && item.publishedAt > seenAt) seenAt = item.publishedAt;
    if (seenAt === "") seenAt = new Date(0).toISOString();
    const { title, text, language } = documentOf(item);
    const at = groupingTime(item.publishedAt, seenAt);
    const storyItem: StoryItem = { id: item.id, title, text, url: item.url, language, at };
    const { storyId, duplicateOf, merges } = index.decide(storyItem);
    index.add(storyItem, storyId);
    for (const merge of merges ?? []) index.merge(merge);
    const row = { id: item.id, story: storyId, duplicateOf };
    if (values.final) rows.push(row);
    else terminal.data(JSON.stringify(row));
  }
  for (const row of rows)
    terminal.data(JSON.stringify({ ...row, story: index.finalStory(row.story) }));
  return exit;
}
