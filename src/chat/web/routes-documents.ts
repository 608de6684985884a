import type { Context, Hono } from "hono";
import type { Invocation } from "../../commands/spec.ts";
import { NARROW_CHART, WIDE_CHART } from "../chart-size.ts";
import { topicValues } from "../topic-values.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { command, replyPage } from "./document.ts";
import { type Html, html } from "./html.ts";
import { renderFeedLinks, renderPage, renderSearchForm } from "./pages.ts";
import type { WebOptions } from "./ports.ts";
import { attempt } from "./routes-command.ts";
import { importForm } from "./routes-import.ts";

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
  app.get("/topics/:id/trend.svg", (c) => trendPicture(c, context));
  app.get("/stories/:id", (c) => storyPage(c, context));
  app.get("/search", (c) => searchPage(c, context));
  app.get("/feeds", (c) =>
    replyPage(c, context, {
      title: "Feeds",
      current: "/feeds",
      command: adminCommand("source", "list"),
      failedAs: 403,
      after: importForm(c, context),
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
      sections: [{ command: adminCommand(null, "health") }],
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

async function topicPage(c: Context<WebEnv>, context: WebContext): Promise<Response> {
  const topicId = c.req.param("id") ?? "";
  return replyPage(c, context, {
    title: topicId,
    current: "/topics",
    command: command("now", { topic: topicId }),
    failedAs: 404,
    sections: [
      {
        command: trendOf(topicId),
        chart: (theme, size) => `/topics/${topicId}/trend.svg?theme=${theme}&size=${size}`,
      },
      { command: command("sources", { topic: topicId }) },
    ],
    after: html`${await changeLink(c, context, topicId)}${renderFeedLinks(topicId)}`,
    topicId,
    alternates: [
      [`/topics/${topicId}/feed.xml`, "application/atom+xml"],
      [`/topics/${topicId}/feed.json`, "application/feed+json"],
    ],
  });
}

function trendOf(topicId: string): Invocation {
  return command("trend", { topic: topicId, range: "30d" });
}

/** A topic of the page's own is edited; one that a file declares stays as it is. */
async function changeLink(
  c: Context<WebEnv>,
  context: WebContext,
  topicId: string,
): Promise<Html | null> {
  if (!mayMakeTopics(c, context)) return null;
  const values = await topicValues(context.options.commander, topicId, c.get("caller"));
  if (values === null) return null;
  return html`<p><a class="button" href="/workshop?topic=${topicId}">Edit this topic</a></p>`;
}

/** The picture on a topic's page, by itself: drawing must not hold back the page. */
async function trendPicture(c: Context<WebEnv>, { options }: WebContext): Promise<Response> {
  const reply = await attempt(options, "trend", () =>
    options.commander.run(trendOf(c.req.param("id") ?? ""), c.get("caller")),
  );
  const chart = reply.blocks.find((block) => block.kind === "chart");
  if (chart === undefined) return c.notFound();
  const { drawSvg } = await import("../chart-drawing.ts");
  const theme = c.req.query("theme") === "dark" ? "dark" : "light";
  const size = c.req.query("size") === "narrow" ? NARROW_CHART : WIDE_CHART;
  return c.body(drawSvg(chart, theme, size), 200, { "Content-Type": "image/svg+xml" });
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
    sections: [{ command: command("why", { url: storyId }), folded: "Why, stage by stage" }],
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
