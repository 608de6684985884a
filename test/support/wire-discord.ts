import {
  BOT,
  BOT_ID,
  CHANNEL_TYPES,
  channelObject,
  createWireGateway,
  FORUM_CHANNEL,
  GUILD_ID,
  guildObject,
  isBlind,
  TEXT_CHANNEL,
} from "./wire-discord-gateway.ts";
import { createWireLimiter, type WireLimits } from "./wire-discord-limits.ts";
import { commandFaults, messageFaults } from "./wire-discord-rules.ts";
import {
  type Fault,
  record,
  startWireServer,
  type WireAnswer,
  type WireCall,
  type WireServer,
} from "./wire-server.ts";

const EPOCH_MS = 1_420_070_400_000n;

/** Text channels without end, for tests that need many. */
const MORE_CHANNELS = /^9[23]\d{16}$/;

/** A message as the platform keeps it. `nonce` is kept apart: reads do not return it. */
export type Kept = {
  readonly id: string;
  readonly channel: string;
  readonly body: Record<string, unknown>;
  readonly nonce: string | null;
  readonly at: number;
};

export type WireDiscord = {
  readonly api: string;
  readonly server: WireServer;
  /** All messages ever posted, in order: the stand-in's own ledger. */
  readonly posts: readonly Kept[];
  /** Threads started from messages: the message, and the thread's name. */
  readonly threads: ReadonlyMap<string, string>;
  /** Edits of messages so far. */
  readonly edits: number;
  /** Requests that were refused because there were too many. */
  readonly limited: number;
  /** What was refused for its shape or size. */
  readonly refused: readonly string[];
  /** Commands as last registered, and how often. */
  readonly commands: readonly unknown[];
  readonly registrations: number;
  readonly identifies: number;
  /** What each connection wished to hear of. */
  readonly intents: readonly number[];
  readonly resumes: number;
  /** Sends an interaction to the bot; returns its token. */
  interact(fields: Record<string, unknown>): string;
  /** Answers to one interaction, in order: callbacks, edits, followups. */
  answers(token: string): readonly WireCall[];
  /** Sends any event, of any shape, to the bot. */
  dispatch(name: string, fields: unknown): void;
  dropGateway(code: number): void;
  stop(): Promise<void>;
};

export type WireDiscordOptions = {
  readonly port?: number;
  readonly token?: string;
  readonly fault?: (call: WireCall) => Fault | null;
  /** How long one nonce gives one message. */
  readonly nonceMs?: number;
  /** How long a message needs to appear in the history. */
  readonly historyLagMs?: number;
  /** Enforced limits; none when absent. */
  readonly limits?: WireLimits;
  readonly now?: () => number;
};

/** Discord at wire level: REST v10 and gateway v10 on 127.0.0.1, with a ledger of its own. */
export async function startWireDiscord(options: WireDiscordOptions = {}): Promise<WireDiscord> {
  const now = options.now ?? Date.now;
  const posts: Kept[] = [];
  const refused: string[] = [];
  const threads = new Map<string, string>();
  const gateway = createWireGateway(() => server.port, now);
  const limiter = options.limits === undefined ? null : createWireLimiter(options.limits, now);
  let edits = 0;
  let commands: readonly unknown[] = [];
  let registrations = 0;

  function snowflake(): string {
    return (((BigInt(now()) - EPOCH_MS) << 22n) | BigInt(posts.length & 0xfff)).toString();
  }

  function keep(channel: string, body: Record<string, unknown>, forum: boolean): WireAnswer {
    const faults = messageFaults(body);
    if (faults.length > 0) {
      refused.push(...faults);
      return apiError(400, 50035, `Invalid Form Body: ${faults.join("; ")}`);
    }
    const nonce = typeof body["nonce"] === "string" ? body["nonce"] : null;
    const known = body["enforce_nonce"] === true && nonce !== null && !forum;
    const twin = posts.findLast(
      (post) => known && post.nonce === nonce && now() - post.at < (options.nonceMs ?? 180_000),
    );
    const id = snowflake();
    const post = twin ?? { id, channel: forum ? id : channel, body, nonce, at: now() };
    if (twin === undefined) posts.push(post);
    return {
      status: 200,
      body: shown(post),
      headers: limiter?.headersOf(channel) ?? bucket(channel),
    };
  }

  function history(channel: string, call: WireCall): WireAnswer {
    if (isBlind(channel)) return { status: 200, body: [] };
    const limit = Number(call.query.get("limit") ?? 50);
    const before = call.query.get("before");
    const visible = posts
      .filter((post) => post.channel === channel && now() - post.at >= (options.historyLagMs ?? 0))
      .filter((post) => before === null || BigInt(post.id) < BigInt(before))
      .reverse();
    return { status: 200, body: visible.slice(0, limit).map(shown) };
  }

  function isChannel(id: string): boolean {
    const isFixed = id in CHANNEL_TYPES || MORE_CHANNELS.test(id);
    return isFixed || threads.has(id) || posts.some((post) => post.channel === id);
  }

  function channelRoute(call: WireCall, channel: string, rest: string): WireAnswer {
    if (!isChannel(channel)) return apiError(404, 10003, "Unknown Channel");
    const isForum = channel === FORUM_CHANNEL;
    switch (`${call.method} ${rest}`) {
      case "GET ":
        return { status: 200, body: channelObject(channel) };
      case "GET /messages":
        return history(channel, call);
      case "GET /threads/archived/public":
        return { status: 200, body: { threads: [] } };
      case "POST /messages":
        return isForum
          ? apiError(400, 50008, "Cannot send messages in a non-text channel")
          : keep(channel, call.body, false);
      case "POST /threads":
        return isForum ? forumPost(call) : apiError(400, 50024, "Cannot execute action");
      default:
        return messageRoute(call, channel, rest);
    }
  }

  function messageRoute(call: WireCall, channel: string, rest: string): WireAnswer {
    if (call.method === "PATCH") return change(rest, call.body);
    return rest.endsWith("/threads") ? startThread(channel, rest, call.body) : oneMessage(rest);
  }

  /** A message has at most one thread, which takes its id; in a thread there is none. */
  function startThread(channel: string, rest: string, body: Record<string, unknown>): WireAnswer {
    const id = /^\/messages\/(\d+)\/threads$/.exec(rest)?.[1] ?? "";
    if (CHANNEL_TYPES[channel] === 11 || threads.has(channel)) {
      return apiError(400, 50024, "Cannot execute action on this channel type");
    }
    if (!posts.some((post) => post.id === id && post.channel === channel)) {
      return apiError(404, 10008, "Unknown Message");
    }
    const name = body["name"];
    const minutes = Number(body["auto_archive_duration"] ?? 1_440);
    const isNamed = typeof name === "string" && name.trim() !== "" && name.length <= 100;
    if (!isNamed || ![60, 1_440, 4_320, 10_080].includes(minutes)) {
      refused.push("a thread's name or duration");
      return apiError(400, 50035, "Invalid Form Body");
    }
    if (threads.has(id)) return apiError(400, 160_004, "A thread was already created");
    threads.set(id, name);
    return { status: 201, body: channelObject(id) };
  }

  function change(rest: string, body: Record<string, unknown>): WireAnswer {
    const index = posts.findIndex((post) => rest === `/messages/${post.id}`);
    const post = posts[index];
    if (post === undefined) return apiError(404, 10008, "Unknown Message");
    const faults = messageFaults(body);
    refused.push(...faults);
    if (faults.length > 0) return apiError(400, 50035, faults.join("; "));
    const changed = { ...post, body: { ...post.body, ...body } };
    posts[index] = changed;
    edits += 1;
    return { status: 200, body: shown(changed) };
  }

  function forumPost({ body }: WireCall): WireAnswer {
    const name = String(body["name"] ?? "");
    if (name.length < 1 || name.length > 100) return apiError(400, 50035, "name");
    return keep(FORUM_CHANNEL, record(body["message"]), true);
  }

  function oneMessage(rest: string): WireAnswer {
    const id = /^\/messages\/(\d+)$/.exec(rest)?.[1];
    const post = posts.find((one) => one.id === id);
    return post === undefined
      ? apiError(404, 10008, "Unknown Message")
      : { status: 200, body: shown(post) };
  }

  function register(list: readonly unknown[]): WireAnswer {
    const faults = commandFaults(list);
    refused.push(...faults);
    if (faults.length > 0) return apiError(400, 50035, faults.join("; "));
    commands = list;
    registrations += 1;
    return { status: 200, body: commands };
  }

  function handle(call: WireCall): WireAnswer {
    const path = call.path.replace(/^\/api\/v10/, "");
    const interaction = /^\/(?:interactions\/\d+|webhooks\/\d+)\/(t[^/]+)/.test(path);
    if (interaction) return interactionAnswer(call, path, refused);
    if (call.headers.authorization !== `Bot ${options.token ?? "wire-token"}`) {
      return apiError(401, 0, "401: Unauthorized");
    }
    const [, channel, rest] = /^\/channels\/(\d+)(.*)$/.exec(path) ?? [];
    if (channel !== undefined) return channelRoute(call, channel, rest ?? "");
    if (call.method === "PUT" && /^\/applications\/\d+\/commands$/.test(path)) {
      return register(call.list ?? []);
    }
    return fixedAnswer(path, server.port, posts);
  }

  const server = await startWireServer(
    {
      fault: (call) => options.fault?.(call) ?? null,
      handle: (call) =>
        limiter?.take(call.method, call.path.replace(/^\/api\/v10/, "")) ?? handle(call),
      socket: gateway.connect,
    },
    options.port,
  );
  return {
    api: `http://127.0.0.1:${server.port}/api`,
    server,
    posts,
    threads,
    refused,
    get edits() {
      return edits;
    },
    get limited() {
      return limiter?.limited() ?? 0;
    },
    get commands() {
      return commands;
    },
    get registrations() {
      return registrations;
    },
    intents: gateway.intents,
    get identifies() {
      return gateway.counts.identifies;
    },
    get resumes() {
      return gateway.counts.resumes;
    },
    interact: (fields) => gateway.interact(fields),
    answers: (token) => server.calls.filter((call) => call.path.split("/").includes(token)),
    dispatch: (name, fields) => gateway.dispatch(name, fields),
    dropGateway: (code) => gateway.drop(code),
    stop: () => server.stop(),
  };
}

/** Answers to interactions are checked like posts; the first word must come before any text. */
function interactionAnswer(call: WireCall, path: string, refused: string[]): WireAnswer {
  if (path.endsWith("/callback")) {
    const data = record(call.body["data"]);
    if (call.body["type"] === 4) refused.push(...messageFaults(data));
    return { status: 204 };
  }
  if (call.method === "DELETE") return { status: 204 };
  const faults = messageFaults(call.body);
  refused.push(...faults);
  if (faults.length > 0) return apiError(400, 50035, faults.join("; "));
  return { status: 200, body: { id: "1", channel_id: TEXT_CHANNEL, components: [] } };
}

function fixedAnswer(path: string, port: number, posts: readonly Kept[]): WireAnswer {
  switch (path) {
    case "/gateway/bot":
      return {
        status: 200,
        body: {
          url: `ws://127.0.0.1:${port}`,
          shards: 1,
          session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
        },
      };
    case "/users/@me/channels":
      return { status: 200, body: { id: TEXT_CHANNEL, type: 1 } };
    case "/users/@me":
      return { status: 200, body: BOT };
    case `/guilds/${GUILD_ID}`:
      return { status: 200, body: guildObject() };
    case `/guilds/${GUILD_ID}/members/${BOT_ID}`:
      return { status: 200, body: { user: BOT, roles: [] } };
    case `/guilds/${GUILD_ID}/threads/active`: {
      const started = posts.filter((post) => !(post.channel in CHANNEL_TYPES));
      return {
        status: 200,
        body: { threads: started.map(({ id }) => ({ id, parent_id: FORUM_CHANNEL })) },
      };
    }
    default:
      return apiError(404, 0, "404: Not Found");
  }
}

function apiError(status: number, code: number, message: string): WireAnswer {
  return { status, body: { code, message } };
}

function bucket(channel: string): Record<string, string> {
  return {
    "x-ratelimit-limit": "50",
    "x-ratelimit-remaining": "49",
    "x-ratelimit-reset-after": "1",
    "x-ratelimit-bucket": `messages-${channel}`,
  };
}

function shown(post: Kept): object {
  return {
    id: post.id,
    channel_id: post.channel,
    author: BOT,
    content: "",
    timestamp: new Date(post.at).toISOString(),
    components: post.body["components"] ?? [],
    flags: post.body["flags"] ?? 0,
    type: 0,
  };
}
