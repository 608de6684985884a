import { join } from "node:path";
import { folderOf } from "../config.ts";
import { readTopicFolder } from "../config-files.ts";
import { formatFault } from "../feeds/yaml.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = "topics list|check";

/** `topics`: lists them, or reads every one and reports faults with their place. */
export async function topicsCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(terminal, {}, USAGE);
  const folder = join(folderOf("SITREP_CONFIG", terminal.env, terminal.root), "topics");
  const { topics, faults } = readTopicFolder(folder, (file) => file);
  switch (words[0]) {
    case "list":
      for (const { id, name, about, threshold } of topics) {
        const row = { id, name, about, threshold };
        terminal.data(
          values.json ? JSON.stringify(row) : `${id}  ${name} (from ${threshold}): ${about}`,
        );
      }
      return 0;
    case "check":
      for (const fault of faults) {
        terminal.data(values.json ? JSON.stringify(fault) : formatFault(fault));
      }
      if (faults.length === 0) terminal.talk(`${topics.length} topics, no fault`);
      return faults.length > 0 ? 1 : 0;
    default:
      throw new UsageError(`usage: sitrep ${USAGE}`);
  }
}
