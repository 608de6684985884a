import type { ArchivedItem } from "../stories/story.ts";
import { CHOICES_MAX, choice, failed } from "./answers.ts";
import type { Call } from "./command.ts";
import { feedName, hostOf, type PolledFeed } from "./feed-health.ts";
import { formatLine, STORY_ID, SUBSCRIPTION_ID, WEB_ADDRESS } from "./line.ts";
import { nearest } from "./nearest.ts";
import type { Archive, CommandPorts } from "./ports.ts";
import type { Reply } from "./reply.ts";

/** What a person pointed at: a story, and the one item of it when it was an item's address. */
export type Pointed = { readonly storyId: string; readonly item: ArchivedItem | null };

/**
 * Finds what a story id, an item's address, a link to the page or a link to a posted message stands for.
 * Messages are looked up among the caller's own; null when nothing is known of it.
 */
export async function resolveStory(
  text: string,
  ports: Pick<CommandPorts, "archive" | "publicUrl">,
  tenant: string,
): Promise<Pointed | null> {
  const { archive, publicUrl } = ports;
  const id = text.toLowerCase();
  if (STORY_ID.test(id)) return { storyId: id, item: null };
  if (!WEB_ADDRESS.test(text) || !URL.canParse(text)) return ofMessage(archive, text, tenant);
  const item = await archive.itemByUrl(text);
  if (item !== null) return { storyId: item.storyId, item };
  const ownPath = publicUrl !== null && text.startsWith(`${publicUrl}/`);
  const inPath = /\/stories\/(s[0-9a-z]{10})(?:[/?#]|$)/.exec(text)?.[1];
  if (ownPath && inPath !== undefined) return { storyId: inPath, item: null };
  const last = new URL(text).pathname.split("/").findLast((part) => part !== "");
  return last === undefined ? null : ofMessage(archive, last, tenant);
}

async function ofMessage(archive: Archive, text: string, tenant: string): Promise<Pointed | null> {
  if (text.length > 100) return null;
  // Some permalinks write the message id 1700000000.123456 as p1700000000123456.
  const messageId = text.replace(/^p(\d{10})(\d{6})$/, "$1.$2");
  const storyId = await archive.storyOfMessage(messageId, tenant);
  return storyId === null ? null : { storyId, item: null };
}

type HeldSubscription = Awaited<ReturnType<Archive["subscriptions"]>>[number];

/** The caller's own subscription; one of another tenant is as unknown as one that never was. */
export async function resolveSubscription(
  call: Call,
  id: string,
): Promise<{ readonly found: HeldSubscription } | { readonly reply: Reply }> {
  const { archive } = call.ports;
  const own = await archive.subscriptions(call.caller.tenant);
  const wanted = id.toLowerCase();
  const found = own.find(
    ({ subscription }) => subscription.id === wanted && subscription.tenant === call.caller.tenant,
  );
  if (found !== undefined) return { found };
  const shown = SUBSCRIPTION_ID.test(wanted) ? ` ${wanted}` : " of that id";
  const ids = own.map(({ subscription }) => subscription.id).slice(0, CHOICES_MAX);
  return {
    reply: failed(
      `There is no subscription${shown} here. /sitrep subscription lists them.`,
      ids.map((own) =>
        choice(own, formatLine(call.spec, { ...call.options.given, subscription: own })),
      ),
    ),
  };
}

/** A feed by its id, its address or its name. */
export async function resolveFeed(
  call: Call,
  text: string,
): Promise<{ readonly found: PolledFeed } | { readonly reply: Reply }> {
  const feeds = await call.ports.archive.feeds();
  const wanted = text.toLowerCase();
  const named = feeds.filter((feed) => feedName(feed).toLowerCase() === wanted);
  const found =
    feeds.find(({ id, url }) => id === wanted || url === text) ??
    (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return { found };
  const near = new Set(nearest(text, feeds.map(feedName)));
  const offers = feeds
    .filter(
      (feed) =>
        named.includes(feed) || near.has(feedName(feed)) || hostOf(feed.url) === hostOf(text),
    )
    .slice(0, CHOICES_MAX);
  const hint =
    offers.length > 0
      ? ` Did you mean ${offers.map((feed) => `${feedName(feed)} (${feed.id})`).join(" or ")}?`
      : " /sitrep-admin source list shows them.";
  return {
    reply: failed(
      `There is no source of that name, address or id.${hint}`,
      offers.map(({ id }) =>
        choice(id, formatLine(call.spec, { ...call.options.given, source: id })),
      ),
    ),
  };
}
