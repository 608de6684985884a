import { join } from "node:path";
import { folderOf } from "../config.ts";
import { readTopicFolder } from "../config-files.ts";
import { detectLanguage } from "../feeds/language.ts";
import { formatFault } from "../feeds/yaml.ts";
import { compileTopics, type TopicMatcher } from "../topics/matcher.ts";
import type { Match, MatchDocument, Topic } from "../topics/topic.ts";
import { type InputItem, readItemLine } from "./input-line.ts";
import { type ExitCode, pathOf, readArgs, readLines, type Terminal } from "./terminal.ts";

/** `match`: scores items of JSON lines against topics; needs no database. */
export async function matchCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(
    terminal,
    { topics: { type: "string" }, explain: { type: "boolean" }, all: { type: "boolean" } },
    `match [--topics DIR] [--explain] [--all] [FILE|-]
  --topics   a folder of topic files
  --explain  with the reasons
  --all      every item with every topic
  FILE       a line of JSON an item: {id,title,text?,url?,source?,publishedAt?,language?}`,
  );
  const folder =
    values.topics === undefined
      ? join(folderOf("SITREP_CONFIG", terminal.env, terminal.root), "topics")
      : pathOf(terminal, values.topics);
  const read = readTopicFolder(folder, (file) => file);
  if (read.topics.length === 0 && read.faults.length === 0) {
    terminal.talk(`${folder}: there is no topic: put one NAME.yaml a topic there`);
    return 2;
  }
  if (read.faults.length > 0) {
    for (const fault of read.faults) terminal.talk(formatFault(fault));
    return 2;
  }
  const { matcher } = compileTopics(read.topics, read.groups);
  let exit: ExitCode = 0;
  for await (const { line, number } of readLines(terminal, words[0])) {
    const item = readItemLine(line);
    if (typeof item === "string") {
      terminal.talk(`line ${number} ${item}`);
      exit = 1;
      continue;
    }
    for (const match of matchesOf(matcher, read.topics, item, values.all ?? false)) {
      const { topicId, score, matched, reasons } = match;
      const row = { id: item.id, topic: topicId, score, matched };
      terminal.data(JSON.stringify(values.explain ? { ...row, reasons } : row));
    }
  }
  return exit;
}

function matchesOf(
  matcher: TopicMatcher,
  topics: readonly Topic[],
  item: InputItem,
  all: boolean,
): Match[] {
  const document = documentOf(item);
  const matches = matcher.match(document);
  if (!all) return [...matches];
  const found = new Map(matches.map((match) => [match.topicId, match]));
  return topics.map(
    ({ id }) => found.get(id) ?? { topicId: id, score: 0, matched: false, reasons: [] },
  );
}

/** What matching looks at in an item of the command line. */
export function documentOf(item: InputItem): MatchDocument {
  const title = item.title ?? "";
  const text = item.text ?? "";
  const language = item.language ?? detectLanguage(`${title}. ${text}`);
  return { title, text, source: item.source, language };
}
