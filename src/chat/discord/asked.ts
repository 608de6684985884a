import type {
  APIApplicationCommandInteraction,
  APIInteraction,
  APIMessageComponentInteraction,
  APIModalSubmitInteraction,
} from "discord.js";
import type { Caller, Invocation, Level } from "../../commands/spec.ts";
import { type ConfiguredLevels, isOperator, levelOf } from "../people.ts";
import { commandOf } from "./buttons.ts";
import { MESSAGE_ACTIONS } from "./commands.ts";
import { fileAddress, modalValues } from "./modal.ts";
import { PERMISSION } from "./permissions.ts";

/** What an interaction asks for. */
export type Asked =
  | { readonly kind: "command"; readonly invocation: Invocation; readonly share: boolean }
  /** `update`: the answer replaces the message that was clicked, which only the asker sees. */
  | { readonly kind: "line"; readonly line: string; readonly update: boolean }
  /** A form that was sent: the command that it completes, and its fields. */
  | {
      readonly kind: "filled";
      readonly line: string;
      readonly values: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "suggest";
      readonly invocation: Invocation;
      readonly option: string;
      readonly partial: string;
    };

const EPHEMERAL = 1 << 6;

/** Reads an interaction as the gateway delivers it; null when Sitrep has no answer for its kind. */
export function askedBy(interaction: APIInteraction): Asked | null {
  switch (interaction.type) {
    case 2:
      return interaction.data.type === 1 ? command(interaction.data) : messageAction(interaction);
    case 3:
      return click(interaction);
    case 4:
      return typing(interaction.data);
    case 5:
      return filled(interaction);
    default:
      return null;
  }
}

type CommandData = {
  readonly name: string;
  readonly options?: readonly RawOption[];
  readonly resolved?: unknown;
};

const FILE_OPTION = 11;

function command({ name, options, resolved }: CommandData): Asked | null {
  const { invocation } = readOptions(name, options ?? [], resolved);
  if (invocation === null) return null;
  return { kind: "command", invocation, share: invocation.options["share"] === "true" };
}

function typing({ name, options }: CommandData): Asked | null {
  const { invocation, focused } = readOptions(name, options ?? []);
  if (invocation === null || focused === null) return null;
  const partial = invocation.options[focused] ?? "";
  return { kind: "suggest", invocation, option: focused, partial };
}

function messageAction(interaction: APIApplicationCommandInteraction): Asked | null {
  const { data, guild_id: guildId, channel } = interaction;
  const action = MESSAGE_ACTIONS.find((one) => one.name === data.name);
  if (action === undefined || data.type !== 3 || guildId === undefined) return null;
  const link = `https://discord.com/channels/${guildId}/${channel.id}/${data.target_id}`;
  return { kind: "line", line: `/sitrep ${action.command} ${link}${action.rest}`, update: false };
}

function click({ data, message }: APIMessageComponentInteraction): Asked | null {
  const line = commandOf(data.custom_id);
  if (line === null) return null;
  const values = "values" in data ? data.values : [];
  const update = ((message.flags ?? 0) & EPHEMERAL) !== 0;
  return { kind: "line", line: [line, ...values.slice(0, 1)].join(" "), update };
}

function filled({ data }: APIModalSubmitInteraction): Asked | null {
  const line = commandOf(data.custom_id);
  return line === null
    ? null
    : { kind: "filled", line, values: modalValues(data.components, data.resolved) };
}

type RawOption = {
  readonly name: string;
  readonly type: number;
  readonly value?: unknown;
  readonly focused?: boolean;
  readonly options?: readonly RawOption[];
};

function readOptions(
  root: string,
  options: readonly RawOption[],
  resolved: unknown = null,
): { readonly invocation: Invocation | null; readonly focused: string | null } {
  const nothing = { invocation: null, focused: null };
  if (root !== "sitrep" && root !== "sitrep-admin") return nothing;
  const [outer] = options;
  const [inner] = outer?.type === 2 ? (outer.options ?? []) : options;
  if (outer === undefined || inner === undefined || inner.type !== 1) return nothing;
  const given = inner.options ?? [];
  return {
    invocation: {
      root,
      group: outer.type === 2 ? outer.name : null,
      name: inner.name,
      options: Object.fromEntries(given.map((one) => [one.name, optionValue(one, resolved)])),
    },
    focused: given.find((one) => one.focused === true)?.name ?? null,
  };
}

function optionValue({ type, value }: RawOption, resolved: unknown): string {
  return type === FILE_OPTION ? (fileAddress(resolved, value) ?? "") : String(value ?? "");
}

/** Who asks; null outside a server, where nobody's data is in question. */
export function callerOf(interaction: APIInteraction, configured: ConfiguredLevels): Caller | null {
  const { member, guild_id: guildId } = interaction;
  const channelId = interaction.channel?.id;
  if (member === undefined || guildId === undefined || channelId === undefined) return null;
  const names = [
    `discord:${member.user.id}`,
    ...member.roles.map((role) => `discord:role:${role}`),
  ];
  return {
    tenant: `discord:${guildId}`,
    user: `discord:${member.user.id}`,
    ...(isOperator(names, configured) ? { isOperator: true } : {}),
    level: levelOf(names, configured, platformLevel(BigInt(member.permissions))),
    channel: `discord:${channelId}`,
  };
}

function platformLevel(permissions: bigint): Level {
  const has = (bit: bigint): boolean => (permissions & (bit | PERMISSION.administrator)) !== 0n;
  if (has(PERMISSION.manageGuild)) return "admin";
  return has(PERMISSION.manageWebhooks) ? "editor" : "viewer";
}
