import { enableCompileCache } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExitCode, Terminal } from "./cli/terminal.ts";
import { HelpAsked, UsageError } from "./cli/terminal.ts";
import { environment } from "./config.ts";
import { SettingsError } from "./settings-error.ts";
import { StoreError } from "./store/store-error.ts";

// Halves the start: what was stripped of its types once is not stripped again.
enableCompileCache();

type Command = (terminal: Terminal) => Promise<ExitCode>;

/** Each command is loaded when it is used, so that `match` does not wait for a database. */
const COMMANDS: Readonly<Record<string, { about: string; load(): Promise<Command> }>> = {
  run: {
    about: "watch feeds, post, answer; --once: one round",
    load: async () => (await import("./cli/run.ts")).runCommand,
  },
  parse: {
    about: "read feeds from files or addresses",
    load: async () => (await import("./cli/parse.ts")).parseCommand,
  },
  seeds: {
    about: "read articles of the seed corpus",
    load: async () => (await import("./cli/seeds.ts")).seedsCommand,
  },
  match: {
    about: "score items against topics",
    load: async () => (await import("./cli/match.ts")).matchCommand,
  },
  stories: {
    about: "group items into stories",
    load: async () => (await import("./cli/stories.ts")).storiesCommand,
  },
  digest: {
    about: "what a digest would say now",
    load: async () => (await import("./cli/digest.ts")).digestCommand,
  },
  search: {
    about: "search the archive",
    load: async () => (await import("./cli/search.ts")).searchCommand,
  },
  backtest: {
    about: "what a topic would have matched",
    load: async () => (await import("./cli/backtest.ts")).backtestCommand,
  },
  ask: {
    about: "ask a slash command",
    load: async () => (await import("./cli/ask.ts")).askCommand,
  },
  feeds: {
    about: "list, add, test, remove, import or export feeds",
    load: async () => (await import("./cli/feeds.ts")).feedsCommand,
  },
  topics: {
    about: "list or check topics",
    load: async () => (await import("./cli/topics.ts")).topicsCommand,
  },
  doctor: {
    about: "look the installation over",
    load: async () => (await import("./cli/doctor.ts")).doctorCommand,
  },
  backup: {
    about: "copy the ledger to a file, while running",
    load: async () => (await import("./cli/backup.ts")).backupCommand,
  },
  restore: {
    about: "put a backup in the ledger's place",
    load: async () => (await import("./cli/backup.ts")).restoreCommand,
  },
};

function usage(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(
    ([name, { about }]) => `  ${name.padEnd(width)}  ${about}`,
  );
  return ["usage: sitrep COMMAND …", ...lines, "sitrep help COMMAND tells more."].join("\n");
}

async function main(): Promise<ExitCode> {
  const [name = "", ...args] = process.argv.slice(2);
  const env = environment();
  const terminal: Terminal = {
    args,
    env,
    root: dirname(dirname(fileURLToPath(import.meta.url))),
    data: (line) => process.stdout.write(`${line}\n`),
    talk: (line) => process.stderr.write(`${line}\n`),
    columns: process.stdout.columns || 120,
    colour: process.stdout.isTTY === true && !env["NO_COLOR"],
  };
  const isHelp = name === "help" || name === "--help" || name === "-h";
  const [wanted] = args;
  if (isHelp && wanted === undefined) {
    terminal.data(usage());
    return 0;
  }
  if (isHelp) return start(wanted ?? "", { ...terminal, args: ["--help"] });
  return start(name, terminal);
}

async function start(name: string, terminal: Terminal): Promise<ExitCode> {
  const command = COMMANDS[name];
  if (command === undefined) {
    terminal.talk(name === "" ? usage() : `there is no command "${name}"\n${usage()}`);
    return 2;
  }
  try {
    return await (await command.load())(terminal);
  } catch (error) {
    if (!(error instanceof HelpAsked)) return explain(error, terminal);
    terminal.data(`sitrep ${name}: ${command.about}\n${error.message}`);
    return 0;
  }
}

/** What people can mend is said in one message; a bug shows where it is. */
function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UsageError || error instanceof SettingsError) {
    terminal.talk(error.message);
    return 2;
  }
  if (error instanceof StoreError) {
    terminal.talk(error.message);
    return error.trouble === "held" ? 2 : 1;
  }
  throw error;
}

// A reader that has seen enough, such as `head`, closes the pipe: no fault of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main();
