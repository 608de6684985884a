import { open } from "node:fs/promises";
import { z } from "zod";
import type { Fetcher } from "../feeds/fetch.ts";
import type { Item, ParsedFeed } from "../feeds/item.ts";
import { parseFeed } from "../feeds/parse.ts";
import { redactUrl } from "../feeds/redact.ts";
import { networkOf } from "./network.ts";
import {
  type ExitCode,
  pathOf,
  readArgs,
  readLines,
  type Terminal,
  UsageError,
} from "./terminal.ts";

const USAGE = `parse FILE|URL|-… [--content-type T] [--base URL], or parse --list FILE.jsonl
  --content-type  as a server would tell it
  --base          what relative addresses are relative to
  --list          a line of JSON a source: {source,contentType?,base?}`;

type Source = {
  readonly source: string;
  readonly contentType: string | null;
  readonly base: string | null;
};

/** `parse`: reads feeds from files, addresses or standard input; one JSON line a source, in order. */
export async function parseCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(
    terminal,
    { "content-type": { type: "string" }, base: { type: "string" }, list: { type: "string" } },
    USAGE,
  );
  if (words.length === 0 && values.list === undefined)
    throw new UsageError(`usage: sitrep ${USAGE}`);
  const network = networkOf(terminal);
  let exit: ExitCode = 0;
  try {
    const given = words.map((source) => ({
      source,
      contentType: values["content-type"] ?? null,
      base: values.base ?? null,
    }));
    for (const source of given) {
      if (!(await printParsed(terminal, network, source))) exit = 1;
    }
    if (values.list !== undefined) {
      for await (const { line, number } of readLines(terminal, values.list)) {
        const source = readSource(line);
        if (source === null) {
          terminal.talk(
            `line ${number} is no source: write {"source": …, "contentType"?, "base"?}`,
          );
          exit = 1;
        } else if (!(await printParsed(terminal, network, source))) exit = 1;
      }
    }
  } finally {
    await network.close();
  }
  return exit;
}

const sourceLine = z.object({
  source: z.string().min(1),
  contentType: z.string().nullish(),
  base: z.string().nullish(),
});

function readSource(line: string): Source | null {
  try {
    const read = sourceLine.safeParse(JSON.parse(line));
    if (!read.success) return null;
    const { source, contentType, base } = read.data;
    return { source, contentType: contentType ?? null, base: base ?? null };
  } catch {
    return null;
  }
}

async function printParsed(terminal: Terminal, fetcher: Fetcher, source: Source): Promise<boolean> {
  const parsed = await readOne(terminal, fetcher, source);
  const { ok, feed, items, problems } = parsed;
  const shown = shownSource(source.source);
  terminal.data(JSON.stringify({ source: shown, ok, feed, items: items.map(shownItem), problems }));
  return ok;
}

/** The source as it was given, unless it holds what must not be shown. */
function shownSource(source: string): string {
  if (!/^https?:/i.test(source)) return source;
  const shown = redactUrl(source);
  return shown === URL.parse(source)?.href ? source : shown;
}

async function readOne(terminal: Terminal, fetcher: Fetcher, source: Source): Promise<ParsedFeed> {
  const { contentType, base } = source;
  if (/^https?:/i.test(source.source)) {
    const answer = await fetcher.fetch(source.source, { validators: null });
    if (answer.kind !== "fetched") return failed("unreachable", refusalOf(answer));
    return parseFeed(answer.bytes, {
      contentType: contentType ?? answer.contentType,
      base: base ?? answer.finalUrl,
    });
  }
  try {
    const bytes = await readBytes(source.source === "-" ? null : pathOf(terminal, source.source));
    if (bytes === null) {
      return failed(
        "too-large",
        `larger than ${FILE_BYTES_MAX} bytes: split it or raise the limit`,
      );
    }
    return await parseFeed(bytes, { contentType, base });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    return failed("unreadable", `${source.source}: cannot be read (${code}): check the path`);
  }
}

function refusalOf(
  answer: Exclude<Awaited<ReturnType<Fetcher["fetch"]>>, { kind: "fetched" }>,
): string {
  switch (answer.kind) {
    case "failed":
      return answer.problem.message;
    case "gone":
      return "the feed is gone for good (410): remove it";
    case "unchanged":
      return "unchanged, though nothing was known of it";
  }
}

/** The limit on decoded feeds, for files too. */
const FILE_BYTES_MAX = 10_000_000;

/** Bytes of a file, or of standard input for null; null when there are too many. */
async function readBytes(path: string | null): Promise<Uint8Array | null> {
  const file = path === null ? null : await open(path);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === null ? process.stdin : file.createReadStream()) {
      const part = Buffer.from(chunk);
      bytes += part.length;
      if (bytes > FILE_BYTES_MAX) return null;
      chunks.push(part);
    }
  } finally {
    await file?.close().catch(() => undefined);
  }
  return Buffer.concat(chunks);
}

function failed(code: string, message: string): ParsedFeed {
  const feed = { title: null, url: null, language: null, updatedAt: null };
  return { ok: false, feed, items: [], problems: [{ code, message }] };
}

/** The keys that the interface promises, in its order. */
function shownItem(item: Item): object {
  const { guid, title, url, publishedAt, updatedAt, author, summary, text, categories } = item;
  const { enclosures } = item;
  return {
    guid,
    title,
    url,
    publishedAt,
    updatedAt,
    author,
    summary,
    text,
    categories,
    enclosures,
  };
}
