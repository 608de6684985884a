import { setImmediate } from "node:timers/promises";
import { grownPost } from "../commands/grown-post.ts";
import type { Instant } from "../feeds/item.ts";
import type { AlertPost, ChangedStory, Ledger, PostEdit } from "../store/ledger.ts";
import type { ArchivedItem } from "../stories/story.ts";
import { tellStory } from "../stories/tell-story.ts";

/** An older alert is no longer looked at: it stays as it is. */
const EDITED_FOR_MS = 3 * 86_400_000;

/** A story grows in bursts: so long what comes is gathered into one edit of a post. */
export const EDIT_AFTER_MS = 10_000;

const STORIES_AT_A_TIME = 50;

/** What growing works with. */
export type GrowingParts = { readonly ledger: Ledger; now(): Instant };

/** Plans the edits of alerts whose story changed since they were posted, story by story; how many. */
export async function planEdits({ ledger, now }: GrowingParts): Promise<number> {
  let planned = 0;
  for (const story of await ledger.changedStories(STORIES_AT_A_TIME)) {
    const edits = await editsOf(ledger, story, now());
    await ledger.commitEdits(story, edits);
    planned += edits.length;
    await setImmediate();
  }
  return planned;
}

async function editsOf(
  ledger: Ledger,
  { storyId }: ChangedStory,
  at: Instant,
): Promise<readonly PostEdit[]> {
  const since = later(at, -EDITED_FOR_MS);
  const posts = newestOfEach(await ledger.alertPosts(storyId, since));
  const items = posts.length === 0 ? [] : ((await ledger.story(storyId))?.items ?? []);
  const dueAt = later(at, EDIT_AFTER_MS);
  const edits: PostEdit[] = [];
  for (const [tenant, own] of Map.groupBy(posts, (post) => post.tenant)) {
    const visible = await visibleItems(ledger, tenant, items);
    if (visible.length === 0) continue;
    const story = tellStory(visible);
    // Many subscriptions were told the same in the same words.
    for (const [reply, told] of Map.groupBy(own, (post) => post.reply)) {
      const grown = grownPost(reply, story);
      if (grown !== null) edits.push(...told.map(({ key }) => ({ key, reply: grown, dueAt })));
    }
  }
  return edits;
}

/** A story that was told again has several posts: the newest goes on growing, and the newest in a thread. */
function newestOfEach(posts: readonly AlertPost[]): readonly AlertPost[] {
  const newest = new Map<string, AlertPost>();
  for (const post of posts) {
    const place = `${post.subscriptionId} ${post.reply.thread === undefined ? "channel" : "thread"}`;
    if (!newest.has(place)) newest.set(place, post);
  }
  return [...newest.values()];
}

async function visibleItems(
  ledger: Ledger,
  tenant: string,
  items: readonly ArchivedItem[],
): Promise<readonly ArchivedItem[]> {
  const hidden = new Set(await ledger.hiddenFeeds(tenant));
  return hidden.size === 0 ? items : items.filter(({ feedId }) => !hidden.has(feedId));
}

function later(at: Instant, ms: number): Instant {
  return new Date(Date.parse(at) + ms).toISOString();
}
