import type { webApi } from "@slack/bolt";
import type { Log } from "../../log.ts";
import { plainText, type SlackBlock } from "./blocks.ts";
import { describeFailure } from "./failure.ts";
import { section } from "./texts.ts";

/** A view that shows blocks and asks for nothing. */
export function answerView(blocks: readonly SlackBlock[]): object {
  return { type: "modal", title: plainText("Sitrep"), close: plainText("Close"), blocks };
}

/**
 * What a click may open has to be opened within three seconds: it is opened empty, and filled with what takes longer.
 * False: it was not opened, so that the answer has to come another way.
 */
export async function openFilled(
  { client, triggerId }: { readonly client: webApi.WebClient; readonly triggerId: string },
  fill: () => Promise<object>,
  log: Log,
): Promise<boolean> {
  const view_id = await openEmpty(client, triggerId, log);
  if (view_id === null) return false;
  await client.apiCall("views.update", { view_id, view: await fill() });
  return true;
}

async function openEmpty(
  client: webApi.WebClient,
  trigger_id: string,
  log: Log,
): Promise<string | null> {
  try {
    const view = answerView([section("…")]);
    const opened = await client.apiCall("views.open", { trigger_id, view });
    const id: unknown = Reflect.get(Object(Reflect.get(opened, "view")), "id");
    return typeof id === "string" ? id : null;
  } catch (error) {
    log.warn({ problem: describeFailure(error) }, "Slack: a view could not be opened");
    return null;
  }
}
