import { answer, choice, notice } from "./answers.ts";
import type { Call } from "./command.ts";
import { formatLine } from "./line.ts";
import type { Block, Reply } from "./reply.ts";

/** A preview that changes nothing, with the line and the button that do it. */
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
      notice("info", "Nothing has been changed yet. This line does it:"),
      { kind: "line", text: line },
    ],
    { choices: [choice(label, line, tone)] },
  );
}
