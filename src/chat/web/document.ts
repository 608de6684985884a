import type { Context } from "hono";
import type { Reply } from "../../commands/reply.ts";
import type { Invocation } from "../../commands/spec.ts";
import { type ChartSources, type Pictures, svgPictures } from "../chart-pictures.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./pages.ts";
import type { RenderOptions } from "./parts.ts";
import { beginsWithItsStory, renderReply } from "./render.ts";
import { attempt, optionsFor } from "./routes-command.ts";

/** A command of everybody's. */
export function command(name: string, options: Readonly<Record<string, string>> = {}): Invocation {
  return { root: "sitrep", group: null, name, options };
}

/** Another answer on the same page. */
export type Section = {
  readonly command: Invocation;
  /** Shown only when it is unfolded, under this name. */
  readonly folded?: string;
  /** Address of the picture of its chart, which is then loaded after the page; without it the picture is in the page. */
  readonly chart?: (theme: string, size: string) => string;
};

/** A page that is the answer to a command, and to some more after it. */
export type ReplyPage = {
  readonly title: string;
  readonly current: string | null;
  readonly command: Invocation;
  /** Status when the command was refused or failed. */
  readonly failedAs?: 400 | 403 | 404;
  /** Told below the first, each where it can be answered. */
  readonly sections?: readonly Section[];
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
  const show = (reply: Reply, level: 1 | 2, pictures: RenderOptions["pictures"]): Html =>
    renderReply(reply, {
      ...optionsFor(options, { level, topicId, here: c.req.path }),
      ...(pictures === undefined ? {} : { pictures }),
    });
  const reply = await ask(page.command);
  const level = page.before === undefined ? 1 : 2;
  const first = show(reply, level, await svgPictures(reply, options.log));
  const more: Html[] = [];
  for (const section of reply.failed === true ? [] : (page.sections ?? [])) {
    const { choices: _, ...told } = await ask(section.command);
    if (told.failed === true) continue;
    const pictures = section.chart === undefined ? undefined : chartsAt(told, section.chart);
    more.push(sectionOf(section, show(told, 2, pictures)));
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

function sectionOf({ folded }: Section, body: Html): Html {
  if (folded === undefined) return html`<section>${body}</section>`;
  return html`<details class="more"><summary>${folded}</summary>${body}</details>`;
}

function chartsAt(reply: Reply, address: NonNullable<Section["chart"]>): Pictures<ChartSources> {
  const both = (theme: string): ChartSources["light"] => ({
    wide: address(theme, "wide"),
    narrow: address(theme, "narrow"),
  });
  const sources = { light: both("light"), dark: both("dark") };
  const charts = reply.blocks.filter(({ kind }) => kind === "chart");
  return new Map(charts.map((chart) => [chart, sources]));
}
