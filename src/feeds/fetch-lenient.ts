import { type IncomingMessage, request } from "node:http";
import { request as requestSecurely } from "node:https";
import type { Guard } from "./guard.ts";

/** An answer as the network gives it. */
export type LenientResponse = {
  readonly statusCode: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: IncomingMessage;
};

/**
 * Asks once more with a parser that forgives control characters and folded lines in headers, which some servers send.
 * On a connection of its own that ends with the answer, so that what it forgives can do no harm to another one.
 */
export function askLeniently(
  guard: Guard,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<LenientResponse> {
  return new Promise((resolve, reject) => {
    const { protocol, hostname } = url;
    const port = url.port || (protocol === "https:" ? "443" : "80");
    guard.connect({ hostname, host: url.host, protocol, port }, (error, socket) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const ask = protocol === "https:" ? requestSecurely : request;
      const asked = ask(url, {
        headers: { ...headers, connection: "close" },
        createConnection: () => socket,
        insecureHTTPParser: true,
        signal,
      });
      asked.on("error", reject);
      asked.on("response", (body) => {
        if (hasTwoLengths(body)) {
          body.destroy();
          reject(new Error("its answer has two lengths"));
          return;
        }
        resolve({ statusCode: body.statusCode ?? 0, headers: body.headers, body });
      });
      asked.end();
    });
  });
}

/** An answer that two readers would cut off in two places. */
function hasTwoLengths({ rawHeaders }: IncomingMessage): boolean {
  const lengths = rawHeaders.filter(
    (name, index) => index % 2 === 0 && /^(content-length|transfer-encoding)$/i.test(name),
  );
  return lengths.length > 1;
}
