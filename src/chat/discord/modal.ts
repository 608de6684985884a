import type { Form, FormField } from "../forms.ts";
import { cutText } from "../safe-text.ts";
import { commandId } from "./buttons.ts";
import { DISCORD_LIMITS } from "./limits.ts";

/** Numbers as in https://docs.discord.com/developers/components/reference. */
const LABEL = 18;
const SELECT = 3;
const TEXT_INPUT = 4;
const FILE_UPLOAD = 19;
const ONE_LINE = 1;
const PARAGRAPH = 2;

/** A form as a modal; null when the command that it completes is too long for an id. */
export function modalOf(form: Form): object | null {
  const custom_id = commandId("-", form.line);
  if (custom_id === null) return null;
  return {
    custom_id,
    title: cutText(form.title, DISCORD_LIMITS.modalTitleChars - 1),
    components: form.fields.map((field) => ({
      type: LABEL,
      label: cutText(field.label, DISCORD_LIMITS.labelChars - 1),
      description: cutText(field.hint, DISCORD_LIMITS.labelDescriptionChars - 1),
      component: inputOf(field),
    })),
  };
}

function inputOf({ option, long, value }: FormField): object {
  const base = { custom_id: option.name, required: option.required };
  if (option.kind === "choice") {
    const options = (option.choices ?? []).slice(0, DISCORD_LIMITS.selectOptions);
    return {
      ...base,
      type: SELECT,
      options: options.map((choice) => ({
        label: choice,
        value: choice,
        ...(choice === value ? { default: true } : {}),
      })),
    };
  }
  if (option.kind === "file") {
    const { required, endings } = option;
    const file_types = endings === undefined ? {} : { file_types: endings };
    return {
      ...base,
      ...file_types,
      type: FILE_UPLOAD,
      min_values: required ? 1 : 0,
      max_values: 1,
    };
  }
  return {
    ...base,
    type: TEXT_INPUT,
    style: long ? PARAGRAPH : ONE_LINE,
    max_length: DISCORD_LIMITS.textInputChars,
    ...(value === "" ? {} : { value: value.slice(0, DISCORD_LIMITS.textInputChars) }),
  };
}

/** What was filled in, by name; a file by its address. */
export function modalValues(
  components: readonly unknown[],
  resolved: unknown,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const component of components) {
    const input: unknown = Reflect.get(Object(component), "component");
    const name: unknown = Reflect.get(Object(input), "custom_id");
    if (typeof name !== "string") continue;
    const value: unknown = Reflect.get(Object(input), "value");
    const chosen: unknown = Reflect.get(Object(input), "values");
    const first: unknown = Array.isArray(chosen) ? chosen[0] : undefined;
    const isFile = Reflect.get(Object(input), "type") === FILE_UPLOAD;
    const picked = isFile ? fileAddress(resolved, first) : first;
    const text = typeof value === "string" ? value : picked;
    if (typeof text === "string") values[name] = text;
  }
  return values;
}

/** Where an uploaded file can be read; null when the interaction does not say. */
export function fileAddress(resolved: unknown, id: unknown): string | null {
  const files: unknown = Reflect.get(Object(resolved), "attachments");
  const file: unknown = Reflect.get(Object(files), String(id));
  const url: unknown = Reflect.get(Object(file), "url");
  return typeof url === "string" ? url : null;
}
