import { PerformanceObserver, performance } from "node:perf_hooks";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { MessagePort, Worker } from "node:worker_threads";

/** How this thread was held up: a timer that should run each few milliseconds came late by so much. */
type Gap = {
  readonly atMs: number;
  readonly wallMs: number;
  /** Of this thread alone; what is missing from `wallMs` is waiting, for the disk or for a processor. */
  readonly cpuMs: number;
  /** Waiting inside the database. */
  readonly diskMs: number;
  readonly collectMs: number;
  /** Work with a name inside it, in milliseconds. */
  readonly spans: ReadonlyMap<string, Span>;
};

type Span = { readonly wallMs: number; readonly cpuMs: number; readonly calls: number };

/** What was seen of one kind of work. */
export type LoopReport = {
  /** Times that the thread was held up for longer than 50 ms by the clock; by its own work. */
  readonly late: number;
  readonly busy: number;
  /** Waiting for a processor is left out: that is the machine's, not ours. */
  readonly busyMostMs: number;
  readonly diskMostMs: number;
  readonly lines: readonly string[];
};

const EVERY_MS = 5;
const HELD_UP_MS = 50;

/** Watches what holds up this thread, until it is stopped. Names what the database and other threads cost. */
export function watchLoop(): { time<T>(name: string, work: () => T): T; stop(): LoopReport } {
  const gaps: Gap[] = [];
  const collected: { readonly startMs: number; readonly endMs: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      collected.push({ startMs: startTime, endMs: startTime + duration });
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  let spans = new Map<string, Span>();
  let depth = 0;
  let [lastMs, lastCpuMs] = [performance.now(), threadCpuMs()];
  const time = <T>(name: string, work: () => T): T => {
    // What is inside another span belongs to that.
    if (depth > 0) return work();
    depth += 1;
    // Asking for CPU time costs as much as a small statement.
    const startCpuMs = WAITING.test(name) ? threadCpuMs() : null;
    const startMs = performance.now();
    try {
      return work();
    } finally {
      depth -= 1;
      const wallMs = performance.now() - startMs;
      const before = spans.get(name) ?? { wallMs: 0, cpuMs: 0, calls: 0 };
      spans.set(name, {
        wallMs: before.wallMs + wallMs,
        cpuMs: before.cpuMs + (startCpuMs === null ? wallMs : threadCpuMs() - startCpuMs),
        calls: before.calls + 1,
      });
    }
  };
  const restore = wrapAll(time);
  const timer = setInterval(() => {
    const [nowMs, cpuMs] = [performance.now(), threadCpuMs()];
    const disk = [...spans].filter(([name]) => name.startsWith("SQL "));
    gaps.push({
      atMs: lastMs,
      wallMs: nowMs - lastMs,
      cpuMs: cpuMs - lastCpuMs,
      diskMs: disk.reduce((sum, [, span]) => sum + Math.max(0, span.wallMs - span.cpuMs), 0),
      collectMs: 0,
      spans,
    });
    if (nowMs - lastMs < HELD_UP_MS / 2) gaps.pop();
    spans = new Map();
    [lastMs, lastCpuMs] = [performance.now(), threadCpuMs()];
  }, EVERY_MS);
  return {
    time,
    stop() {
      clearInterval(timer);
      restore();
      observer.disconnect();
      return reportOf(gaps.map((gap) => ({ ...gap, collectMs: overlapMs(gap, collected) })));
    },
  };
}

/** Work that may wait for the disk. */
const WAITING = /^SQL (COMMIT|BEGIN IMMEDIATE|PRAGMA)/;

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function overlapMs(
  { atMs, wallMs }: Gap,
  collected: readonly { readonly startMs: number; readonly endMs: number }[],
): number {
  return collected.reduce(
    (sum, { startMs, endMs }) =>
      sum + Math.max(0, Math.min(endMs, atMs + wallMs) - Math.max(startMs, atMs)),
    0,
  );
}

type Timed = <T>(name: string, work: () => T) => T;

/** Puts a clock around what is known to take long. */
function wrapAll(time: Timed): () => void {
  const texts = new WeakMap<object, string>();
  const sqlOf = (target: object): string => {
    const known = texts.get(target);
    if (known !== undefined) return known;
    const text = target instanceof StatementSync ? target.sourceSQL : "";
    const short = `SQL ${text.replace(/\s+/g, " ").trim().slice(0, 50)}`;
    texts.set(target, short);
    return short;
  };
  const undo = [
    ...(["run", "get", "all"] as const).map((name) =>
      wrap(StatementSync.prototype, name, (target) => sqlOf(target), time),
    ),
    wrap(DatabaseSync.prototype, "exec", (_, [sql]) => `SQL ${String(sql).slice(0, 50)}`, time),
    wrap(Worker.prototype, "postMessage", () => "postMessage", time),
    wrap(MessagePort.prototype, "postMessage", () => "postMessage", time),
  ];
  return () => {
    for (const one of undo) one();
  };
}

function wrap(
  owner: object,
  name: string,
  nameOf: (target: object, args: readonly unknown[]) => string,
  time: Timed,
): () => void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new Error(`${name} is no function`);
  const timed = function (this: object, ...args: unknown[]): unknown {
    return time(nameOf(this, args), () => Reflect.apply(original, this, args));
  };
  Reflect.set(owner, name, timed);
  return () => void Reflect.set(owner, name, original);
}

function reportOf(gaps: readonly Gap[]): LoopReport {
  const busy = gaps.toSorted((a, b) => b.cpuMs - a.cpuMs);
  const disk = gaps.toSorted((a, b) => b.diskMs - a.diskMs);
  const over = (of: (gap: Gap) => number): number =>
    gaps.filter((gap) => of(gap) > HELD_UP_MS).length;
  return {
    late: over(({ wallMs }) => wallMs),
    busy: over(({ cpuMs }) => cpuMs),
    busyMostMs: busy[0]?.cpuMs ?? 0,
    diskMostMs: disk[0]?.diskMs ?? 0,
    lines: [
      ...busy.slice(0, 3).map((gap) => `own work: ${lineOf(gap)}`),
      ...disk.slice(0, 2).map((gap) => `disk:     ${lineOf(gap)}`),
    ],
  };
}

function lineOf({ wallMs, cpuMs, diskMs, collectMs, spans }: Gap): string {
  const named = [...spans]
    .toSorted(([, a], [, b]) => b.wallMs - a.wallMs)
    .slice(0, 4)
    .map(
      ([name, span]) => `${name} ×${span.calls} ${span.wallMs.toFixed(0)}/${span.cpuMs.toFixed(0)}`,
    );
  const figures = [wallMs, cpuMs, diskMs, collectMs].map((ms) => ms.toFixed(0));
  const [wall, cpu, disk, collect] = figures;
  return `${wall} ms by the clock, ${cpu} own CPU, ${disk} disk, ${collect} collecting; clock/CPU: ${named.join(", ") || "nothing named"}`;
}
