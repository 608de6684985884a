import type { WebSocket } from "ws";
import { record } from "./wire-server.ts";

export const BOT_ID = "900000000000000001";
export const GUILD_ID = "900000000000000002";
export const USER_ID = "900000000000000003";
export const APPLICATION_ID = BOT_ID;
/** A text channel, a forum, a thread, and one whose history the bot may not read. */
export const TEXT_CHANNEL = "900000000000000010";
export const FORUM_CHANNEL = "900000000000000011";
export const THREAD_CHANNEL = "900000000000000012";
export const BLIND_CHANNEL = "900000000000000013";

/** All permissions but Administrator, and all but Read Message History. */
const BLIND = String(((1n << 53n) - 1n) & ~(1n << 16n));
const EVERYTHING = String(((1n << 53n) - 1n) & ~(1n << 3n));

export const CHANNEL_TYPES: Readonly<Record<string, number>> = {
  [TEXT_CHANNEL]: 0,
  [FORUM_CHANNEL]: 15,
  [THREAD_CHANNEL]: 11,
  [BLIND_CHANNEL]: 0,
};

/** Whether the bot may not read a channel's history. Those that begin with 93 are without end, too. */
export function isBlind(channel: string): boolean {
  return channel === BLIND_CHANNEL || /^93\d{16}$/.test(channel);
}

/** A channel as the REST API shows it. */
export function channelObject(id: string): object {
  const type = CHANNEL_TYPES[id] ?? (/^9[23]/.test(id) ? 0 : 11);
  const base = { id, type, guild_id: GUILD_ID, name: "news", position: 0, nsfw: false };
  if (type === 11) return { ...base, parent_id: TEXT_CHANNEL, thread_metadata: {} };
  const overwrites = isBlind(id)
    ? [{ id: GUILD_ID, type: 0, allow: "0", deny: String(1 << 16) }]
    : [];
  return { ...base, parent_id: null, permission_overwrites: overwrites };
}

export const BOT = { id: BOT_ID, username: "sitrep", discriminator: "0", avatar: null, bot: true };

/** The one server there is. */
export function guildObject(): object {
  const everyone = { id: GUILD_ID, name: "@everyone", permissions: EVERYTHING, position: 0 };
  return {
    id: GUILD_ID,
    name: "Wire",
    owner_id: USER_ID,
    roles: [everyone],
    emojis: [],
    stickers: [],
    features: [],
    channels: Object.keys(CHANNEL_TYPES)
      .filter((id) => id !== THREAD_CHANNEL)
      .map(channelObject),
    threads: [],
    members: [{ user: BOT, roles: [], joined_at: "2026-01-01T00:00:00.000Z" }],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    member_count: 2,
    joined_at: "2026-01-01T00:00:00.000Z",
  };
}

/** The gateway's side of the stand-in. */
export type WireGateway = {
  readonly counts: { identifies: number; resumes: number };
  /** What each connection wished to hear of. */
  readonly intents: readonly number[];
  connect(socket: WebSocket): void;
  interact(fields: Record<string, unknown>): string;
  /** Any event, of any shape. */
  dispatch(name: string, fields: unknown): void;
  drop(code: number): void;
};

/** Gateway v10: HELLO, IDENTIFY, READY, RESUME, interactions. */
export function createWireGateway(port: () => number, now: () => number): WireGateway {
  const live = new Map<WebSocket, { s: number }>();
  const counts = { identifies: 0, resumes: 0 };
  const intents: number[] = [];
  let interactions = 0;
  const send = (socket: WebSocket, t: string, d: unknown): void => {
    const state = live.get(socket);
    if (state === undefined) return;
    state.s += 1;
    socket.send(JSON.stringify({ op: 0, t, s: state.s, d }));
  };
  return {
    counts,
    intents,
    connect(socket) {
      socket.on("close", () => live.delete(socket));
      socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }));
      socket.on("message", (raw) => {
        const { op, d } = record(JSON.parse(String(raw)));
        if (op === 1) socket.send(JSON.stringify({ op: 11 }));
        if (op === 6) {
          counts.resumes += 1;
          live.set(socket, { s: Number(record(d)["seq"]) });
          send(socket, "RESUMED", {});
        }
        if (op === 2) {
          counts.identifies += 1;
          intents.push(Number(record(d)["intents"]));
          live.set(socket, { s: 0 });
          send(socket, "READY", {
            v: 10,
            user: BOT,
            guilds: [{ id: GUILD_ID, unavailable: true }],
            session_id: `session-${counts.identifies}`,
            resume_gateway_url: `ws://127.0.0.1:${port()}`,
            application: { id: APPLICATION_ID, flags: 0 },
          });
          send(socket, "GUILD_CREATE", guildObject());
        }
      });
    },
    interact(fields) {
      interactions += 1;
      const token = `t${now()}-${interactions}`;
      const interaction = { ...interactionBase(token, interactions), ...fields };
      for (const socket of live.keys()) send(socket, "INTERACTION_CREATE", interaction);
      return token;
    },
    dispatch(name, fields) {
      for (const socket of live.keys()) send(socket, name, fields);
    },
    drop(code) {
      for (const socket of live.keys()) socket.close(code);
    },
  };
}

function interactionBase(token: string, number: number): object {
  return {
    id: String(910_000_000_000_000_000n + BigInt(number)),
    application_id: APPLICATION_ID,
    token,
    version: 1,
    guild_id: GUILD_ID,
    channel_id: TEXT_CHANNEL,
    channel: { id: TEXT_CHANNEL, type: 0 },
    member: {
      user: { id: USER_ID, username: "ann", discriminator: "0", avatar: null },
      roles: [],
      permissions: "0",
      joined_at: "2026-01-01T00:00:00.000Z",
    },
    locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: {},
    context: 0,
    app_permissions: BLIND,
  };
}
