import { createHash } from "node:crypto";
import type { CommandSpec, OptionSpec } from "../../commands/spec.ts";
import { cutText } from "../safe-text.ts";
import { DISCORD_LIMITS } from "./limits.ts";

/** Numbers as in https://docs.discord.com/developers/interactions/application-commands. */
const OPTION = { subcommand: 1, group: 2, text: 3, flag: 5, number: 10, file: 11 } as const;
const MESSAGE_ACTION = 3;
/** Manage Guild. */
const ADMIN_PERMISSIONS = String(1 << 5);

/** A definition as the platform takes it. */
export type Definition = { readonly name: string; readonly [key: string]: unknown };

/** What a message action stands for: its command, and the option that takes the message. */
export type MessageAction = {
  readonly name: string;
  readonly command: string;
  /** Words after the message's address. */
  readonly rest: string;
};

export const MESSAGE_ACTIONS: readonly MessageAction[] = [
  { name: "Why this?", command: "why", rest: "" },
  { name: "Track this story", command: "follow", rest: "" },
  { name: "Not relevant", command: "feedback", rest: " irrelevant" },
];

/** The two slash commands and the message actions, made from what the commands say of themselves. */
export function definitions(specs: readonly CommandSpec[]): readonly Definition[] {
  const actions = MESSAGE_ACTIONS.filter((action) =>
    specs.some((spec) => spec.root === "sitrep" && spec.name === action.command),
  );
  return [
    rootDefinition("sitrep", "News on the topics that your team tracks", specs),
    rootDefinition("sitrep-admin", "Topics, sources and health of Sitrep", specs),
    ...actions.map((action) => ({ ...everywhere(), type: MESSAGE_ACTION, name: action.name })),
  ].filter((definition) => !("options" in definition) || definition.options.length > 0);
}

/** Changes when, and only when, the definitions do. */
export function definitionsHash(all: readonly Definition[]): string {
  return createHash("sha256").update(JSON.stringify(all)).digest("base64url");
}

/** In servers only, installed by a server. */
function everywhere(): object {
  return { contexts: [0], integration_types: [0] };
}

function rootDefinition(
  root: CommandSpec["root"],
  about: string,
  specs: readonly CommandSpec[],
): Definition & { readonly options: readonly object[] } {
  const own = specs.filter((spec) => spec.root === root);
  const groups = [...new Set(own.flatMap((spec) => spec.group ?? []))];
  const options = [
    ...own.filter((spec) => spec.group === null).map(subcommand),
    ...groups.map((group) => ({
      type: OPTION.group,
      name: group,
      description: `Commands for ${group}`,
      options: own.filter((spec) => spec.group === group).map(subcommand),
    })),
  ];
  return {
    ...everywhere(),
    type: 1,
    name: root,
    description: about,
    // A first fence only: the command itself checks who asks.
    ...(root === "sitrep-admin" ? { default_member_permissions: ADMIN_PERMISSIONS } : {}),
    options,
  };
}

function subcommand(spec: CommandSpec): object {
  // What a form asks for need not be typed before it opens. The platform wants required options first.
  const ordered = spec.options
    .map((one) => (spec.form === true && one.kind !== "topic" ? { ...one, required: false } : one))
    .sort((a, b) => Number(b.required) - Number(a.required));
  return {
    type: OPTION.subcommand,
    name: spec.name,
    description: described(spec.about),
    options: ordered.slice(0, DISCORD_LIMITS.commandOptions).map(option),
  };
}

function option(spec: OptionSpec): object {
  return {
    name: spec.name,
    description: described(spec.about),
    required: spec.required,
    ...optionType(spec),
  };
}

function optionType(spec: OptionSpec): object {
  switch (spec.kind) {
    case "flag":
      return { type: OPTION.flag };
    case "number":
      return {
        type: OPTION.number,
        ...(spec.range === undefined
          ? {}
          : { min_value: spec.range.min, max_value: spec.range.max }),
      };
    case "choice":
      return {
        type: OPTION.text,
        choices: (spec.choices ?? [])
          .slice(0, DISCORD_LIMITS.optionChoices)
          .map((choice) => ({ name: choice, value: choice })),
      };
    case "topic":
    case "source":
    case "story":
    case "subscription":
    case "timezone":
    case "duration":
      return { type: OPTION.text, autocomplete: true };
    case "file":
      return { type: OPTION.file };
    case "text":
    case "rest":
      return { type: OPTION.text };
  }
}

function described(about: string): string {
  return cutText(about, DISCORD_LIMITS.commandDescriptionChars) || "…";
}
