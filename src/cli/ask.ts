import { renderText } from "../chat/terminal/render.ts";
import { replyJson } from "../commands/json.ts";
import type { Caller } from "../commands/spec.ts";
import { createRescoring } from "../pipeline/rescoring.ts";
import { withSitrep } from "./open.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `ask [--channel web:main] [--json] [--yes] "now venezuela-talks"
  --channel  where it is asked
  --yes      confirms what wants to be confirmed
  --json     the answer as a value`;

const MAIN = "web:main";

/** Who reads on the command line: the operator, in the first channel of the page. */
export const LOCAL = { tenant: "web", channel: null };

/** Who asks on the command line: the local admin. */
export function localAdmin(channel: string): Caller {
  const { tenant } = LOCAL;
  return { tenant, user: "web:local", level: "admin", channel, buttonCharsMax: 100_000 };
}

/** `ask`: a slash command as the local admin. */
export async function askCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(
    terminal,
    { channel: { type: "string" }, yes: { type: "boolean" } },
    USAGE,
  );
  if (words.length === 0) throw new UsageError(`say what to ask\nusage: sitrep ${USAGE}`);
  return withSitrep(terminal, async (sitrep) => {
    const { config, commander, ledger, live, keyv, now } = sitrep;
    const channels = config.web.channels.map((name) => `web:${name}`);
    const channel = values.channel ?? channels.find((name) => name === MAIN) ?? channels[0] ?? MAIN;
    // Whose a channel of a platform is, only the platform can tell, so such a one is asked there.
    if (!channels.includes(channel)) {
      throw new UsageError(
        `there is no channel "${channel}" here: use one of ${channels.join(", ")}`,
      );
    }
    const caller = localAdmin(channel);
    const confirmed = values.yes ?? false;
    const revision = await ledger.topicsRevision();
    const reply = await commander.runLine(words.join(" "), caller, { confirmed });
    // No run may be there to do it.
    if ((await ledger.topicsRevision()) !== revision) {
      await createRescoring({ ledger, live, scored: keyv("scored"), now }).run();
    }
    if (values.json) terminal.data(JSON.stringify(replyJson(reply)));
    else terminal.data(renderText(reply, terminal).trimEnd());
    return reply.failed === true ? 1 : 0;
  });
}
