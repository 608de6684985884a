import { readFile } from "node:fs/promises";
import { renderText } from "../chat/terminal/render.ts";
import { replyJson } from "../commands/json.ts";
import type { CommandPorts } from "../commands/ports.ts";
import type { Reply } from "../commands/reply.ts";
import { feedIdOf } from "../feeds/identity.ts";
import { parseOpml, writeOpml } from "../feeds/opml.ts";
import { redactUrl } from "../feeds/redact.ts";
import type { Sitrep } from "../wiring.ts";
import { LOCAL, localAdmin } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { type ExitCode, pathOf, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `feeds list|add URL|test URL|remove ID|import FILE|export
  add, test       a feed's address, or that of a page that names its feed
  import, export  OPML`;

/** `feeds`: what `/sitrep-admin source` does, and OPML in and out. */
export async function feedsCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(terminal, {}, USAGE);
  const [action, subject] = words;
  const json = values.json ?? false;
  const needed = (): string => {
    if (subject !== undefined) return subject;
    throw new UsageError(`usage: sitrep ${USAGE}`);
  };
  return withSitrep(terminal, async (sitrep) => {
    switch (action) {
      case "list":
        return json
          ? listJson(terminal, await sitrep.portsFor(LOCAL))
          : ask(terminal, sitrep, "list", json);
      case "add":
        return ask(terminal, sitrep, `add ${quoted(needed())}`, json);
      case "test":
        return ask(terminal, sitrep, `test ${quoted(needed())}`, json);
      case "remove":
        return ask(terminal, sitrep, `remove ${quoted(needed())}`, json);
      case "import":
        return importOpml(terminal, sitrep, needed());
      case "export":
        terminal.data(writeOpml(await shownFeeds(await sitrep.portsFor(LOCAL))).trimEnd());
        return 0;
      default:
        throw new UsageError(`usage: sitrep ${USAGE}`);
    }
  });
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', "%22")}"`;
}

async function ask(
  terminal: Terminal,
  { commander }: Sitrep,
  words: string,
  json: boolean,
): Promise<ExitCode> {
  const line = `/sitrep-admin source ${words}`;
  const reply: Reply = await commander.runLine(line, localAdmin("web:main"), { confirmed: true });
  terminal.data(json ? JSON.stringify(replyJson(reply)) : renderText(reply, terminal).trimEnd());
  return reply.failed === true ? 1 : 0;
}

async function listJson(terminal: Terminal, { archive }: CommandPorts): Promise<ExitCode> {
  for (const { state, url, where, ...feed } of await archive.feeds()) {
    terminal.data(JSON.stringify({ ...feed, url: redactUrl(url), where, state }));
  }
  return 0;
}

async function shownFeeds({ archive }: CommandPorts): Promise<Parameters<typeof writeOpml>[0]> {
  const feeds = await archive.feeds();
  return feeds.map(({ url, name, tags, language, state }) => ({
    url: redactUrl(url),
    name: name ?? state?.title ?? null,
    tags,
    language,
  }));
}

async function importOpml(terminal: Terminal, sitrep: Sitrep, file: string): Promise<ExitCode> {
  const ports = await sitrep.portsFor(LOCAL);
  const { feeds, problems } = parseOpml(await readFile(pathOf(terminal, file), "utf8"));
  for (const { message, line } of problems) terminal.talk(`${file}:${line ?? 1}: ${message}`);
  const known = new Set((await ports.archive.feeds()).map(({ id }) => id));
  const { tenant, user } = localAdmin("web:main");
  const by = { tenant, user };
  let added = 0;
  for (const { url, name, tags, language } of feeds) {
    const id = feedIdOf(url);
    if (known.has(id)) continue;
    known.add(id);
    const base = { id, url, name, tags: [...tags], language, weight: 1, fullText: false };
    const entry = { ...by, at: ports.now(), what: `added source ${id} (${redactUrl(url)})` };
    await ports.archive.addFeed({ ...base, everyMs: ports.pollEveryMs, where: null }, entry);
    added += 1;
  }
  terminal.talk(`${added} feeds added, ${feeds.length - added} known already`);
  return problems.length > 0 || feeds.length === 0 ? 1 : 0;
}
