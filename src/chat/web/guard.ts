import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Level } from "../../commands/spec.ts";

/** What decides who may come in. */
export type GuardOptions = {
  /** The one secret of the page; null: none is asked for. */
  readonly token: string | null;
  /** Whether the server listens on a loopback address only. */
  readonly loopback: boolean;
  /** Base of the page's addresses as others see it, when it stands behind a proxy. */
  readonly publicUrl: string | null;
};

/** Whether a request may pass, and what its sender may do. */
export type Verdict =
  | { readonly kind: "in"; readonly level: Level; readonly user: string }
  /** Another site speaks, or another name than ours was called. `crossSite`: a link on another site led here. */
  | { readonly kind: "foreign"; readonly reason: string; readonly crossSite: boolean }
  /** The token is asked for, and this is not it. */
  | { readonly kind: "login" };

/** Name of the cookie that a login sets. */
export const SESSION_COOKIE = "sitrep_session";
/** How long a login lasts. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** Judges one request by its headers. `cookie` is the session's value, if one was sent; `nowMs` the time since 1970. */
export function judge(
  headers: Headers,
  cookie: string | null,
  options: GuardOptions,
  nowMs: number,
): Verdict {
  const foreign = foreignReason(headers, options);
  if (foreign !== null) return foreign;
  if (options.token !== null) {
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
    const known =
      (bearer !== null && sameSecret(bearer, options.token)) ||
      (cookie !== null && isSession(cookie, options.token, nowMs));
    return known ? { kind: "in", level: "admin", user: "web:token" } : { kind: "login" };
  }
  if (!options.loopback) return { kind: "login" };
  // A proxy makes strangers look like neighbours: what came through one is not the person at this machine.
  const proxied = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
  const local =
    isLoopbackName(hostName(headers.get("host"))) && !proxied.some((name) => headers.has(name));
  return local
    ? { kind: "in", level: "admin", user: "web:local" }
    : { kind: "in", level: "viewer", user: "web:visitor" };
}

/** A cookie's value for one who gave the token: when it ends, and a proof that only the token's owner can make. */
export function makeSession(token: string, nowMs: number): string {
  const endsAt = String(Math.floor(nowMs / 1000) + SESSION_SECONDS);
  return `${endsAt}.${proofOf(endsAt, token)}`;
}

function isSession(cookie: string, token: string, nowMs: number): boolean {
  const [endsAt = "", proof = ""] = cookie.split(".");
  if (!/^\d{1,12}$/.test(endsAt) || Number(endsAt) * 1000 < nowMs) return false;
  return sameSecret(proof, proofOf(endsAt, token));
}

function proofOf(endsAt: string, token: string): string {
  return createHmac("sha256", token).update(`sitrep session until ${endsAt}`).digest("base64url");
}

/** Takes the same time wherever the two differ, and whatever their lengths are. */
export function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function foreignReason(headers: Headers, options: GuardOptions): Verdict | null {
  const host = headers.get("host");
  if (!isOwnHost(host, options)) {
    const reason = `This page does not answer to the name ${shown(host)}. Open it by the address that Sitrep printed, or set SITREP_PUBLIC_URL to the address that you use.`;
    return { kind: "foreign", reason, crossSite: false };
  }
  const origin = headers.get("origin");
  if (origin !== null && !isOwnOrigin(origin, host, options)) {
    const reason = `A page of ${shown(origin)} may not speak to Sitrep.`;
    return { kind: "foreign", reason, crossSite: false };
  }
  if (headers.get("sec-fetch-site") === "cross-site") {
    return { kind: "foreign", reason: "Another site led here.", crossSite: true };
  }
  return null;
}

/**
 * Only names we know, so that a stranger's name that resolves to this machine gets nothing (DNS rebinding). An
 * address in digits cannot be rebound, and is how others reach a server that listens on more than loopback.
 */
function isOwnHost(host: string | null, options: GuardOptions): boolean {
  const name = hostName(host);
  if (name === null) return false;
  if (isLoopbackName(name) || name === publicHostName(options)) return true;
  return !options.loopback && isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

function isOwnOrigin(origin: string, host: string | null, options: GuardOptions): boolean {
  const parsed = URL.parse(origin);
  if (parsed === null) return false;
  if (options.publicUrl !== null && parsed.origin === URL.parse(options.publicUrl)?.origin) {
    return true;
  }
  return host !== null && parsed.host === URL.parse(`${parsed.protocol}//${host}`)?.host;
}

function hostName(host: string | null): string | null {
  return host === null ? null : (URL.parse(`http://${host}`)?.hostname ?? null);
}

function publicHostName(options: GuardOptions): string | null {
  return options.publicUrl === null ? null : (URL.parse(options.publicUrl)?.hostname ?? null);
}

function isLoopbackName(name: string | null): boolean {
  return (
    name !== null && (name === "localhost" || name === "[::1]" || /^127(\.\d+){3}$/.test(name))
  );
}

function shown(name: string | null): string {
  return name === null || name === "" ? "(none)" : name.slice(0, 100);
}
