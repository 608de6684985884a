import { type Config, readConfig } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { SettingsError } from "../settings-error.ts";
import { openSitrep, type Sitrep, wallClock } from "../wiring.ts";
import type { ExitCode, Terminal } from "./terminal.ts";

/** The operator's settings; faults throw a SettingsError that lists them all. */
export function loadConfig(terminal: Terminal): Config {
  const { config, faults } = readConfig(terminal.env, terminal.root, wallClock());
  if (config === null) throw new SettingsError(faults);
  return config;
}

/** The log that the settings ask for. */
export function logOf(config: Config): Log {
  return createLog(config.logLevel, config.secrets, process.stderr.isTTY === true);
}

/** Runs something beside a `run`, on the same data folder, and closes everything afterwards. */
export async function withSitrep(
  terminal: Terminal,
  work: (sitrep: Sitrep) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = loadConfig(terminal);
  const sitrep = await openSitrep(config, logOf(config), { exclusive: false });
  try {
    return await work(sitrep);
  } finally {
    await sitrep.close();
  }
}
