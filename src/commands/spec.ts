import type { Reply } from "./reply.ts";

/** What level a person needs: anyone, editor or admin. */
export type Level = "viewer" | "editor" | "admin";

/** What an option takes, so that a platform can offer and check it. */
export type OptionKind =
  | "topic"
  | "source"
  | "story"
  | "subscription"
  | "timezone"
  | "duration"
  | "number"
  | "choice"
  | "flag"
  | "text"
  /** A file, as the address at which it can be read: a platform that takes files asks for one. */
  | "file"
  /** The last free-text option; takes the rest of the line. */
  | "rest";

/** One option of a command. */
export type OptionSpec = {
  /** [a-z_]{1,32} */
  readonly name: string;
  readonly kind: OptionKind;
  /** 1 to 100 characters. */
  readonly about: string;
  readonly required: boolean;
  /** For kind "choice", at most 25. */
  readonly choices?: readonly string[];
  /** Other names under which a line may give it. */
  readonly aliases?: readonly string[];
  /** Keeps its line breaks, and is offered as a large field where a platform has forms. */
  readonly multiline?: boolean;
  /** Longest value in UTF-16 units, where it may be longer than usual. */
  readonly charsMax?: number;
  /** For kind "file": how the names of fitting files end, such as `.opml`. */
  readonly endings?: readonly string[];
  /** For kind "number", inclusive. */
  readonly range?: { readonly min: number; readonly max: number };
};

/** One command, defined once for every platform. Options stand in the order of the positional arguments. */
export type CommandSpec = {
  readonly root: "sitrep" | "sitrep-admin";
  /** The subcommand group of an admin's command; null when it stands alone. */
  readonly group: string | null;
  readonly name: string;
  readonly about: string;
  readonly level: Level;
  readonly options: readonly OptionSpec[];
  /** Changes nothing before it is asked again with the option `confirm=yes`. */
  readonly confirms?: boolean;
  /** Has much to fill in: a platform with forms asks for it in one when not all is given. */
  readonly form?: boolean;
  /** Its answer may go on: the option `page`, from 1, says which part to show. */
  readonly paged?: boolean;
};

/** Who asks, and where. Made by the platform, which alone knows who somebody is. */
export type Caller = {
  /** Whose data: one chat server or workspace, or "web". */
  readonly tenant: string;
  /** platform:user, for the audit. */
  readonly user: string;
  readonly level: Level;
  /** Named as an admin by whoever runs this Sitrep, for all tenants; absent: not. */
  readonly isOperator?: boolean;
  /** platform:id of the channel where it was asked. */
  readonly channel: string;
  /** Longest line that a button holds there, in UTF-16 units; what fits every platform when absent. */
  readonly buttonCharsMax?: number;
};

/** A command with its options, as a platform or a line of text gave them. */
export type Invocation = {
  readonly root: "sitrep" | "sitrep-admin";
  readonly group: string | null;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
};

/** Something to offer while a person types. */
export type Suggestion = { readonly label: string; readonly value: string };

/** All commands, ready to run. A command that fails answers with a failed Reply; only bugs throw. */
export type Commander = {
  readonly specs: readonly CommandSpec[];
  run(invocation: Invocation, caller: Caller): Promise<Reply>;
  /** A line as typed: `/sitrep now venezuela-talks since=6h`; the leading /sitrep may be left out. */
  runLine(
    line: string,
    caller: Caller,
    /** `confirmed`: as if the line ended in confirm=yes, for commands that want it. */
    options?: { readonly confirmed?: boolean },
  ): Promise<Reply>;
  /** What fits an option so far, best first, at most 25. */
  suggest(
    spec: CommandSpec,
    option: string,
    partial: string,
    caller: Caller,
  ): Promise<readonly Suggestion[]>;
};
