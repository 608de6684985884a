import { choice, failed } from "./answers.ts";
import type { Command } from "./command.ts";
import { mayUse } from "./help.ts";
import { findSpec, nameOf, parseLine } from "./line.ts";
import { nearest } from "./nearest.ts";
import { readOptions } from "./options.ts";
import type { CommandPorts } from "./ports.ts";
import type { Reply } from "./reply.ts";
import type { Caller, Commander, CommandSpec, Invocation } from "./spec.ts";
import { suggestions } from "./suggest.ts";
import { COMMANDS } from "./table.ts";

/**
 * Joins the commands to the world, which `portsFor` shows as the caller's tenant sees it. Rights are checked here,
 * whatever the platform checked before.
 */
export function createCommander(
  portsFor: (caller: Caller) => Promise<CommandPorts>,
  commands: readonly Command[] = COMMANDS,
): Commander {
  const specs = commands.map(({ spec }) => spec);

  async function run(invocation: Invocation, caller: Caller): Promise<Reply> {
    const spec = findSpec(specs, invocation);
    const command = commands.find((known) => known.spec === spec);
    if (command === undefined || spec === null) return unknown(specs, invocation);
    if (!mayUse(caller.level, spec.level)) return refused(spec, caller);
    const ports = await portsFor(caller);
    const read = readOptions(spec, invocation, ports.topics);
    if ("reply" in read) return read.reply;
    const call = { spec, options: read.options, caller, ports, now: ports.now(), specs };
    return withShortLines(await command.run(call), ports.lines, caller);
  }

  return {
    specs,
    run,
    async runLine(typed, caller, { confirmed = false } = {}) {
      const line = await recalled(typed, caller, portsFor);
      if (line === null) return failed("This button is too old. Ask again for a new one.");
      const isKept = line !== typed;
      const read = parseLine(line, specs, isKept ? Number.POSITIVE_INFINITY : undefined);
      if ("problem" in read) return failed(read.problem, read.choices);
      if (!confirmed || findSpec(specs, read)?.confirms !== true) return run(read, caller);
      return run({ ...read, options: { ...read.options, confirm: "yes" } }, caller);
    },
    async suggest(spec, name, partial, caller) {
      const option = findSpec(specs, spec)?.options.find((known) => known.name === name);
      if (option === undefined || !mayUse(caller.level, spec.level)) return [];
      return suggestions(await portsFor(caller), option, partial, caller);
    },
  };
}

/** Longest line that fits a button of every platform, in UTF-16 units. */
const BUTTON_CHARS_MAX = 90;

/** What stands in a button for a line that is too long for it. */
const SHORT_LINE = /^\/sitrep:([0-9a-f]{16})$/;

/** Buttons work for weeks and after a restart, so a line that does not fit is kept, and a word stands for it. */
async function withShortLines(
  reply: Reply,
  lines: CommandPorts["lines"],
  { tenant, buttonCharsMax = BUTTON_CHARS_MAX }: Caller,
): Promise<Reply> {
  const { choices } = reply;
  if (choices === undefined) return reply;
  const short = choices.map(async (one) =>
    one.command.length <= buttonCharsMax
      ? one
      : { ...one, command: `/sitrep:${await lines.keep(tenant, one.command)}` },
  );
  return { ...reply, choices: await Promise.all(short) };
}

/** The line that was meant; null when it is not kept any more. */
async function recalled(
  line: string,
  caller: Caller,
  portsFor: (caller: Caller) => Promise<CommandPorts>,
): Promise<string | null> {
  const word = SHORT_LINE.exec(line.trim())?.[1];
  if (word === undefined) return line;
  return (await portsFor(caller)).lines.recall(caller.tenant, word);
}

function refused(spec: CommandSpec, caller: Caller): Reply {
  const who = spec.level === "admin" ? "an admin" : "an editor";
  const is = caller.level === "editor" ? "an editor" : "a viewer";
  return failed(`${nameOf(spec)} needs ${who}; you are ${is} here.`);
}

function unknown(specs: readonly CommandSpec[], invocation: Invocation): Reply {
  const near = nearest(nameOf(invocation), specs.map(nameOf), 1)[0];
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return failed(`There is no such command.${hint} /sitrep help lists them all.`, [
    choice("Help", "/sitrep help"),
  ]);
}
