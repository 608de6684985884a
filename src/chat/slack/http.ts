import { createHash } from "node:crypto";
import type { App, Receiver } from "@slack/bolt";
import type { Log } from "../../log.ts";
import { describeFailure } from "./failure.ts";
import { SIGNATURE_AGE_MAX_S, signatureFault } from "./signature.ts";

/** What was seen before. Must outlive a restart, else a request could be played again after one. */
export type SeenSet = {
  /** Notes the id for so long; true when it was not noted before. */
  firstSight(id: string, forMs: number): Promise<boolean>;
};

/** Answers POST /slack/events. */
export type SlackEvents = (request: Request) => Promise<Response>;

/** Slack's requests are far smaller. */
const BODY_CHARS_MAX = 1_000_000;

/** The platform waits for no longer. */
const ACK_MS = 3_000;

/** A signature is good for its age in both directions; it is remembered longer than that. */
const REPLAY_MS = (2 * SIGNATURE_AGE_MAX_S + 60) * 1000;

export type HttpPorts = {
  readonly signingSecret: string;
  readonly seen: SeenSet;
  readonly now: () => number;
  readonly log: Log;
};

/** Takes Slack's requests on the one server that Sitrep has, instead of on one of Bolt's own. */
export function createHttpReceiver(ports: HttpPorts): {
  readonly receiver: Receiver;
  readonly events: SlackEvents;
} {
  let app: App | null = null;
  return {
    receiver: {
      init(made) {
        app = made;
      },
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    },
    async events(request) {
      const body = await request.text();
      const refusal = await refuse(request, body, ports);
      if (refusal !== null) return refusal;
      const payload = payloadOf(request.headers.get("content-type") ?? "", body);
      if (payload === null) return new Response("unreadable", { status: 400 });
      if (payload["ssl_check"] !== undefined) return new Response(null, { status: 200 });
      if (payload["type"] === "url_verification") {
        return Response.json({ challenge: payload["challenge"] });
      }
      return app === null
        ? new Response("starting", { status: 503 })
        : await hand(app, payload, request, ports.log);
    },
  };
}

async function refuse(request: Request, body: string, ports: HttpPorts): Promise<Response | null> {
  if (request.method !== "POST") return new Response("POST only", { status: 405 });
  if (body.length > BODY_CHARS_MAX) return new Response("too large", { status: 413 });
  const signature = request.headers.get("x-slack-signature");
  const timestamp = request.headers.get("x-slack-request-timestamp");
  const fault = signatureFault({ timestamp, signature, body }, ports.signingSecret, ports.now());
  if (fault !== null) {
    ports.log.warn({ fault }, "Slack: a request was refused");
    return new Response(fault, { status: 401 });
  }
  const id = createHash("sha256").update(`${timestamp}:${signature}`).digest("base64url");
  if (await ports.seen.firstSight(`slack.request.${id}`, REPLAY_MS)) return null;
  ports.log.warn({ fault: "replayed" }, "Slack: a request was refused");
  return new Response("replayed", { status: 409 });
}

type Payload = Record<string, unknown>;

function payloadOf(type: string, body: string): Payload | null {
  try {
    if (type.startsWith("application/json")) return fields(JSON.parse(body));
    const form = Object.fromEntries(new URLSearchParams(body));
    const inner = form["payload"];
    return inner === undefined ? form : fields(JSON.parse(inner));
  } catch {
    return null;
  }
}

function fields(value: unknown): Payload | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** Gives a request to Bolt; the answer is what a listener acknowledges with. */
function hand(app: App, body: Payload, request: Request, log: Log): Promise<Response> {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const timer = setTimeout(() => resolve(new Response(null, { status: 404 })), ACK_MS);
  const retryNum = Number(request.headers.get("x-slack-retry-num") ?? "0");
  const retryReason = request.headers.get("x-slack-retry-reason");
  app
    .processEvent({
      body,
      ...(retryNum > 0 ? { retryNum } : {}),
      ...(retryReason === null ? {} : { retryReason }),
      ack: (answer?: unknown) => {
        resolve(acknowledgement(answer));
        return Promise.resolve();
      },
    })
    .catch((error: unknown) => {
      log.error({ problem: describeFailure(error) }, "Slack: a request was not processed");
      resolve(new Response(null, { status: 500 }));
    });
  return promise.finally(() => clearTimeout(timer));
}

function acknowledgement(answer: unknown): Response {
  if (typeof answer === "string") return new Response(answer, { status: 200 });
  return answer === undefined || answer === null
    ? new Response(null, { status: 200 })
    : Response.json(answer);
}
