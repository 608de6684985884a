import { DiscordAPIError, RateLimitError, type REST, Routes } from "discord.js";
import type { Delivery, Found, Outcome, Transport } from "../../delivery/delivery.ts";
import type { Log } from "../../log.ts";
import { safeCut } from "../safe-text.ts";
import type { DiscordBody } from "./components.ts";
import { describeFailure, outcomeOf } from "./failure.ts";
import { createForumTries } from "./forum-tries.ts";
import { DISCORD_LIMITS } from "./limits.ts";
import { createPrivateChannels } from "./private-channels.ts";
import { createReadBack } from "./read-back.ts";
import { renderDiscord } from "./render.ts";
import { createThreads } from "./threads.ts";
import { createEdit } from "./transport-edit.ts";

/**
 * The same nonce gives the same message for "the past few minutes" (discord-api-docs, resources/message,
 * 2026-08-06); how many is not said, so only the first of them is relied on.
 */
const SAME_KEY_MS = 60_000;

/** What a channel says that takes threads instead of messages. */
const NOT_A_TEXT_CHANNEL = new Set<number | string>([50008, 50024]);

const FORUM = 15;
const MEDIA = 16;

export type TransportPorts = {
  readonly rest: REST;
  readonly token: string;
  /** The type of a channel when it is known already; null otherwise. */
  channelType(channel: string): number | null;
  readonly now: () => number;
  /** How long one request may take. */
  readonly requestMs: number;
  readonly requestsPerSecond: number;
  readonly log: Log;
};

/**
 * Posts to Discord's channels, threads and forums, to the thread under a message: `<channel>/<message>`, and to
 * people: `user:<id>`.
 */
export function createTransport(ports: TransportPorts): Transport {
  const forums = new Set<string>();
  const tries = createForumTries();
  const readBack = createReadBack(ports.rest, ports.requestMs);
  const people = createPrivateChannels(ports.rest, ports.requestMs);
  const isForum = (channel: string): boolean =>
    forums.has(channel) || [FORUM, MEDIA].includes(ports.channelType(channel) ?? -1);
  const threads = createThreads(ports.rest, ports.requestMs, isForum);
  const addressed = async (delivery: Delivery): Promise<Delivery> =>
    threads.addressed(await people.addressed(delivery));

  async function post(delivery: Delivery): Promise<Outcome> {
    const { key, mention } = delivery;
    const [body] = renderDiscord(delivery.reply, { key, mention, silent: isRoutine(delivery) });
    if (body === undefined) return { kind: "gone", reason: "nothing to post", park: false };
    if (isForum(delivery.channel)) return await postToForum(delivery, body);
    const signal = AbortSignal.timeout(ports.requestMs);
    try {
      const route = Routes.channelMessages(delivery.channel);
      return sent(await ports.rest.post(route, { body, signal }), "id");
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || !NOT_A_TEXT_CHANNEL.has(error.code)) throw error;
      forums.add(delivery.channel);
      tries.ended(delivery.key, false);
      return { kind: "retry", reason: "the channel is a forum", afterMs: 0, scope: "delivery" };
    }
  }

  async function postToForum(delivery: Delivery, body: DiscordBody): Promise<Outcome> {
    const advice = tries.before(delivery, ports.now());
    if (advice.kind === "wait") {
      const { ms } = advice;
      return { kind: "retry", reason: "waits for the forum", afterMs: ms, scope: "delivery" };
    }
    if (advice.kind === "look") {
      const found = await readBack.find(delivery, true);
      if (found.kind === "found") return { kind: "sent", messageId: found.messageId };
      if (found.kind !== "absent") return { kind: "unclear", reason: found.reason };
    }
    tries.begun(delivery.key, ports.now());
    const { nonce, enforce_nonce, ...message } = body;
    return sent(
      await ports.rest.post(Routes.threads(delivery.channel), {
        body: { name: threadName(delivery), message },
        signal: AbortSignal.timeout(ports.requestMs),
      }),
      "id",
    );
  }

  return {
    platform: "discord",
    sameKeyMs: SAME_KEY_MS,
    requestsPerSecondMax: ports.requestsPerSecond,
    async send(delivery) {
      try {
        const outcome = await post(await addressed(delivery));
        if (outcome.kind === "sent") tries.ended(delivery.key, true);
        return outcome;
      } catch (error) {
        // The REST client drops its token after one 401, which would make every later try fail on its own.
        if (error instanceof DiscordAPIError && error.status === 401) {
          ports.rest.setToken(ports.token);
        }
        const outcome = outcomeOf(error);
        if (outcome.kind !== "unclear") tries.ended(delivery.key, outcome.kind === "gone");
        ports.log.debug({ key: delivery.key, outcome: outcome.kind }, describeFailure(error));
        return outcome;
      }
    },
    edit: createEdit(ports, isForum, threads),
    threadUnder: (channel, message) => (/^\d+$/.test(channel) ? `${channel}/${message}` : null),
    async find(delivery): Promise<Found> {
      try {
        return await readBack.find(await addressed(delivery), isForum(delivery.channel));
      } catch (error) {
        return lookFailed(error);
      }
    },
  };
}

/** What is no news of the moment: a digest, and what stands in a thread under news that was told. */
function isRoutine({ kind, reply }: Delivery): boolean {
  return kind === "digest" || reply.thread !== undefined;
}

function sent(answer: unknown, field: string): Outcome {
  const id: unknown = Reflect.get(Object(answer), field);
  return typeof id === "string"
    ? { kind: "sent", messageId: id }
    : { kind: "unclear", reason: "Discord's answer held no message" };
}

function lookFailed(error: unknown): Found {
  const reason = describeFailure(error);
  if (error instanceof RateLimitError) {
    return { kind: "retry", reason, afterMs: Math.max(error.retryAfter, error.sublimitTimeout) };
  }
  if (error instanceof DiscordAPIError && error.status < 500) return { kind: "unreadable", reason };
  return { kind: "retry", reason, afterMs: null };
}

function threadName(delivery: Delivery): string {
  const heading = delivery.reply.blocks.find((block) => block.kind === "heading");
  const story = delivery.reply.blocks.find((block) => block.kind === "story");
  const name = heading?.text ?? story?.card.headline ?? "Sitrep";
  return safeCut(name, DISCORD_LIMITS.threadNameChars) || "Sitrep";
}
