import type { Reply } from "../commands/reply.ts";
import { renderDiscord } from "./discord/render.ts";
import { renderSlack } from "./slack/render.ts";
import { renderText, type TerminalOptions } from "./terminal/render.ts";
import { renderHtml } from "./web/render.ts";

/** How a reply can be shown on the command line. */
export const FORMS = ["text", "html", "discord", "slack"] as const;
export type Form = (typeof FORMS)[number];

/** A reply as a platform would get it; for the chat platforms the bodies of its messages, as JSON. */
export function renderAs(form: Form, reply: Reply, options: TerminalOptions): string {
  switch (form) {
    case "text":
      return renderText(reply, options);
    case "html":
      return renderHtml(reply);
    case "discord":
      return JSON.stringify(renderDiscord(reply, PREVIEW));
    case "slack":
      return JSON.stringify(renderSlack(reply, PREVIEW));
  }
}

/** A digest that will not be posted still has the shape of one. */
const PREVIEW = { key: "preview000000000000000", mention: null, silent: true };
