import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import type { WebContext, WebEnv } from "./context.ts";
import { renderAtom, renderJsonFeed } from "./topic-feed.ts";

/** Each topic as Atom and as JSON Feed. */
export function addFeeds(app: Hono<WebEnv>, { options }: WebContext): void {
  app.get("/topics/:id/feed.xml", async (c) => {
    const feed = await options.topicFeed(c.req.param("id"));
    if (feed === null) return c.text("There is no such topic\n", 404);
    const type = "application/atom+xml; charset=utf-8";
    return sendFeed(c, renderAtom(feed, options.publicUrl), type);
  });
  app.get("/topics/:id/feed.json", async (c) => {
    const feed = await options.topicFeed(c.req.param("id"));
    if (feed === null) return c.text("There is no such topic\n", 404);
    const body = JSON.stringify(renderJsonFeed(feed, options.publicUrl), null, 2);
    return sendFeed(c, `${body}\n`, "application/feed+json; charset=utf-8");
  });
}

/** Readers ask often: one that has this version already gets no body. */
function sendFeed(c: Context, body: string, type: string): Response {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  c.header("ETag", etag);
  c.header("Cache-Control", "private, no-cache");
  const known = (c.req.header("if-none-match") ?? "").split(",");
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === etag)) return c.body(null, 304);
  return c.body(body, 200, { "Content-Type": type });
}
