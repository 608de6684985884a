import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A feed server on loopback; what it answers can be changed at any time. */
export type FeedServer = {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Requests so far, in order. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage["headers"] }[];
  stop(): Promise<void>;
};

/** One entry of a feed that {@link rssOf} writes. */
export type FeedEntry = {
  readonly guid: string;
  readonly title: string;
  readonly text: string;
  readonly link?: string;
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A small RSS document. */
export function rssOf(title: string, entries: readonly FeedEntry[]): string {
  const items = entries.map(
    ({ guid, title: headline, text, link }) =>
      `<item><guid isPermaLink="false">${escaped(guid)}</guid><title>${escaped(headline)}</title>` +
      `${link === undefined ? "" : `<link>${escaped(link)}</link>`}` +
      `<description>${escaped(text)}</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${escaped(title)}</title>${items.join("")}</channel></rss>`;
}

/** Serves by a function of yours. The test must stop it. */
export async function serveFeeds(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FeedServer> {
  const requests: FeedServer["requests"] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", headers: request.headers });
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
