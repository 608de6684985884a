import { DiscordAPIError, Routes } from "discord.js";
import type { Edit, Outcome } from "../../delivery/delivery.ts";
import { outcomeOf } from "./failure.ts";
import { renderDiscord } from "./render.ts";
import type { createThreads } from "./threads.ts";
import type { TransportPorts } from "./transport.ts";

/** Makes a message show something else. */
export function createEdit(
  ports: TransportPorts,
  isForum: (channel: string) => boolean,
  threads: ReturnType<typeof createThreads>,
): (edit: Edit) => Promise<Outcome> {
  async function change(planned: Edit): Promise<Outcome> {
    const edit = await threads.addressed(planned);
    const [body] = renderDiscord(edit.reply, { key: edit.key, mention: edit.mention });
    if (body === undefined) return { kind: "gone", reason: "nothing to show", park: false };
    const { nonce, enforce_nonce, ...message } = body;
    // A forum post's first message has the id of its thread, and stands in it.
    const channel = isForum(edit.channel) ? edit.messageId : edit.channel;
    await ports.rest.patch(Routes.channelMessage(channel, edit.messageId), {
      // An edit alerts nobody, whatever the post did.
      body: { ...message, allowed_mentions: { parse: [] } },
      signal: AbortSignal.timeout(ports.requestMs),
    });
    return { kind: "sent", messageId: edit.messageId };
  }
  return async (edit) => {
    try {
      return await change(edit);
    } catch (error) {
      // The REST client drops its token after one 401, which would make every later try fail on its own.
      if (error instanceof DiscordAPIError && error.status === 401)
        ports.rest.setToken(ports.token);
      return outcomeOf(error);
    }
  };
}
