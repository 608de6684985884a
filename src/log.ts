import { pino } from "pino";

/** What a part of Sitrep may say to the operator. Goes to stderr, never to stdout. */
export type Log = {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
};

/** Pino's levels, as LOG_LEVEL names them. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A logger on stderr: JSON lines, or readable text when stderr is a terminal.
 * Every secret in `secrets` is replaced wherever it would appear in a line.
 */
export function createLog(level: LogLevel, secrets: readonly string[], isTerminal: boolean): Log {
  const hidden = secrets.filter((secret) => secret.length > 0);
  const redact = (line: string): string =>
    hidden.reduce((text, secret) => text.replaceAll(secret, "<redacted>"), line);
  const stream = {
    write(line: string): void {
      process.stderr.write(isTerminal ? readable(redact(line)) : redact(line));
    },
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** One JSON line of pino as `12:00:00 warn text key=value …`. */
function readable(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = LEVEL_NAMES[Number(level)] ?? "info";
  const rest = Object.entries(fields).map(([key, value]) =>
    typeof value === "string" ? `${key}=${value}` : `${key}=${JSON.stringify(value)}`,
  );
  return `${[String(time).slice(11, 19), name, String(msg ?? ""), ...rest].join(" ")}\n`;
}
