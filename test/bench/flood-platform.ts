import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";

/** Of the commands, so many in a hundred come from one person. */
const FLOOD_PERCENT = 90;

/** Everybody else stays below what one person may ask. */
const PEOPLE = 200;

/** One command, and when its answers came. All in milliseconds of one clock. */
export type Asked = { readonly at: number; readonly flood: boolean; ack?: number; answer?: number };

/** What stands in for a chat platform, and asks on behalf of its people. */
export type Platform = {
  readonly env: Readonly<Record<string, string>>;
  readonly asked: ReadonlyMap<string, Asked>;
  /** Resolves when commands can be asked of the run that is at this address. */
  connect(address: string): Promise<void>;
  ask(number: number): void;
  stop(): Promise<void>;
};

/** Who gives the command of that number: 0 floods, the others take turns. */
export function personOf(number: number): number {
  const place = number % 100;
  if (place < FLOOD_PERCENT) return 0;
  const turn = Math.floor(number / 100) * (100 - FLOOD_PERCENT) + place - FLOOD_PERCENT;
  return 1 + (turn % PEOPLE);
}

/** What people ask: the command and its one option. */
const LINES: readonly (readonly [string, string, string])[] = [
  ["status", "", ""],
  ["topics", "", ""],
  ["now", "topic", "venezuela-talks"],
  ["search", "query", "Caracas AND talks"],
  ["sources", "topic", "russian-deployments"],
  ["help", "", ""],
];

/** The command of that number. */
export function lineOf(number: number): readonly [string, string, string] {
  return LINES[number % LINES.length] ?? ["help", "", ""];
}

/** A server on 127.0.0.1 that reads nothing of what it is sent. */
export async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly port: number; stop(): Promise<void> }> {
  const listener: RequestListener = (request, response) => {
    request.resume();
    request.on("end", () => answer(request, response));
  };
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  return {
    server,
    port: typeof address === "object" && address !== null ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
