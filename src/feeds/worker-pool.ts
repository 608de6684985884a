import { Worker } from "node:worker_threads";
import type { Item, ParsedFeed } from "./item.ts";
import { type ParseOptions, refusal } from "./parse.ts";

/** What the thread is asked: to read a document, or to hand over more of the last one. */
export type ParseAsk =
  | { readonly kind: "parse"; readonly bytes: Uint8Array; readonly options: ParseOptions }
  | { readonly kind: "more" };

/** What it answers: the document without its entries, then these in pieces. */
export type ParsePiece =
  | { readonly kind: "head"; readonly parsed: ParsedFeed; readonly isLast: boolean }
  | { readonly kind: "items"; readonly items: readonly Item[]; readonly isLast: boolean };

/** Reads feeds in a thread of its own, so that no document can hold up or take down the rest. */
export type ParsePool = {
  /** As parseFeed. A document that takes too long, or too much memory, is refused. */
  parse(bytes: Uint8Array, options: ParseOptions): Promise<ParsedFeed>;
  /** Ends the thread; what is being read is refused. */
  close(): Promise<void>;
};

export type ParsePoolOptions = {
  /** For one document; {@link DEADLINE_MS} when absent. */
  readonly deadlineMs?: number;
};

/** A document of 10 MB takes a second or two. */
const DEADLINE_MS = 15_000;
/** Of the thread's heap. The document's bytes are outside it, and were counted before. */
const HEAP_MB_MAX = 384;
/** The thread ends when nothing was read for so long, to give its memory back. */
const IDLE_MS_MAX = 30_000;

export function createParsePool(options: ParsePoolOptions = {}): ParsePool {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | null = null;
  let isClosed = false;

  const stop = async (): Promise<void> => {
    const stopped = worker;
    worker = null;
    await stopped?.terminate();
  };
  const parseNow = async (bytes: Uint8Array, parse: ParseOptions): Promise<ParsedFeed> => {
    if (isClosed) return refusal(STOPPED);
    if (idle !== null) clearTimeout(idle);
    worker ??= startWorker();
    const parsed = await readWith(worker, { kind: "parse", bytes, options: parse }, deadlineMs);
    if (parsed.isBroken) await stop();
    idle = setTimeout(() => void stop(), IDLE_MS_MAX).unref();
    return parsed.feed;
  };
  return {
    parse(bytes, parse) {
      // One document at a time: a second thread would only take the core from the first.
      const result = last.then(() => parseNow(bytes, parse));
      last = result;
      return result;
    },
    async close() {
      isClosed = true;
      if (idle !== null) clearTimeout(idle);
      await stop();
    },
  };
}

const STOPPED = { code: "stopped", message: "Sitrep is stopping; the document was not read." };

function startWorker(): Worker {
  const worker = new Worker(new URL("./parse-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  });
  // Never what keeps the process alive, and a fault between two documents is found by the next one.
  worker.unref();
  worker.on("error", () => undefined);
  return worker;
}

/** `isBroken`: the thread is of no more use. */
type Reading = { readonly feed: ParsedFeed; readonly isBroken: boolean };

/** One document through the thread. The next piece is asked for only when the last was taken over. */
function readWith(worker: Worker, ask: ParseAsk, deadlineMs: number): Promise<Reading> {
  return new Promise((resolve) => {
    const items: Item[] = [];
    let head: ParsedFeed | null = null;
    const finish = (reading: Reading): void => {
      clearTimeout(timer);
      worker.off("message", take).off("error", fail).off("exit", end);
      resolve(reading);
    };
    const take = (piece: ParsePiece): void => {
      if (piece.kind === "head") head = piece.parsed;
      else items.push(...piece.items);
      if (!piece.isLast) setImmediate(() => worker.postMessage({ kind: "more" }));
      else if (head !== null) finish({ feed: { ...head, items }, isBroken: false });
    };
    const fail = (error: Error): void => {
      const message = `The document was too much to read: ${error.message}.`;
      finish({ feed: refusal({ code: "parser-failed", message }), isBroken: true });
    };
    const end = (): void => finish({ feed: refusal(STOPPED), isBroken: true });
    const timer = setTimeout(() => {
      const message = `The document could not be read within ${deadlineMs / 1_000} s.`;
      finish({ feed: refusal({ code: "parse-timeout", message }), isBroken: true });
    }, deadlineMs);
    worker.on("message", take).on("error", fail).on("exit", end);
    worker.postMessage(ask);
  });
}
