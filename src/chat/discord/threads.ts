import { DiscordAPIError, type REST, Routes } from "discord.js";
import type { Reply } from "../../commands/reply.ts";
import { safeCut } from "../safe-text.ts";
import { DISCORD_LIMITS } from "./limits.ts";

/** The message has its thread already; https://docs.discord.com/developers/topics/opcodes-and-status-codes, 2026-08-06. */
const THREAD_THERE = 160004;
/** Where no thread can be under a message, such as in a thread. */
const NO_THREADS_HERE = 50024;
const UNKNOWN_MESSAGE = 10008;

/** Minutes without a word after which a thread is folded away; a later post unfolds it. */
const ARCHIVE_AFTER_MIN = 1_440;

/** Threads that are remembered; asking again costs a request. */
const REMEMBERED_MAX = 10_000;

type Addressed = { readonly channel: string; readonly reply: Reply };

/**
 * Finds where a delivery to `channel/message` goes: the thread under that message, which has its id. A message has at
 * most one thread and starting it again changes nothing, so a try that is repeated does no harm. Throws what
 * discord.js throws.
 */
export function createThreads(
  rest: REST,
  requestMs: number,
  isForum: (channel: string) => boolean,
): { addressed<One extends Addressed>(one: One): Promise<One> } {
  const known = new Map<string, string>();

  async function threadOf(channel: string, message: string, reply: Reply): Promise<string> {
    // A forum's post is a thread by itself.
    if (isForum(channel)) return message;
    const refusal = await start(channel, message, reply);
    if (refusal === null || refusal.code === THREAD_THERE) return message;
    if (refusal.code === NO_THREADS_HERE) return channel;
    if (refusal.code === UNKNOWN_MESSAGE && (await isChannel(message))) return message;
    throw refusal;
  }

  async function start(
    channel: string,
    message: string,
    reply: Reply,
  ): Promise<DiscordAPIError | null> {
    try {
      await rest.post(Routes.threads(channel, message), {
        body: { name: nameOf(reply), auto_archive_duration: ARCHIVE_AFTER_MIN },
        signal: AbortSignal.timeout(requestMs),
      });
      return null;
    } catch (error) {
      if (error instanceof DiscordAPIError) return error;
      throw error;
    }
  }

  async function isChannel(id: string): Promise<boolean> {
    try {
      await rest.get(Routes.channel(id), { signal: AbortSignal.timeout(requestMs) });
      return true;
    } catch (error) {
      if (error instanceof DiscordAPIError && error.status === 404) return false;
      throw error;
    }
  }

  return {
    async addressed(one) {
      const [channel, message] = one.channel.split("/");
      if (channel === undefined || message === undefined) return one;
      const thread = known.get(message) ?? (await threadOf(channel, message, one.reply));
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(message, thread);
      return { ...one, channel: thread };
    },
  };
}

function nameOf({ thread = "" }: Reply): string {
  return safeCut(thread, DISCORD_LIMITS.threadNameChars) || "Sitrep";
}
