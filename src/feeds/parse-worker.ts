import { parentPort } from "node:worker_threads";
import { articleOf } from "./article.ts";
import type { Item } from "./item.ts";
import { readFeed } from "./read-feed.ts";
import type { WorkerAnswer, WorkerAsk } from "./worker-pool.ts";

/** Characters of text in one piece: taking over so much holds up the other thread for a millisecond or two. */
const PIECE_CHARS_MAX = 200_000;

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
