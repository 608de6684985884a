import { parentPort } from "node:worker_threads";
import { articleOf } from "./article.ts";
import { decode } from "./decode.ts";
import { feedLinksOf } from "./feed-links.ts";
import type { Item } from "./item.ts";
import { parseOpml } from "./opml.ts";
import { readFeed } from "./read-feed.ts";
import type { WorkerAnswer, WorkerAsk } from "./worker-pool.ts";

/** Characters of text in one piece: taking over so much holds up the other thread for a millisecond or two. */
const PIECE_CHARS_MAX = 200_000;

/** Feeds of a list that are handed over: more than anybody may add at once. */
const LISTED_MAX = 5_000;

/** Entries that wait to be fetched, piece by piece. */
let pieces: (readonly Item[])[] = [];

// The entry of a thread of its own: see createWorkerPool. What is thrown here ends the thread, which the pool notices.
parentPort?.on("message", (ask: WorkerAsk) => {
  void answerTo(ask).then((answer) => parentPort?.postMessage(answer));
});

async function answerTo(ask: WorkerAsk): Promise<WorkerAnswer> {
  switch (ask.kind) {
    case "parse": {
      const parsed = await readFeed(ask.bytes, ask.options);
      pieces = inPieces(parsed.items);
      return { kind: "head", parsed: { ...parsed, items: [] }, isLast: pieces.length === 0 };
    }
    case "more": {
      const items = pieces.shift() ?? [];
      return { kind: "items", items, isLast: pieces.length === 0 };
    }
    case "article": {
      const text = await articleOf(ask.bytes, ask.contentType).catch(() => null);
      return { kind: "article", text };
    }
    case "charset":
      return { kind: "charset", charset: decode(ask.bytes, ask.contentType).charset };
    case "links": {
      const { text } = decode(ask.bytes, ask.contentType);
      return { kind: "links", links: feedLinksOf(text, ask.pageUrl) };
    }
    case "list": {
      const { feeds, problems } = parseOpml(decode(ask.bytes, ask.contentType).text);
      const list = {
        feeds: feeds.slice(0, LISTED_MAX),
        problems: problems.slice(0, LISTED_MAX),
      };
      return { kind: "list", list };
    }
  }
}

function inPieces(items: readonly Item[]): (readonly Item[])[] {
  const all: Item[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = 500 + (item.text?.length ?? 0) + (item.summary?.length ?? 0);
    if (chars + size > PIECE_CHARS_MAX) {
      all.push([]);
      chars = 0;
    }
    all.at(-1)?.push(item);
    chars += size;
  }
  return all;
}
