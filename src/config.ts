import { join, relative, resolve } from "node:path";
import type { PlatformTokens } from "./chat/platforms.ts";
import { readFeeds, readSettings, readSubscriptions, readTopicFolder } from "./config-files.ts";
import type { Subscription } from "./digests/subscription.ts";
import type { Feed } from "./feeds/feed.ts";
import { isAllowance } from "./feeds/guard.ts";
import type { Instant } from "./feeds/item.ts";
import type { Fault } from "./feeds/yaml.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import type { Topic } from "./topics/topic.ts";
import type { ConceptGroup } from "./topics/topic-file.ts";

/** Everything the operator decides, read once at the start. */
export type Config = {
  readonly folders: { readonly config: string; readonly seeds: string; readonly data: string };
  readonly platforms: PlatformTokens;
  readonly web: {
    readonly host: string;
    /** Null: 8080 or the next free port. */
    readonly port: number | null;
    readonly token: string | null;
    readonly publicUrl: string | null;
    readonly channels: readonly string[];
  };
  readonly feedAllow: readonly string[];
  readonly logLevel: LogLevel;
  /** IANA name. */
  readonly timezone: string;
  readonly itemsKeptMs: number;
  readonly poll: {
    readonly everyMs: number;
    readonly concurrency: number;
    readonly perHost: number;
    readonly wireBytesMax: number;
    readonly bodyBytesMax: number;
  };
  readonly admins: readonly string[];
  readonly editors: readonly string[];
  readonly feedback: "reviewed" | "open";
  readonly subscriptions: readonly Subscription[];
  readonly feeds: readonly Feed[];
  readonly topics: readonly Topic[];
  readonly concepts: readonly ConceptGroup[];
  /** Texts that must never be shown. */
  readonly secrets: readonly string[];
  /** What the operator should know, though nothing is wrong. */
  readonly notes: readonly string[];
};

export type ConfigResult =
  | { readonly config: Config; readonly faults: readonly [] }
  | { readonly config: null; readonly faults: readonly Fault[] };

/** The chat platforms that there are, and whether their tokens are set. */
export function platformsOf(config: Config): readonly {
  readonly platform: string;
  readonly label: string;
  readonly variable: string;
  readonly on: boolean;
}[] {
  return [
    {
      platform: "discord",
      label: "Discord",
      variable: "DISCORD_TOKEN",
      on: config.platforms.discord !== null,
    },
    {
      platform: "slack",
      label: "Slack",
      variable: "SLACK_BOT_TOKEN",
      on: config.platforms.slack !== null,
    },
  ];
}

/** Reads the environment and the folder of settings; reports every fault at once. `root`: Sitrep's own folder. */
export function readConfig(env: NodeJS.ProcessEnv, root: string, now: Instant): ConfigResult {
  const faults: Fault[] = [];
  const base = startFolder(env);
  const folders = {
    config: folderOf("SITREP_CONFIG", env, root),
    seeds: folderOf("SITREP_SEEDS", env, root),
    data: folderOf("SITREP_DATA", env, root),
  };
  const shown = (file: string): string => {
    const path = relative(base, file);
    return path.startsWith("..") ? file : path;
  };
  const settings = readSettings(folders.config, shown, faults);
  const notes: string[] = [];
  const fromEnv = readEnvironment(env, notes, faults);
  const topics = readTopicFolder(join(folders.config, "topics"), shown);
  faults.push(...topics.faults);
  const feeds = readFeeds(folders.config, shown, settings.value.poll.every, faults);
  const subscriptions = readSubscriptions(settings, topics.topics, now, faults);
  if (faults.length > 0) return { config: null, faults };
  const value = settings.value;
  const config: Config = {
    folders,
    ...fromEnv,
    web: { ...fromEnv.web, channels: value.web.channels },
    timezone: value.timezone,
    itemsKeptMs: value.retention.items,
    poll: { ...value.poll, everyMs: value.poll.every },
    admins: value.admins,
    editors: value.editors,
    feedback: value.feedback,
    subscriptions,
    feeds,
    topics: topics.topics,
    concepts: topics.groups,
    notes,
  };
  return { config, faults: [] };
}

const DEFAULT_FOLDERS = { SITREP_CONFIG: "config", SITREP_SEEDS: "seeds", SITREP_DATA: "data" };

/** A folder that the environment names, or the one of that purpose in Sitrep's own folder. */
export function folderOf(
  name: keyof typeof DEFAULT_FOLDERS,
  env: NodeJS.ProcessEnv,
  root: string,
): string {
  const named = env[name];
  return named ? resolve(startFolder(env), named) : join(root, DEFAULT_FOLDERS[name]);
}

/** The environment that Sitrep was started with; nothing else reads it. */
export const environment = (): NodeJS.ProcessEnv => process.env;

/** Where the person stands: npm changes the folder and says from where in INIT_CWD. */
export function startFolder(env: NodeJS.ProcessEnv): string {
  return env["INIT_CWD"] ?? process.cwd();
}

type FromEnvironment = Pick<Config, "platforms" | "feedAllow" | "logLevel" | "secrets"> & {
  web: Omit<Config["web"], "channels">;
};

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|\[::1\]|localhost)$/;

/** Whether only this machine can reach a host that is listened on. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function readEnvironment(
  env: NodeJS.ProcessEnv,
  notes: string[],
  faults: Fault[],
): FromEnvironment {
  const fault = (name: string, what: string, remedy: string): void => {
    faults.push({ file: "environment", line: 1, what: `${name}: ${what}`, remedy });
  };
  const text = (name: string): string | null => env[name]?.trim() || null;
  const address = (name: string): string | null => {
    const value = text(name);
    if (value === null || /^https?:$/.test(URL.parse(value)?.protocol ?? "")) return value;
    fault(name, "is no http or https address", "write it as https://host/path, or unset it");
    return null;
  };
  if (text("DATABASE_URL") !== null) {
    const remedy = "unset it; the embedded database in SITREP_DATA is used without it";
    fault("DATABASE_URL", "PostgreSQL is not supported by this version", remedy);
  }
  const host = text("HOST") ?? "127.0.0.1";
  const token = text("SITREP_WEB_TOKEN");
  if (!isLoopback(host) && token === null) {
    const what = `must be set, because HOST is ${host} and not loopback`;
    fault("SITREP_WEB_TOKEN", what, "set it to a long secret, or unset HOST");
  }
  const logLevel = LOG_LEVELS.find((level) => level === (text("LOG_LEVEL") ?? "info"));
  if (logLevel === undefined) fault("LOG_LEVEL", "is no level", `use ${LOG_LEVELS.join(", ")}`);
  const discordToken = text("DISCORD_TOKEN");
  const discordApiUrl = address("DISCORD_API_URL");
  const slack = readSlack(text, address("SLACK_API_URL"), notes, fault);
  return {
    platforms: {
      discord: discordToken === null ? null : { token: discordToken, apiUrl: discordApiUrl },
      slack,
    },
    web: {
      host,
      port: readPort(text("PORT"), fault),
      token,
      publicUrl: readPublicUrl(address("SITREP_PUBLIC_URL"), fault),
    },
    feedAllow: readFeedAllow(text("SITREP_FEED_ALLOW"), fault),
    logLevel: logLevel ?? "info",
    secrets: [discordToken, token, slack?.botToken, slack?.appToken, slack?.signingSecret].filter(
      (secret) => typeof secret === "string",
    ),
  };
}

type ReportFault = (name: string, what: string, remedy: string) => void;

/** Addresses are made from it by adding a path: without an end of its own. */
function readPublicUrl(text: string | null, fault: ReportFault): string | null {
  if (text === null) return null;
  if (/[?#]/.test(text)) {
    fault("SITREP_PUBLIC_URL", "has a query or a fragment", "leave out what follows ? or #");
  }
  return text.replace(/\/+$/, "");
}

function readFeedAllow(text: string | null, fault: ReportFault): string[] {
  const entries = (text ?? "").split(",").map((entry) => entry.trim());
  for (const entry of entries) {
    if (entry === "" || isAllowance(entry)) continue;
    const remedy = "write a CIDR such as 10.0.0.0/8, a host name or host:port";
    fault("SITREP_FEED_ALLOW", `"${entry}" allows nothing`, remedy);
  }
  return entries.filter(Boolean);
}

function readPort(text: string | null, fault: ReportFault): number | null {
  if (text === null) return null;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  fault("PORT", `"${text}" is no port`, "write a number from 0 to 65535, or unset it");
  return null;
}

function readSlack(
  text: (name: string) => string | null,
  apiUrl: string | null,
  notes: string[],
  fault: ReportFault,
): PlatformTokens["slack"] {
  const botToken = text("SLACK_BOT_TOKEN");
  const appToken = text("SLACK_APP_TOKEN");
  const signingSecret = text("SLACK_SIGNING_SECRET");
  if (botToken === null) {
    if (appToken !== null || signingSecret !== null) {
      fault("SLACK_BOT_TOKEN", "is missing", "set it too, or unset the other Slack variables");
    }
    return null;
  }
  if (appToken === null && signingSecret === null) {
    const what = "needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)";
    fault("SLACK_BOT_TOKEN", what, "set one of them");
  }
  if (appToken !== null && signingSecret !== null) {
    notes.push(
      "Slack: both SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are set; Socket Mode is used.",
    );
  }
  return { botToken, appToken, signingSecret: appToken === null ? signingSecret : null, apiUrl };
}
