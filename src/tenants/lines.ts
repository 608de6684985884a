import { createHash } from "node:crypto";
import type { Keyv } from "keyv";
import type { Lines } from "../commands/ports.ts";

/** How long a button with a long line works. */
const KEPT_MS = 30 * 86_400_000;

/** Long command lines behind buttons, in what may be lost: a button that is too old says so. */
export function createLines(kept: Keyv): Lines {
  return {
    async keep(tenant, line) {
      const word = createHash("sha256").update(`${tenant}\n${line}`).digest("hex").slice(0, 16);
      await kept.set(`${tenant} ${word}`, line, KEPT_MS);
      return word;
    },
    async recall(tenant, word) {
      return (await kept.get<string>(`${tenant} ${word}`)) ?? null;
    },
  };
}
