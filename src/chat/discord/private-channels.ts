import { type REST, Routes } from "discord.js";
import { z } from "zod";
import type { Delivery } from "../../delivery/delivery.ts";

const Opened = z.object({ id: z.string() });

/** People whose private channel is remembered; asking again costs a request. */
const REMEMBERED_MAX = 10_000;

/**
 * Finds where a delivery to `user:<id>` goes: the private channel with that person. Opening one that is open changes
 * nothing, so a try that is repeated does no harm. Throws what discord.js throws.
 */
export function createPrivateChannels(
  rest: REST,
  requestMs: number,
): { addressed(delivery: Delivery): Promise<Delivery> } {
  const known = new Map<string, string>();
  return {
    async addressed(delivery) {
      const person = /^user:(\d+)$/.exec(delivery.channel)?.[1];
      if (person === undefined) return delivery;
      const kept = known.get(person);
      if (kept !== undefined) return { ...delivery, channel: kept };
      const answer = await rest.post(Routes.userChannels(), {
        body: { recipient_id: person },
        signal: AbortSignal.timeout(requestMs),
      });
      const { id } = Opened.parse(answer);
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(person, id);
      return { ...delivery, channel: id };
    },
  };
}
