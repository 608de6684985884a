import { z } from "zod";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** A line of `match` and `stories`; unknown keys are ignored. */
const inputItem = z.object({
  id: z
    .union([z.string().min(1), z.number()], "must be a text or number of its own")
    .transform(String),
  title: text,
  text,
  url: text,
  source: text,
  publishedAt: text.transform((value) => {
    const time = value === null ? Number.NaN : Date.parse(value);
    return Number.isNaN(time) ? null : new Date(time).toISOString();
  }),
  language: text.transform((value) => value?.slice(0, 2).toLowerCase() ?? null),
});

/** One item that came in as a line of JSON. */
export type InputItem = z.infer<typeof inputItem>;

/** Reads one line; a text says why it is no item. */
export function readItemLine(line: string): InputItem | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "is no JSON: write one object a line";
  }
  const read = inputItem.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return `is no item: ${issue?.path.join(".") || "the line"}: ${issue?.message ?? "wrong"}`;
  }
  if (read.data.title === null && read.data.text === null)
    return "is no item: it has neither title nor text";
  return read.data;
}
