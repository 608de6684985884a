import type { RespondFn, webApi } from "@slack/bolt";
import type { Reply } from "../../commands/reply.ts";
import type { Caller, Commander, Invocation, Level } from "../../commands/spec.ts";
import type { Log } from "../../log.ts";
import type { Throttle } from "../throttle.ts";
import { TOO_BUSY, type Turns } from "../turns.ts";
import type { SeenSet } from "./http.ts";
import { renderSlack } from "./render.ts";
import { uploadCharts } from "./uploads.ts";

export type ListenerPorts = {
  readonly commander: Commander;
  readonly people: {
    level(user: string): Promise<Level>;
    isOperator(user: string): boolean;
  };
  readonly seen: SeenSet;
  readonly throttle: Throttle;
  readonly turns: Turns;
  readonly log: Log;
};

/** Whoever asked, and where. */
export type Place = { readonly team: string; readonly user: string; readonly channel: string };

/** What is asked: a line as typed, or a command with its options. */
export type Question = string | Invocation;

/** Where an answer goes: an address that the platform gave for it, or a conversation. */
export type Responder = {
  readonly client: webApi.WebClient;
  readonly respond: RespondFn;
  /** The message that was clicked is the asker's own and gives way to the answer. */
  readonly replace?: boolean;
};

const BROKEN = refusal("Something broke. The operator's log says more.");
const BUSY = refusal(TOO_BUSY);

function refusal(text: string): Reply {
  return { blocks: [{ kind: "notice", tone: "error", text }], ephemeral: true, failed: true };
}

/** Who somebody is here, and what they may do. */
export async function callerAt(place: Place, ports: ListenerPorts): Promise<Caller> {
  return {
    tenant: `slack:${place.team}`,
    user: `slack:${place.user}`,
    ...(ports.people.isOperator(place.user) ? { isOperator: true } : {}),
    level: await ports.people.level(place.user),
    channel: `slack:${place.channel}`,
  };
}

/** The answer to a question; a bug in it becomes a failed reply and a line in the log. */
export async function answerTo(
  asked: Question,
  place: Place,
  ports: ListenerPorts,
): Promise<Reply> {
  const { commander, turns, log } = ports;
  try {
    const caller = await callerAt(place, ports);
    const reply = await turns.run(() =>
      typeof asked === "string" ? commander.runLine(asked, caller) : commander.run(asked, caller),
    );
    return reply ?? BUSY;
  } catch (error) {
    log.error({ stack: error instanceof Error ? error.stack : String(error) }, "a command broke");
    return BROKEN;
  }
}

/** Sends an answer to where it was asked. A picture that the platform refuses is told in words instead. */
export async function respondWith(
  reply: Reply,
  { client, respond, replace = false }: Responder,
  log: Log,
): Promise<void> {
  const pictures = await uploadCharts(client, reply, log);
  const response_type = reply.ephemeral || replace ? "ephemeral" : "in_channel";
  const send = async (shown: typeof pictures): Promise<void> => {
    let first = true;
    for (const body of renderSlack(reply, null, shown)) {
      const replace_original = replace && first;
      await respond({ ...body, blocks: [...body.blocks], response_type, replace_original });
      first = false;
    }
  };
  if (pictures.size === 0) return send(pictures);
  try {
    await send(pictures);
  } catch (error) {
    log.warn({ error: String(error) }, "Slack: an answer with a picture was refused");
    await send(new Map());
  }
}
