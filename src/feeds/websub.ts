import { createHmac, timingSafeEqual } from "node:crypto";
import { Agent } from "undici";
import { problemOf, problemOfStatus } from "./fetch-problem.ts";
import type { Guard } from "./guard.ts";
import type { Instant, Problem } from "./item.ts";

/** A subscription of a feed at its hub (WebSub, https://www.w3.org/TR/websub/, 2018-01-23). */
export type HubSubscription = {
  readonly hubUrl: string;
  /** The feed's own address, as it gives it. */
  readonly topicUrl: string;
  /** Where the hub sends news: not to be guessed, one for each feed. */
  readonly callbackUrl: string;
  /** Signs what the hub sends; at most 199 bytes. */
  readonly secret: string;
};

/** Asks hubs. */
export type HubClient = {
  /** Null: the hub took the request, and will ask the callback whether it was meant. */
  request(mode: "subscribe" | "unsubscribe", to: HubSubscription): Promise<Problem | null>;
  close(): Promise<void>;
};

const DEADLINE_MS = 15_000;
/** Asked for; the hub decides. */
const LEASE_SECONDS = 5 * 86_400;

/** A hub's address comes from a feed, so it passes the same guard. */
export function createHubClient(options: {
  readonly guard: Guard;
  readonly userAgent: string;
}): HubClient {
  const agent = new Agent({ connect: options.guard.connect, keepAliveTimeout: 1_000 });
  return {
    async request(mode, to) {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const url = URL.parse(to.hubUrl);
      if (url === null) return { code: "bad-address", message: "The hub's address is no address." };
      try {
        const refused = options.guard.refusalOf(url);
        if (refused !== null) throw refused;
        const { statusCode, body } = await agent.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: "POST",
          headers: {
            "user-agent": options.userAgent,
            "content-type": "application/x-www-form-urlencoded",
          },
          body: formOf(mode, to),
          signal,
        });
        await body.dump({ limit: 16_384, signal });
        return statusCode >= 200 && statusCode <= 299
          ? null
          : problemOfStatus(url.host, statusCode);
      } catch (error) {
        return problemOf(url.host, error, signal.aborted ? DEADLINE_MS : null);
      }
    },
    close: async () => {
      await agent.destroy();
    },
  };
}

function formOf(mode: "subscribe" | "unsubscribe", to: HubSubscription): string {
  return new URLSearchParams({
    "hub.mode": mode,
    "hub.topic": to.topicUrl,
    "hub.callback": to.callbackUrl,
    "hub.secret": to.secret,
    "hub.lease_seconds": String(LEASE_SECONDS),
  }).toString();
}

/** The hub's question whether a request was meant. */
export type Verification =
  | { readonly kind: "confirmed"; readonly challenge: string; readonly leaseSeconds: number | null }
  | { readonly kind: "denied"; readonly reason: string | null }
  /** Not ours: to be answered with 404. */
  | { readonly kind: "unknown" };

/** Judges the hub's question; `wanted` is what was asked for, null when nothing was. */
export function verifyIntent(
  query: URLSearchParams,
  wanted: { readonly mode: "subscribe" | "unsubscribe"; readonly topicUrl: string } | null,
): Verification {
  const mode = query.get("hub.mode");
  if (wanted === null || query.get("hub.topic") !== wanted.topicUrl) return { kind: "unknown" };
  if (mode === "denied") return { kind: "denied", reason: query.get("hub.reason") };
  const challenge = query.get("hub.challenge");
  if (mode !== wanted.mode || challenge === null) return { kind: "unknown" };
  const lease = query.get("hub.lease_seconds") ?? "";
  return {
    kind: "confirmed",
    challenge,
    leaseSeconds: /^\d{1,9}$/.test(lease) ? Number(lease) : null,
  };
}

/**
 * Whether the hub signed what it sent, by its `X-Hub-Signature`. What is not signed is still answered with 2xx, as the
 * standard asks, and dropped.
 */
export function isSigned(body: Uint8Array, header: string | undefined, secret: string): boolean {
  const found = /^(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})$/i.exec(header?.trim() ?? "");
  if (found === null) return false;
  const [, method = "", digest = ""] = found;
  const expected = createHmac(method.toLowerCase(), secret).update(body).digest();
  const given = Buffer.from(digest, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const RENEW_MS_MIN = 3_600_000;
const RENEW_MS_MAX = 10 * 86_400_000;

/** When to subscribe again: in the last fifth of the lease, spread by chance (0 to 1). */
export function renewAt(leaseSeconds: number | null, now: Instant, chance: number): Instant {
  const leaseMs = (leaseSeconds ?? LEASE_SECONDS) * 1_000;
  const afterMs = leaseMs * (0.8 + 0.15 * chance);
  const boundedMs = Math.min(Math.max(afterMs, RENEW_MS_MIN), RENEW_MS_MAX);
  return new Date(Date.parse(now) + Math.round(boundedMs)).toISOString();
}
