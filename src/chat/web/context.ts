import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
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

/** The fields of a request's form; an HTTPException of 400 when the body is no form. */
export async function readForm(
  c: Context,
): Promise<Record<string, string | File | (string | File)[]>> {
  try {
    return await c.req.parseBody();
  } catch (error) {
    // The platform's parser throws it for a body that is not what its header says.
    if (!(error instanceof TypeError)) throw error;
    throw new HTTPException(400, { message: "The form cannot be read: send it again" });
  }
}
