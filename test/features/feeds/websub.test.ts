import { createHmac } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { createGuard } from "../../../src/feeds/guard.ts";
import {
  createHubClient,
  type HubSubscription,
  isSigned,
  renewAt,
  verifyIntent,
} from "../../../src/feeds/websub.ts";
import { serve } from "./server.ts";

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

function hubClient(allow: string[]): ReturnType<typeof createHubClient> {
  const client = createHubClient({ guard: createGuard({ allow }), userAgent: "test" });
  open.push(client);
  return client;
}

function subscription(hubUrl: string): HubSubscription {
  return {
    hubUrl,
    topicUrl: "https://wire.example/rss",
    callbackUrl: "https://sitrep.example/websub/f1",
    secret: "s3cret",
  };
}

test("a hub is asked with topic, callback and secret", async () => {
  let form = "";
  const server = await serve((request, response) => {
    request.on("data", (chunk) => {
      form += String(chunk);
    });
    request.on("end", () => {
      response.writeHead(202);
      response.end();
    });
  });
  open.push(server);
  const problem = await hubClient(["127.0.0.1"]).request("subscribe", subscription(server.url));
  expect(problem).toBeNull();
  expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
    "hub.mode": "subscribe",
    "hub.topic": "https://wire.example/rss",
    "hub.callback": "https://sitrep.example/websub/f1",
    "hub.secret": "s3cret",
    "hub.lease_seconds": "432000",
  });
});

test("a hub that refuses is told, and one inside the network is never asked", async () => {
  const server = await serve((_, response) => {
    response.writeHead(403);
    response.end();
  });
  open.push(server);
  const to = subscription(server.url);
  expect(await hubClient(["127.0.0.1"]).request("subscribe", to)).toMatchObject({
    code: "http-403",
  });
  expect(await hubClient([]).request("subscribe", to)).toMatchObject({ code: "refused-address" });
  expect(server.requests).toHaveLength(1);
});

describe("the hub's question", () => {
  const wanted = { mode: "subscribe", topicUrl: "https://wire.example/rss" } as const;
  const query = (changes: Record<string, string>): URLSearchParams =>
    new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.topic": wanted.topicUrl,
      "hub.challenge": "c1",
      "hub.lease_seconds": "3600",
      ...changes,
    });

  test("is answered when it is about what was asked for", () => {
    expect(verifyIntent(query({}), wanted)).toEqual({
      kind: "confirmed",
      challenge: "c1",
      leaseSeconds: 3_600,
    });
    const denied = query({ "hub.mode": "denied", "hub.reason": "full" });
    expect(verifyIntent(denied, wanted)).toEqual({ kind: "denied", reason: "full" });
  });

  test("is none of ours otherwise", () => {
    expect(verifyIntent(query({}), null)).toEqual({ kind: "unknown" });
    expect(verifyIntent(query({ "hub.topic": "https://x.example/" }), wanted).kind).toBe("unknown");
    expect(verifyIntent(query({ "hub.mode": "unsubscribe" }), wanted).kind).toBe("unknown");
  });
});

test("what a hub sends counts only when it is signed with the secret", () => {
  const body = Buffer.from("<rss/>");
  const sign = (method: string, secret: string): string =>
    `${method}=${createHmac(method, secret).update(body).digest("hex")}`;
  expect(isSigned(body, sign("sha256", "s3cret"), "s3cret")).toBe(true);
  expect(isSigned(body, sign("sha1", "s3cret"), "s3cret")).toBe(true);
  expect(isSigned(body, sign("sha256", "other"), "s3cret")).toBe(false);
  expect(isSigned(body, sign("md5", "s3cret"), "s3cret")).toBe(false);
  expect(isSigned(body, undefined, "s3cret")).toBe(false);
});

test("a subscription is renewed before its lease ends, at most every hour", () => {
  const now = "2026-03-03T12:00:00.000Z";
  expect(renewAt(86_400, now, 0)).toBe("2026-03-04T07:12:00.000Z");
  expect(renewAt(86_400, now, 1)).toBe("2026-03-04T10:48:00.000Z");
  expect(renewAt(60, now, 0)).toBe("2026-03-03T13:00:00.000Z");
});
