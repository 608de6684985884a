import { parentPort } from "node:worker_threads";
import type { Item } from "./item.ts";
import { parseFeed } from "./parse.ts";
import type { ParseAsk, ParsePiece } from "./worker-pool.ts";

/** Characters of text in one piece: taking over so much does not hold up the other thread for a millisecond or two. */
const PIECE_CHARS_MAX = 200_000;

/** Entries that wait to be fetched, piece by piece. */
let pieces: (readonly Item[])[] = [];

// The entry of a thread of its own: see createParsePool.
parentPort?.on("message", (ask: ParseAsk) => {
  if (ask.kind === "more") {
    answer({ kind: "items", items: pieces.shift() ?? [], isLast: pieces.length === 0 });
    return;
  }
  void parseFeed(ask.bytes, ask.options).then((parsed) => {
    pieces = inPieces(parsed.items);
    answer({ kind: "head", parsed: { ...parsed, items: [] }, isLast: pieces.length === 0 });
  });
});

function answer(piece: ParsePiece): void {
  parentPort?.postMessage(piece);
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
