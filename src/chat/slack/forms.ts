import type { App, webApi } from "@slack/bolt";
import { mayUse } from "../../commands/help.ts";
import { findSpec, parseLine } from "../../commands/line.ts";
import type { CommandSpec, Invocation } from "../../commands/spec.ts";
import { filledForm, formFor } from "../forms.ts";
import { topicValues } from "../topic-values.ts";
import { answerTo, callerAt, type ListenerPorts, type Place, respondWith } from "./answers.ts";
import { SLACK_LIMITS } from "./limits.ts";
import { renderSlack } from "./render.ts";
import { FORM_VIEW, formView, memoryOf, optionOf, SUGGEST, viewValues } from "./views.ts";
import { answerView, openFilled } from "./waiting-view.ts";

/** What opening a form takes: a sign of a person's click, good for three seconds, and where the answer goes. */
export type FormWish = {
  readonly client: webApi.WebClient;
  readonly triggerId: string;
  readonly respondTo: string;
};

/**
 * Opens a form for a command that lacks something. Whoever may not use the command is told so in its place. False: it
 * can run as it is, or nothing could be opened.
 */
export async function openForm(
  line: string,
  place: Place,
  wish: FormWish,
  ports: ListenerPorts,
): Promise<boolean> {
  const asked = parseLine(line, ports.commander.specs);
  if ("problem" in asked) return false;
  const spec = findSpec(ports.commander.specs, asked);
  if (spec === null || formFor(spec, asked.options) === null) return false;
  const fill = async (): Promise<object> => {
    const view = await formOf({ spec, asked, place, respondTo: wish.respondTo }, ports);
    if (view !== null) return view;
    const [page] = renderSlack(await answerTo(line, place, ports), null);
    return answerView(page?.blocks ?? []);
  };
  return openFilled(wish, fill, ports.log);
}

type Wanted = {
  readonly spec: CommandSpec;
  readonly asked: Invocation;
  readonly place: Place;
  readonly respondTo: string;
};

/** Null: not for this person, or of nothing that there is. */
async function formOf(
  { spec, asked, place, respondTo }: Wanted,
  ports: ListenerPorts,
): Promise<object | null> {
  const caller = await callerAt(place, ports);
  if (!mayUse(caller.level, spec.level)) return null;
  const topicId = spec.form === true ? asked.options["topic"] : undefined;
  const values = topicId === undefined ? {} : await topicValues(ports.commander, topicId, caller);
  const form = values === null ? null : formFor(spec, asked.options, values);
  return form === null ? null : formView(form, { channel: place.channel, respondTo });
}

/** Forms that were sent, and what their menus offer. */
export function addForms(app: App, ports: ListenerPorts): void {
  app.view(FORM_VIEW, async ({ ack, body, view, client }) => {
    await ack();
    const memory = memoryOf(view.private_metadata);
    if (memory === null) return;
    const place = { team: body.team?.id ?? "", user: body.user.id, channel: memory.channel };
    const asked = filledForm(memory.line, viewValues(view.state.values), ports.commander.specs);
    const reply = await answerTo(asked ?? memory.line, place, ports);
    const respond = (message: string | object): Promise<Response> =>
      postTo(memory.respondTo, message);
    await respondWith({ ...reply, ephemeral: true }, { client, respond }, ports.log);
  });
  app.options(new RegExp(`^${SUGGEST}`), async ({ ack, options, body }) => {
    const metadata = "view" in body ? (body.view?.private_metadata ?? "") : "";
    const memory = memoryOf(metadata);
    const asked = memory === null ? null : parseLine(memory.line, ports.commander.specs);
    const spec =
      asked === null || "problem" in asked ? null : findSpec(ports.commander.specs, asked);
    if (memory === null || spec === null) return ack({ options: [] });
    const place = { team: body.team?.id ?? "", user: body.user.id, channel: memory.channel };
    const name = options.action_id.slice(SUGGEST.length);
    const caller = await callerAt(place, ports);
    const found = await ports.commander.suggest(spec, name, options.value, caller);
    const fitting = found.filter(({ value }) => value.length <= SLACK_LIMITS.optionValueChars);
    await ack({
      options: fitting
        .slice(0, SLACK_LIMITS.selectOptions)
        .map(({ label, value }) => optionOf(value, label)),
    });
  });
}

/** An answer to the address that came with the command. */
async function postTo(address: string, message: string | object): Promise<Response> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });
  if (!response.ok) throw new Error(`Slack answered ${response.status}`);
  return response;
}
