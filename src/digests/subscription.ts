import type { Where } from "../feeds/feed.ts";
import type { Instant } from "../feeds/item.ts";

export const MODES = ["instant", "digest", "both"] as const;
/** instant: an alert a story; digest: on schedule; both: both. */
export type Mode = (typeof MODES)[number];

export const LAYOUTS = ["compact", "cards", "thread"] as const;
export type Layout = (typeof LAYOUTS)[number];

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When digests are due. */
export type Schedule =
  /** `at`: HH:MM, at least one, ascending; `days`: at least one. */
  | { readonly kind: "times"; readonly at: readonly string[]; readonly days: readonly Weekday[] }
  /** A five-field cron expression. */
  | { readonly kind: "cron"; readonly expression: string };

/** Stories that one post can show on every platform; more are told in the next digest, whatever the cap. */
export const STORIES_MAX = 24;

/** One channel's wish to hear of one topic. */
export type Subscription = {
  /** `u` + 6 of [0-9a-z]. */
  readonly id: string;
  /** Whose it is: one chat server or workspace, or "web" for the page and the terminal. */
  readonly tenant: string;
  /** platform:id */
  readonly channel: string;
  readonly topicId: string;
  readonly mode: Mode;
  readonly schedule: Schedule;
  /** IANA name. */
  readonly timezone: string;
  /** Can only raise the topic's threshold; null: the threshold alone. */
  readonly minScore: number | null;
  /** Lower-case ISO 639-1; null: all languages. */
  readonly language: string | null;
  readonly layout: Layout;
  /** Platform's id of a role to mention in alerts; null: nobody. */
  readonly mention: string | null;
  /** Whether its first digest is due at once or at its first slot. */
  readonly first: "now" | "next";
  /** Local times between which nothing is sent; "22:00-07:00" spans midnight. Null: never quiet. */
  readonly quiet: { readonly from: string; readonly to: string } | null;
  /** Stories a digest at most; the rest is counted and told in the next one. */
  readonly cap: number;
  /** What an empty period says. */
  readonly empty: "silent" | "say";
  readonly paused: boolean;
  readonly createdAt: Instant;
  /** Where it is declared; null for one made by a command. */
  readonly where: Where | null;
};

/** Where a subscription stands in time; kept in the ledger. */
export type SubscriptionState = {
  readonly subscriptionId: string;
  /** When its next digest is due; null for mode instant. */
  readonly dueAt: Instant | null;
  /** End of the last period that was planned. A digest covers (coveredTo, now]. */
  readonly coveredTo: Instant;
  /**
   * Exclusive start of the time in which the stories lie that the last digest had no room for;
   * null when it had room for all. The next digest looks back to it, so nothing beyond a cap is lost.
   */
  readonly owedSince: Instant | null;
};

/** Words that a person knows for a schedule: `08:00 daily Europe/Berlin`. */
export function describeSchedule(schedule: Schedule, timezone: string): string {
  if (schedule.kind === "cron") return `cron ${schedule.expression} ${timezone}`;
  return `${schedule.at.join(", ")} ${describeDays(schedule.days)} ${timezone}`;
}

function describeDays(days: readonly Weekday[]): string {
  if (days.length === WEEKDAYS.length) return "daily";
  if (days.join() === WEEKDAYS.slice(0, 5).join()) return "mon-fri";
  return days.join(",");
}
