import type { App, RespondFn, webApi } from "@slack/bolt";
import type { Reply } from "../../commands/reply.ts";
import { TOO_FAST } from "../throttle.ts";
import { answerTo, type ListenerPorts, type Place, respondWith } from "./answers.ts";
import { addForms, openForm } from "./forms.ts";
import { addHome, answerInView } from "./home.ts";
import { typed } from "./mrkdwn.ts";
import { renderSlack } from "./render.ts";
import { uploadCharts } from "./uploads.ts";

/** Shortcuts on a message, by callback id as in config/slack-manifest.yaml. */
const SHORTCUTS: Readonly<Record<string, { readonly command: string; readonly rest: string }>> = {
  sitrep_why: { command: "why", rest: "" },
  sitrep_follow: { command: "follow", rest: "" },
  sitrep_not_relevant: { command: "feedback", rest: " irrelevant" },
};

/** The platform tries an event again for some minutes. */
const EVENT_MS = 60 * 60_000;

/** Everything that people can do in Slack. Each listener acknowledges before it does anything else. */
export function addListeners(app: App, ports: ListenerPorts): void {
  addCommands(app, ports);
  addClicks(app, ports);
  addShortcuts(app, ports);
  addMentions(app, ports);
  addForms(app, ports);
  addHome(app, ports);
  app.error((error) => {
    ports.log.error({ problem: String(error.code), name: error.name }, "Slack: a listener broke");
    return Promise.resolve();
  });
}

/** A line that somebody gave by a slash command, a button or a shortcut. */
type Line = {
  readonly line: string;
  readonly place: Place;
  readonly client: webApi.WebClient;
  readonly respond: RespondFn;
  readonly respondTo: string;
  readonly triggerId: string;
  readonly replace?: boolean;
};

async function answerLine(asked: Line, hidden: boolean, ports: ListenerPorts): Promise<void> {
  if (await openForm(asked.line, asked.place, asked, ports)) return;
  const reply = await answerTo(asked.line, asked.place, ports);
  await respondWith(hidden ? { ...reply, ephemeral: true } : reply, asked, ports.log);
}

function addCommands(app: App, ports: ListenerPorts): void {
  for (const name of ["/sitrep", "/sitrep-admin"]) {
    app.command(name, async ({ command, ack, respond, client }) => {
      const { team_id: team, user_id: user, channel_id: channel } = command;
      if (!ports.throttle.take(user)) {
        await ack({ response_type: "ephemeral", text: TOO_FAST });
        return;
      }
      await ack();
      const asked = {
        line: `${name} ${typed(command.text)}`.trim(),
        place: { team, user, channel },
        client,
        respond,
        respondTo: command.response_url,
        triggerId: command.trigger_id,
      };
      await answerLine(asked, false, ports);
    });
  }
}

function addClicks(app: App, ports: ListenerPorts): void {
  app.action(/^sitrep:/, async ({ body, action, ack, respond, client }) => {
    await ack();
    const line = lineOf(action);
    if (line === null || body.type !== "block_actions") return;
    if (!ports.throttle.take(body.user.id)) return;
    const place = {
      team: body.team?.id ?? body.user.team_id ?? "",
      user: body.user.id,
      channel: body.channel?.id ?? "",
    };
    const replace = body.container?.["is_ephemeral"] === true;
    const { response_url: respondTo, trigger_id: triggerId } = body;
    const asked = { line, place, client, respond, triggerId, replace };
    if (respondTo === undefined) await answerInView(line, place, asked, ports);
    else await answerLine({ ...asked, respondTo }, true, ports);
  });
}

/** The command line that a button or a menu's option stands for. */
function lineOf(action: object): string | null {
  const chosen: unknown = Reflect.get(Object(Reflect.get(action, "selected_option")), "value");
  const value: unknown = chosen ?? Reflect.get(action, "value");
  return typeof value === "string" && value.startsWith("/sitrep") ? value : null;
}

function addShortcuts(app: App, ports: ListenerPorts): void {
  app.shortcut(/^sitrep_/, async ({ shortcut, ack, respond, client }) => {
    await ack();
    const stands = SHORTCUTS[shortcut.callback_id];
    if (stands === undefined || shortcut.type !== "message_action" || respond === undefined) return;
    if (!ports.throttle.take(shortcut.user.id)) return;
    const channel = shortcut.channel.id;
    const message = `p${shortcut.message_ts.replace(".", "")}`;
    const link = `https://slack.com/archives/${channel}/${message}`;
    const asked = {
      line: `/sitrep ${stands.command} ${link}${stands.rest}`,
      place: { team: shortcut.team?.id ?? "", user: shortcut.user.id, channel },
      client,
      respond,
      respondTo: shortcut.response_url,
      triggerId: shortcut.trigger_id,
    };
    await answerLine(asked, true, ports);
  });
}

/** Slash commands do not reach threads; a mention does. */
function addMentions(app: App, ports: ListenerPorts): void {
  app.event("app_mention", async ({ event, body, client }) => {
    const isNew = await ports.seen.firstSight(`slack.event.${body.event_id}`, EVENT_MS);
    if (!isNew || event.user === undefined || !ports.throttle.take(event.user)) return;
    const line = typed(event.text.replace(/<@[A-Z0-9]+(?:\|[^>]*)?>/g, " "));
    const place = { team: body.team_id, user: event.user, channel: event.channel };
    const reply = await answerTo(line === "" ? "/sitrep help" : line, place, ports);
    await say(client, reply, { ...place, thread: event.thread_ts ?? null }, ports);
  });
}

async function say(
  client: webApi.WebClient,
  reply: Reply,
  { user, channel, thread }: Place & { readonly thread: string | null },
  { log }: ListenerPorts,
): Promise<void> {
  for (const message of renderSlack(reply, null, await uploadCharts(client, reply, log))) {
    await client.apiCall(reply.ephemeral ? "chat.postEphemeral" : "chat.postMessage", {
      channel,
      ...(thread === null ? {} : { thread_ts: thread }),
      ...(reply.ephemeral ? { user } : {}),
      ...message,
    });
  }
}
