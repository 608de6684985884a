import type { App, webApi } from "@slack/bolt";
import type { Reply } from "../../commands/reply.ts";
import { answerTo, type ListenerPorts, type Place } from "./answers.ts";
import { renderSlack } from "./render.ts";
import { answerView, openFilled } from "./waiting-view.ts";

/** What the Home tab tells, each as its command answers it. Who may not ask for one does not see it. */
const PARTS = ["/sitrep topics", "/sitrep subscription list", "/sitrep status"] as const;

/** The Home tab: topics, this workspace's subscriptions with their next digests, how the feeds are. */
export function addHome(app: App, ports: ListenerPorts): void {
  app.event("app_home_opened", async ({ event, body, client }) => {
    if (event.tab !== "home") return;
    const place = { team: body.team_id, user: event.user, channel: event.channel };
    const replies: Reply[] = [];
    for (const line of PARTS) replies.push(await answerTo(line, place, ports));
    const shown = replies.filter(({ failed }) => failed !== true);
    const [page] = renderSlack(
      {
        blocks: shown.flatMap(({ blocks }) => blocks),
        choices: replies[0]?.choices ?? [],
        ephemeral: true,
      },
      null,
    );
    await client.apiCall("views.publish", {
      user_id: event.user,
      view: { type: "home", blocks: page?.blocks ?? [] },
    });
  });
}

/** Answers a click on the Home tab, which has no conversation to answer in: in a view of its own. */
export async function answerInView(
  line: string,
  place: Place,
  { client, triggerId }: { readonly client: webApi.WebClient; readonly triggerId: string },
  ports: ListenerPorts,
): Promise<void> {
  const fill = async (): Promise<object> => {
    const [page] = renderSlack(await answerTo(line, place, ports), null);
    return answerView(page?.blocks ?? []);
  };
  await openFilled({ client, triggerId }, fill, ports.log);
}
