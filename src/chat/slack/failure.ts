import { webApi } from "@slack/bolt";
import type { Found, Outcome } from "../../delivery/delivery.ts";
import { isNeverSent } from "../unreached.ts";

const {
  WebAPIHTTPError: HttpError,
  WebAPIPlatformError: PlatformError,
  WebAPIRateLimitedError: RateLimitedError,
  WebAPIRequestError: RequestError,
} = webApi;

/** The channel, or the whole app, takes nothing until somebody mends it. https://docs.slack.dev/reference/methods/chat.postMessage */
const PARKING = new Set([
  "access_denied",
  "account_inactive",
  "as_user_not_supported",
  "channel_not_found",
  "ekm_access_denied",
  "enterprise_is_restricted",
  "invalid_auth",
  "is_archived",
  "messages_tab_disabled",
  "missing_scope",
  "no_permission",
  "not_allowed_token_type",
  "not_authed",
  "not_in_channel",
  "org_login_required",
  "restricted_action",
  "restricted_action_non_threadable_channel",
  "restricted_action_read_only_channel",
  "restricted_action_thread_locked",
  "restricted_action_thread_only_channel",
  "team_access_not_granted",
  "team_not_found",
  "thread_not_found",
  "token_expired",
  "token_revoked",
]);

/** "It's possible some aspect of the operation succeeded before the error was raised." */
const PERHAPS_DONE = new Set(["fatal_error", "internal_error", "request_timeout"]);

const BUSY = new Set([
  "accesslimited",
  "rate_limited",
  "ratelimited",
  "service_unavailable",
  "team_added_to_org",
]);

/** When the platform says to wait and not how long. */
const WAIT_UNSAID_MS = 30_000;

/** What an error of the Web API client says about one try to post. */
export function outcomeOf(error: unknown): Outcome {
  const waitMs = limitedMs(error);
  if (waitMs !== null) {
    return { kind: "retry", reason: "Slack's rate limit", afterMs: waitMs, scope: "platform" };
  }
  const reason = describeFailure(error);
  if (error instanceof PlatformError) {
    const code = error.data.error;
    if (PERHAPS_DONE.has(code)) return { kind: "unclear", reason };
    return { kind: "gone", reason, park: PARKING.has(code) };
  }
  if (error instanceof HttpError) {
    return error.statusCode >= 400 && error.statusCode < 500
      ? { kind: "gone", reason, park: [401, 403, 404].includes(error.statusCode) }
      : { kind: "unclear", reason };
  }
  const code = errorCode(error);
  if (isNeverSent(code)) {
    return { kind: "retry", reason, afterMs: null, scope: "platform" };
  }
  return { kind: "unclear", reason };
}

/** What an error says about one try to read a channel back. */
export function foundOf(error: unknown): Found {
  const waitMs = limitedMs(error);
  const reason = describeFailure(error);
  if (waitMs !== null) return { kind: "retry", reason, afterMs: waitMs };
  if (error instanceof PlatformError && !PERHAPS_DONE.has(error.data.error)) {
    return { kind: "unreadable", reason };
  }
  return { kind: "retry", reason, afterMs: null };
}

/** How long the platform wants to be left alone; null when that is not what it says. */
function limitedMs(error: unknown): number | null {
  if (error instanceof RateLimitedError) return error.retryAfter * 1000;
  if (error instanceof PlatformError && BUSY.has(error.data.error)) return WAIT_UNSAID_MS;
  // A 429 whose Retry-After cannot be read comes as a plain error.
  if (error instanceof Error && error.message.startsWith("Retry header did not")) {
    return WAIT_UNSAID_MS;
  }
  return null;
}

/** An error in words for the operator, never with a token, an address or a body. */
export function describeFailure(error: unknown): string {
  if (error instanceof PlatformError) return `Slack answered ${error.data.error}`;
  if (error instanceof HttpError) return `Slack answered ${error.statusCode}`;
  if (error instanceof RateLimitedError) return "Slack's rate limit";
  const what = errorCode(error) ?? (error instanceof Error ? error.name : typeof error);
  return `no answer from Slack: ${what}`;
}

/** The system's code of an error or of what caused it. */
function errorCode(error: unknown): string | null {
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && depth < 5; depth++) {
    const code: unknown = Reflect.get(at, "code");
    if (typeof code === "string" && !code.startsWith("slack_")) return code;
    if (at instanceof RequestError) at = at.original;
    else at = at.cause;
  }
  return null;
}
