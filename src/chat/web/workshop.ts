import type { Form, FormField } from "../forms.ts";
import { type Html, html, rawHtml } from "./html.ts";

/** The form of a topic, and below it what it would have matched. Works without script: the button shows it. */
export function renderWorkshop(
  title: string,
  form: Form,
  topicId: string | null,
  preview: Html | null,
): Html {
  const address = topicId === null ? "/workshop" : `/workshop?topic=${encodeURIComponent(topicId)}`;
  return html`<div class="document"><h1>${title}</h1>
<form class="workshop" method="post" action="${address}" data-workshop>
${form.fields.map(renderField)}
<p><button class="button primary">Preview</button></p>
</form>
<h2>What it would have matched</h2>
<div class="preview" data-preview aria-live="polite">${preview ?? html`<p class="hint">Fill in the form: hits per day, a sample and near misses appear here. Nothing is saved before you confirm.</p>`}</div>
</div>`;
}

function renderField({ option, label, hint, long, value }: FormField): Html {
  const id = `field-${option.name}`;
  const required = option.required ? rawHtml(" required") : null;
  const described = rawHtml(` aria-describedby="hint-${option.name}"`);
  return html`<div class="field"><label for="${id}">${label}</label>
${input()}
<p class="hint" id="hint-${option.name}">${option.required ? null : rawHtml("Optional. ")}${hint}</p></div>`;

  function input(): Html {
    const { name } = option;
    if (option.kind === "choice") {
      return html`<select id="${id}" name="${name}"${described}><option value=""></option>${(
        option.choices ?? []
      ).map(
        (choice) =>
          html`<option${choice === value ? rawHtml(" selected") : null}>${choice}</option>`,
      )}</select>`;
    }
    if (long) {
      return html`<textarea id="${id}" name="${name}" rows="${name === "query" ? 6 : 2}" maxlength="4000" spellcheck="false"${required}${described}>${value}</textarea>`;
    }
    const range = option.kind === "number" ? option.range : undefined;
    const type = option.kind === "number" ? "number" : "text";
    const limits =
      range === undefined ? null : html` min="${range.min}" max="${range.max}" step="any"`;
    return html`<input id="${id}" name="${name}" type="${type}" value="${value}" maxlength="200" autocomplete="off"${limits}${required}${described}>`;
  }
}
