import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** What goes wrong with one request. */
export type Fault =
  /** Answered so, nothing done. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Connection cut, nothing done. */
  | { readonly kind: "reset" }
  /** No answer ever, nothing done. */
  | { readonly kind: "hang" }
  /** Done, but the connection is cut before the answer. */
  | { readonly kind: "lost" }
  /** Done, but answered with an error. */
  | { readonly kind: "done-but-status"; readonly status: number }
  /** Done, but no answer ever. */
  | { readonly kind: "done-but-hang" }
  /** No answer, and done only then, whoever still waits for it. */
  | { readonly kind: "late"; readonly until: Promise<unknown> };

/** One request as it came in. */
export type WireCall = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** JSON, or the fields of a form. */
  readonly body: Record<string, unknown>;
  /** A body that is a JSON list. */
  readonly list: readonly unknown[] | null;
  readonly files: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
};

/** `body` undefined: an empty answer, without a content type (a 204 must not claim to be JSON). */
export type WireAnswer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type WireServer = {
  readonly port: number;
  readonly calls: readonly WireCall[];
  /** Resolves with the first call, past or to come, that fits. */
  waitFor(fits: (call: WireCall) => boolean): Promise<WireCall>;
  stop(): Promise<void>;
};

export type WireHandlers = {
  /** The fault of a call; null: none. */
  fault(call: WireCall): Fault | null;
  handle(call: WireCall): WireAnswer;
  socket(socket: WebSocket, request: IncomingMessage): void;
};

/** An HTTP and WebSocket server on 127.0.0.1 that can misbehave in every way a platform does. */
export async function startWireServer(handlers: WireHandlers, port = 0): Promise<WireServer> {
  const calls: WireCall[] = [];
  const waiting = new Set<(call: WireCall) => void>();
  const sockets = new WebSocketServer({ noServer: true });
  const http = createServer((request, response) => {
    void readCall(request).then((call) => {
      calls.push(call);
      for (const tell of waiting) tell(call);
      answer(call, handlers, request, response);
    });
  });
  http.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => handlers.socket(ws, request));
  });
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  return {
    port: (http.address() as AddressInfo).port,
    calls,
    waitFor(fits) {
      const past = calls.find(fits);
      if (past !== undefined) return Promise.resolve(past);
      return new Promise((resolve) => {
        const tell = (call: WireCall): void => {
          if (!fits(call)) return;
          waiting.delete(tell);
          resolve(call);
        };
        waiting.add(tell);
      });
    },
    async stop() {
      for (const ws of sockets.clients) ws.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

function answer(
  call: WireCall,
  handlers: WireHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const fault = handlers.fault(call);
  if (fault?.kind === "reset") request.socket.destroy();
  if (fault?.kind === "reset" || fault?.kind === "hang") return;
  if (fault?.kind === "late") {
    void fault.until.then(() => handlers.handle(call));
    return;
  }
  const given: WireAnswer =
    fault?.kind === "status"
      ? { status: fault.status, body: fault.body ?? {}, headers: fault.headers ?? {} }
      : handlers.handle(call);
  if (fault?.kind === "lost") request.socket.destroy();
  if (fault?.kind === "lost" || fault?.kind === "done-but-hang") return;
  const type = given.body === undefined ? {} : { "content-type": "application/json" };
  response.writeHead(fault?.kind === "done-but-status" ? fault.status : given.status, {
    ...type,
    ...given.headers,
  });
  response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
}

async function readCall(request: IncomingMessage): Promise<WireCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const { body, list, files } = await readBody(
    Buffer.concat(chunks),
    request.headers["content-type"] ?? "",
  );
  return {
    method: request.method ?? "GET",
    // Some clients send %40original.
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    body,
    list,
    files,
    headers: request.headers,
    at: Date.now(),
  };
}

type Body = Pick<WireCall, "body" | "list" | "files">;

async function readBody(bytes: Buffer, type: string): Promise<Body> {
  if (bytes.length === 0) return { body: {}, list: null, files: [] };
  if (type.startsWith("multipart/form-data")) return await readMultipart(bytes, type);
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const body = Object.fromEntries(new URLSearchParams(bytes.toString()));
    return { body, list: null, files: [] };
  }
  const parsed: unknown = JSON.parse(bytes.toString());
  return Array.isArray(parsed)
    ? { body: {}, list: parsed, files: [] }
    : { body: record(parsed), list: null, files: [] };
}

async function readMultipart(bytes: Buffer, type: string): Promise<Body> {
  const form = await new Response(new Uint8Array(bytes), {
    headers: { "content-type": type },
  }).formData();
  let body: Record<string, unknown> = {};
  const files: string[] = [];
  for (const [name, value] of form) {
    if (name === "payload_json" && typeof value === "string") body = record(JSON.parse(value));
    else if (typeof value !== "string") files.push(value.name);
  }
  return { body, list: null, files };
}

/** An object's fields; none for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
