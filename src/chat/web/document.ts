import type { Context } from "hono";
import type { Reply } from "../../commands/reply.ts";
import type { Invocation } from "../../commands/spec.ts";
import { svgPictures } from "../chart-pictures.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./pages.ts";
import { beginsWithItsStory, renderReply } from "./render.ts";
import { attempt, optionsFor } from "./routes-command.ts";

/** A command of everybody's. */
export function command(name: string, options: Readonly<Record<string, string>> = {}): Invocation {
  return { root: "sitrep", group: null, name, options };
}

/** A page that is the answer to a command, and to some more after it. */
export type ReplyPage = {
  readonly title: string;
  readonly current: string | null;
  readonly command: Invocation;
  /** Status when the command was refused or failed. */
  readonly failedAs?: 400 | 403 | 404;
  /** Told below the first, each where it can be answered. */
  readonly sections?: readonly Invocation[];
  readonly before?: Html;
  readonly after?: Html | null;
  readonly topicId?: string;
  readonly alternates?: readonly (readonly [string, string])[];
};

/** Answers with such a page. */
export async function replyPage(
  c: Context<WebEnv>,
  { options, frame }: WebContext,
  page: ReplyPage,
): Promise<Response> {
  const ask = (asked: Invocation): Promise<Reply> =>
    attempt(options, asked.name, () => options.commander.run(asked, c.get("caller")));
  const topicId = page.topicId ?? null;
  const show = async (reply: Reply, level: 1 | 2): Promise<Html> =>
    renderReply(reply, {
      ...optionsFor(options, { level, topicId, here: c.req.path }),
      pictures: await svgPictures(reply, options.log),
    });
  const reply = await ask(page.command);
  const first = await show(reply, page.before === undefined ? 1 : 2);
  const more: Html[] = [];
  if (reply.failed !== true) {
    for (const section of page.sections ?? []) {
      const told = await ask(section);
      if (told.failed !== true) more.push(html`<section>${await show(told, 2)}</section>`);
    }
  }
  const body = html`<div class="document">${page.before ?? titleFor(page.title, reply)}${first}${more}${page.after ?? null}</div>`;
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
