import { existsSync } from "node:fs";
import { join } from "node:path";
import { folderOf } from "../config.ts";
import { readTopicFolder } from "../config-files.ts";
import { formatFault } from "../feeds/yaml.ts";
import type { Sitrep } from "../wiring.ts";
import { LOCAL } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `topics list|check
  list   topics of files, and those that commands made here
  check  reads every file and tells faults with line and column`;

/** `topics`: lists them, with where each lives, or reads every file and reports faults with their place. */
export async function topicsCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(terminal, {}, USAGE);
  const json = values.json ?? false;
  switch (words[0]) {
    case "list":
      return withSitrep(terminal, (sitrep) => list(terminal, sitrep, json));
    case "check":
      return check(terminal, json);
    default:
      throw new UsageError(`usage: sitrep ${USAGE}`);
  }
}

/** Those of files, and those that commands made on the page or here: what people of this tenant see. */
async function list(terminal: Terminal, { portsFor }: Sitrep, json: boolean): Promise<ExitCode> {
  const { topics } = await portsFor(LOCAL);
  for (const { id, name, about, threshold, where = null } of topics.list()) {
    const place = where === null ? "made by a command" : where.file;
    terminal.data(
      json
        ? JSON.stringify({ id, name, about, threshold, where })
        : `${id}  ${name} (from ${threshold}; ${place}): ${about}`,
    );
  }
  return 0;
}

function check(terminal: Terminal, json: boolean): ExitCode {
  const folder = join(folderOf("SITREP_CONFIG", terminal.env, terminal.root), "topics");
  if (!existsSync(folder)) {
    throw new UsageError(
      `${folder}: there is no such folder: set SITREP_CONFIG to the one above it`,
    );
  }
  const { topics, faults } = readTopicFolder(folder, (file) => file);
  for (const fault of faults) terminal.data(json ? JSON.stringify(fault) : formatFault(fault));
  if (faults.length === 0) terminal.talk(`${topics.length} topics, no fault`);
  return faults.length > 0 ? 1 : 0;
}
