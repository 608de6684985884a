import type { webApi } from "@slack/bolt";
import { z } from "zod";
import type { Delivery, Found, Outcome, Transport } from "../../delivery/delivery.ts";
import type { Log } from "../../log.ts";
import { DELIVERY_EVENT } from "./blocks.ts";
import { describeFailure, foundOf, outcomeOf } from "./failure.ts";
import { renderSlack } from "./render.ts";
import { createEdit } from "./transport-edit.ts";

/** Clocks may differ by as much: what was posted so long before the try is looked at too. */
const CLOCK_MARGIN_MS = 5 * 60_000;
const PAGES_MAX = 50;
const PAGE_MESSAGES = 100;

const Page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional(),
    }),
  ),
  has_more: z.boolean().optional(),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Posts to Slack's channels, to threads: `C0123/1700000000.000100`, and to people: `user:U0123`. */
export function createTransport(
  client: webApi.WebClient,
  log: Log,
  postsApartMs: number,
): Transport {
  async function post(delivery: Delivery): Promise<Outcome> {
    const { channel, thread } = placeOf(delivery.channel);
    const [body] = renderSlack(delivery.reply, { key: delivery.key, mention: delivery.mention });
    const answer = await client.apiCall("chat.postMessage", {
      channel,
      ...(thread === null ? {} : { thread_ts: thread }),
      ...body,
    });
    const ts: unknown = Reflect.get(answer, "ts");
    return typeof ts === "string"
      ? { kind: "sent", messageId: ts }
      : { kind: "unclear", reason: "Slack's answer held no message" };
  }

  /** One page, newest first and without a lower bound: a clock that ran ahead must not hide what was posted. */
  async function page(place: Place, sinceS: number, cursor: string | null): Promise<Messages> {
    const { channel, thread } = place;
    const inThread = { ts: thread, oldest: String(Math.max(0, sinceS)) };
    const answer = await client.apiCall(
      thread === null ? "conversations.history" : "conversations.replies",
      {
        channel,
        ...(thread === null ? {} : inThread),
        limit: PAGE_MESSAGES,
        include_all_metadata: true,
        ...(cursor === null ? {} : { cursor }),
      },
    );
    const { messages, has_more, response_metadata } = Page.parse(answer);
    const oldest = Number(messages.at(-1)?.ts ?? 0);
    const isLast = has_more !== true || (thread === null && oldest < sinceS);
    return { messages, cursor: (isLast ? null : response_metadata?.next_cursor) || null };
  }

  async function readBack(delivery: Delivery): Promise<Found> {
    const place = placeOf(delivery.channel);
    const at = delivery.attemptAt === null ? Number.NaN : Date.parse(delivery.attemptAt);
    const sinceS = ((Number.isNaN(at) ? 0 : at) - CLOCK_MARGIN_MS) / 1000;
    let cursor: string | null = null;
    for (let read = 0; read < PAGES_MAX; read++) {
      const messages: Messages = await page(place, sinceS, cursor);
      const hit = messages.messages.find(({ metadata }) => carries(metadata, delivery.key));
      if (hit !== undefined) return { kind: "found", messageId: hit.ts };
      if (messages.cursor === null) return { kind: "absent" };
      cursor = messages.cursor;
    }
    return { kind: "unreadable", reason: "too many messages since the try" };
  }

  return {
    platform: "slack",
    // No parameter makes a second post of the same message impossible.
    sameKeyMs: 0,
    // A thread is a part of its channel.
    postsApart: { ms: postsApartMs, placeOf: (channel) => placeOf(channel).channel },
    async send(delivery) {
      try {
        return await post(delivery);
      } catch (error) {
        const outcome = outcomeOf(error);
        log.debug({ key: delivery.key, outcome: outcome.kind }, describeFailure(error));
        return outcome;
      }
    },
    edit: createEdit(client),
    threadUnder(channel, message) {
      if (channel.startsWith("user:")) return null;
      // What is posted in a thread has no thread of its own.
      return channel.includes("/") ? channel : `${channel}/${message}`;
    },
    async find(delivery) {
      try {
        return await readBack(delivery);
      } catch (error) {
        return foundOf(error);
      }
    },
  };
}

function carries(
  metadata: { readonly event_type: string; readonly event_payload: object } | undefined,
  key: string,
): boolean {
  return (
    metadata?.event_type === DELIVERY_EVENT && Reflect.get(metadata.event_payload, "key") === key
  );
}

type Place = { readonly channel: string; readonly thread: string | null };

type Messages = Pick<z.infer<typeof Page>, "messages"> & {
  /** Null: nothing older is of interest. */
  readonly cursor: string | null;
};

function placeOf(id: string): Place {
  // A person's id in the place of a channel's posts to the conversation with the bot.
  const [channel = "", thread] = id.replace(/^user:/, "").split("/");
  return { channel, thread: thread ?? null };
}
