import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WireBotOptions } from "../support/wire-bot.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";
import { startWireSlack } from "../support/wire-slack.ts";
import { type Proof, percentile } from "./proof.ts";
import {
  chanceOf,
  countPosts,
  faultOf,
  filledFolder,
  LIMITED,
  PLATFORMS,
  type Platform,
  posts,
} from "./world.ts";

const BOT = join(import.meta.dirname, "../support/wire-bot.ts");
const CHANNELS = 5;
/** A post is made faster than a process dies: enough that one is under way whenever a kill is due. */
const POSTS_PER_KILL = 6;
const SETTLE_AFTER_MS = 1_000;
/** Discord is asked again at once, by the same nonce. */
const WAITS_MS: Readonly<Record<Platform, number>> = { discord: 0, slack: SETTLE_AFTER_MS };
const HISTORY_LAG_MS = 100;
/** Processes that are ready to take over: starting one takes longer than a post. */
const READY_PROCESSES = 2;

/**
 * The delivering process is killed with -9 before a post, after it, around its answer and at random, again and
 * again, while 22 of 100 answers are faulty; each next process takes over from the ledger.
 */
export async function kills(size: number): Promise<Proof> {
  const found: Awaited<ReturnType<typeof killsOn>>[] = [];
  // One after the other: starting processes all the time takes both processors of a small machine.
  for (const platform of PLATFORMS) found.push(await killsOn(platform, size));
  const recoveries = found.flatMap((one) => one.recoveriesMs);
  const p95 = Math.round(percentile(recoveries, 0.95));
  return {
    tried: `${size} kills -9 on each platform, 22 % faulty answers, ${POSTS_PER_KILL} posts for each kill`,
    zeros: found.flatMap(({ platform, lost, repeated, of }) => [
      { what: `lost on ${platform}`, times: lost, of },
      { what: `repeated on ${platform}`, times: repeated, of },
    ]),
    figures: [
      ...found.map(({ platform, killed }) => ({
        what: `kills on ${platform}`,
        value: killed,
        ok: killed === size,
      })),
      {
        what: "what was under way is settled, p95 beyond the settling wait, in ms",
        value: p95,
        ok: p95 <= 2_000,
      },
      { what: "recoveries measured", value: recoveries.length, ok: null },
    ],
  };
}

async function killsOn(platform: Platform, size: number) {
  const count = size * POSTS_PER_KILL;
  const { folder, remove, ledger } = await filledFolder(platform, count, CHANNELS);
  await ledger.close();
  const reaper = createReaper(platform, size);
  const fault = (call: WireCall): Fault | null => reaper.fault(call);
  const wire = await startWire(platform, fault);
  const options: WireBotOptions = {
    platform,
    api: wire.api,
    folder,
    settleAfterMs: SETTLE_AFTER_MS,
    standby: true,
  };
  await runToEnd(options, reaper);
  const { lost, repeated } = countPosts(
    count,
    wire.posts.map(({ body }) => body),
  );
  await wire.stop();
  remove();
  return {
    platform,
    lost,
    repeated,
    of: count,
    killed: reaper.killed(),
    recoveriesMs: reaper.recoveriesMs,
  };
}

function startWire(platform: Platform, fault: (call: WireCall) => Fault | null) {
  const options = { historyLagMs: HISTORY_LAG_MS, fault };
  return platform === "discord" ? startWireDiscord(options) : startWireSlack(options);
}

/** Kills the process at one of the points around a request, and now and then makes an answer go wrong. */
function createReaper(platform: Platform, size: number) {
  const chance = chanceOf(11);
  const recoveriesMs: number[] = [];
  let bot: ChildProcess | null = null;
  let killed = 0;
  let seen = 0;
  /** Channels whose post was cut off, and when the process was killed that would have settled it last. */
  const cuts = new Map<string, number>();
  const channelOfCall = ({ path, body }: WireCall): string =>
    platform === "discord" ? path : String(body["channel"]);
  const kill = (): void => {
    // Of two that wait for their moment the second may be one too many.
    if (killed >= size) return;
    if (bot?.kill("SIGKILL")) {
      killed += 1;
      for (const channel of cuts.keys()) cuts.set(channel, performance.now());
    }
    bot = null;
  };
  const killAt = (call: WireCall): Fault | null => {
    const point = killed % 4;
    if (point < 2) cuts.set(channelOfCall(call), performance.now());
    if (point >= 2) {
      // After the answer left: before, while or after it is noted; or at any time.
      setTimeout(kill, Math.floor(chance() * (point === 2 ? 6 : 60)));
      return null;
    }
    kill();
    return point === 0 ? { kind: "hang" } : { kind: "done-but-hang" };
  };
  /** The cut one is settled once its channel takes its next post, or it itself again. */
  const noteRecovery = (call: WireCall): void => {
    const channel = channelOfCall(call);
    const cutMs = cuts.get(channel);
    if (cutMs === undefined) return;
    recoveriesMs.push(Math.max(0, performance.now() - cutMs - WAITS_MS[platform]));
    cuts.delete(channel);
  };
  return {
    recoveriesMs,
    watch(process: ChildProcess) {
      bot = process;
    },
    killed: () => killed,
    fault(call: WireCall): Fault | null {
      if (!posts(platform, call.method, call.path)) return null;
      seen += 1;
      noteRecovery(call);
      if (killed < size && seen % 3 === 0 && bot !== null) return killAt(call);
      return faultOf(chance(), LIMITED[platform]);
    },
  };
}

/** Has processes ready and lets one after the other take over, until one ends by itself. */
async function runToEnd(
  options: WireBotOptions,
  reaper: { watch(bot: ChildProcess): void },
): Promise<void> {
  const ready: ChildProcess[] = [];
  const prepare = (): ChildProcess =>
    spawn(process.execPath, [BOT, JSON.stringify(options)], {
      stdio: ["pipe", "inherit", "inherit"],
      // Most of a short life is loading: what was compiled once is kept.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "sitrep-compiled") },
    });
  for (;;) {
    while (ready.length <= READY_PROCESSES) ready.push(prepare());
    const bot = ready.shift();
    if (bot === undefined) throw new Error("no process is ready");
    const ended = once(bot, "exit");
    bot.stdin?.on("error", () => undefined);
    bot.stdin?.write("go\n");
    reaper.watch(bot);
    const [code] = await ended;
    if (code === null) continue;
    for (const one of ready) one.kill("SIGKILL");
    if (code !== 0) throw new Error(`the process ended with ${code}`);
    return;
  }
}
