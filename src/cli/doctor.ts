import { setTimeout } from "node:timers/promises";
import { checkTokens } from "../chat/token-checks.ts";
import type { Finding } from "../commands/ports.ts";
import { checkChannels, offlinePlatforms, transportFor } from "../upkeep/channel-checks.ts";
import { probe } from "../upkeep/probe.ts";
import type { Sitrep } from "../wiring.ts";
import { LOCAL } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `doctor [--probe CHANNEL]
  --probe  measures a platform in one of its channels by posting there, up to 25 minutes:
           how long it knows a post again, and how soon a post can be read back`;

/**
 * `doctor`: a line each for what was looked at; exit code 1 when something has to be mended. With `--probe` it
 * measures a platform in one of its channels instead, by posting there; that takes up to 25 minutes.
 */
export async function doctorCommand(terminal: Terminal): Promise<ExitCode> {
  const { values } = readArgs(terminal, { probe: { type: "string" } }, USAGE);
  return withSitrep(terminal, async (sitrep) => {
    const findings =
      values.probe === undefined
        ? await examine(sitrep)
        : await probeChannel(terminal, sitrep, values.probe);
    for (const finding of findings) {
      const { what, ok, text } = finding;
      terminal.data(
        values.json ? JSON.stringify(finding) : `${ok ? "ok  " : "MEND"} ${what}: ${text}`,
      );
    }
    return findings.every(({ ok }) => ok) ? 0 : 1;
  });
}

async function examine(sitrep: Sitrep): Promise<readonly Finding[]> {
  const ports = await sitrep.portsFor(LOCAL);
  const { config, log } = sitrep;
  const findings = [
    ...(await ports.doctor.examine()),
    ...(await checkTokens(config.platforms, log)),
  ];
  const platforms = await offlinePlatforms(sitrep);
  try {
    return [...findings, ...(await checkChannels(sitrep, platforms))];
  } finally {
    await platforms.stop();
  }
}

async function probeChannel(
  terminal: Terminal,
  sitrep: Sitrep,
  channel: string,
): Promise<readonly Finding[]> {
  const platforms = await offlinePlatforms(sitrep);
  try {
    const transport = transportFor(platforms, channel);
    if (transport === null || transport.platform === "web") {
      throw new UsageError(`--probe: "${channel}" is no channel of a platform whose token is set`);
    }
    return await probe({
      transport,
      channel,
      now: sitrep.now,
      wait: async (ms) => void (await setTimeout(ms)),
      talk: (text) => terminal.talk(text),
    });
  } finally {
    await platforms.stop();
  }
}
