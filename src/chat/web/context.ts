import type { Context } from "hono";
import type { Caller } from "../../commands/spec.ts";
import type { Frame } from "./pages.ts";
import type { WebOptions } from "./ports.ts";

/** What a route knows about its request. */
export type WebEnv = { Variables: { caller: Caller } };

/** What the routes share. */
export type WebContext = { readonly options: WebOptions; readonly frame: Frame };

/** Whether a person's browser asks. */
export function wantsHtml(c: Context): boolean {
  return c.req.header("accept")?.includes("text/html") === true;
}

/** Whose request it is that nobody let in, on the few addresses that answer all the same. */
export const STRANGER = "web:stranger";
