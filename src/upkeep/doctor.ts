import { statfs } from "node:fs/promises";
import { invites } from "../chat/invites.ts";
import type { Archive, Finding } from "../commands/ports.ts";
import { type Config, platformsOf } from "../config.ts";
import { redactUrl } from "../feeds/redact.ts";
import type { Ledger } from "../store/ledger.ts";
import { OPERATOR } from "../tenants/tenant-reading.ts";

/** Below it the database will soon be unable to grow. */
const DISK_BYTES_MIN = 200_000_000;
/** A clock before this is wrong: this version did not exist then. */
const CLOCK_AT_MIN = "2026-01-01T00:00:00.000Z";

/** Whom findings are for, with the feeds that they see. */
export type Patient = { readonly tenant: string } & Pick<Archive, "feeds">;

/** Looks the installation over. */
export type Examiner = { examine(patient: Patient): Promise<readonly Finding[]> };

/** The operator is told of configuration, database, disk, clock, tokens, feeds; another tenant of clock and feeds. */
export function createDoctor(config: Config, ledger: Ledger, now: () => string): Examiner {
  return {
    async examine(patient) {
      if (patient.tenant !== OPERATOR) return [clock(now()), ...(await feeds(patient))];
      return [
        settings(config),
        await database(config, ledger),
        await disk(config),
        clock(now()),
        ...platforms(config),
        ...invites(config.platforms),
        ...(await feeds(patient)),
        ...(await outbox(ledger)),
      ];
    },
  };
}

function settings({ topics, feeds, subscriptions, folders }: Config): Finding {
  const text = `${folders.config}: ${topics.length} topics, ${feeds.length} feeds, ${subscriptions.length} subscriptions`;
  return { what: "configuration", ok: true, text };
}

async function database({ folders }: Config, ledger: Ledger): Promise<Finding> {
  const problems = await ledger.check();
  const text =
    problems.length === 0
      ? `${folders.data}: intact`
      : `${problems.slice(0, 3).join("; ")}: restore a backup with sitrep restore FILE`;
  return { what: "database", ok: problems.length === 0, text };
}

async function disk({ folders }: Config): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folders.data);
    const free = bavail * bsize;
    const ok = free >= DISK_BYTES_MIN;
    const text = `${Math.round(free / 1_000_000)} MB free for ${folders.data}`;
    return { what: "disk", ok, text: ok ? text : `${text}: free some, or move SITREP_DATA` };
  } catch (error) {
    const text = `${folders.data} cannot be looked at (${String(error)}): check SITREP_DATA`;
    return { what: "disk", ok: false, text };
  }
}

function clock(now: string): Finding {
  const ok = now >= CLOCK_AT_MIN;
  const text = ok ? now : `${now} cannot be: set the machine's clock`;
  return { what: "clock", ok, text };
}

/** Tokens are named, never shown. */
function platforms(config: Config): Finding[] {
  return platformsOf(config).map(({ label, platform, on, variable }) => {
    const waiting = config.subscriptions.filter(({ channel }) =>
      channel.startsWith(`${platform}:`),
    ).length;
    if (on) return { what: label, ok: true, text: `token set, ${waiting} declared subscriptions` };
    if (waiting === 0) {
      return { what: label, ok: true, text: `off: set ${variable} to turn it on` };
    }
    const text = `off, but ${waiting} subscriptions want it: set ${variable} or remove them`;
    return { what: label, ok: false, text };
  });
}

async function feeds(patient: Patient): Promise<Finding[]> {
  const all = await patient.feeds();
  const look = patient.tenant === OPERATOR ? "sitrep feeds test" : "/sitrep-admin source test";
  const failing = all.filter(({ state }) => (state?.failures ?? 0) > 0);
  if (failing.length === 0)
    return [{ what: "feeds", ok: true, text: `${all.length}, none failing` }];
  return failing.map(({ id, url, state }) => ({
    what: "feed",
    ok: false,
    text: `${redactUrl(url)}: ${(state?.problem ?? "fails").replace(/\.$/, "")}: see ${look} ${id}`,
  }));
}

async function outbox(ledger: Ledger): Promise<Finding[]> {
  const { pending, oldestPendingAt, ambiguous } = await ledger.counts();
  const waits = pending === 0 ? "nothing waits" : `${pending} wait, since ${oldestPendingAt}`;
  return [{ what: "outbox", ok: true, text: `${waits}; ${ambiguous} ambiguous` }];
}
