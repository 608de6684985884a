import type { Reply } from "../commands/reply.ts";
import type { Instant } from "../feeds/item.ts";

/** The way of one digest or alert to one channel: a row of the outbox. */
export type Delivery = {
  /** 22 characters base64url, derived from what is told and where: the same delivery has the same key. */
  readonly key: string;
  readonly tenant: string;
  /** platform:id */
  readonly channel: string;
  readonly kind: "digest" | "alert" | "notice";
  /** Null for a notice to the admins. */
  readonly subscriptionId: string | null;
  readonly topicId: string | null;
  readonly storyIds: readonly string[];
  readonly reply: Reply;
  /** Platform's id of a role that the subscription named. */
  readonly mention: string | null;
  readonly createdAt: Instant;
  /** Not before. */
  readonly dueAt: Instant;
  /** Tries so far. */
  readonly attempts: number;
  /** When the last try began; null before the first. */
  readonly attemptAt: Instant | null;
};

/** What became of one try. A platform's refusal is an outcome, not an exception. */
export type Outcome =
  | { readonly kind: "sent"; readonly messageId: string }
  /** Certainly not posted; try again, not before `afterMs`. `scope`: what has to wait. */
  | {
      readonly kind: "retry";
      readonly reason: string;
      readonly afterMs: number | null;
      readonly scope: "delivery" | "channel" | "platform";
    }
  /**
   * Refused for good. `park`: for the channel's sake, so the whole channel takes nothing until somebody
   * mends it, and this delivery waits with it. Without `park`: never to be posted.
   */
  | { readonly kind: "gone"; readonly reason: string; readonly park: boolean }
  /** The request left and its answer was lost: it may be posted or not. Settled by reconciling. */
  | { readonly kind: "unclear"; readonly reason: string };

/** What reading a channel back for a key found. */
export type Found =
  | { readonly kind: "found"; readonly messageId: string }
  | { readonly kind: "absent" }
  /** The platform does not let us look. */
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs: number | null };

/** One chat platform as the delivery loop sees it. Channels are given without the platform's prefix. */
export type Transport = {
  readonly platform: string;
  /** For so long after a try the same key may be sent again without a second post; 0: never. */
  readonly sameKeyMs: number;
  /** Requests a second that the platform takes from us at most; absent: as many as we like. */
  readonly requestsPerSecondMax?: number;
  /**
   * How long after a post its place takes the next one, and what the place of a channel is, as a channel and its
   * threads may be one; absent: the platform's answers say when to wait.
   */
  readonly postsApart?: { readonly ms: number; placeOf(channel: string): string };
  /** One request, no hidden retry, never throws. */
  send(delivery: Delivery): Promise<Outcome>;
  /** The channel in which the thread under a post is; null or absent where posts have none. Asks nobody. */
  threadUnder?(channel: string, messageId: string): string | null;
  /** Makes a post show something else, with one request; absent where posts stay as they are. Never throws. */
  edit?(edit: Edit): Promise<Outcome>;
  /** Looks for the key among what was posted to the delivery's channel since its last try. Never throws. */
  find(delivery: Delivery): Promise<Found>;
};

/** What the ledger notes after a try. */
export type Settlement =
  | { readonly state: "sent"; readonly messageId: string | null; readonly ambiguous: boolean }
  | { readonly state: "retry"; readonly dueAt: Instant; readonly reason: string }
  | { readonly state: "gone"; readonly reason: string; readonly ambiguous: boolean }
  /** Stays inflight until the channel was read back. */
  | { readonly state: "inflight"; readonly reason: string };

/**
 * What a post is to show instead. An edit may be repeated: the last one counts, so that there is nothing to
 * reconcile after a crash.
 */
export type Edit = {
  /** Of the delivery that made the post; buttons go on carrying it. */
  readonly key: string;
  /** platform:id */
  readonly channel: string;
  /** The platform's name for the post. */
  readonly messageId: string;
  readonly reply: Reply;
  /** The role that the post mentions; an edit alerts nobody. */
  readonly mention: string | null;
  /** Rises with every newer version. */
  readonly revision: number;
  /** Tries so far. */
  readonly attempts: number;
};

/** What the ledger notes after a try to edit. */
export type EditSettlement =
  /** The post shows it. */
  | { readonly state: "shown" }
  | { readonly state: "retry"; readonly dueAt: Instant; readonly reason: string }
  /** The post is gone or can no longer be edited: it stays as it is. */
  | { readonly state: "gone"; readonly reason: string };
