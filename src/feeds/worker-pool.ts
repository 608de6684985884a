import { Worker } from "node:worker_threads";
import type { Item, ParsedFeed, Problem } from "./item.ts";
import type { Opml } from "./opml.ts";
import type { ParseOptions } from "./parse.ts";
import type { DocumentReader, FoundFeed } from "./reader.ts";
import { refusal } from "./refusal.ts";

/** A document as the server sent it. */
type Sent = { readonly bytes: Uint8Array; readonly contentType: string | null };

/** What the thread is asked: to read a feed, to hand over more of the last one, or for one thing of a document. */
export type WorkerAsk =
  | { readonly kind: "parse"; readonly bytes: Uint8Array; readonly options: ParseOptions }
  | { readonly kind: "more" }
  | (Sent & { readonly kind: "article" | "charset" | "list" })
  | (Sent & { readonly kind: "links"; readonly pageUrl: string });

/** What it answers: the feed without its entries, then these in pieces; or that one thing. */
export type WorkerAnswer =
  | { readonly kind: "head"; readonly parsed: ParsedFeed; readonly isLast: boolean }
  | { readonly kind: "items"; readonly items: readonly Item[]; readonly isLast: boolean }
  | OneThing;

type OneThing =
  | { readonly kind: "article"; readonly text: string | null }
  | { readonly kind: "charset"; readonly charset: string }
  | { readonly kind: "links"; readonly links: readonly FoundFeed[] }
  | { readonly kind: "list"; readonly list: Opml };

/** Reads what comes from outside in threads of their own, so that nothing of it can hold up or take down the rest. */
export type WorkerPool = DocumentReader & {
  /** As articleOf; null also for a page that takes too long. */
  article(bytes: Uint8Array, contentType: string | null): Promise<string | null>;
  /** Ends the threads; what is being read is refused. */
  close(): Promise<void>;
};

export type WorkerPoolOptions = {
  /** For one document; {@link SMALL} and {@link LARGE} when absent. */
  readonly deadlineMs?: number;
  /** A thread ends when nothing was read for so long, to give its memory back; {@link IDLE_MS_MAX} when absent. */
  readonly idleMsMax?: number;
};

type Limits = {
  readonly deadlineMs: number;
  /** Of the thread's heap. The document's bytes are outside it, and were counted before. */
  readonly heapMbMax: number;
  readonly idleMsMax: number;
};

/** Nearly all documents are this small: each takes some milliseconds, so none waits for long. */
const SMALL_BYTES_MAX = 250_000;
const IDLE_MS_MAX = 30_000;
/** A larger one would read a little faster, and keep that much more memory. */
const YOUNG_MB_MAX = 8;
const SMALL: Limits = { deadlineMs: 5_000, heapMbMax: 96, idleMsMax: IDLE_MS_MAX };
/** A document of 10 MB takes a second or two. */
const LARGE: Limits = { deadlineMs: 15_000, heapMbMax: 192, idleMsMax: IDLE_MS_MAX };

/** Large documents have a thread of their own, so that small ones never wait for them. Threads start when needed. */
export function createWorkerPool(options: WorkerPoolOptions = {}): WorkerPool {
  const small = createThread({ ...SMALL, ...options });
  const large = createThread({ ...LARGE, ...options });
  const threadFor = (bytes: Uint8Array): Thread =>
    bytes.length <= SMALL_BYTES_MAX ? small : large;
  return {
    async parse(bytes, parse) {
      const outcome = await threadFor(bytes).run({ kind: "parse", bytes, options: parse });
      if ("parsed" in outcome) return outcome.parsed;
      return refusal("problem" in outcome ? outcome.problem : STOPPED);
    },
    async article(bytes, contentType) {
      const outcome = await large.run({ kind: "article", bytes, contentType });
      return "text" in outcome ? outcome.text : null;
    },
    async charset(bytes, contentType) {
      const outcome = await threadFor(bytes).run({ kind: "charset", bytes, contentType });
      return "charset" in outcome ? outcome.charset : null;
    },
    async links(bytes, contentType, pageUrl) {
      const outcome = await threadFor(bytes).run({ kind: "links", bytes, contentType, pageUrl });
      return "links" in outcome ? outcome.links : [];
    },
    async list(bytes, contentType) {
      const outcome = await threadFor(bytes).run({ kind: "list", bytes, contentType });
      if ("list" in outcome) return outcome.list;
      return { feeds: [], problems: ["problem" in outcome ? outcome.problem : STOPPED] };
    },
    async close() {
      await Promise.all([small.close(), large.close()]);
    },
  };
}

type Thread = {
  /** One document at a time. */
  run(ask: WorkerAsk): Promise<Outcome>;
  close(): Promise<void>;
};

function createThread({ deadlineMs, heapMbMax, idleMsMax }: Limits): Thread {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | null = null;
  let isClosed = false;

  const stop = async (): Promise<void> => {
    const stopped = worker;
    worker = null;
    await stopped?.terminate();
  };
  const runNow = async (ask: WorkerAsk): Promise<Outcome> => {
    if (isClosed) return { problem: STOPPED };
    if (idle !== null) clearTimeout(idle);
    worker ??= startWorker(heapMbMax);
    const outcome = await exchange(worker, ask, deadlineMs);
    if ("problem" in outcome) await stop();
    idle = setTimeout(() => void stop(), idleMsMax).unref();
    return outcome;
  };
  return {
    run(ask) {
      const outcome = last.then(() => runNow(ask));
      last = outcome;
      return outcome;
    },
    async close() {
      isClosed = true;
      if (idle !== null) clearTimeout(idle);
      await stop();
    },
  };
}

const STOPPED: Problem = {
  code: "stopped",
  message: "Sitrep is stopping; the document was not read.",
};

function startWorker(heapMbMax: number): Worker {
  const worker = new Worker(new URL("./parse-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMbMax, maxYoungGenerationSizeMb: YOUNG_MB_MAX },
  });
  // Never what keeps the process alive, and a fault between two documents is found by the next one.
  worker.unref();
  worker.on("error", () => undefined);
  return worker;
}

/** `problem`: the thread is of no more use. */
type Outcome = { readonly parsed: ParsedFeed } | OneThing | { readonly problem: Problem };

/** One document through the thread. The next piece is asked for only when the last was taken over. */
function exchange(worker: Worker, ask: WorkerAsk, deadlineMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const items: Item[] = [];
    let head: ParsedFeed | null = null;
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      worker.off("message", take).off("error", fail).off("exit", end);
      resolve(outcome);
    };
    const take = (answer: WorkerAnswer): void => {
      if (answer.kind !== "head" && answer.kind !== "items") {
        finish(answer);
        return;
      }
      if (answer.kind === "head") head = answer.parsed;
      else items.push(...answer.items);
      if (!answer.isLast) setImmediate(() => worker.postMessage({ kind: "more" }));
      else if (head !== null) finish({ parsed: { ...head, items } });
    };
    const fail = (error: Error): void => {
      const message = `The document was too much to read: ${error.message}.`;
      finish({ problem: { code: "parser-failed", message } });
    };
    const end = (): void => finish({ problem: STOPPED });
    const timer = setTimeout(() => {
      const message = `The document could not be read within ${deadlineMs / 1_000} s.`;
      finish({ problem: { code: "parse-timeout", message } });
    }, deadlineMs);
    worker.on("message", take).on("error", fail).on("exit", end);
    worker.postMessage(ask);
  });
}
