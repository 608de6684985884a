import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isTimezone, parseSchedule } from "./digests/schedule.ts";
import { LAYOUTS, MODES, type Schedule, type Subscription } from "./digests/subscription.ts";

import { parseDuration } from "./feeds/duration.ts";
import type { Feed, Where } from "./feeds/feed.ts";
import { feedIdOf } from "./feeds/identity.ts";
import type { Instant } from "./feeds/item.ts";
import { parseOpml } from "./feeds/opml.ts";
import { type Fault, type LineOf, openYaml } from "./feeds/yaml.ts";
import { compileTopics } from "./topics/matcher.ts";
import type { Topic } from "./topics/topic.ts";
import { type ConceptGroup, readConceptFile, readTopicFile } from "./topics/topic-file.ts";

const DEFAULT_POLL_EVERY = "15m";

const duration = z.string().transform((text, context) => {
  const durationMs = parseDuration(text);
  if (durationMs !== null) return durationMs;
  context.addIssue(`"${text}" is no duration → write a number and s, m, h or d, such as 15m`);
  return z.NEVER;
});
const timezone = z
  .string()
  .refine(isTimezone, "is no IANA time zone → write a name such as Europe/Berlin or UTC");
const LOCAL_TIME = "([01]\\d|2[0-3]):[0-5]\\d";
const person = z
  .string()
  .regex(
    /^(discord|slack):(role:)?[A-Za-z0-9]+$/,
    "is nobody → write discord:<user id>, discord:role:<role id> or slack:<user id>",
  );
const positive = z.int().positive();

const subscriptionSchema = z.strictObject({
  channel: z
    .string()
    .regex(
      /^(discord|slack|web):[A-Za-z0-9_-]+$/,
      "is no channel → write discord:<id>, slack:<id> or web:<name>",
    ),
  topic: z.string(),
  mode: z.enum(MODES).default("digest"),
  at: z.union([z.string(), z.array(z.string())]).default("08:00"),
  days: z.union([z.string(), z.array(z.string())]).default("daily"),
  timezone: timezone.optional(),
  minScore: z.number().min(0).max(100).nullable().default(null),
  language: z
    .string()
    .regex(/^[a-z]{2}$/, "is no language code → write two letters such as es")
    .nullable()
    .default(null),
  layout: z.enum(LAYOUTS).default("cards"),
  mention: z.string().regex(/^\d+$/, "is no role id → write its digits").nullable().default(null),
  first: z.enum(["now", "next"]).default("next"),
  quiet: z
    .string()
    .regex(new RegExp(`^${LOCAL_TIME}-${LOCAL_TIME}$`), "is no time span → write it as 22:00-07:00")
    .nullable()
    .default(null),
  cap: z.int().min(1).max(100).default(20),
  empty: z.enum(["silent", "say"]).default("silent"),
});

const settingsSchema = z.strictObject({
  timezone: timezone.default("UTC"),
  retention: z.strictObject({ items: duration.prefault("180d") }).prefault({}),
  poll: z
    .strictObject({
      every: duration.prefault(DEFAULT_POLL_EVERY),
      concurrency: positive.max(1_000).default(32),
      perHost: positive.max(100).default(2),
      wireBytesMax: positive.default(2_000_000),
      bodyBytesMax: positive.default(10_000_000),
    })
    .prefault({}),
  web: z
    .strictObject({
      channels: z
        .array(z.string().regex(/^[a-z0-9-]{1,40}$/, "is no name → use a-z, 0-9 and -"))
        .min(1)
        .default(["main"]),
    })
    .prefault({}),
  admins: z.array(person).default([]),
  editors: z.array(person).default([]),
  feedback: z.enum(["reviewed", "open"]).default("reviewed"),
  subscriptions: z.array(z.unknown()).default([]),
});
type Settings = z.infer<typeof settingsSchema>;
type SubscriptionEntry = z.infer<typeof subscriptionSchema>;
/** An entry of a list in a file, with its place there. */
type Entry<T> = { readonly value: T; readonly index: number };
type SettingsFile = {
  value: Omit<Settings, "subscriptions">;
  subscriptions: readonly Entry<SubscriptionEntry>[];
  file: string;
  lineOf: LineOf;
};

/** Reads sitrep.yaml; the defaults where one of its settings is faulty, so that other faults are found too. */
export function readSettings(
  folder: string,
  shown: (file: string) => string,
  faults: Fault[],
): SettingsFile {
  const path = join(folder, "sitrep.yaml");
  const file = shown(path);
  const nothing = { value: settingsSchema.parse({}), subscriptions: [], file, lineOf: () => 1 };
  const text = readText(path, file, "create it, or set SITREP_CONFIG to its folder", faults);
  if (text === null) return nothing;
  const yaml = openYaml(file, text);
  faults.push(...yaml.faults);
  if (yaml.raw === null) return nothing;
  const read = yaml.check(yaml.raw.value, [], settingsSchema);
  faults.push(...read.faults);
  const value = read.value ?? settingsSchema.parse(withoutFaulty(yaml.raw.value));
  const subscriptions = entriesOf(value.subscriptions, (entry, index) => {
    const checked = yaml.check(entry, ["subscriptions", index], subscriptionSchema);
    faults.push(...checked.faults);
    return checked.value;
  });
  return { value, subscriptions, file, lineOf: yaml.lineOf };
}

/** The settings of a file whose own value is right. */
function withoutFaulty(raw: unknown): object {
  const sound = new Map(raw !== null && typeof raw === "object" ? Object.entries(raw) : []);
  for (const [name, value] of sound) {
    if (!settingsSchema.safeParse({ [name]: value }).success) sound.delete(name);
  }
  return Object.fromEntries(sound);
}

function entriesOf<T>(
  list: readonly unknown[],
  check: (entry: unknown, index: number) => T | null,
): Entry<T>[] {
  return list.flatMap((entry, index) => {
    const value = check(entry, index);
    return value === null ? [] : [{ value, index }];
  });
}

function readText(path: string, file: string, remedy: string, faults: Fault[]): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    faults.push({ file, line: 1, what: `cannot be read (${codeOf(error)})`, remedy });
    return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/** Paths of the files in a folder that end so, in name order; none when the folder is missing. */
function filesIn(folder: string, endings: RegExp): string[] {
  try {
    const names = readdirSync(folder).filter((name) => endings.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

const YAML_ENDING = /\.ya?ml$/;

/** Reads a folder of topics and the concept groups beside it, as `match --topics DIR` does. */
export function readTopicFolder(
  folder: string,
  shown: (file: string) => string,
): { topics: Topic[]; groups: ConceptGroup[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const topics: Topic[] = [];
  const groups: ConceptGroup[] = [];
  for (const path of filesIn(join(folder, "..", "concepts"), YAML_ENDING)) {
    const read = readConceptFile(shown(path), readFileSync(path, "utf8"));
    faults.push(...read.faults);
    groups.push(...read.groups);
  }
  for (const path of filesIn(folder, YAML_ENDING)) {
    const file = shown(path);
    const read = readTopicFile(file, readFileSync(path, "utf8"));
    faults.push(...read.faults);
    const { topic } = read;
    if (topic === null) continue;
    const other = topics.find(({ id }) => id === topic.id);
    if (other === undefined) topics.push(topic);
    else {
      const what = `the topic ${topic.id} stands in ${other.where?.file ?? "another file"} too`;
      faults.push({ file, line: 1, what, remedy: "remove one of the two, or name it otherwise" });
    }
  }
  if (faults.length === 0) faults.push(...compileTopics(topics, groups).faults);
  return { topics, groups, faults };
}

const feedSchema = z.strictObject({
  url: z.url({
    protocol: /^https?$/,
    error: "is no http or https address → write it with https://",
  }),
  name: z.string().min(1).nullable().default(null),
  tags: z.array(z.string()).default([]),
  every: duration.optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}$/, "is no language code → write two letters such as es")
    .nullable()
    .default(null),
  weight: z.number().positive().max(10).default(1),
  fullText: z.boolean().default(false),
});

/** Reads feeds.yaml and every OPML file beside it. */
export function readFeeds(
  folder: string,
  shown: (file: string) => string,
  everyMs: number,
  faults: Fault[],
): Feed[] {
  const feeds: Feed[] = [];
  for (const path of filesIn(folder, /^feeds\.yaml$|\.opml$/)) {
    const file = shown(path);
    const text = readText(path, file, "make it readable", faults);
    if (text === null) continue;
    feeds.push(
      ...(path.endsWith(".opml")
        ? opmlFeeds(file, text, everyMs, faults)
        : yamlFeeds(file, text, everyMs, faults)),
    );
  }
  const seen = new Map<string, Feed>();
  for (const feed of feeds) {
    const before = seen.get(feed.id);
    if (before?.where && feed.where) {
      const at = `${before.where.file}:${before.where.line}`;
      const remedy = "remove one of the two";
      faults.push({ ...feed.where, what: `the same feed as ${at}`, remedy });
    }
    seen.set(feed.id, feed);
  }
  return feeds;
}

function yamlFeeds(file: string, text: string, everyMs: number, faults: Fault[]): Feed[] {
  const yaml = openYaml(file, text.trim() === "" ? "[]" : text);
  faults.push(...yaml.faults);
  if (yaml.raw === null) return [];
  const list = yaml.check(yaml.raw.value, [], z.array(z.unknown()));
  faults.push(...list.faults);
  const entries = entriesOf(list.value ?? [], (entry, index) => {
    const checked = yaml.check(entry, [index], feedSchema);
    faults.push(...checked.faults);
    return checked.value;
  });
  return entries.map(({ value: { every, ...feed }, index }) => ({
    ...feed,
    id: feedIdOf(feed.url),
    everyMs: every ?? everyMs,
    where: { file, line: yaml.lineOf([index]) },
  }));
}

function opmlFeeds(file: string, text: string, everyMs: number, faults: Fault[]): Feed[] {
  const read = parseOpml(text);
  for (const problem of read.problems) {
    const line = problem.line ?? 1;
    faults.push({ file, line, what: problem.message, remedy: "mend or remove the outline" });
  }
  return read.feeds.map((feed) => ({
    id: feedIdOf(feed.url),
    url: feed.url,
    name: feed.name,
    tags: feed.tags,
    everyMs,
    language: feed.language,
    weight: 1,
    fullText: false,
    where: { file, line: 1 },
  }));
}

/** The subscriptions of sitrep.yaml, each checked against topics and channels. */
export function readSubscriptions(
  settings: SettingsFile,
  topics: readonly Topic[],
  now: Instant,
  faults: Fault[],
): Subscription[] {
  const times = new Map<string, number>();
  return settings.subscriptions.flatMap(({ value: entry, index }) => {
    const at = (key: string): Where => ({
      file: settings.file,
      line: settings.lineOf(["subscriptions", index, key]),
    });
    const fault = (key: string, what: string, remedy: string): void => {
      faults.push({ ...at(key), what: `subscriptions.${index}.${key}: ${what}`, remedy });
    };
    const faultOf = (key: string, said: string): void => {
      const [what = said, remedy = "correct the value"] = said.split(/: (?=(?:write|put) )/);
      fault(key, what, remedy);
    };
    const topic = topics.find((known) => known.id === entry.topic);
    if (topic === undefined) {
      const known = topics.map(({ id }) => id).join(", ") || "none";
      fault("topic", `there is no topic "${entry.topic}"`, `use one of: ${known}`);
    }
    const channel = entry.channel.replace(/^web:/, "");
    if (channel !== entry.channel && !settings.value.web.channels.includes(channel)) {
      fault("channel", `there is no page channel "${channel}"`, "add it to web.channels");
    }
    const schedule = scheduleOf(entry, faultOf);
    if (schedule === null) return [];
    const identity = `${entry.channel}|${entry.topic}|${entry.mode}`;
    const nth = (times.get(identity) ?? 0) + 1;
    times.set(identity, nth);
    const where = at("channel");
    return [declared(entry, schedule, `${identity}|${nth}`, settings.value, now, where)];
  });
}

/** When a subscription is due; a fault for its times and one for its days. */
function scheduleOf(
  { at, days }: SubscriptionEntry,
  fault: (key: "at" | "days", said: string) => void,
): Schedule | null {
  const byDays = parseSchedule({ at: "08:00", days });
  if ("fault" in byDays) fault("days", byDays.fault);
  const schedule = parseSchedule({ at, days: "fault" in byDays ? "daily" : days });
  if ("fault" in schedule) fault("at", schedule.fault);
  return "fault" in byDays || "fault" in schedule ? null : schedule.schedule;
}

function declared(
  entry: SubscriptionEntry,
  schedule: Schedule,
  identity: string,
  settings: SettingsFile["value"],
  now: Instant,
  where: Where,
): Subscription {
  const [from, to] = (entry.quiet ?? "").split("-");
  return {
    id: subscriptionIdOf(identity),
    tenant: entry.channel.startsWith("web:") ? "web" : entry.channel,
    channel: entry.channel,
    topicId: entry.topic,
    mode: entry.mode,
    schedule,
    timezone: entry.timezone ?? settings.timezone,
    minScore: entry.minScore,
    language: entry.language,
    layout: entry.layout,
    mention: entry.mention,
    first: entry.first,
    quiet: from && to ? { from, to } : null,
    cap: entry.cap,
    empty: entry.empty,
    paused: false,
    createdAt: now,
    where,
  };
}

/** `u` + 6 of [0-9a-z], the same at every start, so that a restart goes on where it stopped. */
function subscriptionIdOf(identity: string): string {
  const digest = createHash("sha256").update(identity).digest().readBigUInt64BE();
  return `u${digest.toString(36).padStart(6, "0").slice(-6)}`;
}
