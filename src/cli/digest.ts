import { FORMS, renderAs } from "../chat/render-as.ts";
import { digestReply } from "../commands/cards.ts";
import { digestJson } from "../commands/json.ts";
import { LOCAL } from "./ask.ts";
import { withSitrep } from "./open.ts";
import { requireTopic, sinceOf } from "./search.ts";
import { type ExitCode, readArgs, type Terminal, UsageError } from "./terminal.ts";

const USAGE = `digest TOPIC [--since 7d] [--as json|${FORMS.join("|")}]
  --since  how far back
  --as     text, a value, or the messages as a platform would get them`;

/** `digest`: what a digest would say now; sends nothing. */
export async function digestCommand(terminal: Terminal): Promise<ExitCode> {
  const { values, words } = readArgs(
    terminal,
    { since: { type: "string" }, as: { type: "string" } },
    USAGE,
  );
  const [topicId] = words;
  if (topicId === undefined) throw new UsageError(`name a topic\nusage: sitrep ${USAGE}`);
  const wanted = values.as ?? (values.json ? "json" : "text");
  const form = FORMS.find((known) => known === wanted);
  if (form === undefined && wanted !== "json") {
    throw new UsageError(`--as: there is no form "${wanted}": use json, ${FORMS.join(", ")}`);
  }
  return withSitrep(terminal, async ({ config, portsFor, now }) => {
    const { topics, digests } = await portsFor(LOCAL);
    const topic = requireTopic(topics.list(), topicId);
    const digest = await digests.preview(topic.id, sinceOf(values.since ?? "7d", now()));
    if (form === undefined) {
      terminal.data(JSON.stringify(digestJson(digest)));
      return 0;
    }
    const reply = digestReply(digest, { layout: "cards", publicUrl: config.web.publicUrl });
    terminal.data(renderAs(form, reply, terminal).trimEnd());
    return 0;
  });
}
