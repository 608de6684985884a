import type { Story } from "../stories/story.ts";
import { compileSearch } from "../topics/archive-query.ts";
import type { MatchDocument } from "../topics/topic.ts";
import { hostOf } from "./feed-health.ts";
import type { Mute } from "./own.ts";

/** Where something would be told; null: wherever. */
export type Place = { readonly channel: string | null; readonly topicId: string | null };

/** The mutes of one place, made ready. Each answer is the mute that holds something back, or null. */
export type MuteFilter = {
  readonly size: number;
  /** An item by itself: its outlet, its address, its words. */
  ofItem(item: {
    readonly outlet: string;
    readonly url: string | null;
    readonly storyId: string;
    readonly document: MatchDocument | null;
  }): Mute | null;
  /** A story: held back when it is muted itself, or when nobody is left who tells it. */
  ofStory(story: Story, document: MatchDocument | null): Mute | null;
};

/** Those of the mutes that hold in that place. */
export function muteFilter(mutes: readonly Mute[], place: Place): MuteFilter {
  const here = mutes.filter((mute) => holdsIn(mute, place));
  const terms = here.flatMap((mute) => {
    if (mute.kind !== "term") return [];
    const { search } = compileSearch(termQuery(mute.value));
    return search === null ? [] : [{ mute, search }];
  });
  const ofTelling = (outlet: string, url: string | null): Mute | null =>
    here.find(({ kind, value }) => {
      if (kind === "source") return value.toLowerCase() === outlet.toLowerCase();
      return kind === "domain" && url !== null && isOfDomain(url, value);
    }) ?? null;
  const ofWords = (document: MatchDocument | null): Mute | null =>
    document === null
      ? null
      : (terms.find(({ search }) => search.matches(document) !== null)?.mute ?? null);
  const ofStoryId = (storyId: string): Mute | null =>
    here.find(({ kind, value }) => kind === "story" && value === storyId) ?? null;
  return {
    size: here.length,
    ofItem: ({ outlet, url, storyId, document }) =>
      ofStoryId(storyId) ?? ofTelling(outlet, url) ?? ofWords(document),
    ofStory(story, document) {
      const held = story.outlets.map(({ name, url }) => ofTelling(name, url));
      const all = held.every((mute) => mute !== null) ? held[0] : undefined;
      return ofStoryId(story.id) ?? all ?? ofWords(document);
    },
  };
}

/** A mute of one channel or topic says nothing about others, nor about what is asked without a channel. */
function holdsIn(mute: Mute, { channel, topicId }: Place): boolean {
  if (mute.channel !== null && mute.channel !== channel) return false;
  return mute.topicId === null || mute.topicId === topicId;
}

/** One word is meant with its inflections, several as they follow one another. */
export function termQuery(text: string): string {
  if (/^[\p{L}\p{N}]+$/u.test(text) && !/^(AND|OR|NOT|NEAR)$/.test(text)) return text;
  return `"${text.replace(/["“”„\\]/g, " ").trim()}"`;
}

function isOfDomain(url: string, domain: string): boolean {
  const host = hostOf(url).toLowerCase();
  return host === domain || host.endsWith(`.${domain}`);
}

/** What a mute holds back, in words: `source Coast Daily, in this channel, until 2026-03-17`. */
export function muteText(mute: Mute, place: { readonly channel: string | null }): string {
  const where = [
    mute.channel === null
      ? null
      : mute.channel === place.channel
        ? "in this channel"
        : `in ${mute.channel}`,
    mute.topicId === null ? null : `in topic ${mute.topicId}`,
    mute.until === null ? null : `until ${mute.until.slice(0, 16).replace("T", " ")} UTC`,
  ].filter((part) => part !== null);
  return [`${mute.kind} ${mute.kind === "term" ? `“${mute.value}”` : mute.value}`, ...where].join(
    ", ",
  );
}
