import { isInner } from "./guard.ts";

/**
 * Spares servers: lets only so many tasks of one run at a time, and begins them apart from each other. The others wait
 * in the order in which they came.
 */
export type HostGate = {
  run<T>(url: string, task: () => Promise<T>): Promise<T>;
  /** From now on nothing waits for time to pass. */
  stop(): void;
};

/** Ten requests a second to one server at most, however many of its feeds are due. */
const APART_MS = 100;

type Host = {
  running: number;
  readonly waiting: (() => void)[];
  /** When the next may begin, by the monotonic clock. */
  nextMs: number;
};

/** Servers of the operator's own network are not made to wait for time: whose they are can say how often they are asked. */
export function createHostGate(perHost: number): HostGate {
  const hosts = new Map<string, Host>();
  const pauses = new Map<NodeJS.Timeout, () => void>();
  let isStopped = false;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        pauses.delete(timer);
        resolve();
      }, ms);
      pauses.set(timer, resolve);
    });
  const begin = async (host: Host, apartMs: number): Promise<void> => {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, host.nextMs);
    host.nextMs = atMs + apartMs;
    if (atMs > nowMs && !isStopped) await pause(atMs - nowMs);
  };
  /** A server that is asked again soon is not forgotten before. */
  const forget = (name: string, host: Host): void => {
    const leftMs = host.nextMs - performance.now();
    if (leftMs <= 0 || isStopped) hosts.delete(name);
    else setTimeout(() => host.running === 0 && forget(name, host), leftMs + 1).unref();
  };
  return {
    async run(url, task) {
      const name = hostOf(url);
      const host = hosts.get(name) ?? { running: 0, waiting: [], nextMs: 0 };
      hosts.set(name, host);
      if (host.running < perHost) host.running += 1;
      // Who leaves hands its place over, so the count stays.
      else await new Promise<void>((resolve) => host.waiting.push(resolve));
      try {
        await begin(host, isOwn(url) ? 0 : APART_MS);
        return await task();
      } finally {
        const next = host.waiting.shift();
        if (next !== undefined) next();
        else {
          host.running -= 1;
          if (host.running === 0) forget(name, host);
        }
      }
    },
    stop() {
      isStopped = true;
      for (const [timer, resolve] of pauses) {
        clearTimeout(timer);
        resolve();
      }
      pauses.clear();
    },
  };
}

/** The server of an address; what is no address is a server of its own. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function isOwn(url: string): boolean {
  return URL.canParse(url) && isInner(new URL(url).hostname);
}
