import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

// A process of its own, so that its work is not counted as Sitrep's. Each host 127.a.b.c is one feed: see hostOf there.

const BOMB = gzipSync(Buffer.alloc(400_000_000, "a"));
/** Well-formed, and as large as a feed may be. */
const LARGE = gzipSync(
  Buffer.from(
    `<rss version="2.0"><channel><title>Large</title>${Array.from(
      { length: 4_000 },
      (_, index) =>
        `<item><guid>${index}</guid><title>Entry ${index}</title><description>${`word ${index} `.repeat(150)}</description></item>`,
    ).join("")}</channel></rss>`,
  ),
);

/** Nearly as many bytes as a document may have: a few long entries, or many. */
function nearLimit(index: number): Buffer {
  const [entries, words] = index % 2 === 0 ? [50, 24_000] : [900, 1_350];
  const items = Array.from({ length: entries }, (_, entry) => {
    const text = Array.from(
      { length: words },
      (_, at) => `w${(at * 7 + entry * 13 + index) % 9_973}`,
    );
    return `<item><guid>${index}-${entry}</guid><title>Envoys met ${entry} times in ${index}</title><description>${text.join(" ")}</description></item>`;
  });
  const whole = `<rss version="2.0"><channel><title>Large ${index}</title>${items.join("")}`;
  return gzipSync(Buffer.from(`${whole.padEnd(9_850_000)}</channel></rss>`));
}

const HOSTILE: readonly ((response: ServerResponse) => void)[] = [
  // Slow: a byte a second, for ever.
  (response) => {
    const timer = setInterval(() => response.write("a"), 1_000);
    response.on("close", () => clearInterval(timer));
  },
  // Never answers.
  () => undefined,
  // Endless.
  (response) => {
    const chunk = Buffer.alloc(16_384, "a");
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    pour();
  },
  // Unfolds to 400 MB.
  (response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(BOMB);
  },
  // Malformed.
  (response) => void response.end(`<rss version="2.0"><channel><title>${"<a>".repeat(20_000)}`),
  // Redirects in a circle.
  (response) => void response.writeHead(302, { location: "/again" }).end(),
  // Large, and changes each time.
  (response) => {
    response.setHeader("content-encoding", "gzip");
    response.end(LARGE);
  },
];

/** Every tenth healthy feed brings something new each minute. */
const NEWS_MS = 60_000;

const server = createServer((request, response) => {
  const [, a = 0, b = 0, c = 0] = (request.headers.host ?? "").split(/[.:]/).map(Number);
  const index = (a - 1) * 65_536 + b * 256 + c;
  const hostile = index % 10 < 3;
  if (hostile && process.argv[2] === "hostile") {
    HOSTILE[Math.floor(index / 10) % HOSTILE.length]?.(response);
    return;
  }
  if (index < 5 && process.argv[2] === "large") {
    response.setHeader("content-encoding", "gzip");
    response.end(nearLimit(index));
    return;
  }
  const news = index % 10 === 9 ? Math.floor(Date.now() / NEWS_MS) : 1;
  const etag = `"${process.argv[2] === "hostile" ? news : 1}"`;
  const isKnown = request.headers["if-none-match"] === etag;
  response.writeHead(isKnown ? 304 : 200, { etag, "content-type": "application/rss+xml" });
  if (isKnown) response.end();
  else response.end(newsOf(index, news));
});

function newsOf(index: number, news: number): string {
  const items = [news, news - 1, news - 2].map(
    (number) =>
      `<item><guid>${index}-${number}</guid><title>Report ${number} of place ${index}</title><description>What happened in place ${index} at ${number} was told by several people who had been there.</description></item>`,
  );
  return `<rss version="2.0"><channel><title>Place ${index}</title>${items.join("")}</channel></rss>`;
}

server.keepAliveTimeout = 3_000;
server.listen({ port: 0, host: "0.0.0.0", backlog: 4_096 }, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${port}\n`);
});
