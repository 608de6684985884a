import { parseSchedule } from "../digests/schedule.ts";
import {
  describeSchedule,
  LAYOUTS,
  MODES,
  type Schedule,
  type Subscription,
} from "../digests/subscription.ts";
import { failed } from "./answers.ts";
import { languageOption } from "./option-specs.ts";
import type { Options } from "./options.ts";
import type { Reply } from "./reply.ts";
import type { OptionSpec } from "./spec.ts";

/** What can be set of a subscription, in the order in which it is typed. */
export const SETTING_OPTIONS: readonly OptionSpec[] = [
  {
    name: "mode",
    kind: "choice",
    about: "An alert a story, a digest on schedule, or both",
    required: false,
    choices: MODES,
  },
  {
    name: "at",
    kind: "text",
    about: "When digests are due: 08:00, a list 08:00,18:00, or a five-field cron expression",
    required: false,
  },
  {
    name: "tz",
    kind: "timezone",
    about: "Time zone of the schedule, such as Europe/Berlin",
    required: false,
    aliases: ["timezone"],
  },
  {
    name: "days",
    kind: "text",
    about: "daily, mon-fri, or a list such as mon,wed",
    required: false,
  },
  {
    name: "min_score",
    kind: "number",
    about: "Only stories of at least this score, 0 to 100; can only raise the topic's threshold",
    required: false,
    range: { min: 0, max: 100 },
    aliases: ["minscore"],
  },
  languageOption,
  {
    name: "layout",
    kind: "choice",
    about: "How stories are laid out",
    required: false,
    choices: LAYOUTS,
  },
  {
    name: "mention",
    kind: "text",
    about: "Id of a role to mention in alerts; none for nobody",
    required: false,
  },
];

/** A subscription with what was asked for set; what was not given stays. */
export function applySettings(
  base: Subscription,
  options: Options,
): { readonly subscription: Subscription } | { readonly reply: Reply } {
  const schedule = scheduleOf(base.schedule, options.text("at"), options.text("days"));
  if ("fault" in schedule) return { reply: failed(schedule.fault) };
  const language = languageOf(options.text("language"), base.language);
  if (language === undefined) {
    return { reply: failed("language: a two-letter code such as en, es or ru, or any.") };
  }
  const mention = mentionOf(options.text("mention"), base.mention);
  if (mention === undefined) {
    return { reply: failed("mention: the id of a role, letters and digits only, or none.") };
  }
  const mode = MODES.find((known) => known === options.text("mode"));
  const layout = LAYOUTS.find((known) => known === options.text("layout"));
  return {
    subscription: {
      ...base,
      mode: mode ?? base.mode,
      schedule: schedule.schedule,
      timezone: options.text("tz") ?? base.timezone,
      minScore: options.number("min_score") ?? base.minScore,
      language,
      layout: layout ?? base.layout,
      mention,
    },
  };
}

function scheduleOf(
  base: Schedule,
  at: string | null,
  days: string | null,
): { readonly schedule: Schedule } | { readonly fault: string } {
  if (at === null && days === null) return { schedule: base };
  const known =
    base.kind === "times"
      ? { at: base.at.join(","), days: base.days.join(",") }
      : { at: base.expression, days: "daily" };
  return parseSchedule({ at: at ?? known.at, days: days ?? known.days });
}

/** Undefined when it is no code. */
function languageOf(text: string | null, base: string | null): string | null | undefined {
  if (text === null) return base;
  const code = text.toLowerCase();
  if (code === "any" || code === "all") return null;
  return /^[a-z]{2}$/.test(code) ? code : undefined;
}

/** Undefined when it is no id. */
function mentionOf(text: string | null, base: string | null): string | null | undefined {
  if (text === null) return base;
  if (text.toLowerCase() === "none") return null;
  return /^[A-Za-z0-9]{1,40}$/.test(text) ? text : undefined;
}

/** A subscription's settings as label and value. */
export function settingFacts(
  subscription: Subscription,
  threshold: number,
): readonly (readonly [string, string])[] {
  const { mode, schedule, timezone, minScore, language, layout, mention } = subscription;
  const least = Math.max(threshold, minScore ?? 0);
  return [
    ["Channel", subscription.channel],
    ["Mode", mode === "both" ? "alerts and digests" : mode === "instant" ? "alerts" : "digests"],
    ...(mode === "instant" ? [] : ([["When", describeSchedule(schedule, timezone)]] as const)),
    ["Least score", `${least}${least > threshold ? ` (threshold ${threshold})` : ""}`],
    ["Language", language ?? "any"],
    ["Layout", layout],
    ["Mention", mention ?? "nobody"],
  ];
}
