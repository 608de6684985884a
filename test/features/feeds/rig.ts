import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { readConfig } from "../../../src/config.ts";
import type { Feed, FeedState } from "../../../src/feeds/feed.ts";
import { feedIdOf } from "../../../src/feeds/identity.ts";
import type { Instant } from "../../../src/feeds/item.ts";
import { createIngester } from "../../../src/pipeline/ingest.ts";
import { createMetrics } from "../../../src/pipeline/metrics.ts";
import { createPolling, type Polling } from "../../../src/pipeline/polling.ts";
import { openSitrep, type Sitrep } from "../../../src/wiring.ts";
import { ownConfig } from "../../support/own-config.ts";
import { ROOT } from "../../support/rules.ts";

/** A Sitrep that polls real servers on loopback by a clock that the test sets. */
export type Rig = {
  readonly sitrep: Sitrep;
  readonly polling: Polling;
  /** Lines of the log, as `level text`. */
  readonly lines: readonly string[];
  /** What its admins were told. */
  readonly told: readonly string[];
  now(): Instant;
  pass(ms: number): void;
  /** Adds a feed with usual settings; its id. */
  add(url: string, some?: Partial<Feed>): Promise<string>;
  state(feedId: string): Promise<FeedState | null>;
  /** Polls what is due now; how many requests that took is the server's to say. */
  poll(): Promise<void>;
  /** Lets so much time pass that the feed is due, and polls; so many times. */
  pollWhenDue(feedId: string, times?: number): Promise<void>;
  /** Titles in the archive, oldest first. */
  titles(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export async function openRig(env: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const own = ownConfig({ settings: "poll: { perHost: 2 }\n", seeds: {} });
  let nowMs = Date.parse("2026-03-02T12:00:00.000Z");
  const now = (): Instant => new Date(nowMs).toISOString();
  const { config, faults } = readConfig({ ...own.env, ...env }, ROOT, now());
  if (config === null) throw new Error(JSON.stringify(faults));
  const lines: string[] = [];
  const told: string[] = [];
  const logAs = (level: string) => (_fields: object, text: string) => {
    lines.push(`${level} ${text}`);
  };
  const log = {
    debug: logAs("debug"),
    info: logAs("info"),
    warn: logAs("warn"),
    error: logAs("error"),
  };
  const opened = await openSitrep(config, log, { exclusive: true });
  const noticeAdmins: Sitrep["noticeAdmins"] = async (tenant, reply) => {
    const [block] = reply.blocks;
    if (block?.kind === "notice") told.push(`${tenant} ${block.tone}: ${block.text}`);
    return tenant;
  };
  const sitrep: Sitrep = { ...opened, now, noticeAdmins };
  const { ledger, live } = sitrep;
  const ingester = await createIngester({ ledger, live, posts: { publicUrl: null }, now });
  const polling = createPolling(
    sitrep,
    ingester,
    createMetrics(() => ledger.counts()),
  );
  const state = async (feedId: string): Promise<FeedState | null> =>
    (await ledger.feeds()).find(({ id }) => id === feedId)?.state ?? null;
  const poll = (): Promise<void> => polling.pollDue(() => undefined);
  return {
    sitrep,
    polling,
    lines,
    told,
    now,
    pass: (ms) => {
      nowMs += ms;
    },
    async add(url, some = {}) {
      const id = feedIdOf(url);
      const base = { id, url, name: null, tags: [], language: null, weight: 1, fullText: false };
      await ledger.addFeed({ ...base, everyMs: 15 * MINUTE, where: null, ...some });
      return id;
    },
    state,
    poll,
    async pollWhenDue(feedId, times = 1) {
      for (let turn = 0; turn < times; turn += 1) {
        const due = Date.parse((await state(feedId))?.nextPollAt ?? now());
        nowMs = Math.max(nowMs, due);
        await poll();
      }
    },
    async titles() {
      const items = await ledger.itemsSince("2000-01-01T00:00:00.000Z", null, 10_000);
      return items.map(({ title }) => title ?? "");
    },
    async stop() {
      await polling.stop();
      await sitrep.close();
      own.remove();
    },
  };
}

/** A server whose answer can be changed at any time. */
export type FeedHost = {
  readonly url: string;
  /** Requests so far. */
  readonly asked: IncomingMessage[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  stop(): Promise<void>;
};

export async function openHost(
  answer: FeedHost["answer"],
  address = "127.0.0.1",
): Promise<FeedHost> {
  const sockets = new Set<Socket>();
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    host.answer(request, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  const host: FeedHost = {
    url: `http://${address}:${port}`,
    asked,
    answer,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return host;
}

/** An RSS document with entries of these titles; their guids are the titles. */
export function feedOf(titles: readonly string[], inChannel = ""): string {
  const items = titles.map(
    (title) =>
      `<item><guid isPermaLink="false">${title}</guid><title>${title}</title><link>https://wire.example/${encodeURIComponent(title)}</link></item>`,
  );
  return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Wire</title>${inChannel}${items.join("")}</channel></rss>`;
}

/** A rig for one test, stopped when that has finished. */
export async function rig(env: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const opened = await openRig(env);
  onTestFinished(() => opened.stop());
  return opened;
}

/** A server for one test, stopped when that has finished. */
export async function host(answer: FeedHost["answer"]): Promise<FeedHost> {
  const opened = await openHost(answer);
  onTestFinished(() => opened.stop());
  return opened;
}
