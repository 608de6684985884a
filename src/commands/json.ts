import type { Digest } from "../digests/digest.ts";
import type { Instant } from "../feeds/item.ts";
import type { Outlet } from "../stories/story.ts";
import type { Reason } from "../topics/topic.ts";
import type { SearchHit } from "./ports.ts";
import type { Choice, Reply } from "./reply.ts";

/** A digest as programs read it: `digest TOPIC --as json`. */
export type DigestJson = {
  readonly topic: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly stories: readonly {
    readonly id: string;
    readonly headline: string;
    readonly score: number;
    readonly outlets: readonly Outlet[];
    readonly firstReporter: string;
    readonly items: number;
    readonly url: string | null;
    readonly publishedAt: Instant | null;
    readonly reasons: readonly Reason[];
  }[];
};

export function digestJson(digest: Digest): DigestJson {
  return {
    topic: digest.topicId,
    from: digest.from,
    to: digest.to,
    stories: digest.stories.map(({ story, score, reasons }) => ({
      id: story.id,
      headline: story.headline,
      score,
      outlets: story.outlets.map(({ name, url }) => ({ name, url })),
      firstReporter: story.firstReporter,
      items: story.items,
      url: story.url,
      publishedAt: story.publishedAt,
      reasons: reasons.map(({ concept, field, quote, points }) => ({
        concept,
        field,
        quote,
        points,
      })),
    })),
  };
}

/** One find as programs read it: a line of `search QUERY --json`. */
export type SearchJson = {
  readonly id: string;
  readonly title: string | null;
  readonly source: string | null;
  readonly agency: string | null;
  readonly url: string | null;
  readonly publishedAt: Instant | null;
  readonly seenAt: Instant;
  readonly language: string | null;
  readonly story: string;
  readonly topics: readonly string[];
  readonly snippet: string;
};

export function searchJson(hit: SearchHit): SearchJson {
  const { item } = hit;
  return {
    id: item.id,
    title: item.title,
    source: item.source,
    agency: item.agency,
    url: item.url,
    publishedAt: item.publishedAt,
    seenAt: item.seenAt,
    language: item.language,
    story: item.storyId,
    topics: hit.topics,
    snippet: hit.snippet,
  };
}

/** An answer as programs read it: `ask --json`, POST /command. */
export type ReplyJson = {
  readonly blocks: Reply["blocks"];
  readonly ephemeral: boolean;
  readonly choices?: readonly Choice[];
};

export function replyJson(reply: Reply): ReplyJson {
  const { blocks, ephemeral, choices } = reply;
  return { blocks, ephemeral, ...(choices === undefined ? {} : { choices }) };
}
