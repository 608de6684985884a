import type { Finding } from "../commands/ports.ts";
import type { Log } from "../log.ts";
import type { PlatformTokens } from "./platforms.ts";

/** Whether each platform that is on takes its bot's token: one request each, and no token in what is found. */
export async function checkTokens(
  { discord, slack }: PlatformTokens,
  log: Log,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (discord !== null) {
    const { discordTokenProblem } = await import("./discord/token-check.ts");
    findings.push(found("Discord token", await discordTokenProblem(discord)));
  }
  if (slack !== null) {
    const { slackTokenProblem } = await import("./slack/token-check.ts");
    findings.push(found("Slack token", await slackTokenProblem(slack, log)));
  }
  return findings;
}

function found(what: string, problem: string | null): Finding {
  return { what, ok: problem === null, text: problem ?? "taken by the platform" };
}
