import type { Layout } from "../digests/subscription.ts";
import type { Instant } from "../feeds/item.ts";
import type { Judgement } from "../topics/feedback.ts";
import type { Topic } from "../topics/topic.ts";

/** Who changed what, in words for people. Written in the same transaction as the change. */
export type AuditEntry = {
  readonly tenant: string;
  readonly at: Instant;
  /** platform:user */
  readonly user: string;
  readonly what: string;
};

/** One state of a topic that was made by a command. Its id is unique within its tenant only. */
export type TopicVersion = {
  readonly tenant: string;
  readonly topic: Topic;
  /** From 1. */
  readonly version: number;
  readonly by: string;
  readonly at: Instant;
  /** With this version it ended. */
  readonly deleted: boolean;
};

export const MUTE_KINDS = ["source", "term", "story", "domain"] as const;
export type MuteKind = (typeof MUTE_KINDS)[number];

/** What a tenant does not want to hear of. */
export type Mute = {
  /** `m` + 6 of [0-9a-z] */
  readonly id: string;
  readonly tenant: string;
  readonly kind: MuteKind;
  /** An outlet's name, words, a story's id or a host name. */
  readonly value: string;
  /** Null: in every channel. */
  readonly channel: string | null;
  /** Null: in every topic. */
  readonly topicId: string | null;
  /** Null: until it is undone. */
  readonly until: Instant | null;
  readonly by: string;
  readonly at: Instant;
};

export const VERDICTS = ["relevant", "irrelevant", "duplicate", "wrong-story"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A person's verdict on an item in a topic, as it is kept. */
export type KeptVerdict = Judgement & {
  readonly tenant: string;
  readonly topicId: string;
  readonly storyId: string;
  readonly verdict: Verdict;
  /** When an editor applied it; null: it waits. Only relevant and irrelevant move weights. */
  readonly appliedAt: Instant | null;
};

/** What a verdict says of stories: that one is another told again, or that an item is not of its story. */
export type Regrouping =
  | { readonly kind: "join"; readonly storyId: string; readonly intoId: string }
  /** The item leaves its story and begins `intoId`. */
  | {
      readonly kind: "split";
      readonly storyId: string;
      readonly itemId: string;
      readonly intoId: string;
    };

/** Somebody wants to hear when a story grows. */
export type Follow = {
  readonly tenant: string;
  readonly user: string;
  readonly storyId: string;
  /** Where it was asked for. */
  readonly channel: string;
  readonly until: Instant;
  /** Items of the story when it was last told. */
  readonly items: number;
  readonly toldAt: Instant;
};

/** What one tenant settled for itself; what is absent is as the operator has it. */
export type TenantSettings = {
  /** IANA name: of times in answers, and the default of new subscriptions. */
  readonly timezone?: string;
  /** Default of new subscriptions. */
  readonly quiet?: { readonly from: string; readonly to: string } | null;
  readonly cap?: number;
  readonly empty?: "silent" | "say";
  readonly layout?: Layout;
  /** Channel that hears what admins should know; absent: only the log. */
  readonly alerts?: string;
};

export const PURGE_SCOPES = [
  "feedback",
  "mutes",
  "follows",
  "topics",
  "subscriptions",
  "everything",
] as const;
export type PurgeScope = (typeof PURGE_SCOPES)[number];

/** How much a tenant has written down, by what it is. */
export type OwnCounts = Readonly<
  Record<"feedback" | "mutes" | "follows" | "topics" | "subscriptions" | "feeds" | "audit", number>
>;

/** What tenants wrote down. Every function sees and changes one tenant's only; each is one transaction. */
export type Own = {
  /** All versions of a topic, oldest first; empty when there never was one. */
  topicVersions(tenant: string, topicId: string): Promise<readonly TopicVersion[]>;
  /** Adds a version; its number. */
  saveTopic(topic: Topic, entry: AuditEntry): Promise<number>;
  /** Ends a topic, with its subscriptions and verdicts. False when there is none. */
  deleteTopic(topicId: string, entry: AuditEntry): Promise<boolean>;

  /** Those that still hold at `now`. */
  mutes(tenant: string, now: Instant): Promise<readonly Mute[]>;
  saveMute(mute: Mute, entry: AuditEntry): Promise<void>;
  removeMute(muteId: string, entry: AuditEntry): Promise<boolean>;

  /** Oldest first; `topicId` null: of all topics. */
  verdicts(tenant: string, topicId: string | null): Promise<readonly KeptVerdict[]>;
  /** Replaces the same person's earlier one on that item in that topic. */
  saveVerdict(verdict: KeptVerdict, entry: AuditEntry): Promise<void>;
  /** What it made of stories is undone. */
  removeVerdict(topicId: string, itemId: string, entry: AuditEntry): Promise<boolean>;
  /** Saves a verdict and does to the stories of all tenants what it says. False: they are not as it takes them. */
  regroup(regrouping: Regrouping, verdict: KeptVerdict, entry: AuditEntry): Promise<boolean>;
  /** Applies all that wait in a topic; how many. */
  applyVerdicts(topicId: string, entry: AuditEntry): Promise<number>;
  /** Makes those that were applied last wait again; how many. */
  revertVerdicts(topicId: string, entry: AuditEntry): Promise<number>;

  follows(tenant: string, user: string, now: Instant): Promise<readonly Follow[]>;
  saveFollow(follow: Follow, entry: AuditEntry): Promise<void>;
  removeFollow(storyId: string, entry: AuditEntry): Promise<boolean>;

  settings(tenant: string): Promise<TenantSettings>;
  saveSettings(settings: TenantSettings, entry: AuditEntry): Promise<void>;

  /** Newest first; `user` null: of everybody. */
  audit(
    tenant: string,
    since: Instant,
    user: string | null,
    limit: number,
  ): Promise<readonly AuditEntry[]>;
  /** For changes that are no operation of their own, such as a post. */
  noteAudit(entry: AuditEntry): Promise<void>;

  ownCounts(tenant: string): Promise<OwnCounts>;
  /** Removes what a tenant wrote down; the audit stays. */
  purge(scope: PurgeScope, entry: AuditEntry): Promise<void>;
};
