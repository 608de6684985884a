import { DiscordAPIError, RateLimitError, type REST, Routes } from "discord.js";
import type { Delivery, Found, Outcome, Transport } from "../../delivery/delivery.ts";
import type { Log } from "../../log.ts";
import { cutText, safeText } from "../safe-text.ts";
import type { DiscordBody } from "./components.ts";
import { describeFailure, outcomeOf } from "./failure.ts";
import { DISCORD_LIMITS } from "./limits.ts";
import { createReadBack } from "./read-back.ts";
import { renderDiscord } from "./render.ts";

/**
 * The same nonce gives the same message for "the past few minutes" (discord-api-docs, resources/message,
 * 2026-08-06); how many is not said, so only the first of them is relied on.
 */
const SAME_KEY_MS = 60_000;

/** A forum post takes no nonce: before a second try its threads are read, once they had time to appear. */
const FORUM_SETTLE_MS = 10_000;

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
  readonly log: Log;
};

/** Posts to Discord's channels, threads and forums. */
export function createTransport(ports: TransportPorts): Transport {
  const forums = new Set<string>();
  const triedAt = new Map<string, number>();
  const readBack = createReadBack(ports.rest, ports.requestMs);
  const isForum = (channel: string): boolean =>
    forums.has(channel) || [FORUM, MEDIA].includes(ports.channelType(channel) ?? -1);

  async function post(delivery: Delivery): Promise<Outcome> {
    const [body] = renderDiscord(delivery.reply, { key: delivery.key, mention: delivery.mention });
    if (body === undefined) return { kind: "gone", reason: "nothing to post", park: false };
    if (isForum(delivery.channel)) return await postToForum(delivery, body);
    const signal = AbortSignal.timeout(ports.requestMs);
    try {
      const route = Routes.channelMessages(delivery.channel);
      return sent(await ports.rest.post(route, { body, signal }), "id");
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || !NOT_A_TEXT_CHANNEL.has(error.code)) throw error;
      forums.add(delivery.channel);
      return { kind: "retry", reason: "the channel is a forum", afterMs: 0, scope: "delivery" };
    }
  }

  async function postToForum(delivery: Delivery, body: DiscordBody): Promise<Outcome> {
    const before = triedAt.get(delivery.key) ?? attemptBefore(delivery, ports.now());
    if (before !== null) {
      const waitMs = before + FORUM_SETTLE_MS - ports.now();
      if (waitMs > 0) {
        return { kind: "retry", reason: "waits for the forum", afterMs: waitMs, scope: "delivery" };
      }
      const found = await readBack.find(delivery, true);
      if (found.kind === "found") return { kind: "sent", messageId: found.messageId };
      if (found.kind !== "absent") return { kind: "unclear", reason: found.reason ?? "unreadable" };
    }
    triedAt.set(delivery.key, ports.now());
    const { nonce, enforce_nonce, ...message } = body;
    const outcome = sent(
      await ports.rest.post(Routes.threads(delivery.channel), {
        body: { name: threadName(delivery), message },
        signal: AbortSignal.timeout(ports.requestMs),
      }),
      "id",
    );
    triedAt.delete(delivery.key);
    return outcome;
  }

  return {
    platform: "discord",
    sameKeyMs: SAME_KEY_MS,
    async send(delivery) {
      try {
        return await post(delivery);
      } catch (error) {
        // The REST client drops its token after one 401, which would make every later try fail on its own.
        if (error instanceof DiscordAPIError && error.status === 401) {
          ports.rest.setToken(ports.token);
        }
        const outcome = outcomeOf(error);
        if (outcome.kind !== "unclear") triedAt.delete(delivery.key);
        ports.log.debug({ key: delivery.key, outcome: outcome.kind }, describeFailure(error));
        return outcome;
      }
    },
    async find(delivery): Promise<Found> {
      try {
        return await readBack.find(delivery, isForum(delivery.channel));
      } catch (error) {
        return lookFailed(error);
      }
    },
  };
}

/** When an earlier try of this delivery may have been made by a process that is no more; null: this is the first. */
function attemptBefore(delivery: Delivery, now: number): number | null {
  if (delivery.attempts <= 1) return null;
  const at = delivery.attemptAt === null ? Number.NaN : Date.parse(delivery.attemptAt);
  return Number.isNaN(at) ? now - FORUM_SETTLE_MS : at;
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
  return cutText(safeText(name), DISCORD_LIMITS.threadNameChars) || "Sitrep";
}
