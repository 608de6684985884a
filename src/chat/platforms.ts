import type { Commander } from "../commands/spec.ts";
import type { Transport } from "../delivery/delivery.ts";
import type { Log } from "../log.ts";
import type { ConfiguredLevels } from "./people.ts";
import type { WebMount } from "./web/ports.ts";
import { createWebTransport } from "./web/transport.ts";

/** A store for what may be lost, such as Keyv's. */
export type Cache = {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs?: number): Promise<unknown>;
  getMany(keys: string[]): Promise<readonly unknown[]>;
  /** One write; `ttl` in milliseconds. */
  setMany(
    entries: { readonly key: string; readonly value: string; readonly ttl: number }[],
  ): Promise<unknown>;
};

/** Tokens and addresses of the chat platforms; null: that platform is off. */
export type PlatformTokens = {
  readonly discord: { readonly token: string; readonly apiUrl: string | null } | null;
  readonly slack: {
    readonly botToken: string;
    /** Socket Mode; exactly one of it and signingSecret is set. */
    readonly appToken: string | null;
    /** Requests over HTTP. */
    readonly signingSecret: string | null;
    readonly apiUrl: string | null;
  } | null;
};

/** Which platforms to open, and what they need. */
export type PlatformOptions = {
  readonly platforms: PlatformTokens;
  readonly commander: Commander;
  readonly configured: ConfiguredLevels;
  /** A cache of that name. */
  cache(namespace: string): Cache;
  readonly log: Log;
};

/** The chat platforms of this run. */
export type Platforms = {
  readonly transports: readonly Transport[];
  /** Addresses that they want on the one server. */
  readonly mounts: readonly WebMount[];
  /** Connects what takes commands; returns at once, connecting goes on and is tried again. */
  start(): void;
  stop(): Promise<void>;
  /** Whose a channel is, such as `discord:<server>`; null when it cannot be told now. Channels are given with their platform. */
  tenantOf(channel: string): Promise<string | null>;
};

/** `start` says itself in the log what came of it. */
type Gateway = { readonly name: string; start(): Promise<void>; stop(): Promise<void> };

/** Whose a channel is, given without its platform. */
type TenantOf = (channel: string) => Promise<string | null>;

const RESTART_MS = 30_000;

/** Makes the platforms whose tokens are set. Their SDKs are loaded only then: they are large. */
export async function createPlatforms(options: PlatformOptions): Promise<Platforms> {
  const transports: Transport[] = [createWebTransport()];
  const mounts: WebMount[] = [];
  const gateways: Gateway[] = [];
  const tenants = new Map<string, TenantOf>([["web", async () => "web"]]);
  const { commander, configured, log } = options;
  if (options.platforms.discord !== null) {
    const { createDiscord } = await import("./discord/discord.ts");
    const remembered = rememberedIn(options.cache("discord"));
    const base = { commander, configured, remembered, log };
    const discord = createDiscord({ ...options.platforms.discord, ...base });
    transports.push(discord.transport);
    tenants.set("discord", (channel) => discord.tenantOf(channel));
    gateways.push({ name: "Discord", start: () => discord.start(), stop: () => discord.stop() });
  }
  if (options.platforms.slack !== null) {
    const { createSlack } = await import("./slack/slack.ts");
    const { createSights } = await import("./slack/sights.ts");
    const seen = createSights(options.cache("slack-seen"));
    const slack = createSlack({ ...options.platforms.slack, commander, configured, seen, log });
    transports.push(slack.transport);
    tenants.set("slack", () => slack.tenant());
    if (slack.events !== null) mounts.push({ path: "/slack/events", handle: slack.events });
    gateways.push({ name: "Slack", start: () => slack.start(), stop: () => slack.stop() });
  }
  const tenantOf = async (channel: string): Promise<string | null> => {
    const colon = channel.indexOf(":");
    const ask = tenants.get(channel.slice(0, colon));
    return ask === undefined ? null : ask(channel.slice(colon + 1));
  };
  return { transports, mounts, tenantOf, ...keepStarted(gateways, log) };
}

function keepStarted(gateways: readonly Gateway[], log: Log): Pick<Platforms, "start" | "stop"> {
  const waiting = new Set<NodeJS.Timeout>();
  let isStopped = false;
  const connect = async (gateway: Gateway): Promise<void> => {
    try {
      await gateway.start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ reason }, `${gateway.name} cannot be reached; tried again in 30 s`);
      if (isStopped) return;
      const timer = setTimeout(() => {
        waiting.delete(timer);
        void connect(gateway);
      }, RESTART_MS);
      waiting.add(timer);
    }
  };
  return {
    start() {
      for (const gateway of gateways) void connect(gateway);
    },
    async stop() {
      isStopped = true;
      for (const timer of waiting) clearTimeout(timer);
      await Promise.allSettled(gateways.map((gateway) => gateway.stop()));
    },
  };
}

function rememberedIn(cache: Cache): {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
} {
  return {
    async get(name) {
      const value = await cache.get(name);
      return typeof value === "string" ? value : null;
    },
    async set(name, value) {
      await cache.set(name, value);
    },
  };
}
