/** Bits as in https://docs.discord.com/developers/topics/permissions. */
export const PERMISSION = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  readMessageHistory: 1n << 16n,
  manageWebhooks: 1n << 29n,
  createPublicThreads: 1n << 35n,
  sendInThreads: 1n << 38n,
} as const;

const ALL = (1n << 64n) - 1n;

/** What is known of a server, a member and a channel, as the REST API returns it. */
export type PermissionFacts = {
  readonly guildId: string;
  readonly ownerId: string;
  readonly userId: string;
  readonly memberRoles: readonly string[];
  readonly roles: readonly { readonly id: string; readonly permissions: string }[];
  readonly overwrites: readonly {
    readonly id: string;
    readonly allow: string;
    readonly deny: string;
  }[];
};

/** A member's permissions in a channel, by the documented order: roles, everyone's overwrite, roles', own. */
export function permissionsIn(facts: PermissionFacts): bigint {
  if (facts.ownerId === facts.userId) return ALL;
  const held = new Set([facts.guildId, ...facts.memberRoles]);
  const base = facts.roles
    .filter((role) => held.has(role.id))
    .reduce((bits, role) => bits | BigInt(role.permissions), 0n);
  if ((base & PERMISSION.administrator) !== 0n) return ALL;
  const everyone = facts.overwrites.filter((one) => one.id === facts.guildId);
  const ofRoles = facts.overwrites.filter(
    (one) => one.id !== facts.guildId && facts.memberRoles.includes(one.id),
  );
  const own = facts.overwrites.filter((one) => one.id === facts.userId);
  return [everyone, ofRoles, own].reduce((bits, group) => {
    const deny = group.reduce((sum, one) => sum | BigInt(one.deny), 0n);
    const allow = group.reduce((sum, one) => sum | BigInt(one.allow), 0n);
    return (bits & ~deny) | allow;
  }, base);
}
