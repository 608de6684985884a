import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../../support/rules.ts";

const manifest: unknown = parse(readFileSync(join(ROOT, "config", "slack-manifest.yaml"), "utf8"));

function at(...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((from, key) => Reflect.get(Object(from), key), manifest);
}

test("the Slack app asks for posting, reading back, mentions, admins and pictures, and no more", () => {
  expect(at("oauth_config", "scopes")).toEqual({
    bot: [
      "commands",
      "chat:write",
      "channels:history",
      "groups:history",
      "app_mentions:read",
      "users:read",
      "files:write",
    ],
  });
  expect(at("settings", "event_subscriptions", "bot_events")).toEqual([
    "app_home_opened",
    "app_mention",
  ]);
});

test("the Slack app has both commands, the three message shortcuts and the Home tab", () => {
  const names = (list: unknown, key: string): unknown[] =>
    Array.isArray(list) ? list.map((one) => Reflect.get(Object(one), key)) : [];
  expect(names(at("features", "slash_commands"), "command")).toEqual(["/sitrep", "/sitrep-admin"]);
  expect(names(at("features", "shortcuts"), "callback_id")).toEqual([
    "sitrep_why",
    "sitrep_follow",
    "sitrep_not_relevant",
  ]);
  expect(at("features", "app_home", "home_tab_enabled")).toBe(true);
});
