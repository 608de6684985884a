import type { Commander } from "../../commands/spec.ts";
import type { Delivery } from "../../delivery/delivery.ts";
import type { TopicStory } from "../../digests/digest.ts";
import type { Instant } from "../../feeds/item.ts";
import type { Log } from "../../log.ts";

/** A post of a channel of the page. */
export type WebPost = {
  /** Ascending in the order in which posts were settled; one row of numbers for all channels. */
  readonly number: number;
  /** Of the delivery; stays when the post is edited. */
  readonly key: string;
  /** web:name */
  readonly channel: string;
  readonly at: Instant;
  readonly delivery: Pick<Delivery, "reply" | "topicId">;
};

/** Where the page reads its posts. */
export type WebPosts = {
  /** Posts with a number above `after`, ascending. */
  posts(channel: string, after: number, limit: number): Promise<readonly WebPost[]>;
  /** The newest posts, newest first. */
  newestPosts(channel: string, limit: number): Promise<readonly WebPost[]>;
};

/** What a topic's feed tells. */
export type TopicFeed = {
  readonly topicId: string;
  readonly name: string;
  readonly about: string;
  /** Newest first. */
  readonly stories: readonly TopicStory[];
};

/** Whether Sitrep can do its work now. A problem says what, where and how to mend it. */
export type Readiness = { readonly ok: boolean; readonly problems: readonly string[] };

/** An address of another part of Sitrep on the same server, such as a platform's callbacks. It checks its requests itself. */
export type WebMount = {
  /** As in `/name/:id`. */
  readonly path: string;
  handle(request: Request): Promise<Response>;
};

/** All that the page needs of the world. */
export type WebOptions = {
  readonly posts: WebPosts;
  readonly commander: Commander;
  /** Names without `web:`, at least one; the first is shown at `/`. */
  readonly channels: readonly string[];
  readonly token: string | null;
  readonly loopback: boolean;
  /** Without a slash at its end. */
  readonly publicUrl: string | null;
  ready(): Promise<Readiness>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /** Null when there is no such topic. */
  topicFeed(topicId: string): Promise<TopicFeed | null>;
  /** The story that this id means now, after merges; null when there is none. */
  resolveStory(storyId: string): Promise<string | null>;
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Log;
  readonly mounts?: readonly WebMount[];
};
