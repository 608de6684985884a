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

/** Joins the commands to the world. Rights are checked here, whatever the platform checked before. */
export function createCommander(
  ports: CommandPorts,
  commands: readonly Command[] = COMMANDS,
): Commander {
  const specs = commands.map(({ spec }) => spec);

  async function run(invocation: Invocation, caller: Caller): Promise<Reply> {
    const spec = findSpec(specs, invocation);
    const command = commands.find((known) => known.spec === spec);
    if (command === undefined || spec === null) return unknown(specs, invocation);
    if (!mayUse(caller.level, spec.level)) return refused(spec, caller);
    const read = readOptions(spec, invocation, ports.topics);
    if ("reply" in read) return read.reply;
    return command.run({ spec, options: read.options, caller, ports, now: ports.now(), specs });
  }

  return {
    specs,
    run,
    async runLine(line, caller, { confirmed = false } = {}) {
      const read = parseLine(line, specs);
      if ("problem" in read) return failed(read.problem, read.choices);
      if (!confirmed || findSpec(specs, read)?.confirms !== true) return run(read, caller);
      return run({ ...read, options: { ...read.options, confirm: "yes" } }, caller);
    },
    async suggest(spec, name, partial, caller) {
      const option = findSpec(specs, spec)?.options.find((known) => known.name === name);
      if (option === undefined || !mayUse(caller.level, spec.level)) return [];
      return suggestions(ports, option, partial, caller);
    },
  };
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
