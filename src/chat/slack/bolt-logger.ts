import { type Logger, LogLevel } from "@slack/bolt";
import type { Log } from "../../log.ts";

/** The logger that Bolt and its parts write to. */
export type BoltLogger = Logger;

/** Bolt's words in our log. Its debug lines hold whole requests and are left out; so are its infos. */
export function createBoltLogger(log: Log): BoltLogger {
  const words = (parts: readonly unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(" ")
      .slice(0, 500);
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => log.debug({}, `Slack: ${words(parts)}`),
    error: (...parts) => log.warn({}, `Slack: ${words(parts)}`),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
