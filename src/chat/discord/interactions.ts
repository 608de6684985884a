import { type APIInteraction, type RawFile, type REST, Routes } from "discord.js";
import { mayUse } from "../../commands/help.ts";
import { findSpec, parseLine } from "../../commands/line.ts";
import type { Reply } from "../../commands/reply.ts";
import type { Caller, Commander, Suggestion } from "../../commands/spec.ts";
import type { Log } from "../../log.ts";
import { type Pictures, pngPictures } from "../chart-pictures.ts";
import { filledForm, formFor } from "../forms.ts";
import type { ConfiguredLevels } from "../people.ts";
import { safeCut } from "../safe-text.ts";
import { type Throttle, TOO_FAST } from "../throttle.ts";
import { topicValues } from "../topic-values.ts";
import { TOO_BUSY, type Turns } from "../turns.ts";
import { type Asked, askedBy, callerOf } from "./asked.ts";
import { attachmentsOf } from "./attachments.ts";
import type { DiscordBody } from "./components.ts";
import { describeFailure } from "./failure.ts";
import { lackingPermissions } from "./invite.ts";
import { DISCORD_LIMITS } from "./limits.ts";
import { modalOf } from "./modal.ts";
import { renderDiscord } from "./render.ts";

export type InteractionPorts = {
  readonly rest: REST;
  /** Sends the first answer to an interaction. */
  acknowledge(route: string, body: object): Promise<void>;
  readonly commander: Commander;
  readonly configured: ConfiguredLevels;
  readonly throttle: Throttle;
  readonly suggestionThrottle: Throttle;
  readonly turns: Turns;
  readonly log: Log;
};

/** Kinds of interaction callbacks; https://docs.discord.com/developers/interactions/receiving-and-responding. */
const CALLBACK = {
  message: 4,
  deferMessage: 5,
  deferUpdate: 6,
  suggestions: 8,
  modal: 9,
} as const;
const EPHEMERAL = 1 << 6;

const SERVER_ONLY = hidden(refusal("Sitrep answers in servers only."));
const BROKEN = refusal("Something broke. The operator's log says more.");
/** Made once: whoever floods gets it a thousand times. */
const FAST = hidden(refusal(TOO_FAST));
const BUSY = refusal(TOO_BUSY);

function refusal(text: string): Reply {
  return { blocks: [{ kind: "notice", tone: "error", text }], ephemeral: true, failed: true };
}

/** What is asked for that is answered with a message. */
type Question = Exclude<Asked, { readonly kind: "suggest" }>;

/** Answers one interaction: first the sign that it was heard, then the answer. Never throws. */
export async function answerInteraction(
  interaction: APIInteraction,
  ports: InteractionPorts,
): Promise<void> {
  try {
    const asked = askedBy(interaction);
    if (asked === null) return;
    const caller = callerOf(interaction, ports.configured);
    if (asked.kind === "suggest") {
      await suggest(interaction, asked, caller, ports);
      return;
    }
    const refused = caller === null ? SERVER_ONLY : ports.throttle.take(caller.user) ? null : FAST;
    if (refused !== null) {
      await callback(interaction, CALLBACK.message, refused, ports);
    } else if (caller !== null && !(await openForm(interaction, asked, caller, ports))) {
      await answer(interaction, asked, caller, ports);
    }
  } catch (error) {
    ports.log.warn({ problem: describeFailure(error) }, "an interaction was not answered");
  }
}

/** A form has to be the first answer. False: this is not to be filled in, or not by this person. */
async function openForm(
  interaction: APIInteraction,
  asked: Question,
  caller: Caller,
  ports: InteractionPorts,
): Promise<boolean> {
  const { commander } = ports;
  if (asked.kind === "filled") return false;
  const wanted =
    asked.kind === "command" ? asked.invocation : parseLine(asked.line, commander.specs);
  if ("problem" in wanted) return false;
  const spec = findSpec(commander.specs, wanted);
  if (spec === null || !mayUse(caller.level, spec.level)) return false;
  const form = formFor(spec, wanted.options);
  if (form === null) return false;
  const known = spec.form === true ? wanted.options["topic"] : undefined;
  const values = known === undefined ? {} : await topicValues(commander, known, caller);
  if (values === null) return false;
  const modal = modalOf(formFor(spec, wanted.options, values) ?? form);
  if (modal === null) return false;
  await callback(interaction, CALLBACK.modal, modal, ports);
  return true;
}

async function answer(
  interaction: APIInteraction,
  asked: Question,
  caller: Caller,
  ports: InteractionPorts,
): Promise<void> {
  const update = asked.kind === "line" && asked.update;
  const shared = asked.kind === "command" && asked.share;
  await callback(
    interaction,
    update ? CALLBACK.deferUpdate : CALLBACK.deferMessage,
    shared ? {} : { flags: EPHEMERAL },
    ports,
  );
  const answered = (await ports.turns.run(() => replyTo(asked, caller, ports))) ?? BUSY;
  const reply = withLackingRights(answered, asked, interaction);
  const pictures = await pngPictures(reply, "dark", ports.log);
  const [first, ...more] = renderDiscord(reply, null, pictures);
  const files = (body: DiscordBody): RawFile[] => filesFor(body, reply, pictures);
  if (first === undefined) return;
  const own = { route: Routes.webhook(interaction.application_id, interaction.token) };
  const original = Routes.webhookMessage(interaction.application_id, interaction.token);
  // What was announced to everybody cannot be hidden afterwards: it is taken back and told to the asker alone.
  const hide = shared && reply.ephemeral;
  if (hide) {
    await ports.rest.delete(original, { auth: false });
    await follow(own.route, first, true, files(first), ports.rest);
  } else {
    await ports.rest.patch(original, { body: first, auth: false, files: files(first) });
  }
  for (const body of more) {
    await follow(own.route, body, !shared || hide, files(body), ports.rest);
  }
}

async function replyTo(
  asked: Question,
  caller: Caller,
  { commander, log }: InteractionPorts,
): Promise<Reply> {
  try {
    if (asked.kind === "command") return await commander.run(asked.invocation, caller);
    if (asked.kind === "line") return await commander.runLine(asked.line, caller);
    const filled = filledForm(asked.line, asked.values, commander.specs);
    return filled === null
      ? await commander.runLine(asked.line, caller)
      : await commander.run(filled, caller);
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    log.error({ stack }, "a command broke");
    return BROKEN;
  }
}

/** A channel that Sitrep may not post to is told of when it is subscribed, not when the first post is lost. */
function withLackingRights(reply: Reply, asked: Question, interaction: APIInteraction): Reply {
  const subscribes =
    asked.kind === "command"
      ? asked.invocation.name === "subscribe"
      : asked.line.startsWith("/sitrep subscribe ");
  const opensThreads =
    asked.kind === "command"
      ? asked.invocation.options["layout"] === "thread"
      : /\blayout=thread\b/.test(asked.line);
  const { app_permissions: held, channel } = interaction;
  if (!subscribes || reply.failed === true || held === undefined) return reply;
  const type = channel?.type;
  const inThread = type === 10 || type === 11 || type === 12;
  const lacking = lackingPermissions(BigInt(held), { inThread, opensThreads });
  if (lacking.length === 0) return reply;
  const text = `Sitrep cannot post here yet: give it ${lacking.join(", ")} in this channel.`;
  return { ...reply, blocks: [{ kind: "notice", tone: "warning", text }, ...reply.blocks] };
}

function follow(
  route: `/${string}`,
  body: DiscordBody,
  hidden: boolean,
  files: RawFile[],
  rest: REST,
): Promise<unknown> {
  const flags = hidden ? body.flags | EPHEMERAL : body.flags;
  return rest.post(route, { body: { ...body, flags }, auth: false, files });
}

function filesFor(body: DiscordBody, reply: Reply, pictures: Pictures<Uint8Array>): RawFile[] {
  if (body.attachments === undefined) return [];
  return attachmentsOf(reply, pictures).map(({ name, data, contentType }) => ({
    name,
    data,
    contentType,
  }));
}

function hidden(reply: Reply): object {
  return { ...renderDiscord(reply, null)[0], flags: 32768 | EPHEMERAL };
}

function callback(
  interaction: APIInteraction,
  type: number,
  data: object,
  { acknowledge }: InteractionPorts,
): Promise<void> {
  return acknowledge(Routes.interactionCallback(interaction.id, interaction.token), { type, data });
}

async function suggest(
  interaction: APIInteraction,
  asked: Extract<Asked, { kind: "suggest" }>,
  caller: Caller | null,
  ports: InteractionPorts,
): Promise<void> {
  const { commander, suggestionThrottle, log } = ports;
  const { root, group, name } = asked.invocation;
  const spec = commander.specs.find(
    (one) => one.root === root && one.group === group && one.name === name,
  );
  let found: readonly Suggestion[] = [];
  try {
    if (spec !== undefined && caller !== null && suggestionThrottle.take(caller.user)) {
      found = await commander.suggest(spec, asked.option, asked.partial, caller);
    }
  } catch (error) {
    log.error({ stack: error instanceof Error ? error.stack : "" }, "suggestions broke");
  }
  const choices = found
    .filter(({ value }) => value.length > 0 && value.length <= DISCORD_LIMITS.choiceChars)
    .slice(0, DISCORD_LIMITS.optionChoices)
    .map(({ label, value }) => ({
      name: safeCut(label, DISCORD_LIMITS.choiceChars) || value,
      value,
    }));
  await callback(interaction, CALLBACK.suggestions, { choices }, ports);
}
