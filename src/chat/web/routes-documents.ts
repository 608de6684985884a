import type { Context, Hono } from "hono";
import type { Invocation } from "../../commands/spec.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { command, replyPage } from "./document.ts";
import { html } from "./html.ts";
import { renderFeedLinks, renderPage, renderSearchForm } from "./pages.ts";
import type { WebOptions } from "./ports.ts";

/** Each Reply at its address: topics, stories, search, feeds, subscriptions, status. */
export function addDocuments(app: Hono<WebEnv>, context: WebContext): void {
  app.get("/topics", (c) =>
    replyPage(c, context, {
      title: "Topics",
      current: "/topics",
      command: command("topics"),
      after: mayMakeTopics(c, context)
        ? html`<p><a class="button primary" href="/workshop">New topic</a></p>`
        : null,
    }),
  );
  app.get("/topics/:id", (c) => topicPage(c, context));
  app.get("/stories/:id", (c) => storyPage(c, context));
  app.get("/search", (c) => searchPage(c, context));
  app.get("/feeds", (c) =>
    replyPage(c, context, {
      title: "Feeds",
      current: "/feeds",
      command: adminCommand("source", "list"),
      failedAs: 403,
    }),
  );
  app.get("/subscriptions", (c) =>
    replyPage(c, context, {
      title: "Subscriptions",
      current: "/subscriptions",
      command: command("subscription", { action: "list" }),
      failedAs: 403,
    }),
  );
  app.get("/status", (c) =>
    replyPage(c, context, {
      title: "Status",
      current: "/status",
      command: command("status"),
      sections: [adminCommand(null, "health")],
    }),
  );
}

function adminCommand(group: string | null, name: string): Invocation {
  return { root: "sitrep-admin", group, name, options: {} };
}

/** Whether there is a workshop, and whether it is for this visitor. */
function mayMakeTopics(c: Context<WebEnv>, { options }: WebContext): boolean {
  const spec = options.commander.specs.find(
    ({ group, name }) => group === "topic" && name === "create",
  );
  return spec !== undefined && c.get("caller").level === "admin";
}

function topicPage(c: Context<WebEnv>, context: WebContext): Promise<Response> {
  const topicId = c.req.param("id") ?? "";
  const edit = mayMakeTopics(c, context)
    ? html`<p><a class="button" href="/workshop?topic=${topicId}">Edit this topic</a></p>`
    : null;
  return replyPage(c, context, {
    title: topicId,
    current: "/topics",
    command: command("now", { topic: topicId }),
    failedAs: 404,
    sections: [
      command("trend", { topic: topicId, range: "30d" }),
      command("sources", { topic: topicId }),
    ],
    after: html`${edit}${renderFeedLinks(topicId)}`,
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
  return replyPage(c, context, {
    title: "Story",
    current: null,
    command: story,
    failedAs: 404,
    sections: [command("why", { url: storyId })],
  });
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
