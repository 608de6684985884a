import { REST, Routes } from "discord.js";
import type { Commander } from "../../commands/spec.ts";
import type { Transport } from "../../delivery/delivery.ts";
import type { Log } from "../../log.ts";
import type { ConfiguredLevels } from "../people.ts";
import { COMMAND_PACE, createThrottle, SUGGESTION_PACE } from "../throttle.ts";
import { createTurns } from "../turns.ts";
import { createAnswerRequests } from "./answer-requests.ts";
import { definitions, definitionsHash } from "./commands.ts";
import { describeFailure } from "./failure.ts";
import { createGateway } from "./gateway.ts";
import { answerInteraction } from "./interactions.ts";
import { createTransport } from "./transport.ts";

/** Small things to remember across restarts; losing them costs a request, nothing else. */
export type Remembered = {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
};

export type DiscordOptions = {
  readonly token: string;
  /** Base of the REST API; null: the platform's. */
  readonly apiUrl: string | null;
  readonly commander: Commander;
  readonly configured: ConfiguredLevels;
  readonly remembered: Remembered;
  readonly log: Log;
  /** Milliseconds since 1970; the wall clock unless said. */
  readonly now?: () => number;
  /** How long one request of a delivery may take. */
  readonly requestMs?: number;
  /** What the platform allows a bot in all; 50 unless it allowed more. */
  readonly requestsPerSecond?: number;
};

export type Discord = {
  /** Works whether the gateway is connected or not. */
  readonly transport: Transport;
  /** Connects the gateway; without it nothing but deliveries happens. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isReady(): boolean;
  /** The tenant that a channel belongs to, without the platform's prefix; null when it cannot be told. */
  tenantOf(channel: string): Promise<string | null>;
};

const REQUEST_MS = 10_000;

/** The REST client keeps something for every interaction; it is thrown away when it was idle that long. */
const ANSWERED_MS = 60_000;

/** Of a bot in all; https://docs.discord.com/developers/topics/rate-limits, 2026-08-06. */
const REQUESTS_PER_SECOND = 50;

/** Discord through discord.js: REST clients that make each request once, and a gateway for commands. */
export function createDiscord(options: DiscordOptions): Discord {
  const { token, apiUrl, log } = options;
  const requestMs = options.requestMs ?? REQUEST_MS;
  const requestsPerSecond = options.requestsPerSecond ?? REQUESTS_PER_SECOND;
  const base = { retries: 0, timeout: requestMs, ...(apiUrl === null ? {} : { api: apiUrl }) };
  const rest = new REST({
    ...base,
    rejectOnRateLimit: () => true,
    globalRequestsPerSecond: requestsPerSecond,
  }).setToken(token);
  // Answers to interactions do not count against the bot's limit. A 429 of theirs is waited for: nothing else would.
  const requests = createAnswerRequests(apiUrl);
  const answers = new REST({
    ...base,
    makeRequest: requests.makeRequest,
    globalRequestsPerSecond: Number.MAX_SAFE_INTEGER,
    handlerSweepInterval: ANSWERED_MS,
  });
  const now = options.now ?? Date.now;
  const interactionPorts = {
    rest: answers,
    acknowledge: requests.acknowledge,
    commander: options.commander,
    configured: options.configured,
    throttle: createThrottle(COMMAND_PACE, now),
    suggestionThrottle: createThrottle(SUGGESTION_PACE, now),
    turns: createTurns(),
    log,
  };
  const gateway = createGateway({
    token,
    apiUrl,
    log,
    onReady: (applicationId) => register(applicationId, rest, options),
    onInteraction: (interaction) => answerInteraction(interaction, interactionPorts),
  });
  return {
    transport: createTransport({
      rest,
      token,
      channelType: (channel) => gateway.channelType(channel),
      now,
      requestMs,
      requestsPerSecond,
      log,
    }),
    async tenantOf(channel) {
      try {
        const found: unknown = await rest.get(Routes.channel(channel));
        const guild: unknown = Reflect.get(Object(found), "guild_id");
        return typeof guild === "string" ? `discord:${guild}` : null;
      } catch (error) {
        log.warn({ channel, problem: describeFailure(error) }, "Discord: channel not found");
        return null;
      }
    },
    start: () => gateway.start(),
    async stop() {
      await gateway.stop();
      for (const client of [rest, answers]) {
        client.clearHashSweeper();
        client.clearHandlerSweeper();
      }
      await requests.close();
    },
    isReady: () => gateway.isReady(),
  };
}

/** The platform allows 200 new commands a day: they are written only when they changed. */
async function register(
  applicationId: string,
  rest: REST,
  { commander, remembered, log }: DiscordOptions,
): Promise<void> {
  const all = definitions(commander.specs);
  const hash = definitionsHash(all);
  const name = `discord.commands.${applicationId}`;
  if ((await remembered.get(name)) === hash) return;
  try {
    await rest.put(Routes.applicationCommands(applicationId), { body: all });
    await remembered.set(name, hash);
    log.info({ commands: all.length }, "Discord: commands registered");
  } catch (error) {
    log.error({ problem: describeFailure(error) }, "Discord: commands were not registered");
  }
}
