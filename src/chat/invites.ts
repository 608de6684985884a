import type { Finding } from "../commands/ports.ts";
import { invitationOf } from "./discord/invite.ts";
import type { PlatformTokens } from "./platforms.ts";

/** How Sitrep gets into a server or a workspace, with the least rights that it needs; one line a platform that is on. */
export function invites({ discord, slack }: PlatformTokens): readonly Finding[] {
  const findings: Finding[] = [];
  if (discord !== null) {
    const address = invitationOf(discord.token);
    const text =
      address ?? "DISCORD_TOKEN has not the shape of a bot's token: copy it anew from the portal";
    findings.push({ what: "Discord invitation", ok: address !== null, text });
  }
  if (slack !== null) {
    const text = "make the app from config/slack-manifest.yaml, which asks for the least scopes";
    findings.push({ what: "Slack app", ok: true, text });
  }
  return findings;
}
