import type { Form, FormField } from "../forms.ts";
import { cutText } from "../safe-text.ts";
import { type PlainText, plainText } from "./blocks.ts";
import { SLACK_LIMITS } from "./limits.ts";

/** Of every form that Sitrep opens. */
export const FORM_VIEW = "sitrep_form";

/** Begins the action id of a menu that is asked for what it offers. */
export const SUGGEST = "sitrep_suggest:";

/** What a form brings back when it is sent: its command, and where the answer goes. */
export type FormMemory = {
  readonly line: string;
  readonly channel: string;
  readonly respondTo: string;
};

/** A form as a modal; null when its command is too long to be remembered. */
export function formView(form: Form, memory: Omit<FormMemory, "line">): object | null {
  const private_metadata = JSON.stringify({ ...memory, line: form.line });
  if (private_metadata.length > SLACK_LIMITS.metadataChars) return null;
  return {
    type: "modal",
    callback_id: FORM_VIEW,
    private_metadata,
    title: plainText(cutText(form.title, SLACK_LIMITS.viewTitleChars - 1)),
    submit: plainText("Send"),
    close: plainText("Cancel"),
    // Reading what people upload would take a scope more; a list can be pasted.
    blocks: form.fields
      .filter(({ option }) => option.kind !== "file")
      .map((field) => ({
        type: "input",
        block_id: field.option.name,
        optional: !field.option.required,
        label: plainText(field.label),
        hint: plainText(field.hint),
        element: elementOf(field),
      })),
  };
}

function elementOf({ option, long, value }: FormField): object {
  switch (option.kind) {
    case "choice": {
      const options = (option.choices ?? []).map((choice) => optionOf(choice));
      const initial = options.find((one) => one.value === value);
      return {
        type: "static_select",
        action_id: "value",
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      };
    }
    case "topic":
    case "source":
    case "story":
    case "subscription":
      return { type: "external_select", action_id: SUGGEST + option.name, min_query_length: 0 };
    case "timezone":
    case "duration":
    case "number":
    case "flag":
    case "file":
    case "text":
    case "rest":
      return {
        type: "plain_text_input",
        action_id: "value",
        multiline: long,
        max_length: SLACK_LIMITS.inputChars,
        ...(value === "" ? {} : { initial_value: value.slice(0, SLACK_LIMITS.inputChars) }),
      };
  }
}

/** One entry of a menu. */
export function optionOf(value: string, label = value): { text: PlainText; value: string } {
  return { text: plainText(cutText(label, SLACK_LIMITS.optionTextChars - 1) || value), value };
}

/** What a sent form remembers; null when Sitrep did not make it. */
export function memoryOf(privateMetadata: string): FormMemory | null {
  try {
    const read: unknown = JSON.parse(privateMetadata);
    const field = (name: string): unknown => Reflect.get(Object(read), name);
    const [line, channel, respondTo] = [field("line"), field("channel"), field("respondTo")];
    const known =
      typeof line === "string" && typeof channel === "string" && typeof respondTo === "string";
    return known ? { line, channel, respondTo } : null;
  } catch {
    return null;
  }
}

/** What was filled in, by the names of the options. */
export function viewValues(values: object): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, actions] of Object.entries(values)) {
    for (const action of Object.values(Object(actions))) {
      const typed: unknown = Reflect.get(Object(action), "value");
      const chosen: unknown = Reflect.get(
        Object(Reflect.get(Object(action), "selected_option")),
        "value",
      );
      const value = typed ?? chosen;
      if (typeof value === "string") found[name] = value;
    }
  }
  return found;
}
