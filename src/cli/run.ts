import { createPlatforms, type Platforms } from "../chat/platforms.ts";
import { renderPost } from "../chat/terminal/render.ts";
import { platformsOf } from "../config.ts";
import type { Delivery, Settlement } from "../delivery/delivery.ts";
import { createMetrics, type Metrics } from "../pipeline/metrics.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import { tellTenants } from "../tenants/tenants.ts";
import { openSitrep, type Sitrep } from "../wiring.ts";
import { tuneHeap } from "./heap.ts";
import { loadConfig, logOf } from "./open.ts";
import { openPage, type Page } from "./page.ts";
import { createProgress } from "./progress.ts";
import { heedSignals, leaveSoon, unlessStopped, whenAborted } from "./stopping.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";
import { startTicks, type Ticks } from "./ticks.ts";

const ROLES = ["poll", "deliver", "chat", "web"] as const;
const USAGE = `run [--roles ${ROLES.join(",")}] [--once]
  --once   one round: seeds, every feed, what is due; opens no page
  --roles  what this process does, where several share a database`;

/** `run`: everything, until it is stopped; `--once`: one round of it. */
export async function runCommand(terminal: Terminal): Promise<ExitCode> {
  const { values } = readArgs(
    terminal,
    { roles: { type: "string" }, once: { type: "boolean" } },
    USAGE,
  );
  checkRoles(values.roles);
  const config = loadConfig(terminal);
  const isChatting = platformsOf(config).some(({ on }) => on);
  tuneHeap({ feeds: 0, isChatting });
  const log = logOf(config);
  for (const note of config.notes) log.info({}, note);
  const sitrep = await openSitrep(config, log, { exclusive: true });
  tuneHeap({ feeds: (await sitrep.ledger.feeds()).length, isChatting });
  const metrics = createMetrics(() => sitrep.ledger.counts());
  const stop = heedSignals(log);
  try {
    const code = values.once
      ? await runOnce(terminal, sitrep, metrics, stop)
      : await runOn(terminal, sitrep, metrics, stop);
    await sitrep.close();
    await leaveSoon(code);
    return code;
  } catch (error) {
    await sitrep.close();
    throw error;
  }
}

/** Without a shared database one process has all roles. */
function checkRoles(roles: string | undefined): void {
  if (roles === undefined) return;
  const named = new Set(roles.split(",").map((role) => role.trim()));
  for (const role of named) {
    if (!ROLES.some((known) => known === role)) {
      throw new UsageError(`--roles: there is no role "${role}": use ${ROLES.join(", ")}`);
    }
  }
  if (ROLES.some((role) => !named.has(role))) {
    throw new UsageError(
      "--roles: the embedded database is used by one process with all roles: leave --roles out",
    );
  }
}

async function runOnce(
  terminal: Terminal,
  sitrep: Sitrep,
  metrics: Metrics,
  stop: AbortSignal,
): Promise<ExitCode> {
  const platforms = await openPlatforms(sitrep);
  const done = new AbortController();
  const pipeline = await createPipeline(sitrep, {
    transports: platforms.transports,
    metrics,
    onSettled: (delivery, settlement) => printPost(terminal, sitrep, delivery, settlement),
  });
  try {
    await tenantsTold(terminal, sitrep, platforms, AbortSignal.any([stop, done.signal]));
    await readSeeds(terminal, pipeline, stop);
    await unlessStopped(stop, () => pollAll(pipeline));
    await unlessStopped(stop, () => pipeline.rescoring.run());
    await pipeline.plan(stop);
    await unlessStopped(stop, () => pipeline.deliver());
    await unlessStopped(stop, () => pipeline.tidy());
    const { pending, inflight } = await sitrep.ledger.counts();
    if (pending + inflight > 0) terminal.talk(`${pending + inflight} posts wait to be delivered`);
    return pending + inflight > 0 ? 1 : 0;
  } finally {
    done.abort();
    await Promise.all([pipeline.stop(), platforms.stop()]);
  }
}

async function runOn(
  terminal: Terminal,
  sitrep: Sitrep,
  metrics: Metrics,
  stop: AbortSignal,
): Promise<ExitCode> {
  const platforms = await openPlatforms(sitrep);
  const done = new AbortController();
  let page: Page | null = null;
  let ticks: Ticks | null = null;
  const pipeline = await createPipeline(sitrep, {
    transports: platforms.transports,
    metrics,
    onSettled(delivery, settlement) {
      printPost(terminal, sitrep, delivery, settlement);
      page?.announce(delivery);
    },
    onEdited: (edit) => page?.announceEdit(edit),
  });
  try {
    page = await openPage(terminal, sitrep, metrics, [
      ...platforms.mounts,
      ...pipeline.polling.mounts,
    ]);
    if (page === null) return 2;
    await tenantsTold(terminal, sitrep, platforms, AbortSignal.any([stop, done.signal]));
    await readSeeds(terminal, pipeline, stop);
    await pipeline.plan(stop);
    if (stop.aborted) return 0;
    platforms.start();
    const progress = createProgress("feeds", () => Date.now());
    ticks = startTicks(sitrep, pipeline, { progress, signal: stop });
    await firstPosts(pipeline, stop);
    terminal.talk(`Sitrep is at ${page.url} — stop it with Ctrl-C.`);
    await whenAborted(stop);
    return 0;
  } finally {
    done.abort();
    await Promise.all([ticks?.stop(), pipeline.stop(), platforms.stop(), page?.close()]);
  }
}

/** Waiting that takes longer is said. */
const SAID_AFTER_MS = 1_000;

async function tenantsTold(
  terminal: Terminal,
  sitrep: Sitrep,
  { tenantOf }: Platforms,
  signal: AbortSignal,
): Promise<void> {
  const what = "waiting for the chat platforms to say whose the channels of sitrep.yaml are";
  const timer = setTimeout(() => terminal.talk(what), SAID_AFTER_MS);
  await tellTenants({ ...sitrep, tenantOf }, signal);
  clearTimeout(timer);
}

/** How long the first posts may keep the line waiting that says where the page is; nothing else waits for them. */
const FIRST_POSTS_MS_MAX = 1_000;

/** What is due at the start stands above that line, unless a platform takes its time. */
async function firstPosts(pipeline: Pipeline, stop: AbortSignal): Promise<void> {
  await unlessStopped(AbortSignal.any([stop, AbortSignal.timeout(FIRST_POSTS_MS_MAX)]), () =>
    pipeline.deliver(),
  );
}

async function readSeeds(terminal: Terminal, pipeline: Pipeline, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  const progress = createProgress("seeds", () => Date.now());
  const problems = await pipeline.readSeeds(stop, (done, total) => progress.step(done, total));
  progress.end();
  for (const { message } of problems) terminal.talk(message);
}

async function pollAll(pipeline: Pipeline): Promise<void> {
  const progress = createProgress("feeds", () => Date.now());
  await pipeline.polling.pollAll((done, total) => progress.step(done, total));
  progress.end();
}

function openPlatforms(sitrep: Sitrep): Promise<Platforms> {
  const { config, commander, keyv, log } = sitrep;
  const { platforms, admins, editors } = config;
  return createPlatforms({
    platforms,
    commander,
    configured: { admins, editors },
    cache: keyv,
    log,
  });
}

/** Posts of the page's channels are printed once, when they are settled. */
function printPost(
  terminal: Terminal,
  { now }: Sitrep,
  delivery: Delivery,
  settlement: Settlement,
): void {
  if (settlement.state !== "sent" || !delivery.channel.startsWith("web:")) return;
  const { channel, reply } = delivery;
  terminal.data(renderPost({ channel, at: now(), reply }, terminal));
}
