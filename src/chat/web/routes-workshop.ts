import type { Context, Hono } from "hono";
import { mayUse } from "../../commands/help.ts";
import type { CommandSpec, Invocation } from "../../commands/spec.ts";
import { svgPictures } from "../chart-pictures.ts";
import { type Form, filledForm, formFor } from "../forms.ts";
import { topicValues } from "../topic-values.ts";
import { readForm, type WebContext, type WebEnv } from "./context.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./pages.ts";
import { renderReply } from "./render.ts";
import { attempt, optionsFor } from "./routes-command.ts";
import { renderWorkshop } from "./workshop.ts";

/** More than a topic takes. */
const FIELDS_MAX = 20;

/** The form in which a topic is made or changed, with what it would have matched shown while it is typed. */
export function addWorkshop(app: Hono<WebEnv>, context: WebContext): void {
  const { options } = context;
  app.get("/workshop", async (c) => {
    const topicId = c.req.query("topic") ?? null;
    const form = await formOf(c, context, topicId);
    if (form === null) return c.notFound();
    return workshopPage(c, context, form, topicId, null);
  });
  app.post("/workshop", async (c) => {
    const topicId = c.req.query("topic") ?? null;
    const form = await formOf(c, context, topicId);
    if (form === null) return c.notFound();
    const values = textsOf(await readForm(c));
    const asked = filledForm(form.line, values, options.commander.specs);
    if (asked === null) return c.notFound();
    const preview = await previewOf(c, context, asked);
    if (c.req.header("x-sitrep-part") === "preview") return c.html(preview.html);
    const fields = form.fields.map((field) => ({
      ...field,
      value: values[field.option.name] ?? field.value,
    }));
    return workshopPage(c, context, { ...form, fields }, topicId, preview);
  });
}

/** What there is to fill in; null: there is no such command, or it is not for this visitor. */
async function formOf(
  c: Context<WebEnv>,
  { options }: WebContext,
  topicId: string | null,
): Promise<Form | null> {
  const name = topicId === null ? "create" : "edit";
  const spec = options.commander.specs.find((one) => one.group === "topic" && one.name === name);
  const caller = c.get("caller");
  if (spec === undefined || !mayUse(caller.level, spec.level)) return null;
  const given: Readonly<Record<string, string>> =
    topicId === null ? {} : { [topicOf(spec)]: topicId };
  const values = topicId === null ? {} : await topicValues(options.commander, topicId, caller);
  return values === null ? null : formFor(spec, given, values, FIELDS_MAX);
}

function topicOf(spec: CommandSpec): string {
  return spec.options.find(({ kind }) => kind === "topic")?.name ?? "topic";
}

function textsOf(body: Record<string, unknown>): Readonly<Record<string, string>> {
  const texts = Object.entries(body).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return Object.fromEntries(texts);
}

async function previewOf(
  c: Context<WebEnv>,
  { options }: WebContext,
  asked: Invocation,
): Promise<Html> {
  const { confirm: _, ...unconfirmed } = asked.options;
  const reply = await attempt(options, asked.name, () =>
    options.commander.run({ ...asked, options: unconfirmed }, c.get("caller")),
  );
  const pictures = await svgPictures(reply, options.log);
  return html`<section class="answer" tabindex="-1" aria-label="Preview">${renderReply(reply, { ...optionsFor(options), pictures })}</section>`;
}

function workshopPage(
  c: Context<WebEnv>,
  { options, frame }: WebContext,
  form: Form,
  topicId: string | null,
  preview: Html | null,
): Response | Promise<Response> {
  const title = topicId === null ? "New topic" : `Edit ${topicId}`;
  const body = renderWorkshop(title, form, topicId, preview);
  const channel = options.channels[0] ?? "main";
  return c.html(renderPage({ title, current: "/topics", channel, body }, frame));
}
