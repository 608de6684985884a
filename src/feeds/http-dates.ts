import type { IncomingHttpHeaders } from "node:http";

/** For how long an answer calls itself fresh, in milliseconds; null when it does not say. Never negative. */
export function cacheMsOf(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const control = headers["cache-control"] ?? "";
  if (/\bno-(cache|store)\b/i.test(control)) return 0;
  const maxAge = /\bmax-age\s*=\s*"?(\d{1,15})/i.exec(control)?.[1];
  if (maxAge !== undefined) return Number(maxAge) * 1_000;
  const expiresMs = Date.parse(headers.expires ?? "");
  if (Number.isNaN(expiresMs)) return null;
  const sentMs = Date.parse(headers.date ?? "");
  return Math.max(0, expiresMs - (Number.isNaN(sentMs) ? nowMs : sentMs));
}

/** How long the server asks to be left alone, in milliseconds; null when it does not say. Never negative. */
export function retryAfterMsOf(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const value = headers["retry-after"]?.trim();
  if (value === undefined || value === "") return null;
  if (/^-?\d{1,20}$/.test(value)) return Math.max(0, Number(value) * 1_000);
  const untilMs = Date.parse(value);
  return Number.isNaN(untilMs) ? null : Math.max(0, untilMs - nowMs);
}
