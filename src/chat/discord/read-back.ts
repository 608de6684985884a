import { type REST, Routes } from "discord.js";
import { z } from "zod";
import type { Delivery, Found } from "../../delivery/delivery.ts";
import { carriesKey } from "./components.ts";
import { PERMISSION, permissionsIn } from "./permissions.ts";

/** Clocks may differ by as much: what was posted so long before the try is looked at too. */
const CLOCK_MARGIN_MS = 5 * 60_000;

/** A channel busier than this since the try is not read to its end. */
const PAGES_MAX = 50;
const PAGE_MESSAGES = 100;
const THREADS_LOOKED_AT_MAX = 50;

const Message = z.object({
  id: z.string(),
  timestamp: z.string(),
  components: z.array(z.unknown()).optional(),
});
const Channel = z.object({
  id: z.string(),
  type: z.number(),
  guild_id: z.string().optional(),
  parent_id: z.string().nullish(),
  permission_overwrites: z
    .array(z.object({ id: z.string(), allow: z.string(), deny: z.string() }))
    .optional(),
});
const Guild = z.object({
  id: z.string(),
  owner_id: z.string(),
  roles: z.array(z.object({ id: z.string(), permissions: z.string() })),
});
const Member = z.object({ roles: z.array(z.string()) });
const Me = z.object({ id: z.string() });
const Threads = z.object({
  threads: z.array(z.object({ id: z.string(), parent_id: z.string().nullish() })),
});

/** Milliseconds of Discord's epoch, 2015-01-01. */
const EPOCH_MS = 1_420_070_400_000;

function createdMs(snowflake: string): number {
  return Number(BigInt(snowflake) >> 22n) + EPOCH_MS;
}

/** Looks for a delivery's key in what stands in its channel. Throws what discord.js throws. */
export function createReadBack(
  rest: REST,
  requestMs: number,
): { find(delivery: Delivery, forum: boolean): Promise<Found> } {
  const get = (route: `/${string}`, query: Record<string, string> = {}): Promise<unknown> =>
    rest.get(route, {
      query: new URLSearchParams(query),
      signal: AbortSignal.timeout(requestMs),
    });

  async function inMessages(delivery: Delivery, sinceMs: number): Promise<Found> {
    let before: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = { limit: String(PAGE_MESSAGES), ...(before === null ? {} : { before }) };
      const messages = z
        .array(Message)
        .parse(await get(Routes.channelMessages(delivery.channel), query));
      const hit = messages.find((message) => carriesKey(message.components, delivery.key));
      if (hit !== undefined) return { kind: "found", messageId: hit.id };
      const last = messages.at(-1);
      if (last === undefined || messages.length < PAGE_MESSAGES) return { kind: "absent" };
      if (Date.parse(last.timestamp) < sinceMs) return { kind: "absent" };
      before = last.id;
    }
    return { kind: "unreadable", reason: "too many messages since the try" };
  }

  async function inThreads(delivery: Delivery, guildId: string, sinceMs: number): Promise<Found> {
    const active = Threads.parse(await get(Routes.guildActiveThreads(guildId)));
    const archived = Threads.parse(
      await get(Routes.channelThreads(delivery.channel, "public"), { limit: "50" }),
    );
    const recent = [...active.threads, ...archived.threads]
      .filter((thread) => (thread.parent_id ?? delivery.channel) === delivery.channel)
      .filter((thread) => createdMs(thread.id) >= sinceMs);
    if (recent.length > THREADS_LOOKED_AT_MAX) {
      return { kind: "unreadable", reason: "too many threads since the try" };
    }
    for (const thread of recent) {
      // A forum post's first message has the id of its thread.
      const message = Message.safeParse(await get(Routes.channelMessage(thread.id, thread.id)));
      if (message.success && carriesKey(message.data.components, delivery.key)) {
        return { kind: "found", messageId: thread.id };
      }
    }
    return { kind: "absent" };
  }

  /** Without Read Message History the platform answers with an empty list instead of a refusal. */
  async function mayRead(channel: z.infer<typeof Channel>): Promise<boolean> {
    if (channel.guild_id === undefined) return true;
    const parent = channel.permission_overwrites === undefined ? channel.parent_id : null;
    const place = parent ? Channel.parse(await get(Routes.channel(parent))) : channel;
    const me = Me.parse(await get(Routes.user()));
    const guild = Guild.parse(await get(Routes.guild(channel.guild_id)));
    const member = Member.parse(await get(Routes.guildMember(guild.id, me.id)));
    const held = permissionsIn({
      guildId: guild.id,
      ownerId: guild.owner_id,
      userId: me.id,
      memberRoles: member.roles,
      roles: guild.roles,
      overwrites: place.permission_overwrites ?? [],
    });
    const needed = PERMISSION.viewChannel | PERMISSION.readMessageHistory;
    return (held & needed) === needed;
  }

  return {
    async find(delivery, forum) {
      const at = delivery.attemptAt === null ? Number.NaN : Date.parse(delivery.attemptAt);
      const sinceMs = (Number.isNaN(at) ? 0 : at) - CLOCK_MARGIN_MS;
      const channel = Channel.parse(await get(Routes.channel(delivery.channel)));
      const found =
        forum && channel.guild_id !== undefined
          ? await inThreads(delivery, channel.guild_id, sinceMs)
          : await inMessages(delivery, sinceMs);
      if (found.kind !== "absent" || (await mayRead(channel))) return found;
      return { kind: "unreadable", reason: "Read Message History is missing" };
    },
  };
}
