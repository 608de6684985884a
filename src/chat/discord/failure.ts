import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import type { Outcome } from "../../delivery/delivery.ts";
import { isNeverSent } from "../unreached.ts";

/** The message of this nonce was posted and then deleted; see discord/discord-api-docs pull request 6647. */
const UNKNOWN_MESSAGE = 10008;

/** Too many threads are open on the server; each folds itself away in time. */
const TOO_MANY_THREADS = 160006;
const THREADS_AGAIN_MS = 3_600_000;

/** A 429 so long and without a bucket comes from in front of the API and concerns everything. */
const EDGE_LIMIT_MS = 30_000;

/** What an error of discord.js says about one try to post. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof RateLimitError) return limited(error);
  if (error instanceof DiscordAPIError) return refused(error);
  if (error instanceof HTTPError) {
    return { kind: "unclear", reason: `Discord answered ${error.status}` };
  }
  const code = errorCode(error);
  if (isNeverSent(code)) {
    return {
      kind: "retry",
      reason: `Discord not reached: ${code}`,
      afterMs: null,
      scope: "platform",
    };
  }
  return { kind: "unclear", reason: `no answer from Discord: ${code ?? errorName(error)}` };
}

function limited(error: RateLimitError): Outcome {
  const afterMs = Math.max(0, error.retryAfter, error.sublimitTimeout, finite(error.timeToReset));
  const edge = !Number.isFinite(error.limit) && error.scope !== "shared" && afterMs > EDGE_LIMIT_MS;
  const scope = error.global || edge ? "platform" : "channel";
  return { kind: "retry", reason: `Discord's rate limit (${scope})`, afterMs, scope };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function refused(error: DiscordAPIError): Outcome {
  const reason = describeFailure(error);
  if (error.code === TOO_MANY_THREADS) {
    return { kind: "retry", reason, afterMs: THREADS_AGAIN_MS, scope: "delivery" };
  }
  const park = [401, 403, 404].includes(error.status) && error.code !== UNKNOWN_MESSAGE;
  return { kind: "gone", reason, park };
}

/** An error in words for the operator: status, code and message, never a token, an address or a body. */
export function describeFailure(error: unknown): string {
  if (error instanceof RateLimitError) return "Discord's rate limit";
  if (error instanceof DiscordAPIError) {
    const [message = ""] = error.message.split("\n");
    return `Discord answered ${error.status}: ${message.slice(0, 200)} (${error.code})`;
  }
  if (error instanceof HTTPError) return `Discord answered ${error.status}`;
  return errorCode(error) ?? errorName(error);
}

/** The code of an error or of what caused it. */
function errorCode(error: unknown): string | null {
  for (
    let at: unknown = error, depth = 0;
    at instanceof Error && depth < 4;
    at = at.cause, depth++
  ) {
    const code: unknown = Reflect.get(at, "code");
    if (typeof code === "string") return code;
  }
  return null;
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
