import type { Context, Hono } from "hono";
import type { Reply } from "../../commands/reply.ts";
import type { Invocation } from "../../commands/spec.ts";
import { svgPictures } from "../chart-pictures.ts";
import type { WebContext, WebEnv } from "./context.ts";
import type { Events } from "./events.ts";
import { type Html, html } from "./html.ts";
import {
  renderChannel,
  renderFeedLinks,
  renderPage,
  renderPost,
  renderSearchForm,
} from "./pages.ts";
import type { WebOptions, WebPost } from "./ports.ts";
import { beginsWithItsStory, renderReply } from "./render.ts";
import { attempt, optionsFor } from "./routes-command.ts";

/** Posts on one page of a channel. */
const POSTS_SHOWN = 30;

/** What people read: the channel, and each Reply at its address. */
export function addPages(app: Hono<WebEnv>, context: WebContext, events: Events): void {
  app.get("/", (c) => channelPage(c, context));
  app.get("/posts", (c) => newerPosts(c, context.options));
  app.get("/events", (c) => eventStream(c, context.options, events));
  app.get("/topics", (c) =>
    replyPage(c, context, { title: "Topics", current: "/topics", command: command("topics", {}) }),
  );
  app.get("/topics/:id", (c) => topicPage(c, context));
  app.get("/stories/:id", (c) => storyPage(c, context));
  app.get("/search", (c) => searchPage(c, context));
  app.get("/feeds", (c) => {
    const list: Invocation = { root: "sitrep-admin", group: "source", name: "list", options: {} };
    return replyPage(c, context, {
      title: "Feeds",
      current: "/feeds",
      command: list,
      failedAs: 403,
    });
  });
  app.get("/status", (c) =>
    replyPage(c, context, { title: "Status", current: "/status", command: command("status", {}) }),
  );
}

function command(name: string, options: Readonly<Record<string, string>>): Invocation {
  return { root: "sitrep", group: null, name, options };
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

/** Posts above a number as a fragment, newest first: what the page's script adds when it hears of them. */
async function newerPosts(c: Context<WebEnv>, options: WebOptions): Promise<Response> {
  const channel = channelOf(c, options);
  const after = numberOf(c.req.query("after"));
  if (channel === null || after === null) return c.notFound();
  const posts = await options.posts.posts(`web:${channel}`, after, POSTS_SHOWN);
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

type ReplyPage = {
  readonly title: string;
  readonly current: string | null;
  readonly command: Invocation;
  /** Status when the command was refused or failed. */
  readonly failedAs?: 400 | 403 | 404;
  readonly before?: Html;
  readonly after?: Html;
  readonly topicId?: string;
  readonly alternates?: readonly (readonly [string, string])[];
};

async function replyPage(
  c: Context<WebEnv>,
  { options, frame }: WebContext,
  page: ReplyPage,
): Promise<Response> {
  const reply = await attempt(options, page.command.name, () =>
    options.commander.run(page.command, c.get("caller")),
  );
  const level = page.before === undefined ? 1 : 2;
  const topicId = page.topicId ?? null;
  const pictures = await svgPictures(reply, options.log);
  const shown = renderReply(reply, {
    ...optionsFor(options, { level, topicId, here: c.req.path }),
    pictures,
  });
  const body = html`<div class="document">${page.before ?? titleFor(page.title, reply)}${shown}${page.after ?? null}</div>`;
  const status = reply.failed === true ? (page.failedAs ?? 400) : 200;
  const channel = options.channels[0] ?? "main";
  return c.html(renderPage({ ...page, channel, body }, frame), status);
}

/** Every page has one heading of the first level; a reply without its own gets the page's name. */
function titleFor(title: string, reply: Reply): Html | null {
  const own =
    reply.blocks.some(({ kind }) => kind === "heading") || beginsWithItsStory(reply.blocks);
  return own ? null : html`<h1>${title}</h1>`;
}

function topicPage(c: Context<WebEnv>, context: WebContext): Promise<Response> {
  const topicId = c.req.param("id") ?? "";
  return replyPage(c, context, {
    title: topicId,
    current: "/topics",
    command: command("now", { topic: topicId }),
    failedAs: 404,
    after: renderFeedLinks(topicId),
    topicId,
    alternates: [
      [`/topics/${topicId}/feed.xml`, "application/atom+xml"],
      [`/topics/${topicId}/feed.json`, "application/feed+json"],
    ],
  });
}

async function storyPage(c: Context<WebEnv>, context: WebContext): Promise<Response> {
  const storyId = c.req.param("id") ?? "";
  const now = /^s[0-9a-z]{10}$/.test(storyId) ? await context.options.resolveStory(storyId) : null;
  if (now === null) return c.notFound();
  if (now !== storyId) return c.redirect(`/stories/${now}`, 301);
  const story = command("story", { story: storyId });
  return replyPage(c, context, { title: "Story", current: null, command: story, failedAs: 404 });
}

async function searchPage(c: Context<WebEnv>, context: WebContext): Promise<Response> {
  const { options, frame } = context;
  const asked = {
    query: c.req.query("q"),
    topic: c.req.query("topic"),
    source: c.req.query("source"),
    since: c.req.query("since"),
  };
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined && value.trim() !== "") values[name] = value.trim();
  }
  const before = renderSearchForm(values, await topicIds(c, options));
  if (values["query"] === undefined) {
    const body = html`<div class="document">${before}</div>`;
    const channel = options.channels[0] ?? "main";
    return c.html(renderPage({ title: "Search", current: "/search", channel, body }, frame));
  }
  const search = command("search", values);
  return replyPage(c, context, { title: "Search", current: "/search", command: search, before });
}

/** The topics to choose from, as the command box would offer them. */
async function topicIds(c: Context<WebEnv>, options: WebOptions): Promise<readonly string[]> {
  const spec = options.commander.specs.find(
    ({ name, group }) => name === "search" && group === null,
  );
  if (spec === undefined) return [];
  const found = await options.commander.suggest(spec, "topic", "", c.get("caller"));
  return found.map(({ value }) => value);
}
