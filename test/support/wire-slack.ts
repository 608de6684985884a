import { createHmac } from "node:crypto";
import type { WebSocket } from "ws";
import {
  type Fault,
  record,
  startWireServer,
  type WireAnswer,
  type WireCall,
  type WireServer,
} from "./wire-server.ts";
import { blockFaults } from "./wire-slack-rules.ts";

export const TEAM_ID = "T0WIRE";
export const PERSON_ID = "U0ANN";
export const ADMIN_ID = "U0ADMIN";
export const BOT_USER_ID = "U0BOT";
export const CHANNEL_ID = "C0NEWS";
/** A channel whose history the bot may not read, and one that it is not in. */
export const BLIND_CHANNEL_ID = "C0BLIND";
export const FOREIGN_CHANNEL_ID = "C0FOREIGN";

/** Channels without end, for tests that need many; of C2… the bot may not read the history. */
const MORE_CHANNELS = /^C[12]\d+$/;
const MORE_BLIND_CHANNELS = /^C2\d+$/;

/** A message as the platform keeps it. */
export type KeptMessage = {
  readonly ts: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly body: Record<string, unknown>;
  readonly at: number;
};

export type WireSlack = {
  readonly api: string;
  readonly server: WireServer;
  /** All messages ever posted, in order: the stand-in's own ledger. */
  readonly posts: readonly KeptMessage[];
  readonly refused: readonly string[];
  /** Edits of messages so far. */
  readonly edits: number;
  /** Sockets opened so far. */
  readonly sockets: number;
  /** Sends over the socket; resolves with the acknowledgement's payload. */
  push(type: "slash_commands" | "interactive" | "events_api", payload: object): Promise<unknown>;
  /** Asks the client to reconnect, as the platform does every few hours. */
  refresh(): void;
  slash(command: string, text: string, fields?: object): Record<string, string>;
  click(value: string, ephemeral: boolean): object;
  event(fields: object): object;
  stop(): Promise<void>;
};

export type WireSlackOptions = {
  readonly port?: number;
  readonly token?: string;
  readonly appToken?: string;
  readonly fault?: (call: WireCall) => Fault | null;
  readonly historyLagMs?: number;
  readonly now?: () => number;
};

/** Slack at wire level: Web API and Socket Mode on 127.0.0.1, with a ledger of its own. */
export async function startWireSlack(options: WireSlackOptions = {}): Promise<WireSlack> {
  const now = options.now ?? Date.now;
  const posts: KeptMessage[] = [];
  const refused: string[] = [];
  let edits = 0;
  const live = new Map<WebSocket, NodeJS.Timeout>();
  const acks = new Map<string, (payload: unknown) => void>();
  let sockets = 0;
  let envelopes = 0;

  function refuse(faults: readonly string[]): WireAnswer {
    refused.push(...faults);
    return answer({ ok: false, error: "invalid_blocks", response_metadata: { messages: faults } });
  }

  function post(body: Record<string, unknown>): WireAnswer {
    const channel = String(body["channel"]);
    if (channel === FOREIGN_CHANNEL_ID) return answer({ ok: false, error: "not_in_channel" });
    if (![CHANNEL_ID, BLIND_CHANNEL_ID].includes(channel) && !MORE_CHANNELS.test(channel)) {
      return answer({ ok: false, error: "channel_not_found" });
    }
    const noText = typeof body["text"] !== "string" || body["text"] === "";
    const faults = [...blockFaults(body["blocks"]), ...(noText ? ["no text"] : [])];
    if (faults.length > 0) return refuse(faults);
    const ts = `${Math.floor(now() / 1000)}.${String(posts.length).padStart(6, "0")}`;
    const thread = typeof body["thread_ts"] === "string" ? body["thread_ts"] : null;
    posts.push({ ts, channel, thread, body, at: now() });
    return answer({ ok: true, channel, ts, message: { ts, text: body["text"] } });
  }

  function change(body: Record<string, unknown>): WireAnswer {
    const index = posts.findIndex(
      ({ ts, channel }) => ts === body["ts"] && channel === body["channel"],
    );
    const post = posts[index];
    if (post === undefined) return answer({ ok: false, error: "message_not_found" });
    const faults = blockFaults(body["blocks"]);
    if (faults.length > 0) return refuse(faults);
    posts[index] = { ...post, body: { ...post.body, ...body } };
    edits += 1;
    return answer({ ok: true, channel: post.channel, ts: post.ts, text: body["text"] });
  }

  function history(body: Record<string, unknown>, thread: string | null): WireAnswer {
    const channel = String(body["channel"]);
    if (channel === BLIND_CHANNEL_ID || MORE_BLIND_CHANNELS.test(channel)) {
      return answer({ ok: false, error: "missing_scope" });
    }
    const limit = Number(body["limit"] ?? 100);
    const from = Number(body["cursor"] ?? 0);
    const withMetadata = body["include_all_metadata"] === "true";
    const visible = posts
      .filter((one) => one.channel === channel && one.thread === thread)
      .filter((one) => now() - one.at >= (options.historyLagMs ?? 0))
      .reverse();
    const messages = visible.slice(from, from + limit).map((one) => ({
      type: "message",
      ts: one.ts,
      text: one.body["text"],
      ...(withMetadata ? { metadata: one.body["metadata"] } : {}),
    }));
    const has_more = from + limit < visible.length;
    const next_cursor = has_more ? String(from + limit) : "";
    return answer({ ok: true, messages, has_more, response_metadata: { next_cursor } });
  }

  function handle(call: WireCall): WireAnswer {
    const method = call.path.replace(/^\/api\//, "");
    const body = unfolded(call.body);
    if (method.startsWith("/respond/")) {
      const faults = blockFaults(body["blocks"]);
      refused.push(...faults);
      return answer({ ok: faults.length === 0 });
    }
    const due = method === "apps.connections.open" ? options.appToken : options.token;
    if (call.headers.authorization !== `Bearer ${due ?? "wire-token"}`) {
      return answer({ ok: false, error: "invalid_auth" });
    }
    switch (method) {
      case "apps.connections.open":
        return answer({ ok: true, url: `ws://127.0.0.1:${server.port}/link` });
      case "auth.test":
        return answer({ ok: true, team_id: TEAM_ID, user_id: BOT_USER_ID });
      case "chat.postMessage":
        return post(body);
      case "chat.update":
        return change(body);
      case "chat.postEphemeral":
        return answer({ ok: true, message_ts: "1.1" });
      case "conversations.history":
        return history(body, null);
      case "conversations.replies":
        return history(body, String(body["ts"]));
      case "users.info":
        return answer({ ok: true, user: { is_admin: body["user"] === ADMIN_ID } });
      case "views.open":
      case "views.update":
      case "views.publish":
        return viewAnswer(body["view"], refuse);
      default:
        return answer({ ok: false, error: "unknown_method" });
    }
  }

  function socket(ws: WebSocket): void {
    sockets += 1;
    // The client takes a silent server for a dead one.
    live.set(
      ws,
      setInterval(() => ws.ping(), 1_000),
    );
    ws.on("close", () => {
      clearInterval(live.get(ws));
      live.delete(ws);
    });
    ws.on("message", (raw) => {
      const { envelope_id, payload } = record(JSON.parse(String(raw)));
      acks.get(String(envelope_id))?.(payload);
    });
    ws.send(JSON.stringify({ type: "hello", num_connections: 1, connection_info: {} }));
  }

  const server = await startWireServer(
    { fault: (call) => options.fault?.(call) ?? null, handle, socket },
    options.port,
  );
  return {
    api: `http://127.0.0.1:${server.port}/api/`,
    server,
    posts,
    refused,
    get edits() {
      return edits;
    },
    get sockets() {
      return sockets;
    },
    push(type, payload) {
      envelopes += 1;
      const envelope_id = `e${envelopes}`;
      const [ws] = [...live.keys()].slice(-1);
      ws?.send(JSON.stringify({ envelope_id, type, payload, accepts_response_payload: true }));
      return new Promise((resolve) => acks.set(envelope_id, resolve));
    },
    refresh() {
      for (const ws of live.keys()) {
        ws.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested" }));
      }
    },
    slash: (command, text, fields) => slashFields(command, text, server.port, fields),
    click: (value, ephemeral) => clickFields(value, ephemeral, server.port),
    event(fields) {
      envelopes += 1;
      return {
        type: "event_callback",
        team_id: TEAM_ID,
        event_id: `Ev${envelopes}`,
        event: fields,
        authorizations: [{ team_id: TEAM_ID, user_id: BOT_USER_ID, is_bot: true }],
      };
    },
    async stop() {
      for (const beat of live.values()) clearInterval(beat);
      await server.stop();
    },
  };
}

function answer(body: object): WireAnswer {
  return { status: 200, body };
}

function viewAnswer(view: unknown, refuse: (faults: readonly string[]) => WireAnswer): WireAnswer {
  const faults = blockFaults(record(view)["blocks"]);
  return faults.length > 0 ? refuse(faults) : answer({ ok: true, view: { id: "V1" } });
}

/** The client sends forms with JSON inside. */
function unfolded(body: Record<string, unknown>): Record<string, unknown> {
  const folded = ["blocks", "metadata", "view"];
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      folded.includes(name) && typeof value === "string" ? JSON.parse(value) : value,
    ]),
  );
}

function slashFields(
  command: string,
  text: string,
  port: number,
  fields: object = {},
): Record<string, string> {
  return {
    command,
    text,
    team_id: TEAM_ID,
    channel_id: CHANNEL_ID,
    user_id: PERSON_ID,
    response_url: `http://127.0.0.1:${port}/respond/slash`,
    trigger_id: "1.1",
    ...fields,
  };
}

function clickFields(value: string, ephemeral: boolean, port: number): object {
  return {
    type: "block_actions",
    team: { id: TEAM_ID },
    user: { id: PERSON_ID, team_id: TEAM_ID },
    channel: { id: CHANNEL_ID },
    container: { type: "message", message_ts: "1.1", is_ephemeral: ephemeral },
    response_url: `http://127.0.0.1:${port}/respond/click`,
    trigger_id: "1.1",
    actions: [{ type: "button", action_id: "sitrep:0", block_id: "b", value, action_ts: "1.2" }],
  };
}

/** A request as Slack signs it. `atMs`: the moment that it claims. */
export function signedRequest(
  secret: string,
  body: string,
  atMs: number,
  contentType = "application/x-www-form-urlencoded",
): Request {
  const timestamp = String(Math.floor(atMs / 1000));
  const mac = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return new Request("http://127.0.0.1/slack/events", {
    method: "POST",
    body,
    headers: {
      "content-type": contentType,
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${mac}`,
    },
  });
}
