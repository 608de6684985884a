import { webApi } from "@slack/bolt";
import type { Log } from "../../log.ts";
import type { PlatformTokens } from "../platforms.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { describeFailure } from "./failure.ts";

const REQUEST_MS = 10_000;

/**
 * What the platform says to the bot's token, and to that of Socket Mode where it is set, each asked once: null when it
 * takes them, else what is wrong and what to do.
 */
export async function slackTokenProblem(
  slack: NonNullable<PlatformTokens["slack"]>,
  log: Log,
): Promise<string | null> {
  const { botToken, appToken } = slack;
  const problem = await problemWith(slack, log, {
    token: botToken,
    remedy: "install the app anew and copy its bot token into SLACK_BOT_TOKEN",
    ask: (client) => client.auth.test(),
  });
  if (problem !== null || appToken === null) return problem;
  return problemWith(slack, log, {
    token: appToken,
    remedy:
      "make an app-level token with connections:write and copy it into SLACK_APP_TOKEN, and turn Socket Mode on",
    // Names a socket, which nobody opens.
    ask: (client) => client.apps.connections.open({}),
  });
}

type Question = {
  readonly token: string;
  /** What to do when the platform refuses the token. */
  readonly remedy: string;
  ask(client: webApi.WebClient): Promise<unknown>;
};

async function problemWith(
  { apiUrl }: NonNullable<PlatformTokens["slack"]>,
  log: Log,
  { token, remedy, ask }: Question,
): Promise<string | null> {
  const client = new webApi.WebClient(token, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: REQUEST_MS,
    logger: createBoltLogger(log),
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
  });
  try {
    await ask(client);
    return null;
  } catch (error) {
    const isRefused = error instanceof webApi.WebAPIPlatformError;
    const network = "check the network and SLACK_API_URL, or try again later";
    return `${describeFailure(error)}: ${isRefused ? remedy : network}`;
  }
}
