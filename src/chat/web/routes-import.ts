import type { Context, Hono } from "hono";
import { mayUse } from "../../commands/help.ts";
import { readForm, type WebContext, type WebEnv } from "./context.ts";
import { replyPage } from "./document.ts";
import { type Html, html } from "./html.ts";

/** Where a list of feeds is sent to. */
const PATH = "/import";

/** A list of feeds that is uploaded or pasted; what is new in it is shown, and added when that is confirmed. */
export function addImport(app: Hono<WebEnv>, context: WebContext): void {
  app.post(PATH, async (c) => {
    const { file, opml } = await readForm(c);
    const uploaded = file instanceof File ? await file.text() : "";
    const pasted = typeof opml === "string" ? opml : "";
    return replyPage(c, context, {
      title: "Import feeds",
      current: "/feeds",
      command: {
        root: "sitrep-admin",
        group: "source",
        name: "import",
        options: { opml: uploaded.trim() === "" ? pasted : uploaded },
      },
      failedAs: 400,
      after: html`<p><a class="button" href="/feeds">To the feeds</a></p>`,
    });
  });
}

/** The form that sends such a list; null for whoever may not add feeds. */
export function importForm(c: Context<WebEnv>, { options }: WebContext): Html | null {
  const spec = options.commander.specs.find(
    ({ group, name }) => group === "source" && name === "import",
  );
  if (spec === undefined || !mayUse(c.get("caller").level, spec.level)) return null;
  return html`<details class="more"><summary>Import a list of feeds</summary>
<form class="workshop" method="post" action="${PATH}" enctype="multipart/form-data">
<div class="field"><label for="import-file">An OPML file</label>
<input id="import-file" name="file" type="file" accept=".opml,.xml"></div>
<div class="field"><label for="import-opml">Or the OPML itself</label>
<textarea id="import-opml" name="opml" rows="4" spellcheck="false" aria-describedby="import-hint"></textarea>
<p class="hint" id="import-hint">What is new in it is shown first; nothing is added before you confirm.</p></div>
<p><button class="button primary">Show what is new</button></p>
</form></details>`;
}
