import dns from "node:dns";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { isIP } from "node:net";
import { createFetcher } from "../../src/feeds/fetch.ts";
import { createGuard } from "../../src/feeds/guard.ts";
import { createFeedReader } from "../../src/feeds/reader.ts";
import { createWorkerPool } from "../../src/feeds/worker-pool.ts";
import { GOOD_FEED } from "./hostile-server.ts";

type Case = {
  readonly id: string;
  readonly url: string;
  readonly expect: string;
  readonly note: string;
};
type Cases = {
  readonly resolver: Record<string, readonly string[]>;
  readonly cases: readonly Case[];
};

/** `ssrf FILE`: addresses with what has to become of them; forbidden connections are counted at a canary's sockets. */
export async function run(args: string[]): Promise<unknown> {
  const { resolver, cases }: Cases = JSON.parse(readFileSync(args[0] ?? "", "utf8"));
  let touched = 0;
  let asked = 0;
  const canary: RequestListener = (_request, response) => void response.end(GOOD_FEED);
  const canaries = await listenBoth(canary, () => {
    touched += 1;
  });
  const outside = createServer((request, response) => {
    asked += 1;
    answer(request.url ?? "/", ports, response);
  });
  const publicPort = await listen(outside, "127.0.0.2", 0);
  const ports = { canary: canaries.port, outside: publicPort };
  const wrong: string[] = [];
  for (const one of cases) {
    touched = 0;
    asked = 0;
    resolveFrom(resolver);
    const fault = await faultOf(one, ports, () => ({ touched, asked }));
    if (fault !== null) wrong.push(`${one.id} ${one.url}: ${fault} (${one.note})`);
  }
  for (const server of [...canaries.servers, outside]) server.closeAllConnections();
  for (const server of [...canaries.servers, outside]) server.close();
  for (const line of wrong) say(line);
  say(`${cases.length - wrong.length} of ${cases.length} right`);
  return { total: cases.length, wrong };
}

type Ports = { readonly canary: number; readonly outside: number };

async function faultOf(
  one: Case,
  ports: Ports,
  seen: () => { touched: number; asked: number },
): Promise<string | null> {
  const url = filled(one.url, ports);
  // 127.0.0.2 stands for the public network, on every port that feeds come from.
  const guard = createGuard({
    allow: [`public.test:${ports.outside}`, `xn--bcher-kva.test:${ports.outside}`],
  });
  const limits = { wireBytesMax: 100_000, bodyBytesMax: 100_000, deadlineMs: 3_000 };
  const fetcher = createFetcher({ guard, userAgent: "Sitrep/bench", ...limits });
  const pool = createWorkerPool();
  try {
    const result =
      one.expect === "no-follow" && one.url.includes("/discover")
        ? await createFeedReader(fetcher, pool)
            .discover(url)
            .then(() => null)
        : await fetcher.fetch(url, { validators: null });
    const { touched, asked } = seen();
    if (touched > 0) return `touched what is forbidden ${touched} times`;
    if (one.expect === "block" && result?.kind === "fetched") return "was fetched";
    if (one.expect === "allow" && result?.kind !== "fetched")
      return `was not fetched: ${JSON.stringify(result)}`;
    if (one.expect === "no-follow" && asked > 1 && result !== null) return `${asked} requests`;
    return null;
  } finally {
    await Promise.all([fetcher.close(), pool.close()]);
  }
}

function filled(text: string, { canary, outside }: Ports): string {
  const values: readonly (readonly [RegExp, number])[] = [
    [/\{PORT\}|%7BPORT%7D|%257BPORT%257D|%25257BPORT%25257D/g, canary],
    [/\{PUB\}|%7BPUB%7D|%257BPUB%257D/g, outside],
  ];
  return values.reduce((filling, [pattern, port]) => filling.replace(pattern, String(port)), text);
}

function answer(path: string, ports: Ports, response: Parameters<RequestListener>[1]): void {
  const { pathname, searchParams } = new URL(path, "http://public.test");
  const inside = `http://127.0.0.1:${ports.canary}/`;
  switch (pathname) {
    case "/r": {
      const code = Number(searchParams.get("code") ?? 302);
      response.writeHead(code, { location: filled(searchParams.get("to") ?? "", ports) }).end();
      return;
    }
    case "/loop":
      response.writeHead(302, { location: "/loop" }).end();
      return;
    case "/two-locations":
      response.writeHead(302, [
        ["location", `http://public.test:${ports.outside}/feed.xml`],
        ["location", inside],
      ]);
      response.end();
      return;
    case "/refresh":
      response.writeHead(200, { refresh: `0; url=${inside}` });
      response.end(
        `<html><head><meta http-equiv="refresh" content="0; url=${inside}"></head></html>`,
      );
      return;
    case "/discover":
      response.setHeader("content-type", "text/html");
      response.end(
        `<html><head><link rel="alternate" type="application/rss+xml" href="${inside}"></head><body></body></html>`,
      );
      return;
    default:
      response.end(GOOD_FEED);
  }
}

function resolveFrom(resolver: Record<string, readonly string[]>): void {
  const counts = new Map<string, number>();
  const answers = (host: string): readonly string[] => {
    if (isIP(host) !== 0) return [host];
    const name = host.toLowerCase().replace(/\.$/, "");
    const turn = (counts.get(name) ?? 0) + 1;
    counts.set(name, turn);
    const known = resolver[name] ?? [];
    const safeTurns = known[0]?.includes("twice") ? 2 : 1;
    if (!known[0]?.includes("then")) return known;
    return [turn <= safeTurns ? "127.0.0.2" : "127.0.0.1"];
  };
  const lookup = (
    host: string,
    options: { all?: boolean },
    callback: (...answer: unknown[]) => void,
  ): void => {
    const all = answers(host).map((address) => ({ address, family: isIP(address) }));
    if (all.length === 0 && !options.all) setImmediate(callback, new Error("not found"));
    else if (options.all) setImmediate(callback, null, all);
    else setImmediate(callback, null, all[0]?.address, all[0]?.family);
  };
  Object.assign(dns, { lookup });
}

/** The same port on both loopback addresses. */
async function listenBoth(
  answerer: RequestListener,
  onConnection: () => void,
): Promise<{ readonly port: number; readonly servers: readonly Server[] }> {
  const [first, second] = [createServer(answerer), createServer(answerer)];
  for (const server of [first, second]) server.on("connection", onConnection);
  const port = await listen(first, "127.0.0.1", 0);
  await listen(second, "::1", port).catch(() => port);
  return { port, servers: [first, second] };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
