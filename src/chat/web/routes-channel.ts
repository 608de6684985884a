import type { Context, Hono } from "hono";
import type { WebContext, WebEnv } from "./context.ts";
import type { Events } from "./events.ts";
import { html } from "./html.ts";
import { renderChannel, renderPage, renderPost } from "./pages.ts";
import type { WebOptions, WebPost } from "./ports.ts";
import { optionsFor } from "./routes-command.ts";

/** Posts on one page of a channel. */
const POSTS_SHOWN = 30;

/** The channel: its posts, and those that come while it is open. */
export function addChannel(app: Hono<WebEnv>, context: WebContext, events: Events): void {
  app.get("/", (c) => channelPage(c, context));
  app.get("/posts", (c) => newerPosts(c, context.options));
  app.get("/events", (c) => eventStream(c, context.options, events));
}

/** Names a channel of the page: as asked for, the first one unless said, null when there is none of that name. */
function channelOf(c: Context, options: WebOptions): string | null {
  const asked = c.req.query("channel")?.replace(/^web:/, "") ?? options.channels[0];
  return asked !== undefined && options.channels.includes(asked) ? asked : null;
}

async function channelPage(c: Context<WebEnv>, { options, frame }: WebContext): Promise<Response> {
  const channel = channelOf(c, options);
  if (channel === null) return c.notFound();
  const before = numberOf(c.req.query("before"));
  const name = `web:${channel}`;
  const found =
    before === null
      ? await options.posts.newestPosts(name, POSTS_SHOWN + 1)
      : await postsBefore(options, name, before, POSTS_SHOWN + 1);
  const posts = found.slice(0, POSTS_SHOWN);
  const older = found.length > POSTS_SHOWN ? (posts.at(-1)?.number ?? null) : null;
  const newest = posts[0]?.number ?? 0;
  const live = before === null;
  const body = renderChannel(channel, options.channels, posts, { newest, older, live }, (post) =>
    optionsFor(options, { topicId: post.delivery.topicId }),
  );
  const page = { title: channel === "main" ? "Sitrep" : channel, current: "/", channel, body };
  return c.html(renderPage(page, frame));
}

/** Newest first. The numbers of one channel have gaps, so the stretch that is read doubles until it holds enough. */
async function postsBefore(
  options: WebOptions,
  channel: string,
  before: number,
  limit: number,
): Promise<readonly WebPost[]> {
  for (let stretch = limit; ; stretch *= 2) {
    const after = Math.max(0, before - 1 - stretch);
    const found = await options.posts.posts(channel, after, stretch);
    const older = found.filter((post) => post.number < before);
    if (older.length >= limit || after === 0) return older.reverse().slice(0, limit);
  }
}

/** The next posts above a number as a fragment, newest first: what the page's script shows when it hears of them. */
async function newerPosts(c: Context<WebEnv>, options: WebOptions): Promise<Response> {
  const channel = channelOf(c, options);
  const after = numberOf(c.req.query("after"));
  if (channel === null || after === null) return c.notFound();
  const count = Math.min(POSTS_SHOWN, numberOf(c.req.query("count")) ?? POSTS_SHOWN);
  const posts = await options.posts.posts(`web:${channel}`, after, count);
  const newestFirst = [...posts].reverse();
  const body = html`${newestFirst.map((post) =>
    renderPost(post, optionsFor(options, { topicId: post.delivery.topicId })),
  )}`;
  return c.html(body.html);
}

/** Resumes after Last-Event-ID, else after `?after=`, else with what comes from now on. */
async function eventStream(
  c: Context<WebEnv>,
  options: WebOptions,
  events: Events,
): Promise<Response> {
  const one = c.req.query("channel") === undefined ? null : channelOf(c, options);
  if (one === null && c.req.query("channel") !== undefined) return c.notFound();
  const channels = (one === null ? options.channels : [one]).map((name) => `web:${name}`);
  if (c.req.method === "HEAD") return c.body(null, 200, EVENT_STREAM);
  const newest = await newestNumber(options, channels);
  const asked = numberOf(c.req.header("last-event-id")) ?? numberOf(c.req.query("after"));
  // A number above all of ours is of another ledger, such as one from before a restore.
  const after = asked === null ? newest : Math.min(asked, newest);
  const stream = events.open(channels, after);
  if (stream === null) return c.text("Too many open pages\n", 503, { "Retry-After": "30" });
  return c.body(stream, 200, EVENT_STREAM);
}

/** Nothing on the way may keep, change or hold back what is sent. */
const EVENT_STREAM = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
};

async function newestNumber(options: WebOptions, channels: readonly string[]): Promise<number> {
  const found = await Promise.all(channels.map((name) => options.posts.newestPosts(name, 1)));
  return Math.max(0, ...found.flat().map(({ number }) => number));
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
