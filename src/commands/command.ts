import type { Instant } from "../feeds/item.ts";
import type { Options } from "./options.ts";
import type { AuditEntry } from "./own.ts";
import type { CommandPorts } from "./ports.ts";
import type { Reply } from "./reply.ts";
import type { Caller, CommandSpec } from "./spec.ts";

/** One asking of a command: rights and options are checked. */
export type Call = {
  readonly spec: CommandSpec;
  readonly options: Options;
  readonly caller: Caller;
  readonly ports: CommandPorts;
  readonly now: Instant;
  /** Every command there is, for those that point to others. */
  readonly specs: readonly CommandSpec[];
};

/** That the caller changed something now, in words for the audit. */
export function entryOf({ caller, now }: Pick<Call, "caller" | "now">, what: string): AuditEntry {
  return {
    tenant: caller.tenant,
    user: caller.user,
    at: now,
    what: what.slice(0, ENTRY_CHARS_MAX),
  };
}

const ENTRY_CHARS_MAX = 500;

/** A command: what it is called and takes, and what it does. */
export type Command = {
  readonly spec: CommandSpec;
  run(call: Call): Promise<Reply>;
};
