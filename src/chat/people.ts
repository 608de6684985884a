import type { Level } from "../commands/spec.ts";

/** Who the operator's settings raise above what the platform says, as in CONTRACT: `discord:role:<id>`, `slack:<id>`. */
export type ConfiguredLevels = {
  readonly admins: readonly string[];
  readonly editors: readonly string[];
};

/** The highest level that the settings or the platform give somebody known under several names. */
export function levelOf(
  names: readonly string[],
  configured: ConfiguredLevels,
  platform: Level,
): Level {
  if (platform === "admin" || names.some((name) => configured.admins.includes(name))) {
    return "admin";
  }
  return platform === "editor" || names.some((name) => configured.editors.includes(name))
    ? "editor"
    : "viewer";
}
