import type { RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { FetcherOptions, FetchResult } from "../../../src/feeds/fetch.ts";
import { FEED, localFetcher, serve, type TestServer } from "./server.ts";

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

async function setUp(
  answer: RequestListener,
  options: Partial<FetcherOptions> = {},
): Promise<{ server: TestServer; fetcher: ReturnType<typeof localFetcher> }> {
  const server = await serve(answer);
  const fetcher = localFetcher(options);
  open.push(server, fetcher);
  return { server, fetcher };
}

function textOf(result: FetchResult): string {
  return result.kind === "fetched" ? Buffer.from(result.bytes).toString() : result.kind;
}

function codeOf(result: FetchResult): string {
  return result.kind === "failed" || result.kind === "gone" ? result.problem.code : result.kind;
}

describe("validators", () => {
  test("are sent back as the server gave them, and updated when a 304 brings newer ones", async () => {
    const { server, fetcher } = await setUp((request, response) => {
      if (request.headers["if-none-match"] === 'W/"ä 1"') {
        response.writeHead(304, { "last-modified": "Tue, 03 Mar 2026 10:00:00 GMT" });
        response.end();
        return;
      }
      response.writeHead(200, {
        etag: 'W/"ä 1"',
        "last-modified": "Mon, 02 Mar 2026 10:00:00 GMT",
      });
      response.end(FEED);
    });
    const first = await fetcher.fetch(server.url, { validators: null });
    if (first.kind !== "fetched") throw new Error(codeOf(first));
    const second = await fetcher.fetch(server.url, { validators: first.validators });
    expect(server.requests[1]?.headers["if-modified-since"]).toBe("Mon, 02 Mar 2026 10:00:00 GMT");
    expect(second).toMatchObject({
      kind: "unchanged",
      status: 304,
      validators: {
        etag: 'W/"ä 1"',
        lastModified: "Tue, 03 Mar 2026 10:00:00 GMT",
        bodyHash: first.validators.bodyHash,
      },
    });
  });

  test("are not believed when the server says that everything expires at once, or in 2038", async () => {
    const { server, fetcher } = await setUp((request, response) => {
      const headers = { etag: '"1"', "last-modified": "Tue, 19 Jan 2038 03:14:07 GMT" };
      response.writeHead(200, request.url === "/0" ? { etag: '"1"', expires: "0" } : headers);
      response.end(FEED);
    });
    for (const path of ["/0", "/2038"]) {
      const result = await fetcher.fetch(server.url + path, { validators: null });
      expect(result).toMatchObject({ validators: { etag: null, lastModified: null } });
    }
  });

  test("the same body on a 200 is unchanged", async () => {
    const { server, fetcher } = await setUp((_, response) => response.end(FEED));
    const first = await fetcher.fetch(server.url, { validators: null });
    if (first.kind !== "fetched") throw new Error(codeOf(first));
    const second = await fetcher.fetch(server.url, { validators: first.validators });
    expect(second).toMatchObject({ kind: "unchanged", status: 200 });
  });

  test("a 304 that nobody asked for is a failure", async () => {
    const { server, fetcher } = await setUp((_, response) => {
      response.writeHead(304);
      response.end();
    });
    expect(codeOf(await fetcher.fetch(server.url, { validators: null }))).toBe("http-304");
  });
});

describe("bodies", () => {
  test.each([
    ["gzip", gzipSync(FEED)],
    ["deflate", deflateSync(FEED)],
    ["deflate", deflateRawSync(FEED)],
    ["br", brotliCompressSync(FEED)],
    ["gzip", Buffer.from(FEED)],
    ["identity", Buffer.from(FEED)],
  ])("are read when they are sent as %s", async (encoding, body) => {
    const { server, fetcher } = await setUp((_, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      response.end(body);
    });
    expect(textOf(await fetcher.fetch(server.url, { validators: null }))).toBe(FEED);
  });

  test.each([
    ["gzip", gzipSync(Buffer.alloc(50_000_000)), "too-big"],
    ["br", brotliCompressSync(Buffer.alloc(10_000_000)), "too-big"],
    ["gzip, gzip", gzipSync(gzipSync(FEED)), "unreachable"],
    ["zstd", Buffer.from(FEED), "unreachable"],
    ["gzip", gzipSync(FEED).subarray(0, 60), "unreachable"],
    ["identity", Buffer.alloc(100_001, 32), "too-big"],
  ])("that are more than they seem (%s) are dropped", async (encoding, body, code) => {
    const { server, fetcher } = await setUp((_, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      response.end(body);
    });
    expect(codeOf(await fetcher.fetch(server.url, { validators: null }))).toBe(code);
  });

  test.each([
    ["gzip", gzipSync(FEED).subarray(0, 60)],
    ["br", Buffer.from(FEED)],
    ["deflate", deflateSync(FEED).subarray(0, 40)],
  ])("that cannot be unpacked (%s) are asked for once more as they are", async (encoding, body) => {
    const { server, fetcher } = await setUp((request, response) => {
      const isPacked = request.headers["accept-encoding"] !== "identity";
      if (isPacked) response.setHeader("content-encoding", encoding);
      response.end(isPacked ? body : FEED);
    });
    expect(textOf(await fetcher.fetch(server.url, { validators: null }))).toBe(FEED);
    expect(server.requests).toHaveLength(2);
  });

  test("that never end are cut off at the limit", async () => {
    const { server, fetcher } = await setUp((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      response.on("error", () => undefined);
      more();
    });
    expect(codeOf(await fetcher.fetch(server.url, { validators: null }))).toBe("too-big");
  });

  test("that trickle are given up at the deadline", async () => {
    const { server, fetcher } = await setUp(
      (_, response) => {
        response.writeHead(200);
        response.write("<");
      },
      { deadlineMs: 200 },
    );
    expect(codeOf(await fetcher.fetch(server.url, { validators: null }))).toBe("timeout");
  });

  test("that break off are a failure", async () => {
    const { server, fetcher } = await setUp((_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.destroy());
    });
    expect(codeOf(await fetcher.fetch(server.url, { validators: null }))).toBe("unreachable");
  });
});

describe("redirects", () => {
  test("are followed three times, and remembered only when each was permanent", async () => {
    const { server, fetcher } = await setUp((request, response) => {
      const path = request.url ?? "";
      if (path === "/end") response.end(FEED);
      else {
        const [, status, hops] = path.split("/");
        const left = Number(hops);
        response.writeHead(Number(status), {
          location: left === 1 ? "/end" : `/${status}/${left - 1}`,
        });
        response.end();
      }
    });
    const get = (path: string): Promise<FetchResult> =>
      fetcher.fetch(server.url + path, { validators: null });
    expect(await get("/301/3")).toMatchObject({ kind: "fetched", movedTo: `${server.url}/end` });
    expect(await get("/302/1")).toMatchObject({ kind: "fetched", movedTo: null });
    expect(await get("/end")).toMatchObject({ movedTo: null, finalUrl: `${server.url}/end` });
    expect(codeOf(await get("/308/4"))).toBe("too-many-redirects");
  });

  test.each(["", "http://[", "ftp://127.0.0.1/", "file:///etc/passwd"])(
    "to %j are refused",
    async (location) => {
      const { server, fetcher } = await setUp((_, response) => {
        response.writeHead(302, location === "" ? {} : { location });
        response.end();
      });
      const code = codeOf(await fetcher.fetch(server.url, { validators: null }));
      expect(["bad-redirect", "refused-address"]).toContain(code);
    },
  );
});

describe("a user and password in the address", () => {
  test("are sent as Basic authentication, to that server only, and never shown", async () => {
    const other = await serve((_, response) => response.end(FEED));
    open.push(other);
    const { server, fetcher } = await setUp((request, response) => {
      if (request.url === "/denied") response.writeHead(401);
      else response.writeHead(302, { location: `${other.url}/feed` });
      response.end();
    });
    const address = (path: string): string => `http://ann:p%40ss@127.0.0.1:${server.port}${path}`;
    const request = { validators: null, mayAuthenticate: true };
    const moved = await fetcher.fetch(address("/moved"), request);
    const basic = `Basic ${Buffer.from("ann:p@ss").toString("base64")}`;
    expect(server.requests[0]?.headers.authorization).toBe(basic);
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    const denied = await fetcher.fetch(address("/denied"), request);
    expect(codeOf(denied)).toBe("http-401");
    expect(JSON.stringify([moved, denied])).not.toMatch(/ann|p%40ss|p@ss/);
  });

  test("are refused where nobody added the address as a feed", async () => {
    const { server, fetcher } = await setUp((_, response) => response.end(FEED));
    const address = `http://ann:secret@127.0.0.1:${server.port}/feed`;
    const result = await fetcher.fetch(address, { validators: null });
    expect(codeOf(result)).toBe("bad-address");
    expect(JSON.stringify(result)).not.toMatch(/ann|secret/);
    expect(server.requests).toHaveLength(0);
  });
});

describe("answers that are no feed", () => {
  test.each([
    [404, {}, { kind: "failed", status: 404, hostWide: false }],
    [410, {}, { kind: "gone" }],
    [429, { "retry-after": "120" }, { retryAfterMs: 120_000, hostWide: true }],
    [503, { "retry-after": "-5" }, { retryAfterMs: 0, hostWide: true }],
    [500, {}, { kind: "failed", hostWide: false, retryAfterMs: null }],
    [999, {}, { kind: "failed", status: 999 }],
  ])("%i is told apart", async (status, headers, expected) => {
    const { server, fetcher } = await setUp((_, response) => {
      response.writeHead(status, headers);
      response.end("busy");
    });
    expect(await fetcher.fetch(server.url, { validators: null })).toMatchObject(expected);
  });

  test.each([
    ["not HTTP at all\r\n\r\n"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    ],
    [`HTTP/1.1 200 OK\r\nX: ${"x".repeat(1_000_000)}\r\n\r\n`],
    [`HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(20_000)}\r\n`],
  ])("answer %# that is no HTTP is given up without harm", async (raw) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end(raw));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const fetcher = localFetcher({ deadlineMs: 3_000 });
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) }, fetcher);
    const { port } = server.address() as AddressInfo;
    const result = await fetcher.fetch(`http://127.0.0.1:${port}/`, { validators: null });
    expect(result.kind).toBe("failed");
  });

  test.each([
    'ETag: "a\u0001b"',
    'ETag: "a\r\n b"',
    `ETag: "a\u0001b"\r\nContent-Length: ${FEED.length}`,
  ])("but for a header against the rules, such as %j, are read all the same", async (header) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${FEED}`));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const fetcher = localFetcher();
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) }, fetcher);
    const { port } = server.address() as AddressInfo;
    const result = await fetcher.fetch(`http://127.0.0.1:${port}/`, { validators: null });
    expect(textOf(result)).toBe(FEED);
  });

  test("a server that is not there, and what is no address, are said in words", async () => {
    const { server, fetcher } = await setUp((_, response) => response.end());
    await server.close();
    const result = await fetcher.fetch(server.url, { validators: null });
    expect(result).toMatchObject({
      problem: { code: "unreachable", message: expect.stringContaining("refuses") },
    });
    expect(codeOf(await fetcher.fetch("nonsense", { validators: null }))).toBe("bad-address");
  });
});

test.each([
  ['<https://hub.example/>; rel="hub", </self?a,b>; title="a, b"; rel=self'],
  ['</self?a,b>; rel="self alternate"', "<https://hub.example/>; rel=hub"],
])("a hub that only the headers name is found", async (...lines) => {
  const { server, fetcher } = await setUp((_, response) => {
    response.setHeader("link", ["<javascript:1>; rel=hub", "broken <", ...lines]);
    response.end(FEED);
  });
  const result = await fetcher.fetch(server.url, { validators: null });
  expect(result).toMatchObject({
    links: { hubUrl: "https://hub.example/", selfUrl: `${server.url}/self?a,b` },
  });
});

test("a fetch says who asks, and how fresh the answer is", async () => {
  const { server, fetcher } = await setUp((_, response) => {
    response.writeHead(200, { "cache-control": "public, max-age=90" });
    response.end(FEED);
  });
  const result = await fetcher.fetch(server.url, { validators: null });
  expect(result).toMatchObject({ cacheMs: 90_000, wireBytes: FEED.length });
  expect(server.requests[0]?.headers).toMatchObject({
    "user-agent": "Sitrep/test (+https://sitrep.example/)",
    "accept-encoding": "gzip, deflate, br",
  });
});

test("close ends all sockets at once", async () => {
  const { server, fetcher } = await setUp(() => undefined);
  const result = fetcher.fetch(server.url, { validators: null });
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await fetcher.close();
  expect((await result).kind).toBe("failed");
});
