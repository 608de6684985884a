import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Backups } from "../commands/ports.ts";
import type { Ledger } from "../store/ledger.ts";

/** Copies that commands made and that are kept; older ones go. */
const KEPT = 5;

/** Copies of the ledger in a folder beside it. */
export function createBackups(
  ledger: Pick<Ledger, "backup">,
  dataFolder: string,
  now: () => string,
): Backups {
  const folder = join(dataFolder, "backups");
  return {
    async make() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `sitrep-${now().replace(/[:.]/g, "-")}.db`);
      await ledger.backup(file);
      const copies = (await readdir(folder)).filter((name) => /^sitrep-.*Z\.db$/.test(name)).sort();
      for (const old of copies.slice(0, -KEPT)) await rm(join(folder, old), { force: true });
      return { file, bytes: (await stat(file)).size };
    },
  };
}
