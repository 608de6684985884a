import { createServer } from "node:net";
import { expect, test } from "vitest";
import { listen } from "../../../src/chat/web/listen.ts";
import { createWebTransport } from "../../../src/chat/web/transport.ts";

const app = { fetch: () => new Response("here") };

/** Holds a port until it is released. */
function occupy(port: number): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : 0,
        release: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}

test("any free port answers at the address that is told, until it is closed", async () => {
  const opened = await listen(app, { host: "127.0.0.1", port: 0 });
  if (!opened.ok) throw new Error(opened.problem);
  expect(await (await fetch(opened.url)).text()).toBe("here");
  await opened.close();
  await expect(fetch(opened.url)).rejects.toThrow();
});

test("a port that was asked for and is taken is a problem with its remedy", async () => {
  const taken = await occupy(0);
  const opened = await listen(app, { host: "127.0.0.1", port: taken.port });
  expect(opened).toEqual({
    ok: false,
    problem: `port ${taken.port} on 127.0.0.1 is taken: end the program that uses it, or set PORT to another port`,
  });
  await taken.release();
});

test("without a wish, the usual port or the next free one is taken, and the move is told", async () => {
  const usual = await occupy(8080).catch(() => null);
  const opened = await listen(app, { host: "127.0.0.1", port: null });
  if (!opened.ok) throw new Error(opened.problem);
  expect(opened.moved).toBe(true);
  expect(opened.port).toBeGreaterThan(8080);
  expect(opened.url).toBe(`http://127.0.0.1:${opened.port}`);
  await opened.close();
  await usual?.release();
});

test("an address that this machine has not is a problem with its remedy", async () => {
  const opened = await listen(app, { host: "192.0.2.1", port: 0 });
  expect(opened).toMatchObject({ ok: false });
  expect(opened.ok ? "" : opened.problem).toContain("set HOST");
});

test("the ledger's row is the post: sending it is always done, and may always be done again", async () => {
  const transport = createWebTransport();
  const delivery = {
    key: "abcdefghijklmnopqrstuv",
    tenant: "web",
    channel: "web:main",
    kind: "digest",
    subscriptionId: null,
    topicId: null,
    storyIds: [],
    reply: { blocks: [], ephemeral: false },
    mention: null,
    createdAt: "2026-11-20T08:00:00.000Z",
    dueAt: "2026-11-20T08:00:00.000Z",
    attempts: 1,
    attemptAt: null,
  } as const;
  expect(transport.platform).toBe("web");
  expect(transport.sameKeyMs).toBe(Number.MAX_SAFE_INTEGER);
  expect(await transport.send(delivery)).toEqual({ kind: "sent", messageId: delivery.key });
});
