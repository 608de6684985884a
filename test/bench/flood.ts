import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { makeFolder, startSitrep } from "../support/sitrep.ts";
import { createWireGateway, type WireGateway } from "../support/wire-discord-gateway.ts";

/** Of the commands, so many in a hundred come from one person. */
const FLOOD_PERCENT = 90;
/** Everybody else stays below what one person may ask. */
const PEOPLE = 200;
const STEP_MS = 10;

const LINES: readonly (readonly [string, readonly object[]])[] = [
  ["status", []],
  ["topics", []],
  ["now", [{ type: 3, name: "topic", value: "venezuela-talks" }]],
  ["search", [{ type: 3, name: "query", value: "Caracas AND talks" }]],
  ["sources", [{ type: 3, name: "topic", value: "russian-deployments" }]],
  ["help", []],
];

type Asked = { readonly at: number; readonly flood: boolean; ack?: number; answer?: number };

/**
 * A whole `run` under commands: so many a second (default 1,000) for so many seconds (default 60), nine in ten from
 * one person. How long until each was acknowledged, and until the others had their answers.
 */
export async function run(args: string[]): Promise<unknown> {
  const [perSecond = 1_000, seconds = 60] = args.map(Number);
  const platform = await startPlatform();
  const folder = makeFolder();
  const sitrep = startSitrep({
    SITREP_DATA: folder.path,
    LOG_LEVEL: "error",
    DISCORD_TOKEN: "flood-token",
    DISCORD_API_URL: `http://127.0.0.1:${platform.port}/api`,
  });
  try {
    await sitrep.until(/Sitrep is at/);
    await platform.connected;
    await setTimeout(2_000);
    await ask(platform, perSecond, seconds);
    for (let waited = 0; waited < 30 && platform.open() > 0; waited += 1) await setTimeout(500);
    return report([...platform.asked.values()], perSecond, seconds);
  } finally {
    await sitrep.end("SIGTERM");
    await platform.stop();
    folder.remove();
  }
}

async function ask(platform: Platform, perSecond: number, seconds: number): Promise<void> {
  const started = performance.now();
  const total = perSecond * seconds;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, ((performance.now() - started) / 1000) * perSecond);
    for (; sent < due; sent += 1) platform.ask(sent);
    await setTimeout(STEP_MS);
  }
}

type Platform = {
  readonly port: number;
  readonly connected: Promise<void>;
  readonly asked: ReadonlyMap<string, Asked>;
  ask(number: number): void;
  /** Questions of others without an answer so far. */
  open(): number;
  stop(): Promise<void>;
};

async function startPlatform(): Promise<Platform> {
  const asked = new Map<string, Asked>();
  const ready = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => answer(request, response, asked, () => portOf(server)));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const gateway = createWireGateway(() => portOf(server), Date.now);
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    gateway.connect(socket);
    ready.resolve();
  });
  return {
    port: portOf(server),
    connected: ready.promise,
    asked,
    ask: (number) => interact(gateway, asked, number),
    open: () =>
      [...asked.values()].filter(({ flood, answer }) => !flood && answer === undefined).length,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(server: { address(): string | AddressInfo | null }): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function interact(gateway: WireGateway, asked: Map<string, Asked>, number: number): void {
  const flood = number % 100 < FLOOD_PERCENT;
  const turn = Math.floor(number / 100) * (100 - FLOOD_PERCENT) + (number % 100) - FLOOD_PERCENT;
  const person = flood ? 0 : 1 + (turn % PEOPLE);
  const [name, options] = LINES[number % LINES.length] ?? ["help", []];
  const token = gateway.interact({
    type: 2,
    data: { id: "1", type: 1, name: "sitrep", options: [{ type: 1, name, options }] },
    member: {
      user: { id: `${940_000_000_000_000_000n + BigInt(person)}` },
      roles: [],
      permissions: "0",
    },
  });
  asked.set(token, { at: performance.now(), flood });
}

function answer(
  { url = "", method }: IncomingMessage,
  response: ServerResponse,
  asked: Map<string, Asked>,
  port: () => number,
): void {
  const token = /\/(t\d+-\d+)(?:\/|$|\?)/.exec(url)?.[1];
  const known = token === undefined ? undefined : asked.get(token);
  if (known !== undefined) {
    if (url.includes("/callback")) known.ack = performance.now();
    else if (method === "PATCH") known.answer = performance.now();
  }
  const start = { total: 1_000, remaining: 999, reset_after: 1_000, max_concurrency: 1 };
  const body = url.includes("/gateway")
    ? { url: `ws://127.0.0.1:${port()}`, shards: 1, session_start_limit: start }
    : {};
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function report(all: readonly Asked[], perSecond: number, seconds: number): unknown {
  const acks = all.map(({ at, ack }) => (ack ?? Number.POSITIVE_INFINITY) - at);
  const others = all.filter(({ flood }) => !flood);
  const answers = others.map(({ at, answer: end }) => (end ?? Number.POSITIVE_INFINITY) - at);
  const figures = {
    commands: all.length,
    perSecond,
    seconds,
    acknowledged: acks.filter(Number.isFinite).length,
    ackMs: spread(acks),
    over3s: acks.filter((ms) => ms > 3_000).length,
    others: others.length,
    othersAnswered: answers.filter(Number.isFinite).length,
    othersAckMs: spread(others.map(({ at, ack }) => (ack ?? Number.POSITIVE_INFINITY) - at)),
    othersAnswerMs: spread(answers),
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  return figures;
}

function spread(values: readonly number[]): object {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
