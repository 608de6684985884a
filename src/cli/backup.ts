import { restoreSqlite } from "../store/sqlite/backup.ts";
import { loadConfig, withSitrep } from "./open.ts";
import { type ExitCode, pathOf, readArgs, type Terminal, UsageError } from "./terminal.ts";

/** `backup FILE`: a consistent copy of the whole ledger, while running. */
export async function backupCommand(terminal: Terminal): Promise<ExitCode> {
  const { words } = readArgs(terminal, {}, "backup FILE");
  const [file] = words;
  if (file === undefined) throw new UsageError("usage: sitrep backup FILE");
  return withSitrep(terminal, async ({ ledger }) => {
    await ledger.backup(pathOf(terminal, file));
    terminal.talk(`backed up to ${file}`);
    return 0;
  });
}

/** `restore FILE`: puts a backup in the ledger's place; refused while a `run` holds the folder. */
export async function restoreCommand(terminal: Terminal): Promise<ExitCode> {
  const { words } = readArgs(terminal, {}, "restore FILE");
  const [file] = words;
  if (file === undefined) throw new UsageError("usage: sitrep restore FILE");
  const { folders } = loadConfig(terminal);
  await restoreSqlite(pathOf(terminal, file), folders.data);
  terminal.talk(`restored from ${file}`);
  return 0;
}
