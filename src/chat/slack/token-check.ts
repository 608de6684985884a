import { webApi } from "@slack/bolt";
import type { Log } from "../../log.ts";
import type { PlatformTokens } from "../platforms.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { describeFailure } from "./failure.ts";

const REQUEST_MS = 10_000;

/** What the platform says to the bot's token, asked once: null when it takes it, else what is wrong and what to do. */
export async function slackTokenProblem(
  { botToken, apiUrl }: NonNullable<PlatformTokens["slack"]>,
  log: Log,
): Promise<string | null> {
  const client = new webApi.WebClient(botToken, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: REQUEST_MS,
    logger: createBoltLogger(log),
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
  });
  try {
    await client.auth.test();
    return null;
  } catch (error) {
    const isRefused = error instanceof webApi.WebAPIPlatformError;
    const remedy = isRefused
      ? "install the app anew and copy its bot token into SLACK_BOT_TOKEN"
      : "check the network and SLACK_API_URL, or try again later";
    return `${describeFailure(error)}: ${remedy}`;
  }
}
