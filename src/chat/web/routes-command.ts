import type { Context, Hono } from "hono";
import type { Reply } from "../../commands/reply.ts";
import type { Caller } from "../../commands/spec.ts";
import { svgPictures } from "../chart-pictures.ts";
import { readForm, type WebContext, type WebEnv } from "./context.ts";
import type { Html } from "./html.ts";
import { renderAnswer, renderPage } from "./pages.ts";
import type { RenderOptions } from "./parts.ts";
import type { WebOptions } from "./ports.ts";
import { namesCommand, suggestLines } from "./suggest.ts";

/** The slash commands: POST /command for scripts and forms, GET /suggest for the command box. */
export function addCommand(app: Hono<WebEnv>, context: WebContext): void {
  const { options } = context;
  app.post("/command", async (c) => {
    const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    if (type === "application/json") return answerScript(c, options);
    if (type === "application/x-www-form-urlencoded" || type === "multipart/form-data") {
      return answerForm(c, context);
    }
    return c.text("Send application/json {text, channel?} or a form\n", 415);
  });
  app.on(["GET", "PUT", "PATCH", "DELETE"], "/command", (c) => {
    c.header("Allow", "POST");
    return c.text("Only POST\n", 405);
  });
  app.get("/suggest", async (c) => {
    const text = (c.req.query("text") ?? "").slice(0, LINE_CHARS_MAX);
    return c.json(await suggestLines(text, options.commander, c.get("caller")));
  });
}

/** More than any command needs. */
const LINE_CHARS_MAX = 4_000;

/** Why a request is no command. */
type Refused = { readonly problem: string };
type Asked = { readonly line: string; readonly caller: Caller; readonly channel: string };

/** `channel` is the first one unless said, with its `web:`. */
function readAsked(
  text: unknown,
  channel: unknown,
  caller: Caller,
  options: WebOptions,
): Asked | Refused {
  if (typeof text !== "string" || text.trim() === "") {
    return { problem: "text: write a command, such as /sitrep help" };
  }
  const known = options.channels.map((name) => `web:${name}`);
  const wanted = channel === undefined || channel === null || channel === "" ? known[0] : channel;
  if (typeof wanted !== "string" || !known.includes(wanted)) {
    return { problem: `channel: there is only ${known.join(", ")}` };
  }
  return { line: text.trim(), caller: { ...caller, channel: wanted }, channel: wanted.slice(4) };
}

async function answerScript(c: Context<WebEnv>, options: WebOptions): Promise<Response> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) {
    return c.json({ error: "The body is no JSON object: send {text, channel?}" }, 400);
  }
  const { text, channel } = { text: undefined, channel: undefined, ...body };
  const asked = readAsked(text, channel, c.get("caller"), options);
  if ("problem" in asked) return c.json({ error: asked.problem }, 400);
  const reply = await runLine(asked, options);
  return c.json({ reply }, statusOf(asked.line, reply, options));
}

async function answerForm(c: Context<WebEnv>, context: WebContext): Promise<Response> {
  const { options, frame } = context;
  const form = await readForm(c);
  const asked = readAsked(form["text"], form["channel"], c.get("caller"), options);
  if ("problem" in asked) return c.text(`${asked.problem}\n`, 400);
  const reply = await runLine(asked, options);
  const status = statusOf(asked.line, reply, options);
  const pictures = await svgPictures(reply, options.log);
  const answer = renderAnswer(asked.line, reply, { ...optionsFor(options), pictures });
  // The page's script wants the answer alone, to put it in its place.
  if (c.req.header("x-sitrep-part") === "answer") return c.html(answer.html, status);
  const body: Html = { html: '<p><a class="button" href="/">To the channel</a></p>' };
  const page = { title: asked.line, current: null, channel: asked.channel, body, answer };
  return c.html(renderPage(page, frame), status);
}

/** One line, one answer: what goes wrong inside is said there, and the page stays. */
async function runLine(asked: Asked, options: WebOptions): Promise<Reply> {
  return attempt(options, asked.line, () => options.commander.runLine(asked.line, asked.caller));
}

/** Runs a command; a bug in it becomes a failed reply and a line in the log. */
export async function attempt(
  options: WebOptions,
  what: string,
  run: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    options.log.error({ command: what.slice(0, 200), error: detail }, "a command failed");
    const text = "Sitrep failed to answer this. The log says why.";
    return { blocks: [{ kind: "notice", tone: "error", text }], ephemeral: true, failed: true };
  }
}

function statusOf(line: string, reply: Reply, options: WebOptions): 200 | 400 {
  return reply.failed === true && !namesCommand(line, options.commander.specs) ? 400 : 200;
}

/** How replies are shown on the page: with links to its own addresses and with buttons. */
export function optionsFor(
  options: WebOptions,
  more: Pick<RenderOptions, "level" | "topicId" | "here"> = {},
): RenderOptions {
  const actions = new Set(
    options.commander.specs
      .filter(({ root, group }) => root === "sitrep" && group === null)
      .map(({ name }) => name),
  );
  const pathOf = (column: string, value: string): string | null => {
    const path = pageOf(column, value);
    return path === more.here ? null : path;
  };
  return { ...more, actions, pathOf };
}

/** The page about what a cell or a fact names; null when there is none. */
function pageOf(name: string, value: string): string | null {
  if (/^s[0-9a-z]{10}$/.test(value)) return `/stories/${value}`;
  const isTopic = name.toLowerCase() === "topic" && /^[a-z0-9-]{1,40}$/.test(value);
  return isTopic ? `/topics/${value}` : null;
}
