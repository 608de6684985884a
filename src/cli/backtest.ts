import { renderText } from "../chat/terminal/render.ts";
import { backtest } from "../commands/backtest.ts";
import { LOCAL, localAdmin } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { createProgress } from "./progress.ts";
import { requireTopic, sinceOf } from "./search.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `backtest TOPIC [--since 90d] [--json]
  --since  how far back`;

/** `backtest`: what a topic would have matched in the archive. */
export async function backtestCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(terminal, { since: { type: "string" } }, USAGE);
  const [topicId] = words;
  if (topicId === undefined) throw new UsageError(`name a topic\nusage: sitrep ${USAGE}`);
  const range = values.since ?? "90d";
  return withSitrep(terminal, async ({ commander, portsFor, ledger, now }) => {
    const ports = await portsFor(LOCAL);
    requireTopic(ports.topics.list(), topicId);
    const until = now();
    const since = sinceOf(range, until);
    if (!values.json) {
      const line = `/sitrep-admin topic backtest ${topicId} range=${range}`;
      const reply = await commander.runLine(line, localAdmin("web:main"));
      terminal.data(renderText(reply, terminal).trimEnd());
      return reply.failed === true ? 1 : 0;
    }
    const { items } = await ledger.counts();
    const progress = createProgress("items", () => Date.now());
    const scope = {
      since,
      until,
      tenant: LOCAL.tenant,
      onPage: (looked: number) => progress.step(looked, items),
    };
    const found = await backtest(ports, topicId, scope);
    progress.end();
    terminal.data(JSON.stringify(found));
    return 0;
  });
}
