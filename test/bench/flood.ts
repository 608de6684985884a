import { loadavg } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { addressOf, makeFolder, startSitrep } from "../support/sitrep.ts";
import { floodDiscord } from "./flood-discord.ts";
import type { Asked, Platform } from "./flood-platform.ts";
import { floodSlack } from "./flood-slack.ts";

const STEP_MS = 10;

/** Whatever a run does besides after its start. */
const SETTLE_MS = 2_000;

/** How long the last answers are waited for. */
const ANSWERS_MS_MAX = 15_000;

const PLATFORMS = { discord: floodDiscord, slack: floodSlack };

/**
 * A whole `run` under commands: so many a second (default 1,000) for so many seconds (default 60), nine in ten from
 * one person, on one platform after the other or on the one that is named. How long until each was acknowledged, and
 * until the others had their answers; and what of the time was this process's own.
 */
export async function run(args: string[]): Promise<unknown> {
  const [perSecond = 1_000, seconds = 60] = args.slice(0, 2).map(Number);
  const figures: Record<string, object> = {};
  for (const [name, start] of Object.entries(PLATFORMS)) {
    if (args[2] !== undefined && args[2] !== name) continue;
    figures[name] = await flood(await start(), perSecond, seconds);
    process.stdout.write(`${name}: ${JSON.stringify(figures[name], null, 2)}\n`);
  }
  return figures;
}

async function flood(platform: Platform, perSecond: number, seconds: number): Promise<object> {
  const folder = makeFolder();
  const env = { SITREP_DATA: folder.path, LOG_LEVEL: "error" };
  const sitrep = startSitrep({ ...env, ...platform.env });
  try {
    const address = await addressOf(sitrep);
    await platform.connect(address);
    await setTimeout(SETTLE_MS);
    const before = await cpuSeconds(address);
    const own = monitorEventLoopDelay({ resolution: STEP_MS });
    own.enable();
    const tookS = await ask(platform, perSecond, seconds);
    own.disable();
    await settle(platform);
    const cpuS = (await cpuSeconds(address)) - before;
    return {
      commands: platform.asked.size,
      perSecond,
      seconds,
      loadAverage: loadavg()[0],
      ...times([...platform.asked.values()]),
      /** Of one core. */
      botCpuPercent: Math.round((100 * cpuS) / tookS),
      /** How late this process itself was, which the times above contain. */
      askerLateMs: { p99: Math.round(own.percentile(99) / 1e6), max: Math.round(own.max / 1e6) },
    };
  } finally {
    await sitrep.end("SIGTERM");
    await platform.stop();
    folder.remove();
  }
}

/** How many seconds it took. */
async function ask(platform: Platform, perSecond: number, seconds: number): Promise<number> {
  const started = performance.now();
  const total = perSecond * seconds;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, ((performance.now() - started) / 1000) * perSecond);
    for (; sent < due; sent += 1) platform.ask(sent);
    await setTimeout(STEP_MS);
  }
  return (performance.now() - started) / 1000;
}

async function settle({ asked }: Platform): Promise<void> {
  const isOpen = ({ ack, flood, answer }: Asked): boolean =>
    ack === undefined || (!flood && answer === undefined);
  for (let waited = 0; waited < ANSWERS_MS_MAX; waited += 500) {
    if (![...asked.values()].some(isOpen)) return;
    await setTimeout(500);
  }
}

/** What the run says of itself. */
async function cpuSeconds(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1] ?? Number.NaN);
}

const COLD_MS = 1_000;

function times(all: readonly Asked[]): object {
  const ackOf = ({ at, ack }: Asked): number => (ack ?? Number.POSITIVE_INFINITY) - at;
  const acks = all.map(ackOf);
  const from = (all[0]?.at ?? 0) + COLD_MS;
  const others = all.filter(({ flood }) => !flood);
  const answers = others.map(({ at, answer }) => (answer ?? Number.POSITIVE_INFINITY) - at);
  return {
    acknowledged: acks.filter(Number.isFinite).length,
    ackMs: spread(acks),
    /** Without the first second, in which the asker's code and the bot's run for the first time. */
    warmAckMs: spread(all.filter(({ at }) => at >= from).map(ackOf)),
    over3s: acks.filter((ms) => ms > 3_000).length,
    others: others.length,
    othersAnswered: answers.filter(Number.isFinite).length,
    othersAckMs: spread(others.map(ackOf)),
    othersAnswerMs: spread(answers),
  };
}

function spread(values: readonly number[]): object {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
