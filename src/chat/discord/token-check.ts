import { DiscordAPIError, REST, Routes } from "discord.js";
import type { PlatformTokens } from "../platforms.ts";
import { describeFailure } from "./failure.ts";

const REQUEST_MS = 10_000;

/** What the platform says to the token, asked once: null when it takes it, else what is wrong and what to do. */
export async function discordTokenProblem({
  token,
  apiUrl,
}: NonNullable<PlatformTokens["discord"]>): Promise<string | null> {
  const rest = new REST({
    retries: 0,
    timeout: REQUEST_MS,
    rejectOnRateLimit: () => true,
    ...(apiUrl === null ? {} : { api: apiUrl }),
  }).setToken(token);
  try {
    await rest.get(Routes.user());
    return null;
  } catch (error) {
    const isRefused = error instanceof DiscordAPIError && [401, 403].includes(error.status);
    const remedy = isRefused
      ? "copy the bot's token anew from the developer portal into DISCORD_TOKEN"
      : "check the network and DISCORD_API_URL, or try again later";
    return `${describeFailure(error)}: ${remedy}`;
  } finally {
    rest.clearHashSweeper();
    rest.clearHandlerSweeper();
  }
}
