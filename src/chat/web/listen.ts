import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";

/** Where the page is when nobody says otherwise. */
const PORT_USUAL = 8080;
/** How many ports after the usual one are tried. */
const PORTS_TRIED = 20;

/** A server that listens, or why it does not. */
export type Listening =
  | {
      readonly ok: true;
      readonly url: string;
      readonly port: number;
      /** The usual port was taken, so this is another. */
      readonly moved: boolean;
      close(): Promise<void>;
    }
  | { readonly ok: false; readonly problem: string };

/** Opens the one server. `port` null: the usual one, or the next that is free; 0: any. */
export async function listen(
  app: { fetch(request: Request): Response | Promise<Response> },
  options: { readonly host: string; readonly port: number | null },
): Promise<Listening> {
  const { host, port } = options;
  const tried =
    port === null ? Array.from({ length: PORTS_TRIED }, (_, i) => PORT_USUAL + i) : [port];
  for (const candidate of tried) {
    const opened = await open(app, host, candidate);
    if (typeof opened === "object" && "server" in opened) {
      const { server, port: bound } = opened;
      const name = host.includes(":") ? `[${host}]` : host;
      const moved = port === null && bound !== PORT_USUAL;
      const url = `http://${name}:${bound}`;
      return { ok: true, url, port: bound, moved, close: () => closeServer(server) };
    }
    if (opened.code !== "EADDRINUSE")
      return { ok: false, problem: faultOf(opened, host, candidate) };
  }
  const last = tried.at(-1);
  return {
    ok: false,
    problem:
      port === null
        ? `ports ${PORT_USUAL} to ${last} on ${host} are all taken: set PORT to a free one`
        : `port ${port} on ${host} is taken: end the program that uses it, or set PORT to another port`,
  };
}

type Opened =
  | { readonly server: Server; readonly port: number }
  | { readonly code: string; readonly message: string };

function open(
  app: { fetch(request: Request): Response | Promise<Response> },
  host: string,
  port: number,
): Promise<Opened> {
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) });
  if (!("closeAllConnections" in server)) throw new Error("The server is not one of node:http");
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve({ code: error.code ?? "", message: error.message });
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        server,
        port: typeof address === "object" && address !== null ? address.port : port,
      });
    });
  });
}

function faultOf(error: { code: string; message: string }, host: string, port: number): string {
  if (error.code === "EACCES") {
    return `port ${port} on ${host} may not be opened by this user: set PORT to one above 1023`;
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return `this machine has no address ${host}: set HOST to one that it has, such as 127.0.0.1`;
  }
  return `cannot listen on ${host} port ${port} (${error.message}): set HOST and PORT to others`;
}

/** Requests under way get a second to end; what stays open then is cut. */
const GRACE_MS = 1_000;
/** How often connections that have become idle are looked for while closing. */
const SWEEP_MS = 50;

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
  });
}
