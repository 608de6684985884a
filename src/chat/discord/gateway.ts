import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import {
  type APIInteraction,
  Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
  Status,
} from "discord.js";
import type { Log } from "../../log.ts";
import { describeFailure } from "./failure.ts";

/** 1,000 identifies a day, then the platform resets the token: failures must not come in a fast loop. */
const RECONNECT_FIRST_MS = 5_000;
const RECONNECT_MAX_MS = 10 * 60_000;

/** A slow connection goes on by itself; the start does not wait longer for it. */
const READY_MS = 20_000;

/** A connection that does not let itself be closed is left behind when Sitrep stops. */
const CLOSE_MS_MAX = 1_000;

/** Failures in a row: the library tries twice a second, and single ones are usual. */
const REFUSALS_SAID = 3;

/** Close codes after which the same token and intents will not do: authentication, intents, sharding, version. */
const HOPELESS_CODES = new Set([4004, 4010, 4011, 4012, 4013, 4014]);

export type GatewayPorts = {
  readonly token: string;
  readonly apiUrl: string | null;
  readonly log: Log;
  /** Called once a connection is ready, with the application's id. */
  onReady(applicationId: string): Promise<void>;
  onInteraction(interaction: APIInteraction): Promise<void>;
};

export type Gateway = {
  /** Resolves when the first try to connect ended: connected, refused, or to be tried again by itself. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The type of a channel that the gateway has told of; null otherwise. */
  channelType(channel: string): number | null;
  isReady(): boolean;
};

/** Holds the connection over which commands come in. Every failure is logged and tried again, none ends the process. */
export function createGateway(ports: GatewayPorts): Gateway {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let failures = 0;

  function guard(work: Promise<void>): void {
    work.catch((error: unknown) => {
      ports.log.error({ problem: describeFailure(error) }, "Discord: a listener broke");
    });
  }

  async function drop(): Promise<void> {
    const old = client;
    client = null;
    await old?.destroy();
  }

  function again(reason: string): void {
    if (stopped || timer !== null) return;
    const waitMs = Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** failures);
    failures += 1;
    ports.log.warn({ reason, waitMs }, "Discord: not connected, will try again");
    timer = setTimeout(() => {
      timer = null;
      guard(connect());
    }, waitMs);
  }

  async function connect(): Promise<void> {
    await drop();
    const next = newClient(ports);
    client = next;
    const ready = new Promise<void>((resolve) => {
      next.once(Events.ClientReady, (connected) => {
        failures = 0;
        ports.log.info({ guilds: connected.guilds.cache.size }, "Discord: connected");
        guard(ports.onReady(connected.application.id));
        resolve();
      });
      next.on(Events.ShardDisconnect, ({ code }) => {
        resolve();
        if (HOPELESS_CODES.has(code)) ports.log.error({ code }, "Discord: refused for good");
        else again(`closed with ${code}`);
      });
      next.on(Events.Invalidated, () => again("the session was made invalid"));
    });
    // The raw event: an interaction is read as the platform documents it.
    next.ws.on(GatewayDispatchEvents.InteractionCreate, (interaction: APIInteraction) => {
      guard(ports.onInteraction(interaction));
    });
    next.on(Events.Error, (error) => {
      ports.log.warn({ problem: describeFailure(error) }, "Discord: connection error");
    });
    try {
      await next.login(ports.token);
      await Promise.race([ready, setTimeoutPromise(READY_MS, undefined, { ref: false })]);
    } catch (error) {
      failed(error);
    }
  }

  function failed(error: unknown): void {
    const problem = describeFailure(error);
    if (/TokenInvalid|\b401\b/.test(problem)) {
      ports.log.error(
        { problem },
        "Discord: DISCORD_TOKEN is refused: copy it anew from the portal",
      );
    } else {
      again(problem);
    }
  }

  return {
    start: connect,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      // A login that is under way ends with the process.
      await Promise.race([drop(), setTimeoutPromise(CLOSE_MS_MAX, undefined, { ref: false })]);
    },
    channelType(channel) {
      return client?.channels.cache.get(channel)?.type ?? null;
    },
    isReady() {
      return client?.ws.status === Status.Ready;
    },
  };
}

/** Says once when the gateway cannot be reached, as the library goes on trying by itself and in silence. */
function sayOutages(client: Client, log: Log): void {
  let refusals = 0;
  const reached = (): void => {
    if (refusals >= REFUSALS_SAID) log.warn({}, "Discord: the gateway is reached again");
    refusals = 0;
  };
  client.on(Events.ShardReconnecting, () => {
    refusals += 1;
    if (refusals !== REFUSALS_SAID) return;
    log.warn({}, "Discord: the gateway cannot be reached, will try again");
  });
  client.on(Events.ShardReady, reached);
  client.on(Events.ShardResume, reached);
}

/** Guilds alone: no privileged intent. What is not asked for is not kept. */
function newClient({ apiUrl, log }: GatewayPorts): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      GuildMemberManager: {
        maxSize: 10,
        keepOverLimit: (member) => member.id === member.client.user.id,
      },
    }),
    rest: {
      retries: 0,
      rejectOnRateLimit: () => true,
      ...(apiUrl === null ? {} : { api: apiUrl }),
    },
  });
  guardEvents(client, log);
  sayOutages(client, log);
  return client;
}

/**
 * The library reads each event while it comes in, and one of a shape that it does not know ends the process as an
 * unhandled error. Interactions are read here alone, and what the library cannot read is logged.
 */
function guardEvents(client: Client, log: Log): void {
  const handle: unknown = Reflect.get(client.ws, "handlePacket");
  if (typeof handle !== "function") return;
  Reflect.set(client.ws, "handlePacket", (packet: unknown, shard: unknown): boolean => {
    const name: unknown = Reflect.get(Object(packet), "t");
    if (name === GatewayDispatchEvents.InteractionCreate) return true;
    try {
      return Reflect.apply(handle, client.ws, [packet, shard]) === true;
    } catch (error) {
      log.error({ name, problem: describeFailure(error) }, "Discord: an event was not understood");
      return false;
    }
  });
}
