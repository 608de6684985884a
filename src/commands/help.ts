import { answer, failed, heading, plain } from "./answers.ts";
import type { Command } from "./command.ts";
import { nameOf, plainName, usage } from "./line.ts";
import { nearest } from "./nearest.ts";
import type { Block, Reply } from "./reply.ts";
import type { CommandSpec, Level } from "./spec.ts";

export const helpCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "help",
    about: "What can be asked, and how",
    level: "viewer",
    options: [{ name: "command", kind: "rest", about: "Tell all of one command", required: false }],
  },
  async run({ options, caller, specs }) {
    const allowed = specs.filter(({ level }) => mayUse(caller.level, level));
    const wanted = options.text("command");
    return wanted === null ? overview(allowed) : oneCommand(wanted, allowed);
  },
};

const LEVELS: readonly Level[] = ["viewer", "editor", "admin"];

/** Admins may do what editors may, and editors what anyone may. */
export function mayUse(has: Level, needs: Level): boolean {
  return LEVELS.indexOf(has) >= LEVELS.indexOf(needs);
}

function overview(specs: readonly CommandSpec[]): Reply {
  return answer([
    heading("Sitrep"),
    plain("Watches news for the topics of this team: one post a story, and an answer to why."),
    ...ROOTS.flatMap((root): readonly Block[] => {
      const rows = specs
        .filter((spec) => spec.root === root)
        .map((spec) => [plainName(spec), spec.about]);
      return rows.length === 0 ? [] : [{ kind: "table", columns: [`/${root}`, "Does"], rows }];
    }),
    plain(
      "/sitrep help COMMAND tells what one takes. Values stand in that order or as name=value; quotes hold words together.",
    ),
  ]);
}

const ROOTS: readonly CommandSpec["root"][] = ["sitrep", "sitrep-admin"];

function usageLine(spec: CommandSpec): string {
  return usage(spec).replace(/^Usage: /, "");
}

function oneCommand(wanted: string, specs: readonly CommandSpec[]): Reply {
  const name = wanted.toLowerCase().replace(/^\/?(sitrep(-admin)? )?\/?/, "");
  const found = specs.filter((spec) => plainName(spec) === name || spec.group === name);
  if (found.length === 0) {
    const near = nearest(name, specs.map(plainName));
    const hint = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
    return failed(`There is no command of that name for you.${hint} /sitrep help lists them all.`);
  }
  return answer(found.flatMap(describe));
}

function describe(spec: CommandSpec): readonly Block[] {
  const rows = spec.options.map((option) => [
    option.required ? option.name : `[${option.name}]`,
    option.choices === undefined ? option.about : `${option.about}: ${option.choices.join(", ")}`,
  ]);
  return [
    heading(nameOf(spec)),
    plain(`${spec.about}.${spec.confirms === true ? " Asks before it changes anything." : ""}`),
    { kind: "line", text: usageLine(spec) },
    ...(rows.length > 0 ? [{ kind: "table", columns: ["Option", "Is"], rows } as const] : []),
  ];
}
