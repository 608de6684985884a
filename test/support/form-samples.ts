import { sourceImportCommand } from "../../src/commands/admin/source-import.ts";
import type { Commander, CommandSpec } from "../../src/commands/spec.ts";
import { type Heard, sampleCommander } from "./chat-samples.ts";

const fields: CommandSpec["options"] = [
  { name: "query", kind: "text", about: "What it looks for", required: true, multiline: true },
  { name: "name", kind: "text", about: "What it is called", required: false },
  { name: "threshold", kind: "number", about: "Least score", required: false },
];

const createSpec: CommandSpec = {
  root: "sitrep-admin",
  group: "topic",
  name: "create",
  about: "Makes a topic",
  level: "admin",
  confirms: true,
  form: true,
  options: [{ name: "id", kind: "text", about: "Its id", required: true }, ...fields],
};
const editSpec: CommandSpec = {
  ...createSpec,
  name: "edit",
  about: "Changes a topic",
  options: [
    { name: "topic", kind: "topic", about: "Which", required: true },
    ...fields.map((field) => ({ ...field, required: false })),
  ],
};

/** The sample commander with the commands that are filled in; `topic edit` shows a topic as it is. */
export function formCommander(): { readonly commander: Commander; readonly heard: Heard[] } {
  const { commander, heard } = sampleCommander();
  return {
    heard,
    commander: {
      ...commander,
      specs: [...commander.specs, createSpec, editSpec, sourceImportCommand.spec],
      async run(asked, caller) {
        if (asked.group !== "topic") return commander.run(asked, caller);
        if (asked.name !== "edit" || asked.options["query"] !== undefined) {
          heard.push({ what: asked, caller });
          return {
            blocks: [{ kind: "text", text: "It would have matched 12 items." }],
            choices: [
              { label: "Keep", command: "/sitrep-admin topic create confirm=yes", tone: "primary" },
            ],
            ephemeral: true,
          };
        }
        return {
          blocks: [
            { kind: "heading", text: "Venezuela talks" },
            { kind: "facts", facts: [["Threshold", "60"]] },
            { kind: "line", text: "Caracas\nAND talks" },
          ],
          ephemeral: true,
        };
      },
    },
  };
}
