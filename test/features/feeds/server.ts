import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createFetcher, type Fetcher, type FetcherOptions } from "../../../src/feeds/fetch.ts";
import { createGuard } from "../../../src/feeds/guard.ts";

/** A server on loopback that remembers what it was asked. */
export type TestServer = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  /** Connections that were ever opened. */
  connections(): number;
  close(): Promise<void>;
};

export async function serve(answer: RequestListener, address = "127.0.0.1"): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}`,
    port,
    requests,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A fetcher that may go to loopback. */
export function localFetcher(options: Partial<FetcherOptions> = {}): Fetcher {
  return createFetcher({
    guard: createGuard({ allow: ["127.0.0.0/8"] }),
    userAgent: "Sitrep/test (+https://sitrep.example/)",
    wireBytesMax: 100_000,
    bodyBytesMax: 200_000,
    deadlineMs: 5_000,
    ...options,
  });
}

export const FEED =
  '<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link><item><title>Envoys meet in the capital for another round of talks</title><guid>1</guid></item></channel></rss>';
