import type { Level } from "../commands/spec.ts";

/** Who the operator's settings raise above what the platform says, as in CONTRACT: `discord:role:<id>`, `slack:<id>`. */
export type ConfiguredLevels = {
  readonly admins: readonly string[];
  readonly editors: readonly string[];
};

/** Whether whoever runs Sitrep names somebody as an admin, for all tenants. */
export function isOperator(names: readonly string[], { admins }: ConfiguredLevels): boolean {
  return names.some((name) => admins.includes(name));
}

/** The highest level that the settings or the platform give somebody known under several names. */
export function levelOf(
  names: readonly string[],
  configured: ConfiguredLevels,
  platform: Level,
): Level {
  if (platform === "admin" || isOperator(names, configured)) {
    return "admin";
  }
  return platform === "editor" || names.some((name) => configured.editors.includes(name))
    ? "editor"
    : "viewer";
}
