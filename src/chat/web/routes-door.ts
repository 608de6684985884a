import type { Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Caller, Level } from "../../commands/spec.ts";
import { readForm, STRANGER, type WebContext, type WebEnv, wantsHtml } from "./context.ts";
import {
  judge,
  makeSession,
  SESSION_COOKIE,
  SESSION_SECONDS,
  sameSecret,
  type Verdict,
} from "./guard.ts";
import { renderDoor, renderLogin } from "./pages.ts";
import type { WebOptions } from "./ports.ts";

/** Lets in who belongs, and offers the others the way in. Stands before every route that it guards. */
export function addDoor(app: Hono<WebEnv>, context: WebContext): void {
  const { options } = context;
  app.use(async (c, next) => {
    const cookie = getCookie(c, SESSION_COOKIE) ?? null;
    const verdict = judge(c.req.raw.headers, cookie, options, options.now());
    if (verdict.kind === "foreign") return turnAway(c, context, verdict);
    if (verdict.kind === "login" && !OPEN_PATHS.test(c.req.path)) return askToken(c, context);
    const known = verdict.kind === "in";
    const level = known ? verdict.level : "viewer";
    c.set("caller", callerOf(level, known ? verdict.user : STRANGER, options));
    return next();
  });
  app.post("/login", (c) => logIn(c, context));
  app.post("/logout", (c) => {
    setCookie(c, SESSION_COOKIE, "", { ...COOKIE, maxAge: 0 });
    return c.redirect("/", 303);
  });
}

/** Paths that answer before the token is given: probes, the way in and what it looks like. */
const OPEN_PATHS = /^\/(healthz|readyz|login|assets\/.+)$/;

const COOKIE = { httpOnly: true, sameSite: "Strict", path: "/" } as const;

function callerOf(level: Level, user: string, options: WebOptions): Caller {
  return { tenant: "web", user, level, channel: `web:${options.channels[0] ?? "main"}` };
}

function turnAway(
  c: Context,
  { frame }: WebContext,
  verdict: Extract<Verdict, { kind: "foreign" }>,
): Response {
  if (!wantsHtml(c)) return c.text(`${verdict.reason}\n`, 403);
  // Followed from our own page, a link comes from us.
  const mayOpen = verdict.crossSite && c.req.method === "GET";
  const link = mayOpen ? { href: pathOf(c), label: "Open this page" } : null;
  return c.html(renderDoor(frame, "Not from here", verdict.reason, link), 403);
}

function askToken(c: Context, { frame, options }: WebContext): Response {
  c.header("WWW-Authenticate", "Bearer");
  if (options.token === null) {
    return c.text("Set SITREP_WEB_TOKEN: this page listens on more than this machine\n", 403);
  }
  if (!wantsHtml(c)) {
    return c.text("The token is missing or wrong: send it as Authorization: Bearer\n", 401);
  }
  return c.html(renderLogin(frame, c.req.method === "GET" ? pathOf(c) : "/", null), 401);
}

async function logIn(c: Context, { frame, options }: WebContext): Promise<Response> {
  if (options.token === null) return c.redirect("/", 303);
  const { token, next } = await readForm(c);
  const path = typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/";
  if (typeof token !== "string" || !sameSecret(token.trim(), options.token)) {
    return c.html(renderLogin(frame, path, "This is not the token."), 401);
  }
  const base = options.publicUrl === null ? null : URL.parse(options.publicUrl);
  const secure = base?.protocol === "https:" && base.host === c.req.header("host");
  const value = makeSession(options.token, options.now());
  setCookie(c, SESSION_COOKIE, value, { ...COOKIE, maxAge: SESSION_SECONDS, secure });
  return c.redirect(path, 303);
}

function pathOf(c: Context): string {
  const url = new URL(c.req.url);
  return url.pathname.replace(/^\/+/, "/") + url.search;
}
