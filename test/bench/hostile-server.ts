import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createSecureServer } from "node:tls";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { ROOT } from "../support/rules.ts";

/** What the behaviours serve when all is well. */
export const GOOD_FEED =
  '<rss version="2.0"><channel><title>t</title><ttl>0</ttl><item><title>fine</title><guid>1</guid></item></channel></rss>';

/** A server that behaves as no server should. */
export type HostileServer = {
  readonly port: number;
  readonly requests: readonly string[];
  close(): Promise<void>;
};

const head = (status: string, ...headers: readonly string[]): string =>
  [`HTTP/1.1 ${status}`, ...headers, "", ""].join("\r\n");
const whole = (body: Buffer | string, ...headers: readonly string[]): Buffer => {
  const bytes = Buffer.from(body);
  const length = `content-length: ${bytes.length}`;
  return Buffer.concat([
    Buffer.from(head("200 OK", length, "connection: close", ...headers)),
    bytes,
  ]);
};

/** 64 MB of zeros; several in a row are one gzip body. */
const member = (): Buffer => gzipSync(Buffer.alloc(64_000_000), { level: 9 });

type Behaviour = (socket: Socket, request: string) => void;

const every = (socket: Socket, ms: number, text: string): void => {
  const timer = setInterval(() => socket.write(text), ms);
  socket.on("close", () => clearInterval(timer));
};
const pour = (socket: Socket, chunk: string): void => {
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
};
const tooMany = (retryAfter: string, status = "429 Too Many Requests"): Behaviour => {
  return (socket) => socket.end(head(status, `retry-after: ${retryAfter}`, "content-length: 0"));
};
const sends =
  (make: () => Buffer | string): Behaviour =>
  (socket) =>
    socket.end(make());

/** By name; each is handed a connection and the request that came. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "gzip-bomb": sends(() =>
    whole(Buffer.concat(Array<Buffer>(160).fill(member())), "content-encoding: gzip"),
  ),
  "gzip-bomb-x3": sends(() =>
    whole(gzipSync(gzipSync(member())), "content-encoding: gzip, gzip, gzip"),
  ),
  "br-bomb": sends(() =>
    whole(brotliCompressSync(Buffer.alloc(100_000_000)), "content-encoding: br"),
  ),
  "zstd-bomb": sends(() =>
    whole(zstdCompressSync(Buffer.alloc(100_000_000)), "content-encoding: zstd"),
  ),
  "slow-headers": (socket) => every(socket, 300, "H"),
  "slow-body": (socket) => {
    socket.write(head("200 OK", "content-type: text/xml"));
    every(socket, 300, "a");
  },
  "endless-chunked": (socket) => {
    socket.write(head("200 OK", "transfer-encoding: chunked"));
    pour(socket, `4000\r\n${"a".repeat(0x4000)}\r\n`);
  },
  "header-bomb": sends(() =>
    head("200 OK", `x-bomb: ${"a".repeat(1_000_000)}`, "content-length: 0"),
  ),
  "header-count": sends(() =>
    head(
      "200 OK",
      ...Array.from({ length: 20_000 }, (_, index) => `x-${index}: a`),
      "content-length: 0",
    ),
  ),
  "early-hints-flood": (socket) => pour(socket, head("103 Early Hints", "link: </a>; rel=preload")),
  "status-999": sends(() => head("999 Odd", "content-length: 0")),
  http09: sends(() => GOOD_FEED),
  "cl-mismatch": sends(() => head("200 OK", "content-length: 9999") + GOOD_FEED),
  "cl-duplicate": sends(
    () => head("200 OK", `content-length: ${GOOD_FEED.length}`, "content-length: 5") + GOOD_FEED,
  ),
  "te-cl": sends(
    () =>
      `${head("200 OK", "content-length: 5", "transfer-encoding: chunked")}${GOOD_FEED.length.toString(16)}\r\n${GOOD_FEED}\r\n0\r\n\r\n`,
  ),
  "reset-mid-body": (socket) => {
    socket.write(head("200 OK", "content-length: 9999") + GOOD_FEED, () =>
      socket.resetAndDestroy(),
    );
  },
  "retry-after-huge": tooMany("1000000000000000"),
  "retry-after-neg": tooMany("-5"),
  "retry-after-date": tooMany("Fri, 31 Dec 9999 23:59:59 GMT", "503 Service Unavailable"),
  "etag-1mb": sends(() => whole(GOOD_FEED, `etag: "${"e".repeat(15_000)}"`)),
  "etag-crlf": sends(() => whole(GOOD_FEED, 'etag: "a\u0001b"', 'x-folded: "a\r\n b"')),
  "304-unasked": sends(() => head("304 Not Modified", 'etag: "a"')),
  "redirect-301-home": (socket, request) => {
    const isHome = request.startsWith("GET /home ");
    const page =
      "<!doctype html><html><head><title>Log in</title></head><body>Welcome</body></html>";
    socket.end(
      isHome
        ? whole(page, "content-type: text/html")
        : head(
            "301 Moved Permanently",
            "location: /home",
            "content-length: 0",
            "connection: close",
          ),
    );
  },
  "cookie-flood": sends(() =>
    whole(
      GOOD_FEED,
      ...Array.from({ length: 500 }, (_, index) => `set-cookie: c${index}=${index}; path=/`),
    ),
  ),
  "tls-expired": sends(() => whole(GOOD_FEED)),
  "tls-wrong-host": sends(() => whole(GOOD_FEED)),
  "tls-selfsigned": sends(() => whole(GOOD_FEED)),
  "ttl-zero": sends(() => whole(GOOD_FEED)),
  "type-exe": sends(() => whole(GOOD_FEED, "content-type: application/octet-stream")),
  "ipv6-blackhole": sends(() => whole(GOOD_FEED)),
};

const CERTIFICATES: Readonly<Record<string, string>> = {
  "tls-expired": "expired",
  "tls-wrong-host": "other-host",
  "tls-selfsigned": "self-signed",
};

/** Whether a behaviour is one of https. */
export function isSecure(name: string): boolean {
  return name in CERTIFICATES;
}

/** A certificate or key made for the tests. */
export function testCertificate(name: string): Buffer {
  return readFileSync(join(ROOT, "test/fixtures/tls", name));
}

/** Starts a server on loopback that answers each request so. */
export async function serveBehaviour(behaviour: Behaviour, name = ""): Promise<HostileServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", (data) => {
      requests.push(String(data));
      behaviour(socket, String(data));
    });
  };
  const certificate = CERTIFICATES[name];
  const server =
    certificate === undefined
      ? createServer(take)
      : createSecureServer(
          { cert: testCertificate(`${certificate}.pem`), key: testCertificate("server.key") },
          take,
        );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
