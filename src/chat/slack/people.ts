import type { webApi } from "@slack/bolt";
import type { Level } from "../../commands/spec.ts";
import type { Log } from "../../log.ts";
import { type ConfiguredLevels, isOperator, levelOf } from "../people.ts";
import { describeFailure } from "./failure.ts";

/** How long what the workspace says of somebody is believed. */
const KEPT_MS = 5 * 60_000;
const PEOPLE_MAX = 10_000;

/** Tells people's levels: from the settings, and from the workspace, whose admins and owners are admins here. */
export function createPeople(
  client: webApi.WebClient,
  configured: ConfiguredLevels,
  now: () => number,
  log: Log,
): { level(user: string): Promise<Level>; isOperator(user: string): boolean } {
  const known = new Map<string, { readonly isAdmin: boolean; readonly at: number }>();

  async function isAdmin(user: string): Promise<boolean> {
    const kept = known.get(user);
    if (kept !== undefined && now() - kept.at < KEPT_MS) return kept.isAdmin;
    try {
      const answer = await client.users.info({ user });
      const found = answer.user?.is_admin === true || answer.user?.is_owner === true;
      if (known.size >= PEOPLE_MAX) known.clear();
      known.set(user, { isAdmin: found, at: now() });
      return found;
    } catch (error) {
      // Who cannot be looked up has no more rights than anyone.
      log.warn({ problem: describeFailure(error) }, "Slack: a person could not be looked up");
      return false;
    }
  }

  return {
    isOperator: (user) => isOperator([`slack:${user}`], configured),
    async level(user) {
      const fromSettings = levelOf([`slack:${user}`], configured, "viewer");
      if (fromSettings === "admin") return "admin";
      return (await isAdmin(user)) ? "admin" : fromSettings;
    },
  };
}
