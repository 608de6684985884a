import { safeText } from "../chat/safe-text.ts";
import { searchJson } from "../commands/json.ts";
import type { SearchHit } from "../commands/ports.ts";
import { parseDuration } from "../feeds/duration.ts";
import { headlineOf, outletOf } from "../feeds/item.ts";
import { LOCAL } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `search QUERY [--topic T] [--source S] [--since D] [--limit N] [--json]
  QUERY    as in topics: docs/queries.md
  --since  how far back, such as 36h or 7d`;

/** `search`: the archive, in the query language. */
export async function searchCommand(terminal: Terminal): Promise<ExitCode> {
  const text = { type: "string" } as const;
  const { values, words } = readArgs(
    terminal,
    { topic: text, source: text, since: text, limit: text },
    USAGE,
  );
  const query = words.join(" ");
  if (query === "") throw new UsageError(`say what to search for\nusage: sitrep ${USAGE}`);
  return withSitrep(terminal, async ({ portsFor, now }) => {
    const ports = await portsFor(LOCAL);
    if (values.topic !== undefined) requireTopic(ports.topics.list(), values.topic);
    const since = values.since === undefined ? null : sinceOf(values.since, now());
    const { topic: topicId = null, source = null } = values;
    const filter = { topicId, source, since, limit: limitOf(values.limit) };
    const { hits, fault } = await ports.search.search(query, filter);
    if (fault !== null) throw new UsageError(fault);
    const shown = values.json ? (hit: SearchHit) => [JSON.stringify(searchJson(hit))] : linesOf;
    for (const line of hits.flatMap(shown)) terminal.data(line);
    if (hits.length === 0) terminal.talk("nothing found");
    return 0;
  });
}

function linesOf({ item, topics, snippet }: SearchHit): string[] {
  const parts = [safeText(outletOf(item)), ...topics, item.storyId];
  return [
    `${item.seenAt.slice(0, 16)}Z ${safeText(headlineOf(item))}`,
    `  ${parts.join(" · ")}`,
    `  ${safeText(snippet)}`,
    ...(item.url === null ? [] : [`  ${item.url}`]),
  ];
}

/** The instant so long ago; a usage error when the text is no duration. */
export function sinceOf(text: string, now: string): string {
  const durationMs = parseDuration(text);
  if (durationMs === null)
    throw new UsageError(`--since: "${text}" is no duration: write 6h or 7d`);
  return new Date(Date.parse(now) - durationMs).toISOString();
}

/** A topic that is not there ends with exit code 2, wherever it is named. */
export function requireTopic<T extends { readonly id: string }>(
  topics: readonly T[],
  id: string,
): T {
  const topic = topics.find((known) => known.id === id);
  if (topic !== undefined) return topic;
  const known = topics.map((one) => one.id).join(", ") || "none";
  throw new UsageError(`there is no topic "${id}": use one of: ${known}`);
}

const LIMIT_USUAL = 50;

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT_USUAL;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new UsageError(`--limit: "${text}" is no whole number above 0`);
}
