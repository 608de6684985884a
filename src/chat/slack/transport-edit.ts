import type { webApi } from "@slack/bolt";
import type { Edit, Outcome } from "../../delivery/delivery.ts";
import { outcomeOf } from "./failure.ts";
import { renderSlack } from "./render.ts";

/** Makes a message show something else. */
export function createEdit(client: webApi.WebClient): (edit: Edit) => Promise<Outcome> {
  return async (edit) => {
    try {
      const [body] = renderSlack(edit.reply, { key: edit.key, mention: edit.mention });
      if (body === undefined) return { kind: "gone", reason: "nothing to show", park: false };
      const { unfurl_links, unfurl_media, ...message } = body;
      const [channel = ""] = edit.channel.split("/");
      await client.apiCall("chat.update", { channel, ts: edit.messageId, ...message });
      return { kind: "sent", messageId: edit.messageId };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}
