import type { App, RespondFn, webApi } from "@slack/bolt";
import type { Reply } from "../../commands/reply.ts";
import type { Caller, Commander, Level } from "../../commands/spec.ts";
import type { Log } from "../../log.ts";
import type { SeenSet } from "./http.ts";
import { typed } from "./mrkdwn.ts";
import { renderSlack } from "./render.ts";

export type ListenerPorts = {
  readonly commander: Commander;
  readonly people: { level(user: string): Promise<Level> };
  readonly seen: SeenSet;
  readonly log: Log;
};

/** Shortcuts on a message, by callback id as in config/slack-manifest.yaml. */
const SHORTCUTS: Readonly<Record<string, { readonly command: string; readonly rest: string }>> = {
  sitrep_why: { command: "why", rest: "" },
  sitrep_follow: { command: "follow", rest: "" },
  sitrep_not_relevant: { command: "feedback", rest: " irrelevant" },
};

/** The platform tries an event again for some minutes. */
const EVENT_MS = 60 * 60_000;

const BROKEN: Reply = {
  blocks: [
    { kind: "notice", tone: "error", text: "Something broke. The operator's log says more." },
  ],
  ephemeral: true,
  failed: true,
};

/** Whoever asked, and where. */
type Place = { readonly team: string; readonly user: string; readonly channel: string };

/** Everything that people can do in Slack. Each listener acknowledges before it does anything else. */
export function addListeners(app: App, ports: ListenerPorts): void {
  const ask = (line: string, place: Place): Promise<Reply> => answerTo(line, place, ports);
  for (const name of ["/sitrep", "/sitrep-admin"]) {
    app.command(name, async ({ command, ack, respond }) => {
      await ack();
      const place = {
        team: command.team_id,
        user: command.user_id,
        channel: command.channel_id,
      };
      const reply = await ask(`${name} ${typed(command.text)}`.trim(), place);
      await respondWith(reply, respond, false);
    });
  }
  addClicks(app, ask);
  addShortcuts(app, ask);
  addMentions(app, ask, ports);
  addHome(app, ask);
  app.error((error) => {
    ports.log.error({ problem: String(error.code), name: error.name }, "Slack: a listener broke");
    return Promise.resolve();
  });
}

type Ask = (line: string, place: Place) => Promise<Reply>;

async function answerTo(line: string, place: Place, ports: ListenerPorts): Promise<Reply> {
  const { commander, people, log } = ports;
  try {
    const caller: Caller = {
      tenant: `slack:${place.team}`,
      user: `slack:${place.user}`,
      level: await people.level(place.user),
      channel: `slack:${place.channel}`,
    };
    return await commander.runLine(line, caller);
  } catch (error) {
    log.error({ stack: error instanceof Error ? error.stack : String(error) }, "a command broke");
    return BROKEN;
  }
}

/** `replace`: the message that was clicked is the asker's own and gives way to the answer. */
async function respondWith(reply: Reply, respond: RespondFn, replace: boolean): Promise<void> {
  const response_type = reply.ephemeral || replace ? "ephemeral" : "in_channel";
  let first = true;
  for (const body of renderSlack(reply, null)) {
    await respond({
      ...body,
      blocks: [...body.blocks],
      response_type,
      replace_original: replace && first,
    });
    first = false;
  }
}

function addClicks(app: App, ask: Ask): void {
  app.action(/^sitrep:/, async ({ body, action, ack, respond }) => {
    await ack();
    const line = lineOf(action);
    if (line === null || body.type !== "block_actions") return;
    const isOwn = body.container?.["is_ephemeral"] === true;
    const place = {
      team: body.team?.id ?? body.user.team_id ?? "",
      user: body.user.id,
      channel: body.channel?.id ?? "",
    };
    await respondWith({ ...(await ask(line, place)), ephemeral: true }, respond, isOwn);
  });
}

/** The command line that a button or a menu's option stands for. */
function lineOf(action: object): string | null {
  const chosen: unknown = Reflect.get(Object(Reflect.get(action, "selected_option")), "value");
  const value: unknown = chosen ?? Reflect.get(action, "value");
  return typeof value === "string" && value.startsWith("/sitrep") ? value : null;
}

function addShortcuts(app: App, ask: Ask): void {
  app.shortcut(/^sitrep_/, async ({ shortcut, ack, respond }) => {
    await ack();
    const stands = SHORTCUTS[shortcut.callback_id];
    if (stands === undefined || shortcut.type !== "message_action" || respond === undefined) return;
    const channel = shortcut.channel.id;
    const message = `p${shortcut.message_ts.replace(".", "")}`;
    const link = `https://slack.com/archives/${channel}/${message}`;
    const place = { team: shortcut.team?.id ?? "", user: shortcut.user.id, channel };
    const reply = await ask(`/sitrep ${stands.command} ${link}${stands.rest}`, place);
    await respondWith({ ...reply, ephemeral: true }, respond, false);
  });
}

/** Slash commands do not reach threads; a mention does. */
function addMentions(app: App, ask: Ask, ports: ListenerPorts): void {
  app.event("app_mention", async ({ event, body, client }) => {
    const isNew = await ports.seen.firstSight(`slack.event.${body.event_id}`, EVENT_MS);
    if (!isNew || event.user === undefined) return;
    const line = typed(event.text.replace(/<@[A-Z0-9]+(?:\|[^>]*)?>/g, " "));
    const place = { team: body.team_id, user: event.user, channel: event.channel };
    const reply = await ask(line === "" ? "/sitrep help" : line, place);
    await say(client, reply, { ...place, thread: event.thread_ts ?? null });
  });
}

async function say(
  client: webApi.WebClient,
  reply: Reply,
  { user, channel, thread }: Place & { readonly thread: string | null },
): Promise<void> {
  for (const message of renderSlack(reply, null)) {
    await client.apiCall(reply.ephemeral ? "chat.postEphemeral" : "chat.postMessage", {
      channel,
      ...(thread === null ? {} : { thread_ts: thread }),
      ...(reply.ephemeral ? { user } : {}),
      ...message,
    });
  }
}

/** The Home tab: the topics and how things are. */
function addHome(app: App, ask: Ask): void {
  app.event("app_home_opened", async ({ event, body, client }) => {
    if (event.tab !== "home") return;
    const place = { team: body.team_id, user: event.user, channel: event.channel };
    const topics = await ask("/sitrep topics", place);
    const status = await ask("/sitrep status", place);
    const reply = { ...topics, blocks: [...topics.blocks, ...status.blocks] };
    await publish(client, event.user, reply);
  });
}

async function publish(client: webApi.WebClient, user: string, reply: Reply): Promise<void> {
  const [page] = renderSlack(reply, null);
  await client.apiCall("views.publish", {
    user_id: user,
    view: { type: "home", blocks: page?.blocks ?? [] },
  });
}
