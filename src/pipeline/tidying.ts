import type { Instant } from "../feeds/item.ts";
import type { Ledger } from "../store/ledger.ts";

/** Old items and expired values are looked for once a day. */
const TIDY_EVERY_MS = 24 * 3_600_000;

/** Remembers when it was tidied last; losing that costs tidying once more. */
export type TidyMemory = {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
};

/** What tidying works with. */
export type TidyingParts = {
  readonly ledger: Pick<Ledger, "prune"> & {
    readonly kv: { sweep(nowMs: number): Promise<number> };
  };
  readonly memory: TidyMemory;
  /** How long items are kept, in milliseconds. */
  readonly itemsKeptMs: number;
  now(): Instant;
};

/** Removes what is kept no longer, when the last time is a day ago or unknown; whether it was done. */
export async function tidyWhenDue(parts: TidyingParts): Promise<boolean> {
  const { ledger, memory, itemsKeptMs, now } = parts;
  const nowMs = Date.parse(now());
  const lastMs = Date.parse(String(await memory.get("last")));
  // A time to come was written by a clock that was ahead.
  if (lastMs <= nowMs && nowMs - lastMs < TIDY_EVERY_MS) return false;
  await ledger.prune(new Date(nowMs - itemsKeptMs).toISOString());
  await ledger.kv.sweep(nowMs);
  await memory.set("last", new Date(nowMs).toISOString());
  return true;
}
