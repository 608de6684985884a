import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { type Assets, readAssets } from "./assets.ts";
import { STRANGER, type WebContext, type WebEnv, wantsHtml } from "./context.ts";
import { createEvents } from "./events.ts";
import { type Frame, renderDoor } from "./pages.ts";
import type { WebOptions, WebPost } from "./ports.ts";
import { addChannel } from "./routes-channel.ts";
import { addCommand } from "./routes-command.ts";
import { addDocuments } from "./routes-documents.ts";
import { addDoor } from "./routes-door.ts";
import { addFeeds } from "./routes-feeds.ts";
import { addImport } from "./routes-import.ts";
import { addWorkshop } from "./routes-workshop.ts";

/** The page as a web application, without a socket. */
export type WebApp = {
  readonly app: Hono<WebEnv>;
  /** Something was posted: open pages get it at once. Harmless when called twice or for nothing. */
  announce(post: Pick<WebPost, "channel">): void;
  /** A post shows something else now: open pages show it, too. */
  announceEdit(edit: { readonly channel: string; readonly key: string }): void;
  /** Ends every live stream, so that the server can close. */
  close(): void;
};

/** A list of some hundred feeds; nothing that is sent here needs more room than this. */
const BODY_BYTES_MAX = 64 * 1024;

/** No script, style, frame or form but our own; pictures may be inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The built-in channel, the Replies at their addresses, and what machines read. */
export function createWebApp(options: WebOptions): WebApp {
  const assets = readAssets();
  const frame: Frame = { assets, specs: options.commander.specs, login: options.token !== null };
  const context: WebContext = { options, frame };
  const app = new Hono<WebEnv>();
  const events = createEvents(options.posts, (error) =>
    options.log.error({ error: String(error) }, "cannot read posts for the page"),
  );
  app.use(secureHeaders);
  for (const mount of options.mounts ?? []) {
    app.all(mount.path, (c) => mount.handle(c.req.raw));
  }
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => c.text("Too large\n", 413) }));
  addDoor(app, context);
  addAssets(app, assets);
  addMachines(app, options);
  addCommand(app, context);
  addChannel(app, context, events);
  addDocuments(app, context);
  addWorkshop(app, context);
  addImport(app, context);
  addFeeds(app, context);
  app.notFound((c) =>
    wantsHtml(c)
      ? c.html(renderDoor(frame, "Not found", "There is nothing at this address.", HOME), 404)
      : c.text("Not found\n", 404),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.text(`${error.message}\n`, error.status);
    options.log.error({ path: c.req.path, error: error.stack ?? String(error) }, "a page failed");
    const text = "Sitrep could not make this page. The log says why.";
    return wantsHtml(c)
      ? c.html(renderDoor(frame, "Something went wrong", text, HOME), 500)
      : c.text(`${text}\n`, 500);
  });
  return {
    app,
    announce: () => events.wake(),
    announceEdit: ({ channel, key }) => events.edited(channel, key),
    close: () => events.close(),
  };
}

const HOME = { href: "/", label: "To the channel" };

async function secureHeaders(c: Context, next: () => Promise<void>): Promise<void> {
  await next();
  const set = (name: string, value: string): void => c.res.headers.set(name, value);
  set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  set("X-Content-Type-Options", "nosniff");
  set("X-Frame-Options", "DENY");
  // Not "no-referrer": with it browsers send `Origin: null` with our own forms. To others both tell nothing.
  set("Referrer-Policy", "same-origin");
  set("Cross-Origin-Opener-Policy", "same-origin");
  set("Cross-Origin-Resource-Policy", "same-origin");
  if (!c.res.headers.has("Cache-Control")) set("Cache-Control", "no-store");
}

/** The mark in the address changes with the files, so what is kept is never old. */
function addAssets(app: Hono<WebEnv>, assets: Assets): void {
  app.get("/assets/:mark/:name", (c) => {
    const asset = assets.files.get(c.req.param("name"));
    if (asset === undefined) return c.notFound();
    c.header("Content-Type", asset.mediaType);
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    return c.body(asset.body);
  });
}

function addMachines(app: Hono<WebEnv>, options: WebOptions): void {
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    const { ok, problems } = await options.ready();
    const known = c.get("caller").user !== STRANGER;
    return c.json(known ? { ok, problems } : { ok }, ok ? 200 : 503);
  });
  app.get("/metrics", async (c) => {
    const text = await options.metrics();
    return c.body(text, 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}
