import { App, webApi } from "@slack/bolt";
import type { Commander } from "../../commands/spec.ts";
import type { Transport } from "../../delivery/delivery.ts";
import type { Log } from "../../log.ts";
import type { ConfiguredLevels } from "../people.ts";
import { COMMAND_PACE, createThrottle } from "../throttle.ts";
import { createTurns } from "../turns.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { describeFailure } from "./failure.ts";
import { createHttpReceiver, type SeenSet, type SlackEvents } from "./http.ts";
import { addListeners } from "./listeners.ts";
import { createPeople } from "./people.ts";
import { createSocket } from "./socket.ts";
import { createTransport } from "./transport.ts";

export type SlackOptions = {
  readonly botToken: string;
  /** Socket Mode; preferred when both ways are given. */
  readonly appToken: string | null;
  /** Requests over HTTP. With neither, nothing but deliveries happens. */
  readonly signingSecret: string | null;
  /** Base of the Web API; null: the platform's. */
  readonly apiUrl: string | null;
  readonly commander: Commander;
  readonly configured: ConfiguredLevels;
  readonly seen: SeenSet;
  readonly log: Log;
  /** Milliseconds since 1970; the wall clock unless said. */
  readonly now?: () => number;
  /** How long one request may take. */
  readonly requestMs?: number;
  /** How long after a post its channel takes the next one. */
  readonly postsApartMs?: number;
};

export type Slack = {
  /** Works whether commands come in or not. */
  readonly transport: Transport;
  /** Answers POST /slack/events; null unless Slack is to come over HTTP. */
  readonly events: SlackEvents | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  isReady(): boolean;
  /** The one tenant of the token; null when it cannot be told. */
  tenant(): Promise<string | null>;
};

const REQUEST_MS = 10_000;

/** "1 per second per channel"; https://docs.slack.dev/apis/web-api/rate-limits, 2026-11-22. */
const POSTS_APART_MS = 1_000;

/** Slack through Bolt, with a Web API client that makes each request once. */
export function createSlack(options: SlackOptions): Slack {
  const { botToken, appToken, signingSecret, apiUrl, log } = options;
  const now = options.now ?? Date.now;
  const logger = createBoltLogger(log);
  const clientOptions: webApi.WebClientOptions = {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: options.requestMs ?? REQUEST_MS,
    logger,
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
  };
  const client = new webApi.WebClient(botToken, clientOptions);
  const transport = createTransport(client, log, options.postsApartMs ?? POSTS_APART_MS);
  const tenant = (): Promise<string | null> => tenantOf(client, log);
  const socket = appToken === null ? null : createSocket({ appToken, apiUrl, logger, log });
  const http =
    socket !== null || signingSecret === null
      ? null
      : createHttpReceiver({ signingSecret, seen: options.seen, now, log });
  const receiver = socket?.receiver ?? http?.receiver;
  if (receiver === undefined) {
    const done = (): Promise<void> => Promise.resolve();
    return { transport, events: null, start: done, stop: done, isReady: () => true, tenant };
  }
  const app = new App({
    receiver,
    logger,
    clientOptions,
    convoStore: false,
    // The one workspace that the token belongs to; asking the platform who we are could fail at any time.
    authorize: () => Promise.resolve({ botToken }),
  });
  addListeners(app, {
    commander: options.commander,
    people: createPeople(client, options.configured, now, log),
    seen: options.seen,
    throttle: createThrottle(COMMAND_PACE, now),
    turns: createTurns(),
    log,
  });
  return {
    transport,
    events: http?.events ?? null,
    async start() {
      await app.start();
    },
    async stop() {
      await app.stop();
    },
    isReady: () => socket?.isOpen() ?? true,
    tenant,
  };
}

async function tenantOf(client: webApi.WebClient, log: Log): Promise<string | null> {
  try {
    const { team_id } = await client.auth.test();
    return team_id === undefined ? null : `slack:${team_id}`;
  } catch (error) {
    log.warn({ problem: describeFailure(error) }, "Slack: the workspace cannot be told");
    return null;
  }
}
