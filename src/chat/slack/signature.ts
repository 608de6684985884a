import { createHmac, timingSafeEqual } from "node:crypto";

/** Older requests, and requests from as far in the future, are refused. */
export const SIGNATURE_AGE_MAX_S = 5 * 60;

/** What a request brings along to prove where it comes from. */
export type SignedRequest = {
  /** X-Slack-Request-Timestamp */
  readonly timestamp: string | null;
  /** X-Slack-Signature */
  readonly signature: string | null;
  /** The body, byte for byte as it came. */
  readonly body: string;
};

/** Why a request is not to be believed; null: it is. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signatureFault(
  { timestamp, signature, body }: SignedRequest,
  signingSecret: string,
  nowMs: number,
): "unsigned" | "stale" | "forged" | null {
  if (timestamp === null || signature === null || signingSecret === "") return "unsigned";
  if (!/^\d{1,12}$/.test(timestamp)) return "forged";
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > SIGNATURE_AGE_MAX_S) return "stale";
  const due = Buffer.from(signed(timestamp, body, signingSecret));
  const given = Buffer.from(signature);
  return given.length === due.length && timingSafeEqual(given, due) ? null : "forged";
}

function signed(timestamp: string, body: string, secret: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
