import { answer, choice, notice } from "./answers.ts";
import type { Call } from "./command.ts";
import { formatLine, LINE_CHARS_MAX } from "./line.ts";
import type { Block, Reply } from "./reply.ts";

/** A preview that changes nothing, with the line and the button that do it. Too long a line is the button's alone. */
export function confirmReply(
  call: Call,
  preview: readonly Block[],
  label: string,
  tone: "primary" | "danger" = "primary",
): Reply {
  const line = formatLine(call.spec, { ...call.options.given, confirm: "yes" });
  return answer(
    [
      ...preview,
      ...(line.length > LINE_CHARS_MAX
        ? [notice("info", "Nothing has been changed yet.")]
        : [
            notice("info", "Nothing has been changed yet. This line does it:"),
            { kind: "line" as const, text: line },
          ]),
    ],
    { choices: [choice(label, line, tone)] },
  );
}
