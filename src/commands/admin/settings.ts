import { LAYOUTS } from "../../digests/subscription.ts";
import { answer, failed, heading, notice, plain } from "../answers.ts";
import { type Command, entryOf } from "../command.ts";
import type { Options } from "../options.ts";
import type { TenantSettings } from "../own.ts";
import type { CommandPorts } from "../ports.ts";
import type { Block } from "../reply.ts";

const CAP_MAX = 100;

export const settingsCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "settings",
    about: "This team's settings: time zone, and what new subscriptions begin with",
    level: "admin",
    options: [
      {
        name: "tz",
        kind: "timezone",
        about: "Zone of times in answers and of new subscriptions",
        required: false,
        aliases: ["timezone"],
      },
      {
        name: "quiet",
        kind: "text",
        about: "Hours without posts, such as 22:00-07:00, or none",
        required: false,
      },
      {
        name: "cap",
        kind: "number",
        about: "Stories a digest at most",
        required: false,
        range: { min: 1, max: CAP_MAX },
      },
      {
        name: "empty",
        kind: "choice",
        about: "What an empty period says",
        required: false,
        choices: ["silent", "say"],
      },
      {
        name: "layout",
        kind: "choice",
        about: "How stories are laid out",
        required: false,
        choices: LAYOUTS,
      },
    ],
  },
  async run(call) {
    const { options, ports } = call;
    const given = Object.entries(options.given);
    if (given.length === 0) {
      return answer([
        heading("Settings"),
        settingsFacts(ports, ports.settings),
        plain("A line such as this one changes them:"),
        { kind: "line", text: "/sitrep-admin settings tz=Europe/Berlin quiet=22:00-07:00" },
      ]);
    }
    const read = changed(ports.settings, options);
    if ("fault" in read) return failed(read.fault);
    const what = given.map(([name, value]) => `${name}=${value}`).join(" ");
    await ports.own.saveSettings(read.settings, entryOf(call, `changed settings: ${what}`));
    return answer([
      notice("good", "The settings are changed. Subscriptions that there are keep theirs."),
      settingsFacts(
        { ...ports, timezone: read.settings.timezone ?? ports.timezone },
        read.settings,
      ),
    ]);
  },
};

function changed(
  before: TenantSettings,
  options: Options,
): { readonly settings: TenantSettings } | { readonly fault: string } {
  const timezone = options.text("tz") ?? before.timezone;
  const cap = options.number("cap") ?? before.cap;
  if (cap !== undefined && !Number.isInteger(cap)) return { fault: "cap: a whole number." };
  const empty = (["silent", "say"] as const).find((known) => known === options.text("empty"));
  const layout = LAYOUTS.find((known) => known === options.text("layout"));
  const quiet = quietOf(options.text("quiet"), before.quiet);
  if (quiet === "fault") return { fault: "quiet: two times such as 22:00-07:00, or none." };
  return {
    settings: {
      ...before,
      ...(timezone === undefined ? {} : { timezone }),
      ...(cap === undefined ? {} : { cap }),
      ...(empty === undefined ? {} : { empty }),
      ...(layout === undefined ? {} : { layout }),
      ...(quiet === undefined ? {} : { quiet }),
    },
  };
}

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

function quietOf(
  text: string | null,
  before: TenantSettings["quiet"],
): TenantSettings["quiet"] | "fault" {
  if (text === null) return before;
  if (text.toLowerCase() === "none") return null;
  if (!HOURS.test(text)) return "fault";
  const [from = "", to = ""] = text.split("-");
  return { from, to };
}

function settingsFacts(ports: Pick<CommandPorts, "timezone">, settings: TenantSettings): Block {
  const { quiet = null, cap, empty, layout, alerts } = settings;
  return {
    kind: "facts",
    facts: [
      ["Time zone", ports.timezone],
      ["Quiet hours", quiet === null ? "none" : `${quiet.from}-${quiet.to}`],
      ["Stories a digest", String(cap ?? 20)],
      ["Empty periods", empty ?? "silent"],
      ["Layout", layout ?? "cards"],
      ["Notices to admins", alerts ?? "in the log only"],
    ],
  };
}
