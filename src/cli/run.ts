import { setFlagsFromString } from "node:v8";
import { createPlatforms, type Platforms } from "../chat/platforms.ts";
import { renderPost } from "../chat/terminal/render.ts";
import { platformsOf } from "../config.ts";
import type { Delivery, Settlement } from "../delivery/delivery.ts";
import { createMetrics, type Metrics } from "../metrics.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import { tellTenants } from "../tenants.ts";
import { openSitrep, type Sitrep } from "../wiring.ts";
import { loadConfig, logOf } from "./open.ts";
import { openPage, type Page } from "./page.ts";
import { createProgress } from "./progress.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";
import { startTicks } from "./ticks.ts";

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
  // A run is idle most of its life: it gives memory back sooner. Many commands at once would wait for that, seconds.
  if (!platformsOf(config).some(({ on }) => on)) setFlagsFromString("--optimize-for-size");
  const log = logOf(config);
  for (const note of config.notes) log.info({}, note);
  const sitrep = await openSitrep(config, log, { exclusive: true });
  const metrics = createMetrics(() => sitrep.ledger.counts());
  try {
    return values.once
      ? await runOnce(terminal, sitrep, metrics)
      : await runOn(terminal, sitrep, metrics);
  } finally {
    await sitrep.close();
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

async function runOnce(terminal: Terminal, sitrep: Sitrep, metrics: Metrics): Promise<ExitCode> {
  const platforms = await openPlatforms(sitrep);
  const done = new AbortController();
  await tellTenants({ ...sitrep, tenantOf: platforms.tenantOf }, done.signal);
  const pipeline = await createPipeline(sitrep, {
    transports: platforms.transports,
    metrics,
    onSettled: (delivery, settlement) => printPost(terminal, sitrep, delivery, settlement),
  });
  try {
    await readSeeds(terminal, pipeline);
    await pollAll(pipeline);
    await pipeline.rescoring.run();
    await pipeline.planAndDeliver();
    const { pending, inflight } = await sitrep.ledger.counts();
    if (pending + inflight > 0) terminal.talk(`${pending + inflight} posts wait to be delivered`);
    return pending + inflight > 0 ? 1 : 0;
  } finally {
    done.abort();
    await pipeline.stop();
    await platforms.stop();
  }
}

async function runOn(terminal: Terminal, sitrep: Sitrep, metrics: Metrics): Promise<ExitCode> {
  const stopped = untilStopped();
  const platforms = await openPlatforms(sitrep);
  const done = new AbortController();
  await tellTenants({ ...sitrep, tenantOf: platforms.tenantOf }, done.signal);
  let page: Page | null = null;
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
    await readSeeds(terminal, pipeline);
    await pipeline.planAndDeliver();
    terminal.talk(`Sitrep is at ${page.url} — stop it with Ctrl-C.`);
    platforms.start();
    const ticks = startTicks(
      sitrep,
      pipeline,
      createProgress("feeds", () => Date.now()),
    );
    await stopped;
    await ticks.stop();
    return 0;
  } finally {
    done.abort();
    await stopAll(pipeline, platforms, page);
  }
}

async function stopAll(pipeline: Pipeline, platforms: Platforms, page: Page | null): Promise<void> {
  await Promise.all([pipeline.stop(), platforms.stop(), page?.close()]);
}

async function readSeeds(terminal: Terminal, pipeline: Pipeline): Promise<void> {
  for (const { message } of await pipeline.readSeeds()) terminal.talk(message);
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

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.once("SIGINT", () => process.exit(130));
      process.once("SIGTERM", () => process.exit(143));
      resolve();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
}
